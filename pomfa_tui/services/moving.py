"""Moving to a new phone: the old entry works until the new one is confirmed, then they change places in one write (ENR-14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Authenticator, Credentials, PairingEnd
from pomfa_tui.domain.documents import new_id
from pomfa_tui.domain.errors import (
    CodeSkewed,
    OutOfSequence,
    PairingCodeWrong,
    PairingExpired,
    Refusal,
)
from pomfa_tui.otpauth import PairingOffer, account_label, entry_name
from pomfa_tui.services.attempts import Pending
from pomfa_tui.services.pairing import TRIES
from pomfa_tui.services.retired import retire
from pomfa_tui.services.second_factor import secret_context
from pomfa_tui.services.steps import AttemptId, OfferedPairing

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Place, Transaction, Vault
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.own_account import OwnAccountService
    from pomfa_tui.services.password_again import PasswordAgain
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.second_factor import SecondFactorCheck


@dataclass(frozen=True, slots=True)
class _Move:
    """A move that waits for the new entry's code; lives in this process only."""

    pending: Pending
    epoch: int
    failures: int = 0


class MoveService:
    """Offers a new entry to somebody who proved both factors once more."""

    def __init__(
        self,
        *,
        clock: Clock,
        place: Place,
        vault: Vault,
        access: Access,
        second: SecondFactorCheck,
        again: PasswordAgain,
        account: OwnAccountService,
        recorder: Recorder,
        issuer: str,
        pairing_seconds: int,
    ) -> None:
        """Take clock, place, vault, checks, the audit log's pen, the entries' issuer and how long an offer stands."""
        self._clock = clock
        self._place = place
        self._vault = vault
        self._access = access
        self._second = second
        self._again = again
        self._account = account
        self._recorder = recorder
        self._issuer = issuer
        self._pairing_seconds = pairing_seconds
        self._moves: dict[str, _Move] = {}

    def begin(self, token: SessionToken, password: str, text: str) -> OfferedPairing:
        """Prove password and present code, and offer a new entry.

        Raises:
            BadCodeForm: Not six digits.
            PasswordWrong: The password is wrong; counted.
            CodeRefused: The present entry's code is wrong, used or locked; counted.
            ClockMovedBack: The host's clock is wrong.
            SessionEnded: The session is over.
        """
        code = totp.read_code(text)
        self._again.prove(token, password)
        refused: Refusal | None = None
        with self._access.change(token) as (tx, actor):
            person, credentials = _paired(tx, actor)
            label = credentials.authenticator.label if credentials.authenticator is not None else ""
            verdict = self._second.accept(
                tx, person, credentials, code, entry=entry_name(self._issuer, label)
            )
            if isinstance(verdict, Refusal):
                refused = verdict
        if refused is not None:
            raise refused
        return self._offer(token, person, credentials)

    def confirm(self, token: SessionToken, text: str) -> None:
        """Take the first code of the new entry; the old one is dead from here on, and the other sessions end.

        Raises:
            BadCodeForm: Not six digits.
            PairingCodeWrong: The code does not fit the new entry.
            CodeSkewed: The phone's clock is off.
            PairingExpired: The offer is too old; begin again. The old entry still works.
            OutOfSequence: Nothing was offered, or the account changed meanwhile.
            SessionEnded: The session is over.
        """
        code = totp.read_code(text)
        move = self._moves.get(token.session_id)
        if move is None:
            raise OutOfSequence
        if self._clock.elapsed() >= move.pending.until:
            self.leave(token)
            raise PairingExpired
        with self._access.change(token) as (tx, actor):
            person, credentials = _paired(tx, actor)
            if credentials.epoch != move.epoch:
                self.leave(token)
                raise OutOfSequence
            step = self._proven_step(token, move, code)
            self._swap(tx, actor, person, credentials, move.pending, step)
        self.leave(token)

    def leave(self, token: SessionToken) -> None:
        """Forget a move that was begun; the old entry simply stays."""
        self._moves.pop(token.session_id, None)

    def _offer(
        self, token: SessionToken, person: Person, credentials: Credentials
    ) -> OfferedPairing:
        generation = credentials.next_generation()
        pending = Pending(
            secret=totp.new_secret(),
            generation=generation,
            label=account_label(person.email, generation),
            period=person.period,
            until=self._clock.elapsed() + self._pairing_seconds,
        )
        self._moves[token.session_id] = _Move(pending, credentials.epoch)
        return OfferedPairing(
            attempt=AttemptId(token.session_id),
            entry=PairingOffer(
                self._issuer, pending.label, totp.base32(pending.secret), pending.period
            ),
            seconds=self._pairing_seconds,
            again=True,
        )

    def _proven_step(self, token: SessionToken, move: _Move, code: str) -> int:
        now, period = self._clock.now(), move.pending.period
        found = totp.match(move.pending.secret, code, now, period, -1)
        if found.step is not None:
            return found.step
        skew = totp.skew(move.pending.secret, code, now, period)
        if skew is not None:
            raise CodeSkewed(skew * period)
        failures = move.failures + 1
        if failures >= TRIES:
            self.leave(token)
            raise PairingExpired
        self._moves[token.session_id] = _Move(move.pending, move.epoch, failures)
        raise PairingCodeWrong(TRIES - failures)

    def _swap(  # noqa: PLR0917 - the facts of one swap
        self,
        tx: Transaction,
        actor: Actor,
        person: Person,
        credentials: Credentials,
        pending: Pending,
        step: int,
    ) -> None:
        now = self._clock.now()
        identifier = new_id()
        retired = retire(credentials, PairingEnd.REPLACED, by=actor.id, now=now)
        tx.credentials.put(
            msgspec.structs.replace(
                retired,
                epoch=retired.epoch + 1,
                authenticator=Authenticator(
                    id=identifier,
                    sealed=self._vault.seal(pending.secret, secret_context(person.id, identifier)),
                    period=pending.period,
                    generation=pending.generation,
                    label=pending.label,
                    last_step=step,
                    bound_at=now,
                    terminal=self._place.terminal,
                ),
            )
        )
        self._account.end_other_sessions(tx, actor, person)
        for event, reason in ((Event.TOKEN_REVOKED, "replaced"), (Event.TOKEN_CREATED, "paired")):
            self._recorder.record(
                tx,
                event,
                actor=actor.id,
                actor_role=actor.role.value,
                subject=person.id,
                site=actor.site,
                session=actor.session_id,
                reason=reason,
                detail={"generation": str(pending.generation)},
            )


def _paired(tx: Transaction, actor: Actor) -> tuple[Person, Credentials]:
    credentials = tx.credentials.get(actor.id)
    if actor.person is None or credentials is None or credentials.authenticator is None:
        raise OutOfSequence
    return actor.person, credentials
