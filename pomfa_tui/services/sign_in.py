"""Signing in: password, then code or recovery code, then whatever the account still needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    ActivationCodeWrong,
    AttemptEnded,
    CodeLocked,
    FactorDisabled,
    OutOfSequence,
    RecoveryCodeWrong,
    Refusal,
)
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.domain.typed_codes import new_typed_code, read_numbered_code, read_typed_code
from pomfa_tui.services.attempts import Attempt, FirstFactor, require_step

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials, RecoveryCode
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Store, Transaction
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempts
    from pomfa_tui.services.first_factor import FirstFactorCheck
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.recovery_sets import RecoverySets
    from pomfa_tui.services.second_factor import SecondFactorCheck
    from pomfa_tui.services.steps import AttemptId, Step


@dataclass(frozen=True, slots=True)
class _Spent:
    """A recovery code that fits and what takes its place."""

    code: RecoveryCode | None
    replacement: str = field(repr=False)
    fresh_hash: str


_ENDS_ATTEMPT = (CodeLocked, FactorDisabled, AttemptEnded)


class SignInService:
    """The steps of signing in; each checks that it is due."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        hasher: PasswordHasher,
        attempts: Attempts,
        first: FirstFactorCheck,
        second: SecondFactorCheck,
        admission: Admission,
        recovery_sets: RecoverySets,
        recorder: Recorder,
    ) -> None:
        """Take the store, the clocks and the checks that the steps are made of."""
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._attempts = attempts
        self._first = first
        self._second = second
        self._admission = admission
        self._recovery_sets = recovery_sets
        self._recorder = recorder

    def offer_password(self, email: str, password: str) -> Step:
        """Prove the first factor and say what comes next; never opens a session by itself.

        Raises:
            SignInRefused: The one answer for everything that is not right.
        """
        proof = self._first.prove(email, password)
        attempt = self._attempts.begin(proof.person, proof.epoch, proof.kind)
        with self._store.view() as view:
            _, credentials = self._admission.current(view, attempt)
        failures = credentials.password_counter.failures + credentials.code_counter.failures
        attempt = replace(attempt, failures_before=failures)
        if credentials.authenticator is None:
            attempt = self._attempts.with_enrolment_time(attempt)
        self._attempts.keep(attempt)
        return self._needed(attempt, credentials)

    def offer_code(self, attempt_id: AttemptId, text: str) -> Step:
        """Accept the code of the authenticator.

        Args:
            attempt_id: From `offer_password`.
            text: As typed; spaces and hyphens do not matter.

        Raises:
            BadCodeForm: Not six digits; not counted, since it cannot be a guess.
            CodeRefused: Wrong, used, skewed, of an old entry, locked or disabled; counted.
            ClockMovedBack: The host's clock is wrong.
            AttemptEnded: Too slow, or the account changed meanwhile.
            NoSiteToday: Everything proven, but no site to enter.
        """
        attempt = self._attempts.get(attempt_id)
        code = totp.read_code(text)
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            require_step(credentials.authenticator is not None and not attempt.code_proven)
            attempt, verdict = self._accept_code(tx, attempt, person, credentials, code)
        return self._settle(attempt, verdict)

    def offer_recovery_code(self, attempt_id: AttemptId, text: str) -> Step:
        """Accept a recovery code in place of the authenticator's code; its replacement is shown once (rule 19).

        Args:
            attempt_id: From `offer_password`.
            text: As typed, with its number before it or without.

        Raises:
            RecoveryCodeWrong: Wrong or used; counted like a wrong code (REC-06).
            CodeRefused: Locked or disabled.
            AttemptEnded: Too slow, or the account changed meanwhile.
            NoSiteToday: Everything proven, but no site to enter.
        """
        attempt = self._attempts.get(attempt_id)
        require_step(attempt.first is FirstFactor.PASSWORD and not attempt.code_proven)
        number, typed = read_numbered_code(text)
        candidates = self._count_second_factor(attempt)
        used = self._find_recovery(candidates.recovery, number, typed)
        replacement = new_typed_code()
        fresh = self._hasher.hash(replacement) if used is not None else ""
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            attempt, verdict = self._spend_recovery(
                tx, attempt, person, credentials, _Spent(used, replacement, fresh)
            )
        return self._settle(attempt, verdict)

    def offer_activation_code(self, attempt_id: AttemptId, text: str) -> Step:
        """Accept the activation code beside the password, after an MFA reset (rule 17).

        Raises:
            ActivationCodeWrong: Wrong, used, replaced or expired; counted.
            CodeRefused: Locked or disabled.
            AttemptEnded: Too slow, or the account changed meanwhile.
        """
        attempt = self._attempts.get(attempt_id)
        require_step(attempt.first is FirstFactor.PASSWORD and not attempt.second_factor_proven())
        credentials = self._count_second_factor(attempt)
        require_step(credentials.authenticator is None)
        right = self._activation_fits(credentials, text)
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            verdict: Step | Refusal
            if right:
                self._forgive(tx, credentials)
                attempt = self._attempts.with_enrolment_time(
                    replace(attempt, activation_proven=True)
                )
                verdict = self._needed(attempt, credentials)
            else:
                self._record_failure(tx, person, "activation_code")
                left = self._second.left(credentials.code_counter)
                verdict = self._second.locked(credentials.code_counter) or ActivationCodeWrong(left)
        return self._settle(attempt, verdict)

    def choose_site(self, attempt_id: AttemptId, site: str) -> Step:
        """Open the session at one of the person's sites.

        Raises:
            NoSiteToday: Not one of them today.
            OutOfSequence: Something else is due first.
            AttemptEnded: Too slow, or the account changed meanwhile.
        """
        attempt = self._attempts.get(attempt_id)
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            require_step(self._admission.still_needed(attempt, credentials) is None)
            verdict = self._admission.choose(tx, attempt, person, site)
        return self._settle(attempt, verdict)

    def leave(self, attempt_id: AttemptId) -> None:
        """Forget a half-done sign-in; nothing of it was written."""
        self._attempts.end(attempt_id)

    def _accept_code(
        self, tx: Transaction, attempt: Attempt, person: Person, credentials: Credentials, code: str
    ) -> tuple[Attempt, Step | Refusal]:
        label = credentials.authenticator.label if credentials.authenticator is not None else ""
        accepted = self._second.accept(
            tx, person, credentials, code, entry=self._admission.entry_name(label)
        )
        if isinstance(accepted, Refusal):
            return attempt, accepted
        attempt = replace(attempt, code_proven=True)
        accepted = _with_clear_counters(accepted)
        tx.credentials.put(accepted)
        return attempt, self._admission.next_step(tx, attempt, person, accepted)

    def _count_second_factor(self, attempt: Attempt) -> Credentials:
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            refused = self._second.gate(tx, person, credentials.code_counter)
            if refused is None:
                credentials = self._second.count(tx, person, credentials)
        if refused is not None:
            self._attempts.end(attempt.id)
            raise refused
        return credentials

    def _find_recovery(
        self, codes: tuple[RecoveryCode, ...], number: int | None, typed: str | None
    ) -> RecoveryCode | None:
        """Return the unused code that fits; with a number only that one is hashed (REC-09)."""
        candidates = [code for code in codes if number is None or code.number == number]
        if typed is None or not candidates:
            self._hasher.verify_dummy("")
            return None
        found: RecoveryCode | None = None
        for candidate in candidates:
            if self._hasher.verify(candidate.hash, typed):
                found = candidate
        return found

    def _spend_recovery(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        spent: _Spent,
    ) -> tuple[Attempt, Step | Refusal]:
        used = spent.code
        if used is None or used not in credentials.recovery:
            self._record_failure(tx, person, "recovery_code")
            left = self._second.left(credentials.code_counter)
            return attempt, self._second.locked(credentials.code_counter) or RecoveryCodeWrong(left)
        codes = tuple(
            msgspec.structs.replace(code, hash=spent.fresh_hash)
            if code.number == used.number
            else code
            for code in credentials.recovery
        )
        credentials = _with_clear_counters(msgspec.structs.replace(credentials, recovery=codes))
        tx.credentials.put(credentials)
        attempt = replace(
            attempt,
            code_proven=True,
            replaced=used.number,
            recovery=((used.number, spent.replacement),),
        )
        self._recorder.record(
            tx,
            Event.TOKEN_CREATED,
            actor=person.id,
            subject=person.id,
            reason="recovery_code_used",
            detail={"number": str(used.number), "left": str(len(codes))},
        )
        return attempt, self._admission.next_step(tx, attempt, person, credentials)

    def _record_failure(self, tx: Transaction, person: Person, reason: str) -> None:
        self._recorder.failure(
            tx, Event.SIGN_IN_FAILED, actor=person.id, subject=person.id, reason=reason
        )

    def _activation_fits(self, credentials: Credentials, text: str) -> bool:
        code = read_typed_code(text)
        activation = credentials.activation
        if code is None or activation is None or self._clock.now() >= activation.expires_at:
            self._hasher.verify_dummy("")
            return False
        return self._hasher.verify(activation.hash, code)

    def _forgive(self, tx: Transaction, credentials: Credentials) -> None:
        tx.credentials.put(
            msgspec.structs.replace(
                credentials, code_counter=self._second.forgive(credentials.code_counter)
            )
        )

    def _needed(self, attempt: Attempt, credentials: Credentials) -> Step:
        step = self._admission.still_needed(attempt, credentials)
        if step is None:
            raise OutOfSequence
        return step

    def _settle(self, attempt: Attempt, verdict: Step | Refusal) -> Step:
        if isinstance(verdict, Refusal):
            if isinstance(verdict, _ENDS_ATTEMPT):
                self._attempts.end(attempt.id)
            raise verdict
        self._attempts.keep(attempt)
        return self._recovery_sets.complete(attempt, verdict)


def _with_clear_counters(credentials: Credentials) -> Credentials:
    """Return the credentials after both factors were proven; only then do failures stop counting (A10)."""
    return msgspec.structs.replace(credentials, password_counter=Counter(), code_counter=Counter())
