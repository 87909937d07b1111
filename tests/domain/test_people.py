"""What a person's record lets them do, and what may be written into it."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import (
    NAME_LONGEST,
    Person,
    PersonState,
    count_administrators,
    parse_gphc,
    parse_name,
    parse_period,
)

TODAY = date(2026, 3, 30)
DAY = timedelta(days=1)
PHARMACISTS = [
    JobTitle.SUPERINTENDENT,
    JobTitle.RESPONSIBLE,
    JobTitle.PHARMACIST,
    JobTitle.LOCUM,
]


def at(site: str, role: SiteRole = SiteRole.ADMIN, **dates: date | int) -> Membership:
    """Return a membership of a site."""
    place = Membership(site=site, role=role, job=JobTitle.PHARMACIST)
    return msgspec.structs.replace(place, **dates)


def person(*memberships: Membership, state: PersonState = PersonState.ACTIVE) -> Person:
    """Return a person with these memberships."""
    return Person(
        id="0" * 32,
        email="jo@example.org",
        email_key="jo@example.org",
        name="Jo",
        state=state,
        memberships=memberships,
        created_at=1,
    )


# -- Memberships --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PersonState.INVITED, True),
        (PersonState.ACTIVE, True),
        (PersonState.DISABLED, False),
        (PersonState.LEFT, False),
    ],
)
def test_disabled_people_and_leavers_cannot_begin_to_sign_in(
    state: PersonState, expected: bool
) -> None:
    """A28."""
    assert person(state=state).may_start_sign_in() is expected


def test_a_membership_that_has_ended_is_no_longer_found_but_its_successor_is() -> None:
    """Rule 14: history stays, and somebody may come back."""
    ended, current = at("FZ101", ended_at=5), at("FZ101", SiteRole.STAFF)

    assert person(ended).membership_at("FZ101") is None
    assert person(ended, current).membership_at("FZ101") is current
    assert person(current).membership_at("FZ102") is None


def test_linked_sites_are_those_not_ended_whatever_their_dates() -> None:
    """Rule 11: a pass that begins next week is a link already."""
    somebody = person(
        at("FZ101"),
        at("FZ102", ended_at=5),
        at("FZ103", starts=TODAY + DAY),
        at("FZ104", ends=TODAY - DAY),
    )

    assert somebody.linked_sites() == ("FZ101", "FZ103", "FZ104")
    assert [place.site for place in somebody.valid_memberships(TODAY)] == ["FZ101"]


@pytest.mark.parametrize(
    ("somebody", "expected"),
    [
        (person(at("FZ101")), True),
        (person(at("FZ101", starts=TODAY, ends=TODAY)), True),
        (person(at("FZ101", away_until=TODAY - DAY)), True),
        (person(at("FZ101", ended_at=5), at("FZ101")), True),
        (person(at("FZ101", SiteRole.STAFF)), False),
        (person(at("FZ102")), False),
        (person(at("FZ101", ended_at=5)), False),
        (person(at("FZ101", starts=TODAY + DAY)), False),
        (person(at("FZ101", ends=TODAY - DAY)), False),
        (person(at("FZ101", away_until=TODAY)), False),
        (person(at("FZ101"), state=PersonState.INVITED), False),
        (person(at("FZ101"), state=PersonState.DISABLED), False),
        (person(at("FZ101"), state=PersonState.LEFT), False),
        (person(), False),
    ],
)
def test_who_counts_as_an_administrator(somebody: Person, expected: bool) -> None:
    """Rule 8, ROL-08: active, valid today and not away."""
    assert somebody.administers("FZ101", TODAY) is expected
    assert count_administrators([somebody, somebody], "FZ101", TODAY) == 2 * expected


# -- What is typed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Jo Smith", "Jo Smith"),
        ("  Jo   Smith ", "Jo Smith"),
        ("Zo\u0308e", "Zöe"),
        ("O'Neil-Brown, Jr.", "O'Neil-Brown, Jr."),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("bob[/x]", "bob[/x]"),
        ("=cmd()", "=cmd()"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
        ("x" * NAME_LONGEST, "x" * NAME_LONGEST),
        ("e\u0301" * NAME_LONGEST, "\u00e9" * NAME_LONGEST),
    ],
)
def test_a_name_is_kept_as_one_clean_line(typed: str, name: str) -> None:
    """GEN-05, GEN-07: markup is text like any other; whoever shows it leaves markup off."""
    assert parse_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "Jo\nSmith",
        "Jo\tSmith",
        "Jo\x1b[2J",
        "Jo\x9b2J",
        "Jo\u202eht",
        "\u200b",
        "\ud800",
        "x" * 101,
        "x" * 10**6,
    ],
)
def test_a_name_that_could_not_be_shown_is_refused(typed: str) -> None:
    """GEN-05, GEN-07, AUD-05."""
    with pytest.raises(BadInput) as caught:
        parse_name(typed)
    assert caught.value.field == "name"


def test_a_code_lives_30_seconds_or_60_where_somebody_needs_them() -> None:
    """TOTP-04, rule 15."""
    assert person().period == 30
    assert parse_period(30) == 30
    assert parse_period(60) == 60


def test_an_nhsmail_account_counts_for_the_first_site_that_has_not_ended() -> None:
    """Rule 3."""
    assert person(at("FZ101", ended_at=5), at("FZ102"), at("FZ103")).sponsor() == "FZ102"
    assert person(at("FZ101", ended_at=5)).sponsor() is None
    assert person().sponsor() is None


@pytest.mark.parametrize("value", [31, 0, -30, 1, 59, 61, 90, 120, 10**30])
def test_any_other_period_is_refused(value: int) -> None:
    """TOTP-04."""
    with pytest.raises(BadInput, match="30 or 60 seconds") as caught:
        parse_period(value)
    assert caught.value.field == "period"


@pytest.mark.parametrize("nothing", [None, "", "  "])
@pytest.mark.parametrize("job", [None, *JobTitle])
def test_a_gphc_number_may_be_left_out(nothing: str | None, job: JobTitle | None) -> None:
    """Rule 6."""
    assert parse_gphc(nothing, job) is None


@pytest.mark.parametrize("first", "0123456789")
@pytest.mark.parametrize("job", JobTitle)
def test_a_gphc_number_fits_the_job(job: JobTitle, first: str) -> None:
    """Rule 6: pharmacists start with 2, technicians with 5, others with either."""
    number = f"{first}071234"
    allowed = "2" if job in PHARMACISTS else "5" if job is JobTitle.TECHNICIAN else "25"

    if first in allowed:
        assert parse_gphc(number, job) == number
    else:
        with pytest.raises(BadInput, match=r"starts with [25]") as caught:
            parse_gphc(number, job)
        assert caught.value.field == "gphc"


def test_spaces_in_a_gphc_number_do_not_matter() -> None:
    assert parse_gphc(" 207 1234 ", JobTitle.PHARMACIST) == "2071234"


@pytest.mark.parametrize(
    "typed",
    [
        "207123",
        "20712345",
        "207123a",
        "-2071234",
        "\uff12071234",
        "207\u0661234",
        "2071234\x00",
        "2" * 10**6,
    ],
)
def test_a_gphc_number_has_seven_ascii_digits(typed: str) -> None:
    """Rule 6, GEN-07."""
    with pytest.raises(BadInput, match="seven digits"):
        parse_gphc(typed, JobTitle.PHARMACIST)


@given(st.text(max_size=12), st.sampled_from([None, *JobTitle]))
def test_whatever_is_typed_is_a_number_nothing_or_a_refusal(
    typed: str, job: JobTitle | None
) -> None:
    """GEN-07."""
    try:
        number = parse_gphc(typed, job)
    except BadInput:
        return
    assert number is None or (len(number) == 7 and number.isascii() and number.isdigit())
