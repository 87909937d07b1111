"""Checks what is typed on the sign-in screen: e-mail and password, or e-mail and activation code.

One answer, one amount of work, whoever it is (rule 25): every try costs two short transactions and exactly one hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.emails import EMAIL_LONGEST, canonical_email
from pomfa_tui.domain.errors import NotInitialised, SignInRefused
from pomfa_tui.domain.passwords import hashable, normalised
from pomfa_tui.domain.throttle import Counter, Gate, Stranger, ThrottlePolicy
from pomfa_tui.domain.typed_codes import read_typed_code
from pomfa_tui.services.attempts import FirstFactor
from pomfa_tui.services.floods import Floods
from pomfa_tui.services.recorder import UNKNOWN
from pomfa_tui.services.tries_here import TriesHere

if TYPE_CHECKING:
    from pomfa_tui.domain.brake import BrakePolicy
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Store, StrangerDigest, Transaction
    from pomfa_tui.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Proof:
    """The first factor was right.

    Attributes:
        person: Whose.
        epoch: Of the credentials it was right for.
        kind: Password or activation code.
    """

    person: str
    epoch: int
    kind: FirstFactor


@dataclass(frozen=True, slots=True)
class _Try:
    """One counted try: what to verify against, decided under the lock, used outside it."""

    person: Person | None
    credentials: Credentials | None
    stranger: str
    gate: Gate
    counter: Counter
    braked: bool
    kind: FirstFactor
    stored: str | None = field(repr=False)
    typed: str = field(repr=False)


_GATE_REASONS = {Gate.LOCKED: "locked", Gate.DISABLED: "disabled"}


class FirstFactorCheck:
    """Counts first, verifies outside the lock, decides under it."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        hasher: PasswordHasher,
        strangers: StrangerDigest,
        policy: ThrottlePolicy,
        brake: BrakePolicy,
        recorder: Recorder,
        strangers_kept: int,
    ) -> None:
        """Take the store, the clock, the hasher, the digest for unknown e-mails, the throttle and the audit log's pen.

        Args:
            store: Where accounts and counters are.
            clock: Moments for locks.
            hasher: Slow hashing.
            strangers: Digest under which unknown e-mails are counted.
            policy: Numbers of rule 24.
            brake: Numbers of the brake on the whole host.
            recorder: The audit log's pen.
            strangers_kept: Most counters of unknown e-mails (THR-09).
        """
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._strangers = strangers
        self._policy = policy
        self._brake = brake
        self._recorder = recorder
        self._here = TriesHere(clock, policy)
        self._floods = Floods(clock, recorder)
        self._strangers_kept = strangers_kept

    def prove(self, email: str, secret: str) -> Proof:
        """Prove the first factor.

        Args:
            email: As typed.
            secret: Password or activation code, as typed.

        Raises:
            SignInRefused: Unknown, wrong, locked, disabled, expired or not yet activated: one answer for all.
            NotInitialised: The store is empty.
        """
        attempt = self._count(email, secret)
        right = self._verify(attempt)
        if attempt.braked:
            self._clock.wait(self._brake.wait)
        with self._store.transaction() as tx:
            proof = self._judge(tx, attempt, right=right)
        if proof is None:
            wait = self._here.refused(attempt.stranger)
            raise SignInRefused(self._policy.soft, self._policy.waits[0] // 60, wait)
        self._here.forget(attempt.stranger)
        self._rehash(attempt)
        return proof

    def _count(self, email: str, secret: str) -> _Try:
        key = canonical_email(email[: EMAIL_LONGEST * 4])
        stranger = self._strangers.digest(key)
        now = self._clock.now()
        with self._store.transaction() as tx:
            if tx.meta is None or tx.meta.initialised_at is None:
                raise NotInitialised
            braked = self._brake.is_on(tx.meta.failed_at, now)
            person = tx.people.by_email(key)
            credentials = tx.credentials.get(person.id) if person is not None else None
            if credentials is None:
                gate, counter = self._count_stranger(tx, stranger, now)
                kind = FirstFactor.PASSWORD
                return _Try(None, None, stranger, gate, counter, braked, kind, None, "")
            gate, counter = self._counted(credentials.password_counter, now)
            # Also while it is locked: a commit waits for the disk, and one less of them would tell.
            tx.credentials.put(msgspec.structs.replace(credentials, password_counter=counter))
            kind, stored, typed = _what_to_verify(credentials, secret, now)
            return _Try(person, credentials, stranger, gate, counter, braked, kind, stored, typed)

    def _counted(self, counter: Counter, now: int) -> tuple[Gate, Counter]:
        """Return whether the try may be made and the counter after it; a try during a lock does not count."""
        gate = self._policy.gate(counter, now)
        if gate is Gate.OPEN:
            return gate, self._policy.count(counter, now, self._recorder.terminal)
        return gate, self._policy.turn_away(counter)

    def _verify(self, attempt: _Try) -> bool:
        if attempt.stored is None:
            self._hasher.verify_dummy(attempt.typed)
            return False
        return self._hasher.verify(attempt.stored, attempt.typed) and bool(attempt.typed)

    def _rehash(self, attempt: _Try) -> None:
        """Hash a proven password again when parameters rose; after the decision, so that no refusal takes longer than another."""
        stored = attempt.stored
        if (
            stored is None
            or attempt.person is None
            or attempt.kind is not FirstFactor.PASSWORD
            or not self._hasher.needs_rehash(stored)
        ):
            return
        fresh = self._hasher.hash(attempt.typed)
        with self._store.transaction() as tx:
            credentials = tx.credentials.get(attempt.person.id)
            password = credentials.password if credentials is not None else None
            if credentials is not None and password is not None and password.hash == stored:
                password = msgspec.structs.replace(password, hash=fresh)
                tx.credentials.put(msgspec.structs.replace(credentials, password=password))

    def _judge(self, tx: Transaction, attempt: _Try, *, right: bool) -> Proof | None:
        if attempt.person is None:
            cause = _GATE_REASONS.get(attempt.gate, "unknown")
            self._refuse(tx, attempt, f"{UNKNOWN}:{attempt.stranger[:8]}", None, cause)
            return None
        person = tx.people.get(attempt.person.id)
        credentials = tx.credentials.get(attempt.person.id)
        reason = _reason(attempt, person, credentials, right=right)
        if reason is not None or credentials is None:
            self._refuse(tx, attempt, attempt.person.id, attempt.person.id, reason or "unknown")
            return None
        forgiven = self._policy.forgive(credentials.password_counter)
        tx.credentials.put(msgspec.structs.replace(credentials, password_counter=forgiven))
        return Proof(attempt.person.id, credentials.epoch, attempt.kind)

    def _refuse(
        self, tx: Transaction, attempt: _Try, actor: str, subject: str | None, reason: str
    ) -> None:
        self._count_for_everybody(tx, actor)
        harmless = attempt.person is None or attempt.gate is not Gate.OPEN
        if harmless and not self._floods.lets_through(tx):
            return
        if attempt.gate is not Gate.OPEN:
            self._recorder.failure(
                tx, Event.SIGN_IN_LOCKED, actor=actor, subject=subject, reason=reason
            )
            return
        self._recorder.failure(
            tx, Event.SIGN_IN_FAILED, actor=actor, subject=subject, reason=reason
        )
        if self._policy.gate(attempt.counter, self._clock.now()) is not Gate.OPEN:
            self._recorder.failure(
                tx,
                Event.SIGN_IN_FAILED_MAX,
                actor=actor,
                subject=subject,
                reason="password",
                severity=Severity.CRITICAL,
            )

    def _count_for_everybody(self, tx: Transaction, actor: str) -> None:
        meta, now = tx.meta, self._clock.now()
        if meta is None:
            return
        failed_at = self._brake.count(meta.failed_at, now)
        tx.put_meta(msgspec.structs.replace(meta, failed_at=failed_at))
        if self._brake.is_on(failed_at, now) and not self._brake.is_on(meta.failed_at, now):
            self._recorder.failure(
                tx,
                Event.RATE_LIMIT,
                actor=actor,
                reason="many_accounts",
                severity=Severity.CRITICAL,
                detail={"failures": str(len(failed_at))},
            )

    def _count_stranger(self, tx: Transaction, digest: str, now: int) -> tuple[Gate, Counter]:
        known = tx.strangers.get(digest)
        gate, counter = self._counted(known.counter if known is not None else Counter(), now)
        if known is None and tx.strangers.count() >= self._strangers_kept:
            oldest = min(tx.strangers.all(), key=lambda stranger: stranger.touched_at)
            tx.strangers.remove(oldest.id)
        tx.strangers.put(Stranger(id=digest, counter=counter, touched_at=now))
        return gate, counter


def _what_to_verify(
    credentials: Credentials, secret: str, now: int
) -> tuple[FirstFactor, str | None, str]:
    """Choose the one hash that this try is checked against: the password's, or the activation code's where there is none."""
    if credentials.password is not None:
        typed = normalised(secret) if hashable(secret) else ""
        return FirstFactor.PASSWORD, credentials.password.hash, typed
    code = read_typed_code(secret)
    activation = credentials.activation
    if activation is None or code is None or now >= activation.expires_at:
        return FirstFactor.ACTIVATION, None, ""
    return FirstFactor.ACTIVATION, activation.hash, code


def _reason(
    attempt: _Try, person: Person | None, credentials: Credentials | None, *, right: bool
) -> str | None:
    """Say why the try is refused, for the audit log only; none when it is right."""
    if attempt.gate is not Gate.OPEN:
        return _GATE_REASONS[attempt.gate]
    if person is None or credentials is None or not person.may_start_sign_in():
        return "not_active"
    if attempt.credentials is None or credentials.epoch != attempt.credentials.epoch:
        return "changed_meanwhile"
    if not right:
        return "wrong" if attempt.stored is not None else "no_valid_code"
    return None
