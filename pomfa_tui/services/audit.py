"""Reading and checking the audit log (rule 32)."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.errors import BadInput, Busy, IntegrityFailure
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.finding import find_person

if TYPE_CHECKING:
    from pomfa_tui.domain.audit import AuditEvent, AuditRecord
    from pomfa_tui.domain.ports import AuditVerdict, Store, Transaction, View
    from pomfa_tui.services.access import Access, Actor, Caller
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
        left_out: Kinds of events that are not wanted.
    """

    site: str | None = None
    person: str | None = None
    event: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int | None = None
    left_out: frozenset[Event] = frozenset()


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose records are shown.

    Attributes:
        site: ODS code, or none for all sites.
        people: Who is linked to that site and to no other.
        person: The one person asked for, or none for everybody.
    """

    site: str | None
    people: frozenset[str]
    person: str | None

    def holds(self, event: AuditEvent) -> bool:
        """Tell whether an event lies within."""
        if self.person is not None and self.person not in {event.actor, event.subject}:
            return False
        if self.site is None or event.site == self.site:
            return True
        return event.site is None and event.subject in self.people


class AuditService:
    """The audit log as administrators, support and the command line see it."""

    def __init__(self, store: Store, access: Access, recorder: Recorder) -> None:
        """Take the store, the rights check and the audit log's pen."""
        self._store = store
        self._access = access
        self._recorder = recorder

    def show(self, caller: Caller, wanted: AuditFilter) -> tuple[AuditRecord, ...]:
        """Return the records that the caller may see, oldest first; that they were read is recorded (AUD-07).

        Administrators see what happened at their site, and what happened to people who are linked nowhere else.

        Raises:
            NotFound: No such person or site, or not visible to the caller.
            BadInput: The limit is below 1.
            Refusal: The caller may not.
        """
        most = MOST_SHOWN if wanted.limit is None else min(wanted.limit, MOST_SHOWN)
        if most < 1:
            raise BadInput("limit", "At least one record has to be asked for.")
        with self._access.change(caller) as (tx, actor):
            site = wanted.site.strip().upper() if wanted.site else actor.site
            if site is None:
                self._access.require(actor, Action.SEE_AUDIT)
            else:
                self._access.require_site(actor, Action.SEE_AUDIT, site)
            scope = _Scope(site, _people_of(tx, site), self._person(tx, actor, wanted.person))
            self._record_reading(tx, actor, "read", subject=scope.person, site=site)
        newest = deque(
            (
                record
                for record in self._store.audit_records()
                if scope.holds(record.event) and _fits(record, wanted)
            ),
            maxlen=most,
        )
        return tuple(newest)

    def _person(self, tx: Transaction, actor: Actor, who: str | None) -> str | None:
        if not who:
            return None
        person = find_person(tx, who)
        self._access.require_person(actor, Action.SEE_PERSON, person, sought=who)
        return person.id

    def verify(self, caller: Caller) -> AuditVerdict:
        """Check the whole log and record that it was checked.

        Raises:
            Refusal: The caller may not.
        """
        with self._access.look(caller) as (_, actor):
            self._access.require(actor, Action.VERIFY_AUDIT)
        verdict = self._store.verify_audit()
        # A damaged log may take no record any more; its verdict is needed all the same.
        with suppress(Busy, IntegrityFailure), self._access.change(caller) as (tx, actor):
            self._record_reading(tx, actor, "verified" if verdict.ok else "verify_failed")
        return verdict

    def _record_reading(
        self,
        tx: Transaction,
        actor: Actor,
        reason: str,
        *,
        subject: str | None = None,
        site: str | None = None,
    ) -> None:
        failed = reason == "verify_failed"
        self._recorder.record(
            tx,
            Event.AUDIT_READ,
            actor=actor.id,
            actor_role=actor.role.value,
            outcome=Outcome.FAILURE if failed else Outcome.SUCCESS,
            severity=Severity.CRITICAL if failed else Severity.INFO,
            reason=reason,
            subject=subject,
            site=site,
            session=actor.session_id,
        )


def _people_of(view: View, site: str | None) -> frozenset[str]:
    """Return who is linked to this site and to no other: what happens to them without naming a site is the site's business too."""
    if site is None:
        return frozenset()
    return frozenset(
        person.id for person in view.people.at_site(site) if person.linked_sites() == (site,)
    )


def _fits(record: AuditRecord, wanted: AuditFilter) -> bool:
    event = record.event
    if event.event in wanted.left_out:
        return False
    if wanted.event is not None and event.event.value != wanted.event:
        return False
    if wanted.since is not None and event.at < wanted.since:
        return False
    return wanted.until is None or event.at < wanted.until
