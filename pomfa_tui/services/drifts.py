"""Phones whose clock is off and stays off: two codes in a row, after the password, show by how much (RFC 6238 section 6, TOTP-12).

One code outside the window is never accepted (rule 25). Two in a row, both newer than the last one used and within ten steps, prove more
than one inside it: a guess at them is right once in 10^12 / 20 tries, and each try counts like a wrong code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import CodesNotInARow, FactorDisabled, Refusal, SealBroken
from pomfa_tui.services.used_steps import spoil, use_step

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Authenticator
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.second_factor import SecondFactorCheck

Verdict = Credentials | Refusal
"""Credentials with a step used up, already written; or a refusal, already counted."""


class Drifts:
    """Finds, remembers and records by how many steps a phone's clock is off."""

    def __init__(self, clock: Clock, second: SecondFactorCheck, recorder: Recorder) -> None:
        """Take the clock, the second factor's counter and the audit log's pen."""
        self._clock = clock
        self._second = second
        self._recorder = recorder

    def accept(
        self,
        tx: Transaction,
        person: Person,
        credentials: Credentials,
        codes: tuple[str, str],
    ) -> Verdict:
        """Accept two codes in a row or say why not.

        Args:
            tx: Open transaction; the outcome is recorded in it.
            person: Whose codes.
            credentials: As read in this transaction.
            codes: Six digits each, in the order in which they were shown.
        """
        refused = self._second.gate(
            tx, person, credentials.code_counter
        ) or self._second.clock_refusal(tx, person)
        if refused is not None:
            return refused
        authenticator = credentials.authenticator
        if authenticator is None:
            return FactorDisabled()
        secret = self._second.opened(tx, person, authenticator)
        if isinstance(secret, SealBroken):
            return secret
        now, period = self._clock.now(), authenticator.period
        step = totp.in_a_row(secret, codes, now, period, authenticator.last_step)
        if step is None or step in authenticator.told_steps:
            return self._refuse(tx, person, credentials, self._near(authenticator, secret, codes))
        return self._remember(tx, person, credentials, authenticator, step)

    def _remember(
        self,
        tx: Transaction,
        person: Person,
        credentials: Credentials,
        authenticator: Authenticator,
        step: int,
    ) -> Credentials:
        drift = step - totp.step_at(self._clock.now(), authenticator.period)
        self._recorder.record(
            tx,
            Event.TOKEN_RESYNCHRONISED,
            actor=person.id,
            subject=person.id,
            reason="two_codes_in_a_row",
            detail={"steps": str(drift), "before": str(authenticator.drift)},
        )
        return use_step(tx, credentials, authenticator, step, drift)

    def _refuse(
        self,
        tx: Transaction,
        person: Person,
        credentials: Credentials,
        near: tuple[int, ...],
    ) -> Refusal:
        counted = self._second.count(tx, credentials)
        if counted.authenticator is not None:
            spoil(tx, counted, counted.authenticator, near, self._clock.now())
        self._recorder.failure(
            tx,
            Event.SIGN_IN_FAILED,
            actor=person.id,
            subject=person.id,
            reason="codes_not_in_a_row",
        )
        self._second.record_lock(tx, person, counted.code_counter)
        left = self._second.left(counted.code_counter)
        return self._second.locked(counted.code_counter) or CodesNotInARow(left)

    def _near(
        self, authenticator: Authenticator, secret: bytes, codes: tuple[str, str]
    ) -> tuple[int, ...]:
        """Return the steps that the refused codes belong to, so that nobody who saw them typed makes two in a row of them."""
        return totp.steps_near(secret, codes, self._clock.now(), authenticator.period)
