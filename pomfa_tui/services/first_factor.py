"""Checks what is typed on the sign-in screen: e-mail and password, or e-mail and activation code.

One answer, one amount of work, whoever it is (rule 25): every try costs two short transactions and exactly one hash.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from pomfa_tui.services.recorder import UNKNOWN

if TYPE_CHECKING:
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
    kind: FirstFactor
    stored: str | None
    typed: str


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
            recorder: The audit log's pen.
            strangers_kept: Most counters of unknown e-mails (THR-09).
        """
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._strangers = strangers
        self._policy = policy
        self._recorder = recorder
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
        fresh_hash = self._rehash(attempt) if right else None
        return self._decide(attempt, right=right, fresh_hash=fresh_hash)

    def _count(self, email: str, secret: str) -> _Try:
        key = canonical_email(email[: EMAIL_LONGEST * 4])
        stranger = self._strangers.digest(key)
        now = self._clock.now()
        with self._store.transaction() as tx:
            if tx.meta is None or tx.meta.initialised_at is None:
                raise NotInitialised
            person = tx.people.by_email(key)
            credentials = tx.credentials.get(person.id) if person is not None else None
            if credentials is None:
                gate = self._count_stranger(tx, stranger, now)
                return _Try(None, None, stranger, gate, FirstFactor.PASSWORD, None, secret)
            gate = self._policy.gate(credentials.password_counter, now)
            if gate is Gate.OPEN:
                counter = self._policy.count(credentials.password_counter, now)
                tx.credentials.put(msgspec.structs.replace(credentials, password_counter=counter))
            kind, stored, typed = _what_to_verify(credentials, secret, now)
            return _Try(person, credentials, stranger, gate, kind, stored, typed)

    def _verify(self, attempt: _Try) -> bool:
        typed = attempt.typed if hashable(attempt.typed) else ""
        if attempt.stored is None:
            self._hasher.verify_dummy(typed)
            return False
        return self._hasher.verify(attempt.stored, typed) and bool(typed)

    def _rehash(self, attempt: _Try) -> str | None:
        if attempt.kind is not FirstFactor.PASSWORD or attempt.stored is None:
            return None
        if not self._hasher.needs_rehash(attempt.stored):
            return None
        return self._hasher.hash(attempt.typed)

    def _decide(self, attempt: _Try, *, right: bool, fresh_hash: str | None) -> Proof:
        with self._store.transaction() as tx:
            proof = self._judge(tx, attempt, right=right, fresh_hash=fresh_hash)
        if proof is None:
            raise SignInRefused(self._policy.soft, self._policy.waits[0] // 60)
        return proof

    def _judge(
        self, tx: Transaction, attempt: _Try, *, right: bool, fresh_hash: str | None
    ) -> Proof | None:
        if attempt.person is None or attempt.credentials is None:
            self._refuse(tx, f"{UNKNOWN}:{attempt.stranger[:8]}", attempt.gate, None, "unknown")
            return None
        person = tx.people.get(attempt.person.id)
        credentials = tx.credentials.get(attempt.person.id)
        reason = _reason(attempt, person, credentials, right=right)
        if reason is not None or credentials is None:
            self._refuse(tx, attempt.person.id, attempt.gate, credentials, reason or "unknown")
            return None
        credentials = msgspec.structs.replace(
            credentials, password_counter=self._policy.forgive(credentials.password_counter)
        )
        if fresh_hash is not None and credentials.password is not None:
            credentials = msgspec.structs.replace(
                credentials, password=msgspec.structs.replace(credentials.password, hash=fresh_hash)
            )
        tx.credentials.put(credentials)
        return Proof(attempt.person.id, credentials.epoch, attempt.kind)

    def _refuse(
        self, tx: Transaction, actor: str, gate: Gate, credentials: Credentials | None, reason: str
    ) -> None:
        known = credentials.id if credentials is not None else None
        if gate is not Gate.OPEN:
            self._recorder.failure(
                tx, Event.SIGN_IN_LOCKED, actor=actor, subject=known, reason=gate.value
            )
            return
        self._recorder.failure(tx, Event.SIGN_IN_FAILED, actor=actor, subject=known, reason=reason)
        counter = credentials.password_counter if credentials is not None else Counter()
        if counter.locked_until > self._clock.now():
            self._recorder.failure(
                tx,
                Event.SIGN_IN_FAILED_MAX,
                actor=actor,
                subject=known,
                reason="password",
                severity=Severity.CRITICAL,
            )

    def _count_stranger(self, tx: Transaction, digest: str, now: int) -> Gate:
        known = tx.strangers.get(digest)
        counter = known.counter if known is not None else Counter()
        gate = self._policy.gate(counter, now)
        if gate is Gate.OPEN:
            counter = self._policy.count(counter, now)
        if known is None and tx.strangers.count() >= self._strangers_kept:
            oldest = min(tx.strangers.all(), key=lambda stranger: stranger.touched_at)
            tx.strangers.remove(oldest.id)
        tx.strangers.put(Stranger(id=digest, counter=counter, touched_at=now))
        return gate


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
        return attempt.gate.value
    if person is None or credentials is None or not person.may_start_sign_in():
        return "not_active"
    if attempt.credentials is None or credentials.epoch != attempt.credentials.epoch:
        return "changed_meanwhile"
    if not right:
        return "wrong" if attempt.stored is not None else "no_valid_code"
    return None
