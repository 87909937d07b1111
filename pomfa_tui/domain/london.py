"""The clock on the pharmacy's wall: passes, periods and everything shown go by London time, records by UTC (rule 13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = "Europe/London"


def london_time(moment: int) -> datetime:
    """Return what a clock in London shows at `moment`, UTC seconds."""
    return datetime.fromtimestamp(moment, tz=ZoneInfo(LONDON))


def london_moment(day: date, clock: time | None = None) -> int:
    """Return the moment at which a clock in London shows a day and a time, UTC seconds; by default the day's first second."""
    shown = datetime.combine(day, clock or time(), tzinfo=ZoneInfo(LONDON))
    return int(shown.astimezone(UTC).timestamp())
