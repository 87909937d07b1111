"""Choosing a password of one's own within a sign-in (rules 16, 17, 20)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials, Password
from pomfa_tui.domain.errors import WeakPassword
from pomfa_tui.domain.passwords import ADVICE, PasswordRules, Strength
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.domain.typed_codes import read_typed_code
from pomfa_tui.services.attempts import FirstFactor
from pomfa_tui.services.sequence import require_step

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Store, Transaction, View
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempt, Attempts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.recovery_sets import RecoverySets
    from pomfa_tui.services.sequence import Sequence
    from pomfa_tui.services.steps import AttemptId, Step


class NewPasswordService:
    """Judges and takes the password that a person chooses."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        hasher: PasswordHasher,
        rules: PasswordRules,
        attempts: Attempts,
        sequence: Sequence,
        admission: Admission,
        recovery_sets: RecoverySets,
        recorder: Recorder,
    ) -> None:
        """Take the store, clock, hasher, rules, half-done sign-ins and their order, last gate, recovery codes and the audit log's pen."""
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._rules = rules
        self._attempts = attempts
        self._sequence = sequence
        self._admission = admission
        self._recovery_sets = recovery_sets
        self._recorder = recorder

    def strength(self, attempt_id: AttemptId, password: str) -> Strength:
        """Judge a password while it is typed; nothing is kept.

        Raises:
            AttemptEnded: Too slow, or the account changed meanwhile.
        """
        with self._sequence.step(attempt_id) as attempt, self._store.view() as view:
            person, _ = self._admission.current(view, attempt)
            words = context_words(view, person)
        return self._rules.judge(password, words)

    def choose(self, attempt_id: AttemptId, password: str) -> Step:
        """Take the password: written at once after a password reset, otherwise together with the pairing.

        Raises:
            WeakPassword: Says why.
            OutOfSequence: No new password is due.
            AttemptEnded: Too slow, or the account changed meanwhile.
            NoSiteToday: Everything proven, but no site to enter.
        """
        with self._sequence.step(attempt_id) as attempt:
            with self._store.view() as view:
                person, credentials = self._admission.current(view, attempt)
                words = context_words(view, person)
            require_step(_due(attempt, credentials))
            hashed = self._hasher.hash(self._checked(password, words, credentials))
            with self._store.transaction() as tx:
                person, credentials = self._admission.current(tx, attempt)
                chosen = self._attempts.with_enrolment_time(replace(attempt, new_password=hashed))
                if credentials.authenticator is not None:
                    chosen, credentials = self._write(tx, chosen, person, credentials, hashed)
                verdict = self._admission.next_step(tx, chosen, person, credentials)
            return self._recovery_sets.complete(chosen, self._sequence.settle(chosen, verdict))

    def _checked(self, password: str, words: tuple[str, ...], credentials: Credentials) -> str:
        """Return the password as it is hashed; the activation code itself is on a slip that others have seen (ENR-07)."""
        checked = self._rules.check(password, words)
        code = read_typed_code(password)
        activation = credentials.activation
        if (
            code is not None
            and activation is not None
            and self._hasher.verify(activation.hash, code)
        ):
            raise WeakPassword(
                f"That is your activation code. Choose a password of your own. {ADVICE}"
            )
        return checked

    def _write(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        hashed: str,
    ) -> tuple[Attempt, Credentials]:
        credentials = msgspec.structs.replace(
            credentials,
            epoch=credentials.epoch + 1,
            password=Password(hash=hashed, set_at=self._clock.now()),
            activation=None,
            password_counter=Counter(),
        )
        tx.credentials.put(credentials)
        self._recorder.record(tx, Event.PASSWORD_CHANGED, actor=person.id, subject=person.id)
        return replace(attempt, epoch=credentials.epoch, new_password=None), credentials


def context_words(view: View, person: Person) -> tuple[str, ...]:
    """Return the words that must not make up a person's password: name, e-mail, names and codes of their sites (PWD-08)."""
    sites = [view.sites.get(code) for code in person.linked_sites()]
    names = [word for site in sites if site is not None for word in (site.name, site.code)]
    return (person.name, person.email, *names)


def _due(attempt: Attempt, credentials: Credentials) -> bool:
    if credentials.authenticator is None:
        return attempt.first is FirstFactor.ACTIVATION
    return attempt.code_proven and (
        credentials.password is None or credentials.password.must_change
    )
