"""One's own account: what it holds, its sessions, its recent sign-ins, its notices (rule 23)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import BadInput, NotFound
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.otpauth import entry_name
from pomfa_tui.services.finding import shown
from pomfa_tui.services.sessions import SessionSummary

if TYPE_CHECKING:
    from pomfa_tui.domain.notices import Notice
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Store, View
    from pomfa_tui.domain.sessions import Session, SessionLimits, SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.password_again import PasswordAgain

SIGN_INS_SHOWN = 20
"""Recent sign-ins and failed tries in one's own list."""

_SIGN_INS = frozenset(
    {
        Event.SIGN_IN,
        Event.SIGN_IN_AFTER_FAILURES,
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN_LOCKED,
        Event.TOKEN_REUSE,
    }
)


@dataclass(frozen=True, slots=True)
class AccountView:
    """One's own account as its owner sees it; times are UTC seconds.

    Attributes:
        name: As shown.
        email: As typed.
        entry: Name of the entry in the authenticator, or none.
        paired_at: When it was paired, or none.
        password_set_at: When the password was chosen, or none.
        recovery_left: Unused recovery codes.
        sessions: One's own running sessions, oldest first.
        this_session: Identifier of the session that asks.
    """

    name: str
    email: str
    entry: str | None
    paired_at: int | None
    password_set_at: int | None
    recovery_left: int
    sessions: tuple[SessionSummary, ...]
    this_session: str


@dataclass(frozen=True, slots=True)
class SignInLine:
    """One line of the list of own sign-ins."""

    at: int
    event: Event
    terminal: str
    site: str | None


class OwnAccountService:
    """What everybody may see and end of their own account."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        access: Access,
        acts: Acts,
        again: PasswordAgain,
        limits: SessionLimits,
        issuer: str,
    ) -> None:
        """Take the store, the clock, the checks, the common part of acts, the sessions' limits and the entries' issuer."""
        self._store = store
        self._clock = clock
        self._access = access
        self._acts = acts
        self._again = again
        self._limits = limits
        self._issuer = issuer

    def show(self, token: SessionToken) -> AccountView:
        """Return one's own account.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            person, credentials = own_documents(view, actor)
            paired, password = credentials.authenticator, credentials.password
            return AccountView(
                name=person.name,
                email=person.email,
                entry=entry_name(self._issuer, paired.label) if paired is not None else None,
                paired_at=paired.bound_at if paired is not None else None,
                password_set_at=password.set_at if password is not None else None,
                recovery_left=len(credentials.recovery),
                sessions=self._own_sessions(view, person),
                this_session=actor.session_id or "",
            )

    def end_session(self, token: SessionToken, session_id: str, password: str) -> None:
        """End another of one's own sessions after proving the password (SES-11).

        Raises:
            PasswordWrong: The password is wrong; counted.
            NotFound: No such running session of one's own.
            BadInput: It is the session that asks.
            SessionEnded: The asking session is over.
        """
        with self._access.look(token) as (view, actor):
            self._own_session(view, actor, session_id)
        self._again.prove(token, password)
        with self._access.change(token) as (tx, actor):
            session = self._own_session(tx, actor, session_id)
            self._acts.end_sessions(tx, [session], actor=actor, reason=SessionEnd.ENDED_BY_OTHER)

    def sign_ins(self, token: SessionToken) -> tuple[SignInLine, ...]:
        """Return one's own recent sign-ins and failed tries, newest first.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            own = actor.id
        events = (record.event for record in self._store.audit_records())
        found = deque(
            (
                SignInLine(event.at, event.event, event.terminal, event.site)
                for event in events
                if event.subject == own and event.event in _SIGN_INS
            ),
            maxlen=SIGN_INS_SHOWN,
        )
        return tuple(reversed(found))

    def notices(self, token: SessionToken) -> tuple[Notice, ...]:
        """Return what others did to the account and the person has not acknowledged, oldest first (ENR-16).

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            return own_documents(view, actor)[0].notices

    def acknowledge(self, token: SessionToken, notice_ids: tuple[str, ...]) -> None:
        """Take notices away that the person has read.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            person, _ = own_documents(tx, actor)
            left = tuple(notice for notice in person.notices if notice.id not in notice_ids)
            if left == person.notices:
                return
            tx.people.put(msgspec.structs.replace(person, notices=left))
            self._acts.record(
                tx, Event.USER_UPDATED, actor=actor, person=person, reason="notices_acknowledged"
            )

    def _own_session(self, view: View, actor: Actor, session_id: str) -> Session:
        session = view.sessions.get(session_id)
        if session is None or session.person != actor.id or not self._runs(session):
            raise NotFound(f"session {shown(session_id)}")
        if session_id == actor.session_id:
            raise BadInput("session", "That is this sign-in. Sign out instead.")
        return session

    def _runs(self, session: Session) -> bool:
        return self._limits.ending(session, self._clock.now()) is None

    def _own_sessions(self, view: View, person: Person) -> tuple[SessionSummary, ...]:
        return tuple(
            SessionSummary.of(session, person)
            for session in view.sessions.of_person(person.id)
            if self._runs(session)
        )


def own_documents(view: View, actor: Actor) -> tuple[Person, Credentials]:
    """Return the actor's own person and credentials.

    Raises:
        SessionEnded: The actor is the command line, which has no account.
    """
    return actor.account(), view.credentials.get(actor.id) or Credentials(id=actor.id)
