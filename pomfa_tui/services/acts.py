"""What every act on somebody else's account shares: a ticket, ended sessions, a notice, a record (rules 8, 20, 21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.administrators import takes_last_administrator
from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.errors import LastAdmin
from pomfa_tui.domain.identity import parse_ticket
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.notices import Notice, NoticeKind, with_notice
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Role
from pomfa_tui.domain.sessions import SessionEnd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Place, Transaction
    from pomfa_tui.domain.sessions import Session
    from pomfa_tui.services.access import Actor
    from pomfa_tui.services.recorder import Recorder


class Acts:
    """The common part of resets, edits, links and leavings."""

    def __init__(self, *, clock: Clock, place: Place, recorder: Recorder) -> None:
        """Take the clock, the place and the audit log's pen."""
        self._clock = clock
        self._place = place
        self._recorder = recorder

    @staticmethod
    def require_ticket(actor: Actor, why: Justification) -> None:
        """Make sure that support names its ticket (rule 21).

        Raises:
            BadInput: Support without a ticket number.
        """
        parse_ticket(why.ticket, required=actor.role is Role.SUPPORT)

    @property
    def terminal(self) -> str:
        """Where all this happens."""
        return self._recorder.terminal

    def end_sessions(
        self,
        tx: Transaction,
        sessions: Iterable[Session],
        *,
        actor: Actor,
        reason: SessionEnd = SessionEnd.ACCOUNT_CHANGED,
    ) -> None:
        """End those of the sessions that still run; their terminals notice within seconds (rule 26)."""
        for session in list(sessions):
            if session.ended is not None:
                continue
            tx.sessions.put(
                msgspec.structs.replace(session, ended=reason, ended_at=self._clock.now())
            )
            self._recorder.record(
                tx,
                Event.SESSION_EXPIRED,
                actor=actor.id,
                actor_role=actor.role.value,
                subject=session.person,
                site=session.site,
                session=session.id,
                reason=reason.value,
            )

    def told(
        self, person: Person, actor: Actor, kind: NoticeKind, *, site: str | None = None
    ) -> Person:
        """Return the person with a notice of what was done, by whom and from where (ENR-16); invited people have nothing to compare."""
        if person.state is PersonState.INVITED:
            return person
        notice = Notice.new(
            self._clock.now(), kind, by=actor.name, terminal=self._place.terminal, site=site
        )
        return msgspec.structs.replace(person, notices=with_notice(person.notices, notice))

    def record(
        self,
        tx: Transaction,
        event: Event,
        *,
        actor: Actor,
        person: Person,
        reason: str,
        detail: dict[str, str] | None = None,
        site: str | None = None,
        outcome: Outcome = Outcome.SUCCESS,
        severity: Severity = Severity.INFO,
    ) -> None:
        """Record an act on a person, in the log of `site`: the actor's own or the person's first where none is given."""
        self._recorder.act(
            tx,
            event,
            actor,
            subject=person.id,
            site=site or actor.site or person.sponsor(),
            reason=reason,
            outcome=outcome,
            severity=severity,
            detail=detail,
        )

    def record_unverified(
        self, tx: Transaction, *, actor: Actor, person: Person, detail: dict[str, str]
    ) -> None:
        """Record that somebody's identity could not be checked, so that nothing was changed (rule 21)."""
        self.record(
            tx,
            Event.AUTHZ_ADMIN,
            actor=actor,
            person=person,
            reason="identity_not_verified",
            outcome=Outcome.FAILURE,
            severity=Severity.WARNING,
            detail=detail,
        )

    def guard_last_admin(
        self, tx: Transaction, actor: Actor, before: Person, after: Person
    ) -> tuple[str, ...]:
        """Keep an administrator at every site, unless support knows better (rule 8).

        Args:
            tx: Open transaction in which `after` has not been written.
            actor: Who is acting.
            before: The person as they are.
            after: The person as they would be.

        Returns:
            The sites that lose their last administrator by support's decision.

        Raises:
            LastAdmin: An administrator would take away the last one.
        """
        today = london_day(self._clock.now())
        lost = tuple(
            site
            for site in before.linked_sites()
            if takes_last_administrator(
                [person for person in tx.people.at_site(site) if person.id != before.id],
                before,
                after,
                site,
                today,
            )
        )
        if lost and actor.role is Role.ADMIN:
            raise LastAdmin(lost[0])
        return lost

    def record_lost(
        self, tx: Transaction, actor: Actor, person: Person, sites: tuple[str, ...]
    ) -> None:
        """Record in each site's own log that support left it without an administrator."""
        for site in sites:
            self.record(
                tx,
                Event.PERMISSIONS_CHANGED,
                actor=actor,
                person=person,
                reason="last_administrator_gone",
                site=site,
                severity=Severity.WARNING,
            )
