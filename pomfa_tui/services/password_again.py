"""Proving one's own password again in the middle of a session; counted like at sign-in (THR-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import PasswordWrong
from pomfa_tui.domain.passwords import hashable, normalised
from pomfa_tui.domain.throttle import Gate, ThrottlePolicy

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Transaction
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.recorder import Recorder


class PasswordAgain:
    """Counts first, verifies outside the lock, forgives when it was right."""

    def __init__(
        self,
        *,
        clock: Clock,
        hasher: PasswordHasher,
        policy: ThrottlePolicy,
        access: Access,
        recorder: Recorder,
    ) -> None:
        """Take the clock, the hasher, the throttle, the rights check and the audit log's pen."""
        self._clock = clock
        self._hasher = hasher
        self._policy = policy
        self._access = access
        self._recorder = recorder

    def prove(self, token: SessionToken, password: str) -> int:
        """Make sure that the person at the session knows its password.

        Returns:
            The epoch of the credentials it was right for.

        Raises:
            PasswordWrong: Wrong, or tried too often; counted.
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            counted = tx.credentials.get(actor.id) or Credentials(id=actor.id)
            gate = self._policy.gate(counted.password_counter, self._clock.now())
            if gate is Gate.OPEN:
                terminal = self._recorder.terminal
                counter = self._policy.count(counted.password_counter, self._clock.now(), terminal)
                counted = msgspec.structs.replace(counted, password_counter=counter)
                tx.credentials.put(counted)
        stored = counted.password.hash if counted.password is not None else None
        right = self._fits(stored, password) and gate is Gate.OPEN
        with self._access.change(token) as (tx, actor):
            now = tx.credentials.get(actor.id) or Credentials(id=actor.id)
            right = right and now.epoch == counted.epoch
            if right:
                counter = self._policy.forgive(now.password_counter)
                tx.credentials.put(msgspec.structs.replace(now, password_counter=counter))
            else:
                self._record_failure(tx, actor, gate, counted)
        if not right:
            raise PasswordWrong
        return counted.epoch

    def _record_failure(
        self, tx: Transaction, actor: Actor, gate: Gate, counted: Credentials
    ) -> None:
        self._recorder.failure(
            tx,
            Event.PASSWORD_CHANGE_FAILED,
            actor=actor.id,
            subject=actor.id,
            reason="current_password" if gate is Gate.OPEN else gate.value,
        )
        earned = self._policy.gate(counted.password_counter, self._clock.now())
        if gate is Gate.OPEN and earned is not Gate.OPEN:
            self._recorder.failure(
                tx,
                Event.SIGN_IN_FAILED_MAX,
                actor=actor.id,
                subject=actor.id,
                reason="password",
                severity=Severity.CRITICAL,
            )

    def _fits(self, stored: str | None, password: str) -> bool:
        typed = normalised(password) if hashable(password) else ""
        if stored is None:
            self._hasher.verify_dummy(typed)
            return False
        return self._hasher.verify(stored, typed) and bool(typed)
