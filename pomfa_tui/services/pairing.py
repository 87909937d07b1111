"""Pairing an authenticator within a sign-in; password, pairing and spent activation code are written at once or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials, PairingEnd, Password
from pomfa_tui.domain.errors import AttemptEnded, OutOfSequence, PairingExpired, Refusal
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.otpauth import PairingOffer, account_label
from pomfa_tui.services.attempts import Attempt, Pending
from pomfa_tui.services.first_codes import why_first_code_fails
from pomfa_tui.services.new_pairing import new_pairing
from pomfa_tui.services.retired import retire
from pomfa_tui.services.sequence import require_step
from pomfa_tui.services.steps import OfferedPairing

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Place, Store, Transaction, Vault, View
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempts
    from pomfa_tui.services.first_site import FirstSite
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.recovery_sets import RecoverySets
    from pomfa_tui.services.second_factor import SecondFactorCheck
    from pomfa_tui.services.sequence import Sequence
    from pomfa_tui.services.steps import AttemptId, Step

TRIES = 10
"""Wrong codes at one offer before the sign-in starts over; nobody guesses here, since the secret is on the screen."""


class PairingService:
    """Offers a secret and takes the first code of the new entry."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        place: Place,
        vault: Vault,
        attempts: Attempts,
        sequence: Sequence,
        second: SecondFactorCheck,
        admission: Admission,
        recovery_sets: RecoverySets,
        first_site: FirstSite,
        recorder: Recorder,
        issuer: str,
    ) -> None:
        """Take the store, clock, place, vault, checks, gate and the issuer of entries."""
        self._store = store
        self._clock = clock
        self._place = place
        self._vault = vault
        self._attempts = attempts
        self._sequence = sequence
        self._second = second
        self._admission = admission
        self._recovery_sets = recovery_sets
        self._first_site = first_site
        self._recorder = recorder
        self._issuer = issuer

    def offer(self, attempt_id: AttemptId) -> OfferedPairing:
        """Make a fresh secret to pair; an earlier offer of this attempt is dead.

        Raises:
            OutOfSequence: Pairing is not due; a password alone never allows it (ENR-10).
            AttemptEnded: Too slow, or the account changed meanwhile.
        """
        with self._sequence.step(attempt_id) as attempt:
            with self._store.view() as view:
                person, credentials = self._subject(view, attempt)
            require_step(_is_due(attempt, credentials))
            generation = credentials.next_generation()
            pending = Pending(
                secret=totp.new_secret(),
                generation=generation,
                label=account_label(person.email, generation),
                period=person.period,
                until=self._clock.elapsed() + self._attempts.pairing_seconds,
            )
            self._attempts.keep(self._attempts.with_offer(attempt, pending))
        return OfferedPairing(
            attempt=attempt.id,
            entry=PairingOffer(
                self._issuer, pending.label, totp.base32(pending.secret), pending.period
            ),
            seconds=self._attempts.pairing_seconds,
            again=generation > 1,
        )

    def confirm(self, attempt_id: AttemptId, text: str) -> Step:
        """Take the first code of the new entry.

        Args:
            attempt_id: With an offer that still stands.
            text: As typed; spaces and hyphens do not matter.

        Raises:
            BadCodeForm: Not six digits.
            PairingCodeWrong: The code does not fit the new entry.
            CodeSkewed: The phone's clock is off.
            PairingPeriodIgnored: The app ignores the 60 seconds (TOTP-13).
            PairingExpired: The offer is older than ten minutes.
            ClockMovedBack: The host's clock is wrong.
            AttemptEnded: Too slow, or the account changed meanwhile.
            AlreadyInitialised: Somebody else set the store up meanwhile.
        """
        with self._sequence.step(attempt_id) as attempt:
            code = totp.read_code(text)
            pending = self._standing_offer(attempt)
            self._second.prepare()
            with self._store.view() as view:
                self._subject(view, attempt)
            step = self._proven_step(attempt, pending, code)
            with self._store.transaction() as tx:
                paired, verdict = self._commit(tx, attempt, pending, step)
            return self._recovery_sets.complete(paired, self._sequence.settle(paired, verdict))

    def _standing_offer(self, attempt: Attempt) -> Pending:
        pending = attempt.pending
        if pending is None:
            raise OutOfSequence
        if self._clock.elapsed() >= pending.until:
            self._attempts.keep(replace(attempt, pending=None))
            raise PairingExpired
        return pending

    def _subject(self, view: View, attempt: Attempt) -> tuple[Person, Credentials]:
        if attempt.draft is not None:
            return attempt.draft.person, Credentials(id=attempt.person)
        return self._admission.current(view, attempt)

    def _proven_step(self, attempt: Attempt, pending: Pending, code: str) -> int:
        """Return the step whose code was typed, or refuse with what helps."""
        now = self._clock.now()
        found = totp.match(pending.secret, code, now, pending.period, -1)
        if found.step is not None:
            return found.step
        failures = attempt.pairing_failures + 1
        self._record_failure(attempt)
        if failures >= TRIES:
            raise AttemptEnded(
                "Too many wrong codes for this QR code. Sign in again to get a fresh one."
            )
        self._attempts.keep(replace(attempt, pairing_failures=failures))
        raise why_first_code_fails(pending, code, now, left=TRIES - failures)

    def _record_failure(self, attempt: Attempt) -> None:
        if attempt.draft is not None:
            return  # the store is empty: no log yet
        with self._store.transaction() as tx:
            self._recorder.failure(
                tx,
                Event.TOKEN_CREATED,
                actor=attempt.person,
                subject=attempt.person,
                reason="pairing_code",
            )

    def _commit(
        self, tx: Transaction, attempt: Attempt, pending: Pending, step: int
    ) -> tuple[Attempt, Step | Refusal]:
        person, credentials = self._subject(tx, attempt)
        refused = self._second.clock_refusal(tx, person)
        if refused is not None:
            return attempt, refused
        if attempt.draft is not None:
            self._first_site.write(tx, attempt.draft.site, attempt.draft.person)
            attempt = replace(attempt, draft=None)
        require_step(_is_due(attempt, credentials))
        if credentials.authenticator is not None:
            credentials = self._retire(tx, person, credentials)
        person, credentials = self._write(
            tx, attempt, person, credentials, pending=pending, step=step
        )
        attempt = replace(
            attempt,
            epoch=credentials.epoch,
            pending=None,
            new_password=None,
            code_proven=True,
            phone_gone=False,
        )
        return attempt, self._admission.next_step(tx, attempt, person, credentials)

    def _retire(self, tx: Transaction, person: Person, credentials: Credentials) -> Credentials:
        """End the entry of a phone that is gone, and every session that was opened with it."""
        now = self._clock.now()
        for session in tx.sessions.of_person(person.id):
            if session.ended is None:
                reason = SessionEnd.ACCOUNT_CHANGED
                tx.sessions.put(msgspec.structs.replace(session, ended=reason, ended_at=now))
                self._recorder.record(
                    tx,
                    Event.SESSION_EXPIRED,
                    actor=person.id,
                    subject=person.id,
                    site=session.site,
                    session=session.id,
                    reason=reason.value,
                )
        self._recorder.record(
            tx, Event.TOKEN_REVOKED, actor=person.id, subject=person.id, reason="phone_gone"
        )
        return retire(credentials, PairingEnd.REPLACED, by=person.id, now=now)

    def _write(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        *,
        pending: Pending,
        step: int,
    ) -> tuple[Person, Credentials]:
        now = self._clock.now()
        paired = new_pairing(
            pending,
            self._vault,
            person=person.id,
            step=step,
            now=now,
            terminal=self._place.terminal,
        )
        password = credentials.password
        if attempt.new_password is not None:
            password = Password(hash=attempt.new_password, set_at=now)
            self._recorder.record(tx, Event.PASSWORD_CHANGED, actor=person.id, subject=person.id)
        credentials = msgspec.structs.replace(
            credentials,
            epoch=credentials.epoch + 1,
            password=password,
            activation=None,
            authenticator=paired,
            recovery=(),
            recovery_seen=False,
            password_counter=Counter(),
            code_counter=Counter(),
        )
        tx.credentials.put(credentials)
        if person.state is PersonState.INVITED:
            person = msgspec.structs.replace(person, state=PersonState.ACTIVE)
            tx.people.put(person)
        self._recorder.record(
            tx,
            Event.TOKEN_CREATED,
            actor=person.id,
            subject=person.id,
            reason="paired",
            detail={"authenticator": paired.id, "generation": str(pending.generation)},
        )
        return person, credentials


def _is_due(attempt: Attempt, credentials: Credentials) -> bool:
    """Tell whether a pairing comes next: nothing is paired, or the phone that was is gone; never by a password alone (ENR-10)."""
    return (credentials.authenticator is None or attempt.phone_gone) and attempt.may_pair()
