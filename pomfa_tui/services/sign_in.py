"""Signing in: password, then code or recovery code, then whatever the account still needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pomfa_tui.domain import totp
from pomfa_tui.domain.errors import CodeSkewed, OutOfSequence, Refusal
from pomfa_tui.domain.sessions import FailedTries
from pomfa_tui.services.sequence import require_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Store, Transaction
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempt, Attempts
    from pomfa_tui.services.drifts import Drifts, Verdict
    from pomfa_tui.services.first_factor import FirstFactorCheck
    from pomfa_tui.services.paper_codes import PaperCodes
    from pomfa_tui.services.recovery_sets import RecoverySets
    from pomfa_tui.services.second_factor import SecondFactorCheck
    from pomfa_tui.services.sequence import Sequence
    from pomfa_tui.services.steps import AttemptId, LetIn, Step

Answer = TypeVar("Answer")

if TYPE_CHECKING:
    After = Callable[[Transaction, Attempt, Person, Credentials], Answer | Refusal]
    """What is decided once the code is accepted, in the same transaction."""

    Accept = Callable[[Transaction, Person, Credentials], Verdict]
    """Checks what was typed in place of a code."""


class SignInService:
    """The steps of signing in; each checks that it is due."""

    def __init__(
        self,
        *,
        store: Store,
        attempts: Attempts,
        sequence: Sequence,
        first: FirstFactorCheck,
        second: SecondFactorCheck,
        drifts: Drifts,
        paper: PaperCodes,
        admission: Admission,
        recovery_sets: RecoverySets,
    ) -> None:
        """Take the store, the half-done sign-ins and the checks that the steps are made of."""
        self._store = store
        self._attempts = attempts
        self._sequence = sequence
        self._first = first
        self._second = second
        self._drifts = drifts
        self._paper = paper
        self._admission = admission
        self._recovery_sets = recovery_sets

    def offer_password(self, email: str, password: str) -> Step:
        """Prove the first factor and say what comes next; never opens a session by itself.

        Raises:
            SignInRefused: The one answer for everything that is not right.
            NotInitialised: The store is empty.
        """
        proof = self._first.prove(email, password)
        self._second.prepare()
        attempt = self._attempts.begin(proof.person, proof.epoch, proof.kind)
        with self._sequence.step(attempt.id):
            with self._store.view() as view:
                _, credentials = self._admission.current(view, attempt)
            tries = FailedTries.of(credentials.password_counter, credentials.code_counter)
            attempt = replace(attempt, tries=tries)
            if credentials.authenticator is None:
                attempt = self._attempts.with_enrolment_time(attempt)
            needed = self._admission.still_needed(attempt, credentials)
            if needed is None:
                raise OutOfSequence
            return self._sequence.settle(attempt, needed)

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
            OutOfSequence: No code is due.
        """
        with self._sequence.step(attempt_id) as attempt:
            code = totp.read_code(text)
            return self._prove_code(attempt, self._single(code))

    def offer_code_at_door(self, attempt_id: AttemptId, text: str, after: After[LetIn]) -> LetIn:
        """Accept the code at another program's login: the same check as `offer_code`, but no session is opened.

        Args:
            attempt_id: From `offer_password`; over afterwards, whatever comes of it.
            text: As typed; spaces and hyphens do not matter.
            after: Decides, in the transaction that the code is accepted in, whether nothing else is missing.

        Raises:
            BadCodeForm: Not six digits; not counted, since it cannot be a guess.
            CodeRefused: Wrong, used, skewed, of an old entry, locked or disabled; counted.
            ClockMovedBack: The host's clock is wrong.
            AttemptEnded: The account changed meanwhile.
            OutOfSequence: No code is due.
            Refusal: What `after` answers.
        """
        with self._sequence.step(attempt_id) as attempt:
            code = totp.read_code(text)
            with self._store.transaction() as tx:
                _, verdict = self._accept(tx, attempt, self._single(code), after)
            if isinstance(verdict, Refusal):
                raise verdict
            return verdict

    def resynchronise(self, attempt_id: AttemptId, first: str, second: str) -> Step:
        """Accept two codes in a row from a phone whose clock is off, and remember by how much (RFC 6238 section 6, TOTP-12).

        Args:
            attempt_id: Of a sign-in in which a code showed that the clock is off by at most ten steps.
            first: As typed; spaces and hyphens do not matter.
            second: The code that followed it.

        Raises:
            BadCodeForm: One of them is not six digits; not counted.
            CodesNotInARow: Not two new codes in a row within ten steps; counted once.
            CodeRefused: Locked or disabled.
            ClockMovedBack: The host's clock is wrong.
            AttemptEnded: Too slow, or the account changed meanwhile.
            NoSiteToday: Everything proven, but no site to enter.
            OutOfSequence: No code showed that the clock is off.
        """
        with self._sequence.step(attempt_id) as attempt:
            codes = totp.read_code(first), totp.read_code(second)
            require_step(attempt.skewed)

            def accept(tx: Transaction, person: Person, credentials: Credentials) -> Verdict:
                return self._drifts.accept(tx, person, credentials, codes)

            return self._prove_code(attempt, accept)

    def offer_recovery_code(
        self, attempt_id: AttemptId, text: str, *, phone_gone: bool = False
    ) -> Step:
        """Accept a recovery code in place of the authenticator's code; its replacement is shown once (rule 19).

        Args:
            attempt_id: From `offer_password`.
            text: As typed, with its number before it or without.
            phone_gone: Whether to pair anew at once; then a whole new set takes the place of the codes, and the old entry dies when the
                new one is proven. Who stops half-way has used up this one code, and the old entry works on.

        Raises:
            RecoveryCodeWrong: Wrong or used; counted like a wrong code (REC-06).
            CodeRefused: Locked or disabled.
            AttemptEnded: Too slow, or the account changed meanwhile.
            NoSiteToday: Everything proven, but no site to enter.
            OutOfSequence: No recovery code is due, or the first factor was an activation code.
        """
        with self._sequence.step(attempt_id) as attempt:
            proven, verdict = self._paper.offer_recovery_code(attempt, text, phone_gone=phone_gone)
            return self._settle(proven, verdict)

    def offer_activation_code(self, attempt_id: AttemptId, text: str) -> Step:
        """Accept the activation code beside the password, after an MFA reset (rule 17).

        Raises:
            ActivationCodeWrong: Wrong, used, replaced or expired; counted.
            CodeRefused: Locked or disabled.
            AttemptEnded: Too slow, or the account changed meanwhile.
            OutOfSequence: No activation code is due.
        """
        with self._sequence.step(attempt_id) as attempt:
            proven, verdict = self._paper.offer_activation_code(attempt, text)
            return self._settle(proven, verdict)

    def choose_site(self, attempt_id: AttemptId, site: str) -> Step:
        """Open the session at one of the person's sites.

        Raises:
            NotThatSite: Not one of them today; choose again.
            NoSiteToday: None is left.
            OutOfSequence: Something else is due first.
            AttemptEnded: Too slow, or the account changed meanwhile.
        """
        with self._sequence.step(attempt_id) as attempt:
            with self._store.transaction() as tx:
                person, credentials = self._admission.current(tx, attempt)
                require_step(self._admission.still_needed(attempt, credentials) is None)
                verdict = self._admission.choose(tx, attempt, person, site)
            return self._settle(attempt, verdict)

    def leave(self, attempt_id: AttemptId) -> None:
        """Forget a half-done sign-in; nothing of it was written."""
        self._attempts.end(attempt_id)

    def _single(self, code: str) -> Accept:
        def accept(tx: Transaction, person: Person, credentials: Credentials) -> Verdict:
            entry = self._admission.entry_name(_label(credentials))
            return self._second.accept(tx, person, credentials, code, entry=entry)

        return accept

    def _prove_code(self, attempt: Attempt, accept: Accept) -> Step:
        with self._store.transaction() as tx:
            verdict: Step | Refusal
            after: After[Step] = self._admission.next_step
            proven, verdict = self._accept(tx, attempt, accept, after)
        if isinstance(verdict, CodeSkewed) and verdict.near:
            self._attempts.keep(self._attempts.with_skew(attempt))
        return self._settle(proven, verdict)

    def _accept(
        self, tx: Transaction, attempt: Attempt, accept: Accept, after: After[Answer]
    ) -> tuple[Attempt, Answer | Refusal]:
        person, credentials = self._admission.current(tx, attempt)
        require_step(credentials.authenticator is not None and not attempt.code_proven)
        accepted = accept(tx, person, credentials)
        if isinstance(accepted, Refusal):
            return attempt, accepted
        tries = FailedTries.of(accepted.password_counter, accepted.code_counter)
        accepted = self._second.clear_counters(tx, accepted)
        proven = replace(attempt, code_proven=True, tries=tries)
        attempt = self._attempts.with_enrolment_time(proven)
        return attempt, after(tx, attempt, person, accepted)

    def _settle(self, attempt: Attempt, verdict: Step | Refusal) -> Step:
        return self._recovery_sets.complete(attempt, self._sequence.settle(attempt, verdict))


def _label(credentials: Credentials) -> str:
    return credentials.authenticator.label if credentials.authenticator is not None else ""
