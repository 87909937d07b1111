"""The access review of a site: who was looked at, and what was decided (rule 33; ICO, access control: regular reviews)."""

from __future__ import annotations

from enum import StrEnum

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.documents import Document

DUE_DAYS = 92
"""Days after which a review is due again: every quarter."""


class Decision(StrEnum):
    """What a review decided about somebody."""

    CONFIRMED = "confirmed"
    ENDED = "ended"
    DISABLED = "disabled"


class ReviewLine(Document, frozen=True, kw_only=True):
    """One decision.

    Attributes:
        person: Id.
        decision: What.
        at: UTC seconds.
        by: Id of whoever decided, or `host:<login>`.
    """

    person: str
    decision: Decision
    at: int
    by: str


class FinishedReview(Document, frozen=True, kw_only=True):
    """A review that came to its end; the audit log has every decision.

    Attributes:
        at: UTC seconds.
        by: Id of whoever finished it.
        confirmed: People who keep their access.
        ended: People whose membership was ended.
        disabled: People whose account was disabled.
    """

    at: int
    by: str
    confirmed: int
    ended: int
    disabled: int


class SiteReview(Document, frozen=True, kw_only=True):
    """The reviews of one site: the one that is going on, and the last that was finished.

    Attributes:
        site: ODS code.
        started_at: UTC seconds of the beginning of the one that is going on; none when there is none.
        lines: What it has decided so far.
        last: The last that was finished, or none.
    """

    site: str
    started_at: int | None = None
    lines: tuple[ReviewLine, ...] = ()
    last: FinishedReview | None = None

    def decided(self) -> dict[str, Decision]:
        """Return the newest decision about each person."""
        return {line.person: line.decision for line in self.lines}


def due_at(review: SiteReview | None, created_at: int) -> int:
    """Return when the next review is due, UTC seconds.

    Args:
        review: The site's, or none where there never was one.
        created_at: When the site was added, UTC seconds.
    """
    last = review.last if review is not None else None
    return (last.at if last is not None else created_at) + DUE_DAYS * DAY
