"""How long records are kept, and the toolkit's year that they are needed for (AUD-10, PRI-03, rule 33)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.london import london_moment
from pomfa_tui.domain.memberships import london_day

YEAR_BEGINS = (7, 1)
"""Month and day on which a year of the toolkit begins; it ends on 30 June."""

_DECEMBER = 12


def year_of(day: date) -> date:
    """Return the first day of the toolkit's year that a day lies in."""
    begins = date(day.year, *YEAR_BEGINS)
    if begins <= day:
        return begins
    return begins.replace(year=day.year - 1) if day.year > date.min.year else date.min


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of a month that is too short for it."""
    years, month = divmod(_DECEMBER * day.year + day.month - 1 - months, _DECEMBER)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def kept_since(now: int, months: int) -> int:
    """Return the moment before which records of the audit log are dropped, UTC seconds.

    It moves once a day, at midnight in London. What the evidence of the toolkit's current year needs is kept, however short the time is set.

    Args:
        now: UTC seconds.
        months: How long they are kept at least, months.
    """
    today = london_day(now)
    return london_moment(min(months_before(today, months), year_of(today)))


def overdue_since(now: int, months: int) -> int:
    """Return the moment before which nothing should be left any more: a week more than `kept_since`, since somebody has to start the program."""
    return kept_since(now, months) - GRACE_DAYS * DAY


GRACE_DAYS = 7
"""Days that records may stay beyond their time before the doctor minds."""
