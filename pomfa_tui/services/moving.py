"""Moving to a new phone: the old entry works until the new one is confirmed, then they change places in one write (ENR-14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.credentials import Credentials, PairingEnd
from pomfa_tui.domain.errors import OutOfSequence, PairingExpired, Refusal
from pomfa_tui.otpauth import PairingOffer, account_label, entry_name
from pomfa_tui.services.attempts import Pending
from pomfa_tui.services.first_codes import why_first_code_fails
from pomfa_tui.services.new_pairing import new_pairing
from pomfa_tui.services.own_credentials import other_sessions
from pomfa_tui.services.pairing import TRIES
from pomfa_tui.services.retired import retire
from pomfa_tui.services.steps import AttemptId, OfferedPairing

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Place, Transaction, Vault
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.password_again import PasswordAgain
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
        acts: Acts,
        second: SecondFactorCheck,
        again: PasswordAgain,
        issuer: str,
        pairing_seconds: int,
    ) -> None:
        """Take clock, place, vault, checks, the common part of acts, the entries' issuer and how long an offer stands."""
        self._clock = clock
        self._place = place
        self._vault = vault
        self._access = access
        self._acts = acts
        self._second = second
        self._again = again
        self._issuer = issuer
        self._pairing_seconds = pairing_seconds
        self._moves: dict[str, _Move] = {}

    def begin(self, token: SessionToken, password: str, text: str) -> OfferedPairing:
        """Prove password and present code, and offer a new entry; an earlier offer of this session is dead.

        Raises:
            BadCodeForm: Not six digits.
            PasswordWrong: The password is wrong; counted.
            CodeRefused: The present entry's code is wrong, used or locked; counted.
            ClockMovedBack: The host's clock is wrong.
            OutOfSequence: The account changed meanwhile.
            SessionEnded: The session is over.
        """
        code = totp.read_code(text)
        self.leave(token)
        epoch = self._again.prove(token, password)
        with self._access.change(token) as (tx, actor):
            person, credentials = _paired(tx, actor, epoch)
            verdict = self._accept(tx, person, credentials, code)
        if isinstance(verdict, Refusal):
            raise verdict
        return self._offer(token, person, verdict)

    def confirm(self, token: SessionToken, text: str) -> None:
        """Take the first code of the new entry; the old one is dead from here on, and the other sessions end.

        Raises:
            BadCodeForm: Not six digits.
            PairingCodeWrong: The code does not fit the new entry.
            CodeSkewed: The phone's clock is off.
            PairingPeriodIgnored: The app ignores the 60 seconds (TOTP-13).
            PairingExpired: The offer is too old or met too many wrong codes; begin again. The old entry still works.
            ClockMovedBack: The host's clock is wrong.
            OutOfSequence: Nothing was offered, or the account changed meanwhile.
            SessionEnded: The session is over.
        """
        code = totp.read_code(text)
        move = self._standing(token)
        with self._access.change(token) as (tx, actor):
            person, credentials = _paired(tx, actor, move.epoch)
            refused = self._second.clock_refusal(tx, person)
            now, period = self._clock.now(), move.pending.period
            found = totp.match(move.pending.secret, code, now, period, -1)
            if refused is None and found.step is None:
                self._record_miss(tx, actor, person)
                refused = self._missed(token, move, code)
            if refused is None and found.step is not None:
                swapped = self._swapped(actor, credentials, move.pending, found.step)
                self._write(tx, actor, person, swapped)
        if refused is not None:
            raise refused
        self.leave(token)

    def leave(self, token: SessionToken) -> None:
        """Forget a move that was begun; the old entry simply stays."""
        self._moves.pop(token.session_id, None)

    def _standing(self, token: SessionToken) -> _Move:
        move = self._moves.get(token.session_id)
        if move is None:
            raise OutOfSequence
        if self._clock.elapsed() >= move.pending.until:
            self.leave(token)
            raise PairingExpired
        return move

    def _accept(
        self, tx: Transaction, person: Person, credentials: Credentials, code: str
    ) -> Credentials | Refusal:
        label = credentials.authenticator.label if credentials.authenticator is not None else ""
        entry = entry_name(self._issuer, label)
        verdict = self._second.accept(tx, person, credentials, code, entry=entry)
        return verdict if isinstance(verdict, Refusal) else self._second.clear_counters(tx, verdict)

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
        self._forget_old()
        self._moves[token.session_id] = _Move(pending, credentials.epoch)
        return OfferedPairing(
            attempt=AttemptId(token.session_id),
            entry=PairingOffer(
                self._issuer, pending.label, totp.base32(pending.secret), pending.period
            ),
            seconds=self._pairing_seconds,
            again=True,
        )

    def _forget_old(self) -> None:
        """Let secrets go that nobody can confirm any more, because their session ended with the screen open (ENR-06)."""
        now = self._clock.elapsed()
        self._moves = {key: move for key, move in self._moves.items() if now < move.pending.until}

    def _missed(self, token: SessionToken, move: _Move, code: str) -> Refusal:
        """Return why a code does not fit; after too many the offer is dead."""
        failures = move.failures + 1
        if failures >= TRIES:
            self.leave(token)
            return PairingExpired()
        self._moves[token.session_id] = replace(move, failures=failures)
        return why_first_code_fails(move.pending, code, self._clock.now(), left=TRIES - failures)

    def _record_miss(self, tx: Transaction, actor: Actor, person: Person) -> None:
        self._acts.record(
            tx,
            Event.TOKEN_CREATED,
            actor=actor,
            person=person,
            reason="pairing_code",
            outcome=Outcome.FAILURE,
            severity=Severity.WARNING,
        )

    def _swapped(
        self, actor: Actor, credentials: Credentials, pending: Pending, step: int
    ) -> Credentials:
        now = self._clock.now()
        retired = retire(credentials, PairingEnd.REPLACED, by=actor.id, now=now)
        return msgspec.structs.replace(
            retired,
            epoch=retired.epoch + 1,
            authenticator=new_pairing(
                pending,
                self._vault,
                person=credentials.id,
                step=step,
                now=now,
                terminal=self._place.terminal,
            ),
        )

    def _write(self, tx: Transaction, actor: Actor, person: Person, swapped: Credentials) -> None:
        tx.credentials.put(swapped)
        self._acts.end_sessions(tx, other_sessions(tx, actor), actor=actor)
        generation = swapped.next_generation() - 1
        self._acts.record(
            tx,
            Event.TOKEN_CREATED,
            actor=actor,
            person=person,
            reason="moved",
            detail={"generation": str(generation)},
        )


def _paired(tx: Transaction, actor: Actor, epoch: int) -> tuple[Person, Credentials]:
    """Return the actor and credentials with an authenticator, unchanged since `epoch`.

    Raises:
        OutOfSequence: There is none, or the account changed meanwhile.
    """
    credentials = tx.credentials.get(actor.id)
    if (
        actor.person is None
        or credentials is None
        or credentials.authenticator is None
        or credentials.epoch != epoch
    ):
        raise OutOfSequence
    return actor.person, credentials
