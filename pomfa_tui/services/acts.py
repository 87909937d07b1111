"""What every act on somebody else's account shares: a fresh proof, ended sessions, a notice, a record (rules 20 to 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import BadInput, LastAdmin, StepUpNeeded
from pomfa_tui.domain.identity import IdentityCheck, parse_ticket
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.notices import Notice, NoticeKind, with_notice
from pomfa_tui.domain.people import count_administrators
from pomfa_tui.domain.permissions import Role
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.domain.typed_codes import read_numbered_code

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Place, Transaction, View
    from pomfa_tui.domain.sessions import SessionLimits
    from pomfa_tui.services.access import Actor
    from pomfa_tui.services.recorder import Recorder


class Acts:
    """The common part of resets, edits, links and leavings."""

    def __init__(
        self,
        *,
        clock: Clock,
        place: Place,
        hasher: PasswordHasher,
        limits: SessionLimits,
        recorder: Recorder,
    ) -> None:
        """Take clock, place, hasher, the sessions' limits and the audit log's pen."""
        self._clock = clock
        self._place = place
        self._hasher = hasher
        self._limits = limits
        self._recorder = recorder

    def require_fresh(self, actor: Actor) -> None:
        """Make sure that a session proved itself by a code within the last minutes (rule 22); the command line has none.

        Raises:
            StepUpNeeded: The proof is too old.
        """
        if (
            actor.session is not None
            and self._clock.now() - actor.session.proven_at > self._limits.step_up
        ):
            raise StepUpNeeded

    @staticmethod
    def require_ticket(actor: Actor, why: Justification) -> None:
        """Make sure that support names its ticket (rule 21).

        Raises:
            BadInput: Support without a ticket number.
        """
        parse_ticket(why.ticket, required=actor.role is Role.SUPPORT)

    def recovery_code_fits(self, credentials: Credentials, why: Justification) -> bool:
        """Tell whether the recovery code that was read out is one of the person's; slow, so before the transaction."""
        number, typed = read_numbered_code(why.recovery_code or "")
        candidates = [
            code for code in credentials.recovery if number is None or code.number == number
        ]
        if typed is None or not candidates:
            self._hasher.verify_dummy("")
            return False
        fitting = [code for code in candidates if self._hasher.verify(code.hash, typed)]
        return bool(fitting)

    def check_identity(self, view: View, person: Person, why: Justification) -> None:
        """Hold the check by recovery code to its word; the other checks are the actor's own.

        Raises:
            BadInput: No such unused recovery code; ask for another check.
        """
        if why.identity is not IdentityCheck.RECOVERY_CODE:
            return
        credentials = view.credentials.get(person.id)
        if credentials is None or not self.recovery_code_fits(credentials, why):
            raise BadInput(
                "recovery_code",
                "That is not one of this person's unused recovery codes. Check the identity in another way.",
            )

    def end_sessions(
        self, tx: Transaction, person: Person, *, actor: Actor, site: str | None = None
    ) -> None:
        """End the person's sessions everywhere, or at one site; terminals notice within seconds (rule 26)."""
        now = self._clock.now()
        for session in tx.sessions.of_person(person.id):
            if session.ended is not None or (site is not None and session.site != site):
                continue
            tx.sessions.put(
                msgspec.structs.replace(session, ended=SessionEnd.ACCOUNT_CHANGED, ended_at=now)
            )
            self._recorder.record(
                tx,
                Event.SESSION_EXPIRED,
                actor=actor.id,
                actor_role=actor.role.value,
                subject=person.id,
                site=session.site,
                session=session.id,
                reason=SessionEnd.ACCOUNT_CHANGED.value,
            )

    def told(
        self, person: Person, actor: Actor, kind: NoticeKind, *, site: str | None = None
    ) -> Person:
        """Return the person with a notice of what was done, by whom and from where."""
        name = actor.person.name if actor.person is not None else "The helpdesk"
        notice = Notice.new(
            self._clock.now(), kind, by=name, terminal=self._place.terminal, site=site
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
        detail: dict[str, str],
        site: str | None = None,
        severity: Severity = Severity.INFO,
    ) -> None:
        """Record an act on a person."""
        self._recorder.record(
            tx,
            event,
            actor=actor.id,
            actor_role=actor.role.value,
            subject=person.id,
            site=site if site is not None else actor.site or person.sponsor(),
            session=actor.session_id,
            reason=reason,
            severity=severity,
            detail=detail,
        )

    def guard_last_admin(
        self, tx: Transaction, actor: Actor, before: Person, after: Person
    ) -> str | None:
        """Keep an administrator at every site, unless support knows better (rule 8).

        Args:
            tx: Open transaction in which `after` has not been written.
            actor: Who is acting.
            before: The person as they are.
            after: The person as they would be.

        Returns:
            The site that loses its last administrator by support's decision, or none.

        Raises:
            LastAdmin: An administrator would take away the last one.
        """
        day = london_day(self._clock.now())
        for site in before.linked_sites():
            if not before.administers(site, day) or after.administers(site, day):
                continue
            others = [person for person in tx.people.at_site(site) if person.id != before.id]
            if count_administrators(others, site, day) == 0:
                if actor.role is Role.ADMIN:
                    raise LastAdmin(site)
                return site
        return None
