"""Another door, the same lock: a password and a code checked for another program's login, such as PAM's.

Everything is counted, compared and recorded as at `Sign in`. What only the desk's own screens can do is refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import CodeMissing, OutOfSequence, Refusal, UnfinishedAccount
from pomfa_tui.services.admission import factors
from pomfa_tui.services.attempts import FirstFactor
from pomfa_tui.services.steps import LetIn, NeedCode, SignedIn

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Store, Transaction
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempt, Attempts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.sign_in import SignInService


class AnotherDoor:
    """Lets somebody in without opening a session."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        attempts: Attempts,
        sign_in: SignInService,
        admission: Admission,
        recorder: Recorder,
    ) -> None:
        """Take the steps of a sign-in, and what decides who may enter a site today."""
        self._store = store
        self._clock = clock
        self._attempts = attempts
        self._sign_in = sign_in
        self._admission = admission
        self._recorder = recorder

    def let_in(self, email: str, password: str, code: str) -> LetIn:
        """Check both factors at once; no session is opened and none of the person's is ended.

        Args:
            email: As the other program knows it.
            password: As typed; an activation code opens nothing here.
            code: As typed; empty where none was.

        Raises:
            SignInRefused: The one answer while the password is not proven.
            CodeMissing: The password is right, and there was no code.
            UnfinishedAccount: A password, a pairing or recovery codes are due at the desk first.
            Refusal: What `SignInService.offer_code` raises, and `NoSiteToday`.
        """
        step = self._sign_in.offer_password(email, password)
        if isinstance(step, SignedIn):
            raise OutOfSequence
        try:
            attempt = self._attempts.get(step.attempt)
            if not isinstance(step, NeedCode) or attempt.first is not FirstFactor.PASSWORD:
                raise self._sent_away(attempt.person)
            if not code:
                raise CodeMissing
            return self._sign_in.offer_code_at_door(attempt.id, code, self._decide)
        finally:
            self._sign_in.leave(step.attempt)

    def _decide(
        self, tx: Transaction, attempt: Attempt, person: Person, credentials: Credentials
    ) -> LetIn | Refusal:
        if self._admission.still_needed(attempt, credentials) is not None:
            self._record_unfinished(tx, person.id)
            return UnfinishedAccount()
        choices = self._admission.choices(tx, person)
        if isinstance(choices, Refusal):
            return choices
        tx.people.put(msgspec.structs.replace(person, last_sign_in=self._clock.now()))
        self._recorder.record(
            tx,
            Event.SIGN_IN_AFTER_FAILURES if attempt.tries.number else Event.SIGN_IN,
            actor=person.id,
            subject=person.id,
            detail={"factors": factors(attempt), "door": "another program"},
        )
        return LetIn(person.id, attempt.tries.number)

    def _sent_away(self, person: str) -> UnfinishedAccount:
        with self._store.transaction() as tx:
            self._record_unfinished(tx, person)
        return UnfinishedAccount()

    def _record_unfinished(self, tx: Transaction, person: str) -> None:
        self._recorder.failure(
            tx, Event.SIGN_IN_FAILED, actor=person, subject=person, reason="not_finished"
        )
