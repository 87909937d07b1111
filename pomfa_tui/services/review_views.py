"""How an access review stands, as whoever walks through it sees it (rule 33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pomfa_tui.domain.reviews import Decision, FinishedReview
    from pomfa_tui.services.views import PersonSummary


@dataclass(frozen=True, slots=True)
class ReviewedPerson:
    """Somebody with access to the site.

    Attributes:
        person: What may be seen of them.
        idle_days: Days since they signed in last, or since they were added.
        decision: What this review decided, or none so far.
        own: Whether it is the reviewer's own account.
    """

    person: PersonSummary
    idle_days: int
    decision: Decision | None
    own: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """How the review of a site stands.

    Attributes:
        site: ODS code.
        site_name: Its name.
        started_at: When it was begun, UTC seconds; none before the first decision.
        people: Everybody with access, those who were not seen for longest first.
        decided: How many decisions there are, those about people who have gone included.
        last: The last that was finished, or none.
        last_by: Who finished it; empty for none.
        due_at: When one is due, UTC seconds.
        overdue: Whether that is over.
    """

    site: str
    site_name: str
    started_at: int | None
    people: tuple[ReviewedPerson, ...]
    decided: int
    last: FinishedReview | None
    last_by: str
    due_at: int
    overdue: bool

    @property
    def left(self) -> tuple[ReviewedPerson, ...]:
        """Who is still to be looked at."""
        return tuple(each for each in self.people if each.decision is None)
