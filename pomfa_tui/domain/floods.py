"""Many refusals within a minute are one flood: the first of them are recorded one by one, the others counted (AUD-12)."""

from __future__ import annotations

from pomfa_tui.domain.documents import Document

WINDOW = 60
"""Seconds of one flood."""

ONE_BY_ONE = 60
"""Refusals of a flood that are recorded one by one."""


class Flood(Document, frozen=True, kw_only=True):
    """Refusals that began less than a minute ago.

    Attributes:
        since: UTC seconds of the first.
        last: UTC seconds of the newest.
        count: How many there were.
        terminal: Where the newest came from.
    """

    since: int
    last: int
    count: int
    terminal: str

    @property
    def counted(self) -> int:
        """How many of them have no record of their own."""
        return max(0, self.count - ONE_BY_ONE)

    def is_over(self, now: int) -> bool:
        """Tell whether another refusal begins a new flood; a clock that was set back does too."""
        return not 0 <= now - self.since < WINDOW


def swollen(flood: Flood | None, now: int, terminal: str) -> Flood:
    """Return the flood after one more refusal.

    Args:
        flood: Before it; none, or one that is over, begins anew.
        now: UTC seconds.
        terminal: Where it came from.
    """
    if flood is None or flood.is_over(now):
        return Flood(since=now, last=now, count=1, terminal=terminal)
    return Flood(since=flood.since, last=now, count=flood.count + 1, terminal=terminal)
