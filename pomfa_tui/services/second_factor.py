"""Checks codes and recovery codes after the first factor; every wrong one counts, whatever the reason (rules 24, 25)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Authenticator, Credentials, PairingEnd
from pomfa_tui.domain.errors import (
    ClockMovedBack,
    CodeLocked,
    CodeOfOldEntry,
    CodeSkewed,
    CodeUsed,
    CodeWrong,
    FactorDisabled,
    Refusal,
    SealBroken,
)
from pomfa_tui.domain.ports import MovedBack, SealContext
from pomfa_tui.domain.throttle import Counter, Gate, ThrottlePolicy
from pomfa_tui.services.used_steps import seconds_to_new_code, spoil, use_step

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction, Vault
    from pomfa_tui.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class _Typed:
    """A code that was not accepted, and what it was compared with."""

    code: str = field(repr=False)
    entry: str
    authenticator: Authenticator
    secret: bytes = field(repr=False)


HINT_DAYS = 30
"""Days a retired secret is looked at, for the sentence about the old entry only."""


_REASONS: dict[type[Refusal], str] = {
    CodeSkewed: "code_skewed",
    CodeOfOldEntry: "code_of_old_entry",
    CodeWrong: "code_wrong",
}


def secret_context(person: str, authenticator: str) -> SealContext:
    """Return what an authenticator's secret is sealed to (A33)."""
    return SealContext(table="credentials", owner=person, item=authenticator, field="secret")


class SecondFactorCheck:
    """Everything about a code happens in one transaction under the store's lock, so one code has one success (A01)."""

    def __init__(
        self, clock: Clock, vault: Vault, policy: ThrottlePolicy, recorder: Recorder
    ) -> None:
        """Take the clock, the vault that opens secrets, the throttle and the audit log's pen."""
        self._clock = clock
        self._vault = vault
        self._policy = policy
        self._recorder = recorder

    def prepare(self) -> None:
        """Have the libraries loaded that a code is checked with, so that nobody waits for them at the store's lock."""
        totp.code_at(bytes(totp.SECRET_BYTES), 0)
        self._vault.seal(b"", secret_context("", ""))

    def gate(self, tx: Transaction, person: Person, counter: Counter) -> Refusal | None:
        """Return the refusal while the factor is locked or disabled; tries then neither count nor prolong."""
        now = self._clock.now()
        match self._policy.gate(counter, now):
            case Gate.OPEN:
                return None
            case Gate.LOCKED:
                self._recorder.failure(
                    tx, Event.SIGN_IN_LOCKED, actor=person.id, subject=person.id, reason="code"
                )
                return CodeLocked(counter.locked_until, counter.locked_until - now)
            case Gate.DISABLED:
                self._recorder.failure(
                    tx,
                    Event.SIGN_IN_LOCKED,
                    actor=person.id,
                    subject=person.id,
                    reason="code_disabled",
                )
                return FactorDisabled()

    def clock_refusal(self, tx: Transaction, person: Person) -> Refusal | None:
        """Return the refusal when the host's clock runs behind the last recorded moment (rule 27)."""
        behind = self._recorder.seconds_behind(tx)
        if not behind:
            return None
        self._recorder.failure(
            tx,
            Event.CLOCK_MOVED_BACK,
            actor=person.id,
            reason="clock_moved_back",
            severity=Severity.CRITICAL,
            detail={"seconds": str(behind)},
        )
        if tx.meta is not None:
            moved = MovedBack(at=tx.meta.latest, seconds=behind)
            tx.put_meta(msgspec.structs.replace(tx.meta, moved_back=moved))
        return ClockMovedBack(behind)

    def accept(
        self, tx: Transaction, person: Person, credentials: Credentials, code: str, *, entry: str
    ) -> Credentials | Refusal:
        """Accept a code or say why not.

        Args:
            tx: Open transaction; the outcome is recorded in it.
            person: Whose code.
            credentials: As read in this transaction, with an authenticator.
            code: Six digits, as `totp.read_code` returns them.
            entry: Name of the entry to look for.

        Returns:
            The credentials with the step used up, already written; or the refusal, already counted.
        """
        refused = self.gate(tx, person, credentials.code_counter) or self.clock_refusal(tx, person)
        if refused is not None:
            return refused
        authenticator = credentials.authenticator
        if authenticator is None:
            return FactorDisabled()
        secret = self.opened(tx, person, authenticator)
        if isinstance(secret, SealBroken):
            return secret
        now, period, drift = self._clock.now(), authenticator.period, authenticator.drift
        found = totp.match(secret, code, now, period, authenticator.last_step, drift=drift)
        if found.step is not None and found.fresh and found.step not in authenticator.told_steps:
            drift = totp.drift_after(drift, found.step - totp.step_at(now, period))
            return use_step(tx, credentials, authenticator, found.step, drift)
        counted = self.count(tx, credentials)
        typed = _Typed(code, entry, authenticator, secret)
        why = self._why(tx, person, counted, typed, used=found.step)
        self.record_lock(tx, person, counted.code_counter)
        return self.locked(counted.code_counter) or why

    def opened(
        self, tx: Transaction, person: Person, authenticator: Authenticator
    ) -> bytes | SealBroken:
        """Return the secret of an authenticator; or the refusal, recorded, when its seal is broken."""
        try:
            return self._vault.open(
                authenticator.sealed, secret_context(person.id, authenticator.id)
            )
        except SealBroken as broken:
            self._recorder.failure(
                tx,
                Event.DECRYPT_FAILED,
                actor=person.id,
                subject=person.id,
                reason="authenticator",
                severity=Severity.CRITICAL,
                detail={"authenticator": authenticator.id},
            )
            return broken

    def count(self, tx: Transaction, credentials: Credentials) -> Credentials:
        """Count one failure of the second factor, with the lock it earns."""
        now, terminal = self._clock.now(), self._recorder.terminal
        counter = self._policy.count(credentials.code_counter, now, terminal)
        counted = msgspec.structs.replace(credentials, code_counter=counter)
        tx.credentials.put(counted)
        return counted

    def record_lock(self, tx: Transaction, person: Person, counter: Counter) -> None:
        """Record the lock that a failure earned; nothing when it earned none.

        Args:
            tx: Open transaction.
            person: Whose.
            counter: As it stood when this failure was counted.
        """
        if self._policy.gate(counter, self._clock.now()) is not Gate.OPEN:
            self._recorder.failure(
                tx,
                Event.SIGN_IN_FAILED_MAX,
                actor=person.id,
                subject=person.id,
                reason="code",
                severity=Severity.CRITICAL,
            )

    def forgive(self, tx: Transaction, credentials: Credentials) -> Credentials:
        """Take back the newest counted try, because it turned out right."""
        counter = self._policy.forgive(credentials.code_counter)
        forgiven = msgspec.structs.replace(credentials, code_counter=counter)
        tx.credentials.put(forgiven)
        return forgiven

    @staticmethod
    def clear_counters(tx: Transaction, credentials: Credentials) -> Credentials:
        """Write credentials whose both factors were just proven; only then do failures stop counting (A10)."""
        cleared = msgspec.structs.replace(
            credentials, password_counter=Counter(), code_counter=Counter()
        )
        tx.credentials.put(cleared)
        return cleared

    def locked(self, counter: Counter) -> Refusal | None:
        """Return the wait that the newest failure earned, if it did."""
        now = self._clock.now()
        match self._policy.gate(counter, now):
            case Gate.OPEN:
                return None
            case Gate.LOCKED:
                return CodeLocked(counter.locked_until, counter.locked_until - now)
            case Gate.DISABLED:
                return FactorDisabled()

    def left(self, counter: Counter) -> int:
        """Return how many tries remain before the next wait."""
        return self._policy.left(counter)

    def _why(
        self,
        tx: Transaction,
        person: Person,
        counted: Credentials,
        typed: _Typed,
        *,
        used: int | None,
    ) -> Refusal:
        if used is not None:
            self._recorder.failure(
                tx, Event.TOKEN_REUSE, actor=person.id, subject=person.id, reason="code_used"
            )
            return CodeUsed(seconds_to_new_code(typed.authenticator, used, self._clock.now()))
        helpful = self._explain(tx, person, counted, typed)
        self._recorder.failure(
            tx,
            Event.SIGN_IN_FAILED,
            actor=person.id,
            subject=person.id,
            reason=_REASONS[type(helpful)],
        )
        return helpful

    def _explain(
        self, tx: Transaction, person: Person, counted: Credentials, typed: _Typed
    ) -> Refusal:
        period = typed.authenticator.period
        now = self._clock.now()
        steps = totp.skew(typed.secret, typed.code, now, period, drift=typed.authenticator.drift)
        if steps is not None:
            told = totp.step_at(now, period) + steps
            spoil(tx, counted, typed.authenticator, (told,), now)
            return CodeSkewed(steps * period, near=abs(steps) <= totp.RESYNC_REACH)
        replaced = self._replaced_on(person, counted, typed.code)
        if replaced is not None:
            return CodeOfOldEntry(typed.entry, replaced)
        return CodeWrong(typed.entry, self._policy.left(counted.code_counter))

    def _replaced_on(self, person: Person, credentials: Credentials, code: str) -> str | None:
        now = self._clock.now()
        for old in reversed(credentials.pairings):
            if (
                old.sealed is None
                or old.ended is PairingEnd.LEFT
                or now - old.ended_at > HINT_DAYS * DAY
            ):
                continue
            try:
                secret = self._vault.open(old.sealed, secret_context(person.id, old.id))
            except SealBroken:
                # Only a hint is lost; raising would undo the count of this try.
                continue
            if totp.match(secret, code, now, old.period, -1).step is not None:
                day = datetime.fromtimestamp(old.ended_at, tz=UTC)
                return f"{day.day} {day:%B %Y}"
        return None
