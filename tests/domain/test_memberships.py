"""A membership is valid on the days it says, as counted in London."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.memberships import (
    JobTitle,
    Membership,
    SiteRole,
    check_dates,
    london_day,
    parse_day,
    parse_job,
    parse_role,
)

MONDAY = date(2026, 3, 30)
DAY = timedelta(days=1)


def membership(**changes: date | int) -> Membership:
    """Return a membership with some of its dates."""
    place = Membership(site="FZ101", role=SiteRole.STAFF, job=JobTitle.LOCUM)
    return msgspec.structs.replace(place, **changes)


def utc(text: str) -> int:
    """Return the seconds of a moment in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# -- Days in London -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # in winter, midnight in London and in UTC are one
        ("2026-01-31 23:59:59", date(2026, 1, 31)),
        ("2026-02-01 00:00:00", date(2026, 2, 1)),
        # the night the clocks go forward, 29 March 2026: the day begins in winter time
        ("2026-03-28 23:59:59", date(2026, 3, 28)),
        ("2026-03-29 00:00:00", date(2026, 3, 29)),
        ("2026-03-29 00:59:59", date(2026, 3, 29)),
        ("2026-03-29 01:00:00", date(2026, 3, 29)),
        # and ends in summer time, an hour earlier in UTC
        ("2026-03-29 22:59:59", date(2026, 3, 29)),
        ("2026-03-29 23:00:00", date(2026, 3, 30)),
        # summer
        ("2026-06-30 22:59:59", date(2026, 6, 30)),
        ("2026-06-30 23:00:00", date(2026, 7, 1)),
        # the night the clocks go back, 25 October 2026: begins in summer time
        ("2026-10-24 22:59:59", date(2026, 10, 24)),
        ("2026-10-24 23:00:00", date(2026, 10, 25)),
        # 01:30 comes twice
        ("2026-10-25 00:30:00", date(2026, 10, 25)),
        ("2026-10-25 01:30:00", date(2026, 10, 25)),
        # and ends in winter time
        ("2026-10-25 23:59:59", date(2026, 10, 25)),
        ("2026-10-26 00:00:00", date(2026, 10, 26)),
    ],
)
def test_a_day_ends_at_midnight_in_london(moment: str, day: date) -> None:
    """Rule 13, ROL-14: over both changes of the clock."""
    assert london_day(utc(moment)) == day


def test_a_pass_ends_at_midnight_in_london_on_the_day_the_clocks_change() -> None:
    """Rule 13, ROL-14: the day of 25 hours is valid for 25 hours."""
    place = membership(starts=date(2026, 10, 25), ends=date(2026, 10, 25))
    begin, end = utc("2026-10-24 23:00:00"), utc("2026-10-26 00:00:00")
    assert end - begin == 25 * 3600

    assert not place.valid_on(london_day(begin - 1))
    assert place.valid_on(london_day(begin))
    assert place.valid_on(london_day(end - 1))
    assert not place.valid_on(london_day(end))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_the_time_zone_of_the_host_changes_nothing(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        day = london_day(utc("2026-06-30 23:00:00"))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert day == date(2026, 7, 1)


@given(st.integers(min_value=0, max_value=2**35))
def test_days_never_run_backwards(moment: int) -> None:
    assert london_day(moment) <= london_day(moment + 1) <= london_day(moment) + DAY


# -- When a membership is valid -----------------------------------------------------------------


def test_without_dates_a_membership_is_valid_at_once_and_without_end() -> None:
    place = membership()

    assert place.valid_on(date.min)
    assert place.valid_on(date.max)
    assert place.lasts()


def test_a_pass_is_valid_from_its_first_to_its_last_day() -> None:
    """Rule 13: both days included."""
    place = membership(starts=MONDAY, ends=MONDAY + 4 * DAY)

    assert [place.valid_on(MONDAY + n * DAY) for n in (-1, 0, 4, 5)] == [False, True, True, False]


def test_an_expired_pass_is_blocked_and_still_there() -> None:
    """Rule 13: blocked, not deleted."""
    place = membership(ends=MONDAY)

    assert not place.valid_on(MONDAY + DAY)
    assert place.lasts()


def test_an_ended_membership_is_over_whatever_its_dates() -> None:
    """Rule 14."""
    place = membership(starts=MONDAY, ends=MONDAY + DAY, ended_at=1)

    assert not place.valid_on(MONDAY)
    assert not place.lasts()


def test_away_lasts_to_the_end_of_its_last_day() -> None:
    """Rule 8: an absent administrator does not count."""
    place = membership(away_until=MONDAY)

    assert place.away_on(MONDAY - DAY)
    assert place.away_on(MONDAY)
    assert not place.away_on(MONDAY + DAY)
    assert not membership().away_on(MONDAY)


def test_a_pass_of_one_day_is_fine_and_one_that_ends_before_it_starts_is_not() -> None:
    check_dates(MONDAY, MONDAY)
    check_dates(None, MONDAY)
    check_dates(MONDAY, None)
    check_dates(None, None)
    with pytest.raises(BadInput, match="The last day lies before the first day") as caught:
        check_dates(MONDAY, MONDAY - DAY)
    assert caught.value.field == "to"


# -- What is typed ------------------------------------------------------------------------------


@pytest.mark.parametrize("job", JobTitle)
def test_every_job_title_can_be_typed_as_it_is_shown_or_as_one_word(job: JobTitle) -> None:
    """Rule 6."""
    assert parse_job(job.value) is job
    assert parse_job(f"  {job.value.upper()} ") is job
    assert parse_job(job.value.replace(" ", "-")) is job


def test_the_job_titles_are_those_of_the_rule() -> None:
    """Rule 6."""
    assert list(JobTitle) == [
        "superintendent pharmacist",
        "responsible pharmacist",
        "pharmacist",
        "locum pharmacist",
        "pharmacy technician",
        "dispenser",
        "medicines counter assistant",
        "foundation trainee pharmacist",
        "manager",
        "delivery driver",
        "other",
    ]


@pytest.mark.parametrize("text", ["", "admin", "pharmacists", "pharma cist", "x" * 10_000, "\x1b"])
def test_an_unknown_job_title_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(BadInput, match="Use one of: superintendent pharmacist, ") as caught:
        parse_job(text)
    assert caught.value.field == "job"


def test_there_are_two_roles_at_a_site() -> None:
    """Rule 9: support is never a member of a site."""
    assert parse_role(" Staff ") is SiteRole.STAFF
    assert parse_role("ADMIN") is SiteRole.ADMIN
    for text in ("", "support", "commissioner", "administrator", "staff,admin"):
        with pytest.raises(BadInput, match="Use staff or admin") as caught:
            parse_role(text)
        assert caught.value.field == "role"


def test_a_day_is_written_as_year_month_day() -> None:
    assert parse_day("from", " 2026-03-31 ") == date(2026, 3, 31)
    assert parse_day("from", "2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "31/03/2026",
        "20260331",
        "2026-W13-2",
        "2026-3-31",
        "2026-02-29",
        "2026-13-01",
        "2026-03-31T00:00",
        "\uff12\uff10\uff12\uff16-03-31",
        "0000-01-01",
        "2026-03-31" * 1000,
    ],
)
def test_anything_else_is_no_day(text: str) -> None:
    """GEN-07: one form, so that nobody's third of April is another's fourth of March."""
    with pytest.raises(BadInput, match="Write it as year-month-day") as caught:
        parse_day("to", text)
    assert caught.value.field == "to"
