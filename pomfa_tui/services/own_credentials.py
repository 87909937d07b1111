"""Changing one's own password and recovery codes within a session (rules 19, 23)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Password, RecoveryCode
from pomfa_tui.domain.errors import OutOfSequence, PasswordWrong
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.domain.typed_codes import new_typed_code
from pomfa_tui.services.new_passwords import context_words
from pomfa_tui.services.own_account import own_documents
from pomfa_tui.services.retired import with_new_epoch

if TYPE_CHECKING:
    from pomfa_tui.domain.passwords import PasswordRules, Strength
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Transaction
    from pomfa_tui.domain.sessions import Session, SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.password_again import PasswordAgain


@dataclass(frozen=True, slots=True)
class FreshCodes:
    """A new set of recovery codes, number and text, shown once."""

    codes: tuple[tuple[int, str], ...] = field(repr=False)


class OwnCredentialsService:
    """What everybody may do with their own secrets and nobody else's."""

    def __init__(
        self,
        *,
        clock: Clock,
        hasher: PasswordHasher,
        rules: PasswordRules,
        access: Access,
        acts: Acts,
        again: PasswordAgain,
        recovery_size: int,
    ) -> None:
        """Take the clock, the hasher, the password rules, the checks, the common part of acts and the size of a set of codes."""
        self._clock = clock
        self._hasher = hasher
        self._rules = rules
        self._access = access
        self._acts = acts
        self._again = again
        self._recovery_size = recovery_size
        # A terminal shows one set at a time.
        self._shown: tuple[str, tuple[RecoveryCode, ...]] | None = None

    def strength(self, token: SessionToken, password: str) -> Strength:
        """Judge a new password while it is typed.

        Raises:
            SessionEnded: The session is over.
        """
        return self._rules.judge(password, self._words(token))

    def change_password(self, token: SessionToken, current: str, new: str) -> None:
        """Change the password by the current one; the other sessions end (PWD-12, SES-09).

        Raises:
            PasswordWrong: The current password is wrong; counted (THR-10).
            WeakPassword: The new one is refused; says why.
            SessionEnded: The session is over.
        """
        checked = self._rules.check(new, self._words(token))
        epoch = self._again.prove(token, current)
        hashed = self._hasher.hash(checked)
        with self._access.change(token) as (tx, actor):
            person, credentials = own_documents(tx, actor)
            if credentials.epoch != epoch:
                raise PasswordWrong
            tx.credentials.put(
                msgspec.structs.replace(
                    credentials,
                    epoch=epoch + 1,
                    password=Password(hash=hashed, set_at=self._clock.now()),
                    activation=None,
                    password_counter=Counter(),
                )
            )
            self._acts.end_sessions(tx, other_sessions(tx, actor), actor=actor)
            self._acts.record(
                tx, Event.PASSWORD_CHANGED, actor=actor, person=person, reason="own_choice"
            )

    def new_recovery_codes(self, token: SessionToken) -> FreshCodes:
        """Make a whole new set; the old codes are dead at once. Needs a fresh code (rule 22).

        Raises:
            StepUpNeeded: A fresh code is due.
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            self._access.require_fresh(actor)
        texts = tuple(enumerate((new_typed_code() for _ in range(self._recovery_size)), 1))
        codes = tuple(
            RecoveryCode(number=number, hash=self._hasher.hash(text)) for number, text in texts
        )
        with self._access.change(token) as (tx, actor):
            self._access.require_fresh(actor)
            person, credentials = own_documents(tx, actor)
            # A half-done sign-in may be showing codes at this moment that are dead from now on.
            credentials = with_new_epoch(credentials)
            tx.credentials.put(
                msgspec.structs.replace(credentials, recovery=codes, recovery_seen=False)
            )
            self._acts.record(
                tx,
                Event.TOKEN_CREATED,
                actor=actor,
                person=person,
                reason="recovery_codes",
                detail={"number": str(len(codes))},
            )
        self._shown = (token.session_id, codes)
        return FreshCodes(texts)

    def confirm_recovery_codes(self, token: SessionToken) -> None:
        """Take the word that the new set was written down; otherwise another is made at the next sign-in.

        Raises:
            OutOfSequence: This session was not shown the set that is in force.
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            _, credentials = own_documents(tx, actor)
            if self._shown != (actor.session_id, credentials.recovery):
                raise OutOfSequence
            tx.credentials.put(msgspec.structs.replace(credentials, recovery_seen=True))

    def _words(self, token: SessionToken) -> tuple[str, ...]:
        with self._access.look(token) as (view, actor):
            return context_words(view, own_documents(view, actor)[0])


def other_sessions(tx: Transaction, actor: Actor) -> tuple[Session, ...]:
    """Return every session of the actor but the one that acts."""
    return tuple(
        session for session in tx.sessions.of_person(actor.id) if session.id != actor.session_id
    )
