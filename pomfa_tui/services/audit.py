"""Reading and checking the audit log (rule 32)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.finding import find_person

if TYPE_CHECKING:
    from pomfa_tui.domain.audit import AuditRecord
    from pomfa_tui.domain.ports import AuditVerdict, Store
    from pomfa_tui.services.access import Access, Caller
    from pomfa_tui.services.recorder import Recorder

MOST_SHOWN = 10_000
"""Records returned at once at most."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records to return; every part that is given must fit.

    Attributes:
        site: ODS code.
        person: E-mail or id, as actor or subject.
        event: Event's name.
        since: UTC seconds, included.
        until: UTC seconds, not included.
        limit: The newest so many.
    """

    site: str | None = None
    person: str | None = None
    event: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int | None = None


class AuditService:
    """The audit log as administrators, support and the command line see it."""

    def __init__(self, store: Store, access: Access, recorder: Recorder) -> None:
        """Take the store, the rights check and the audit log's pen."""
        self._store = store
        self._access = access
        self._recorder = recorder

    def show(self, caller: Caller, wanted: AuditFilter) -> tuple[AuditRecord, ...]:
        """Return the records that the caller may see, oldest first; that they were read is recorded (AUD-07).

        Raises:
            NotFound: No such person.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            site = actor.site or (wanted.site.strip().upper() if wanted.site else None)
            if site is None:
                self._access.require(actor, Action.SEE_AUDIT)
            else:
                self._access.require_site(actor, Action.SEE_AUDIT, site)
            person = find_person(tx, wanted.person).id if wanted.person else None
            self._recorder.record(
                tx,
                Event.AUDIT_READ,
                actor=actor.id,
                actor_role=actor.role.value,
                subject=person,
                site=site,
                session=actor.session_id,
            )
        most = min(wanted.limit or MOST_SHOWN, MOST_SHOWN)
        newest = deque(
            (
                record
                for record in self._store.audit_records()
                if _fits(record, wanted, site, person)
            ),
            maxlen=most,
        )
        return tuple(newest)

    def verify(self, caller: Caller) -> AuditVerdict:
        """Check the whole log and record that it was checked.

        Raises:
            Refusal: The caller may not.
        """
        with self._access.look(caller) as (_, actor):
            self._access.require(actor, Action.VERIFY_AUDIT)
        return self._store.verify_audit()


def _fits(record: AuditRecord, wanted: AuditFilter, site: str | None, person: str | None) -> bool:
    event = record.event
    if site is not None and event.site != site:
        return False
    if person is not None and person not in {event.actor, event.subject}:
        return False
    if wanted.event is not None and event.event.value != wanted.event:
        return False
    if wanted.since is not None and event.at < wanted.since:
        return False
    return wanted.until is None or event.at < wanted.until
