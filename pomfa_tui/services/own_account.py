"""One's own account: password, recovery codes, sessions, sign-ins, notices (rules 19, 23)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials, Password, RecoveryCode
from pomfa_tui.domain.errors import BadInput, NotFound, SessionEnded, WeakPassword
from pomfa_tui.domain.passwords import ADVICE, PasswordRules, Strength
from pomfa_tui.domain.sessions import ENDINGS, SessionEnd
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.domain.typed_codes import new_typed_code, read_typed_code
from pomfa_tui.services.new_passwords import context_words
from pomfa_tui.services.sessions import SessionSummary

if TYPE_CHECKING:
    from pomfa_tui.domain.notices import Notice
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Store, Transaction, View
    from pomfa_tui.domain.sessions import SessionLimits, SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.password_again import PasswordAgain
    from pomfa_tui.services.recorder import Recorder

SIGN_INS_SHOWN = 20
"""Recent sign-ins and failed tries in one's own list."""

_SIGN_INS = frozenset(
    {Event.SIGN_IN, Event.SIGN_IN_AFTER_FAILURES, Event.SIGN_IN_FAILED, Event.TOKEN_REUSE}
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


@dataclass(frozen=True, slots=True)
class FreshCodes:
    """A new set of recovery codes, shown once."""

    codes: tuple[tuple[int, str], ...] = field(repr=False)


class OwnAccountService:
    """What everybody may do with their own account and nobody else's."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        hasher: PasswordHasher,
        rules: PasswordRules,
        access: Access,
        acts: Acts,
        again: PasswordAgain,
        limits: SessionLimits,
        recorder: Recorder,
        recovery_size: int,
    ) -> None:
        """Take the store, clock, hasher, password rules, checks, limits, the audit log's pen and the size of a set of codes."""
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._rules = rules
        self._access = access
        self._acts = acts
        self._again = again
        self._limits = limits
        self._recorder = recorder
        self._recovery_size = recovery_size

    def show(self, token: SessionToken) -> AccountView:
        """Return one's own account.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            person, credentials = _own(view, actor)
            paired = credentials.authenticator
            return AccountView(
                name=person.name,
                email=person.email,
                entry=paired.label if paired is not None else None,
                paired_at=paired.bound_at if paired is not None else None,
                password_set_at=credentials.password.set_at
                if credentials.password is not None
                else None,
                recovery_left=len(credentials.recovery),
                sessions=self._own_sessions(view, person),
                this_session=actor.session_id or "",
            )

    def strength(self, token: SessionToken, password: str) -> Strength:
        """Judge a new password while it is typed.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            words = context_words(view, _own(view, actor)[0])
        return self._rules.judge(password, words)

    def change_password(self, token: SessionToken, current: str, new: str) -> None:
        """Change the password by the current one; the other sessions end (PWD-12, SES-09).

        Raises:
            PasswordWrong: The current password is wrong; counted (THR-10).
            WeakPassword: The new one is refused; says why.
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            words = context_words(view, _own(view, actor)[0])
        if read_typed_code(new) is not None:
            raise WeakPassword(
                f"That looks like an activation code. Choose a password of your own. {ADVICE}"
            )
        checked = self._rules.check(new, words)
        self._again.prove(token, current)
        hashed = self._hasher.hash(checked)
        with self._access.change(token) as (tx, actor):
            person, credentials = _own(tx, actor)
            credentials = msgspec.structs.replace(
                credentials,
                epoch=credentials.epoch + 1,
                password=Password(hash=hashed, set_at=self._clock.now()),
                activation=None,
                password_counter=Counter(),
            )
            tx.credentials.put(credentials)
            self.end_other_sessions(tx, actor, person)
            self._record(tx, Event.PASSWORD_CHANGED, actor, "own_choice")

    def new_recovery_codes(self, token: SessionToken) -> FreshCodes:
        """Make a whole new set; the old codes are dead at once. Needs a fresh code (rule 22).

        Raises:
            StepUpNeeded: A fresh code is due.
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            self._acts.require_fresh(actor)
        texts = tuple(enumerate((new_typed_code() for _ in range(self._recovery_size)), 1))
        codes = tuple(
            RecoveryCode(number=number, hash=self._hasher.hash(text)) for number, text in texts
        )
        with self._access.change(token) as (tx, actor):
            self._acts.require_fresh(actor)
            _, credentials = _own(tx, actor)
            tx.credentials.put(
                msgspec.structs.replace(credentials, recovery=codes, recovery_seen=False)
            )
            self._record(tx, Event.TOKEN_CREATED, actor, "recovery_codes")
        return FreshCodes(texts)

    def confirm_recovery_codes(self, token: SessionToken) -> None:
        """Take the word that the new set was written down; otherwise another is made at the next sign-in.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            _, credentials = _own(tx, actor)
            tx.credentials.put(msgspec.structs.replace(credentials, recovery_seen=True))

    def end_session(self, token: SessionToken, session_id: str, password: str) -> None:
        """End another of one's own sessions after proving the password (SES-11).

        Raises:
            PasswordWrong: The password is wrong; counted.
            NotFound: No such running session of one's own.
            SessionEnded: The asking session is over.
        """
        self._again.prove(token, password)
        with self._access.change(token) as (tx, actor):
            session = tx.sessions.get(session_id)
            if session is None or session.person != actor.id or session.ended is not None:
                raise NotFound(f"session {session_id[:32]}")
            if session_id == actor.session_id:
                raise BadInput("session", "That is this sign-in. Sign out instead.")
            ended = msgspec.structs.replace(
                session, ended=SessionEnd.ENDED_BY_OTHER, ended_at=self._clock.now()
            )
            tx.sessions.put(ended)
            self._record(tx, Event.SESSION_EXPIRED, actor, SessionEnd.ENDED_BY_OTHER.value)

    def sign_ins(self, token: SessionToken) -> tuple[SignInLine, ...]:
        """Return one's own recent sign-ins and failed tries, newest first.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            own = actor.id
        found = deque(
            (
                SignInLine(
                    record.event.at, record.event.event, record.event.terminal, record.event.site
                )
                for record in self._store.audit_records()
                if record.event.subject == own and record.event.event in _SIGN_INS
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
            return _own(view, actor)[0].notices

    def acknowledge(self, token: SessionToken, notice_ids: tuple[str, ...]) -> None:
        """Take notices away that the person has read.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            person, _ = _own(tx, actor)
            left = tuple(notice for notice in person.notices if notice.id not in notice_ids)
            tx.people.put(msgspec.structs.replace(person, notices=left))
            self._record(tx, Event.USER_UPDATED, actor, "notices_acknowledged")

    def end_other_sessions(self, tx: Transaction, actor: Actor, person: Person) -> None:
        """End every session of the person but the one that acts."""
        for session in tx.sessions.of_person(person.id):
            if session.ended is None and session.id != actor.session_id:
                ended = msgspec.structs.replace(
                    session, ended=SessionEnd.ACCOUNT_CHANGED, ended_at=self._clock.now()
                )
                tx.sessions.put(ended)
                self._record(tx, Event.SESSION_EXPIRED, actor, SessionEnd.ACCOUNT_CHANGED.value)

    def _own_sessions(self, view: View, person: Person) -> tuple[SessionSummary, ...]:
        now = self._clock.now()
        return tuple(
            SessionSummary(
                id=session.id,
                person=person.id,
                email=person.email,
                site=session.site,
                terminal=session.terminal,
                started=session.started,
                last_seen=session.last_seen,
            )
            for session in view.sessions.of_person(person.id)
            if self._limits.ending(session, now) is None
        )

    def _record(self, tx: Transaction, event: Event, actor: Actor, reason: str) -> None:
        self._recorder.record(
            tx,
            event,
            actor=actor.id,
            actor_role=actor.role.value,
            subject=actor.id,
            site=actor.site,
            session=actor.session_id,
            reason=reason,
        )


def _own(view: View, actor: Actor) -> tuple[Person, Credentials]:
    if actor.person is None:
        raise SessionEnded(SessionEnd.LOST.value, ENDINGS[SessionEnd.LOST])
    return actor.person, view.credentials.get(actor.id) or Credentials(id=actor.id)
