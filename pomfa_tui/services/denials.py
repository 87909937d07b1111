"""What somebody tried without having the right to it: carried out of the transaction that it undoes, and recorded in one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.services.met_accounts import with_met

if TYPE_CHECKING:
    from pomfa_tui.domain.errors import Refusal
    from pomfa_tui.domain.permissions import Action
    from pomfa_tui.domain.ports import Store
    from pomfa_tui.services.access import Actor
    from pomfa_tui.services.recorder import Recorder


FROM_SITE = "from_site"
"""Detail of a denial's record: the site at which whoever tried was signed in."""


@dataclass(frozen=True, slots=True)
class Denial:
    """What was tried without the right to it.

    Attributes:
        actor: Who tried.
        action: What.
        subject: Id of the person it was about, or none.
        reason: Short code for the audit log.
        event: For the audit log.
        met: How many accounts the answer tells of (ENU-06).
    """

    actor: Actor
    action: Action
    subject: str | None
    reason: str
    event: Event = Event.AUTHZ_FAILED
    met: int = 0


class Denied(Exception):  # noqa: N818 - no error: it carries a refusal out of a transaction so that it can be recorded
    """Undoes the transaction it is raised in; whoever opened that records the denial and raises the answer."""

    def __init__(self, answer: Refusal, denial: Denial) -> None:
        """Keep what the actor is told, and what is recorded."""
        super().__init__()
        self.answer = answer
        self.denial = denial


def record_denial(store: Store, recorder: Recorder, denial: Denial, now: int) -> None:
    """Record what was tried, and count the accounts that the answer tells of.

    Args:
        store: Where it is recorded, in a transaction of its own.
        recorder: The audit log's pen.
        denial: What was tried.
        now: UTC seconds.
    """
    actor = denial.actor
    detail = {"action": denial.action.value}
    if actor.site is not None:
        # Not the event's own site: in that site's log it would tell whether somebody of another site exists (ROL-02).
        detail[FROM_SITE] = actor.site
    with store.transaction() as tx:
        credentials = tx.credentials.get(actor.id) if denial.met else None
        if credentials is not None:
            tx.credentials.put(with_met(credentials, denial.met, now))
        recorder.act(
            tx,
            denial.event,
            actor,
            outcome=Outcome.FAILURE,
            severity=Severity.WARNING,
            reason=denial.reason,
            subject=denial.subject,
            detail=detail,
        )
