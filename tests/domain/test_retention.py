"""From when on records of the audit log are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.limits import LIMITS
from pomfa_tui.domain.london import london_moment
from pomfa_tui.domain.retention import kept_since, months_before, overdue_since, year_of

DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))
MONTHS = st.integers(LIMITS["audit_months"].low, LIMITS["audit_months"].high)


def at(text: str) -> int:
    """Return UTC seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("now", "months", "since"),
    [
        ("2027-12-23T12:00", 12, "2026-12-23T00:00"),
        # A day ends at midnight in London, also in summer.
        ("2027-07-10T23:30", 12, "2026-07-10T23:00"),
        ("2027-07-10T22:30", 12, "2026-07-09T23:00"),
        # The shortest month, and a year that has one day more.
        ("2028-08-31T12:00", 6, "2028-02-29T00:00"),
        ("2029-02-28T12:00", 24, "2027-02-28T00:00"),
        # What the evidence of the current year needs stays until the year is over.
        ("2027-06-30T12:00", 6, "2026-06-30T23:00"),
        ("2027-07-01T12:00", 6, "2027-01-01T00:00"),
        ("2027-06-30T12:00", 12, "2026-06-29T23:00"),
    ],
)
def test_records_of_so_many_months_are_kept(now: str, months: int, since: str) -> None:
    """AUD-10, rule 33."""
    assert kept_since(at(now), months) == at(since)
    assert overdue_since(at(now), months) == at(since) - 7 * 86400


@given(DAYS, MONTHS)
def test_it_never_reaches_into_the_current_year_and_moves_with_the_days(
    day: date, months: int
) -> None:
    """AUD-10: it never goes back from one day to the next, and months are months."""
    noon = london_moment(day) + 43200
    since = kept_since(noon, months)
    assert since <= london_moment(year_of(day)) <= noon
    assert since <= kept_since(noon + 86400, months)
    before = months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before + timedelta(days=1)).month != before.month
