"""Codes typed from paper in place of the authenticator's: a recovery code, or the activation code beside the password.

Their hashes are slow, so a try is counted in one transaction, verified outside the lock, and decided in a second one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    ActivationCodeWrong,
    OutOfSequence,
    RecoveryCodeWrong,
    Refusal,
)
from pomfa_tui.domain.sessions import FailedTries
from pomfa_tui.domain.typed_codes import new_typed_code, read_numbered_code, read_typed_code
from pomfa_tui.services.attempts import Attempt, FirstFactor
from pomfa_tui.services.sequence import require_step

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials, RecoveryCode
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Store, Transaction
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.second_factor import SecondFactorCheck
    from pomfa_tui.services.steps import Step


@dataclass(frozen=True, slots=True)
class _Spent:
    """A recovery code that fits, and what takes its place, if anything does."""

    code: RecoveryCode
    replacement: str | None = field(repr=False)
    fresh_hash: str = field(repr=False)


class PaperCodes:
    """Takes recovery and activation codes after the password; they share the second factor's counter (REC-06, THR-10)."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        hasher: PasswordHasher,
        attempts: Attempts,
        second: SecondFactorCheck,
        admission: Admission,
        recorder: Recorder,
        activation_hours: int,
    ) -> None:
        """Take the store, clock, hasher, half-done sign-ins, the second factor's counter, the gate and the audit log's pen."""
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._attempts = attempts
        self._second = second
        self._admission = admission
        self._recorder = recorder
        self._activation_hours = activation_hours

    def offer_recovery_code(
        self, attempt: Attempt, text: str, *, phone_gone: bool
    ) -> tuple[Attempt, Step | Refusal]:
        """Take a recovery code; see `SignInService.offer_recovery_code`.

        Args:
            attempt: Whose password was proven.
            text: As typed, with its number before it or without.
            phone_gone: Whether to pair anew, with a whole new set of codes, instead of having this one replaced.

        Returns:
            The attempt with what it proved, and what comes next or why not.
        """
        require_step(attempt.first is FirstFactor.PASSWORD and not attempt.code_proven)
        counted = self._count(attempt, paired=True)
        if isinstance(counted, Refusal):
            return attempt, counted
        used = find_recovery_code(self._hasher, counted.recovery, text)
        spent = None if used is None else self._replace(used)
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            if spent is None or spent.code not in credentials.recovery:
                left = self._failed(tx, person, counted, "recovery_code")
                refused = self._second.locked(credentials.code_counter)
                return attempt, refused or RecoveryCodeWrong(left)
            if phone_gone:
                attempt = replace(attempt, phone_gone=True)
                spent = replace(spent, replacement=None)
            return self._spend(tx, attempt, person, credentials, spent)

    def offer_activation_code(self, attempt: Attempt, text: str) -> tuple[Attempt, Step | Refusal]:
        """Take the activation code; see `SignInService.offer_activation_code`.

        Args:
            attempt: Whose password was proven.
            text: As typed.

        Returns:
            The attempt with what it proved, and what comes next or why not.
        """
        require_step(attempt.first is FirstFactor.PASSWORD and not attempt.activation_proven)
        counted = self._count(attempt, paired=False)
        if isinstance(counted, Refusal):
            return attempt, counted
        right = self._activation_fits(counted, text)
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            if not right:
                left = self._failed(tx, person, counted, "activation_code")
                refused = self._second.locked(credentials.code_counter)
                return attempt, refused or ActivationCodeWrong(left, self._activation_hours)
            credentials = self._second.forgive(tx, credentials)
            attempt = self._attempts.with_enrolment_time(replace(attempt, activation_proven=True))
            needed = self._admission.still_needed(attempt, credentials)
            if needed is None:
                raise OutOfSequence
            return attempt, needed

    def _count(self, attempt: Attempt, *, paired: bool) -> Credentials | Refusal:
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            require_step((credentials.authenticator is not None) is paired)
            refused = self._second.gate(tx, person, credentials.code_counter)
            return refused or self._second.count(tx, credentials)

    def _failed(self, tx: Transaction, person: Person, counted: Credentials, reason: str) -> int:
        """Record a failure that was counted before it was verified; return how many tries remain."""
        self._recorder.failure(
            tx, Event.SIGN_IN_FAILED, actor=person.id, subject=person.id, reason=reason
        )
        self._second.record_lock(tx, person, counted.code_counter)
        return self._second.left(counted.code_counter)

    def _replace(self, used: RecoveryCode) -> _Spent:
        replacement = new_typed_code()
        return _Spent(used, replacement, self._hasher.hash(replacement))

    def _spend(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        spent: _Spent,
    ) -> tuple[Attempt, Step | Refusal]:
        number = spent.code.number
        credentials = self._second.forgive(tx, credentials)
        tries = FailedTries.of(credentials.password_counter, credentials.code_counter)
        codes = tuple(code for code in credentials.recovery if code != spent.code)
        if spent.replacement is not None:
            fresh = msgspec.structs.replace(spent.code, hash=spent.fresh_hash)
            codes = tuple(sorted((*codes, fresh), key=lambda code: code.number))
        credentials = self._second.clear_counters(
            tx, msgspec.structs.replace(credentials, recovery=codes)
        )
        attempt = replace(
            self._attempts.with_enrolment_time(attempt),
            code_proven=True,
            by_paper=True,
            tries=tries,
        )
        if spent.replacement is not None:
            attempt = replace(attempt, replaced=number, recovery=((number, spent.replacement),))
        self._recorder.record(
            tx,
            Event.TOKEN_CREATED,
            actor=person.id,
            subject=person.id,
            reason="recovery_code_used",
            detail={"number": str(number), "left": str(len(codes))},
        )
        return attempt, self._admission.next_step(tx, attempt, person, credentials)

    def _activation_fits(self, credentials: Credentials, text: str) -> bool:
        code = read_typed_code(text)
        activation = credentials.activation
        if code is None or activation is None or self._clock.now() >= activation.expires_at:
            self._hasher.verify_dummy("")
            return False
        return self._hasher.verify(activation.hash, code)


def find_recovery_code(
    hasher: PasswordHasher, codes: tuple[RecoveryCode, ...], text: str
) -> RecoveryCode | None:
    """Return the unused code that was typed or read out; with a number only that one is hashed (REC-09).

    Args:
        hasher: Slow, so nobody calls this within a transaction.
        codes: The person's unused codes.
        text: As typed, with its number before it or without.
    """
    number, typed = read_numbered_code(text)
    candidates = [code for code in codes if number is None or code.number == number]
    if typed is None or not candidates:
        hasher.verify_dummy("")
        return None
    fitting = [code for code in candidates if hasher.verify(code.hash, typed)]
    return fitting[0] if fitting else None
