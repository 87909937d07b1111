"""Exchanging the key: everything sealed is sealed anew, while people sign in, and again from where it stopped (STO-06)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Activation, Credentials, Password, RecoveryCode
from pomfa_tui.domain.errors import NotInitialised, SealBroken
from pomfa_tui.services.second_factor import secret_context
from pomfa_tui.services.site_keys import key_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pomfa_tui.domain.ports import (
        PasswordHasher,
        SealContext,
        Store,
        Transaction,
        Vault,
    )
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.recorder import Recorder

AT_ONCE = 20
"""People whose secrets are sealed anew in one transaction, so that nobody waits long for the store."""

_PASSES = 5

Hashed = TypeVar("Hashed", Password, Activation, RecoveryCode)
T = TypeVar("T")


class Patiently(Protocol):
    """Does a step, again where it finds the store busy."""

    def __call__(self, step: Callable[[], T], /) -> T:
        """Return what the step returns."""
        ...


@dataclass(frozen=True, slots=True)
class Rotated:
    """What an exchange of keys did.

    Attributes:
        key_id: Names the key in use now.
        before: Names the one before it.
        resumed: Whether an exchange that had been interrupted was brought to its end.
        people: How many people's secrets were sealed anew.
        old: How many people still have something under an older key: hashes of the first kind, until their next sign-in.
        broken: How many sealed items do not open with any key.
    """

    key_id: str
    before: str
    resumed: bool
    people: int
    old: int
    broken: int


class RotationService:
    """Seals everything anew under a fresh key."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        hasher: PasswordHasher,
        recorder: Recorder,
        current: Callable[[], str],
        renew: Callable[[], None],
        patiently: Patiently,
    ) -> None:
        """Take what seals and hashes, what names the current key, what puts a fresh one before it, and what waits for others."""
        self._store = store
        self._vault = vault
        self._hasher = hasher
        self._recorder = recorder
        self._current = current
        self._renew = renew
        self._patiently = patiently
        self._broken = 0

    def rotate(self, caller: HostCaller) -> Rotated:
        """Put a fresh key in force and seal everything anew; after an interruption, go on where it stopped.

        Raises:
            NotInitialised: There is no store yet.
            Refusal: The key file or the store cannot be written; the old key still opens everything.
        """
        before, resumed = self._patiently(partial(self._begin, caller))
        people = 0
        for _ in range(_PASSES):
            # What somebody prepared before the exchange and wrote after it is found by the next pass.
            done = self._pass()
            people += done
            if not done:
                break
        return self._patiently(partial(self._finish, caller, before, people, resumed=resumed))

    def _begin(self, caller: HostCaller) -> tuple[str, bool]:
        with self._store.transaction() as tx:
            meta = tx.meta
            if meta is None:
                raise NotInitialised
            # The file is exchanged under the store's lock: whoever seals something under it afterwards sees the new key.
            resumed = meta.key_id != self._current()
            if not resumed:
                self._renew()
            self._recorder.record(
                tx,
                Event.KEY_ROTATED,
                actor=caller.actor_id,
                severity=Severity.WARNING,
                reason="resumed" if resumed else "begun",
                detail={"key": self._current(), "before": meta.key_id},
            )
            return meta.key_id, resumed

    def _pass(self) -> int:
        people = self._patiently(self._due)
        self._broken = 0
        done = 0
        for start in range(0, len(people), AT_ONCE):
            done += self._patiently(partial(self._people, people[start : start + AT_ONCE]))
        return done + self._patiently(self._site_keys)

    def _due(self) -> Sequence[str]:
        with self._store.view() as view:
            return [each.id for each in view.credentials.all() if self._is_due(each)]

    def _people(self, people: Sequence[str]) -> int:
        with self._store.transaction() as tx:
            return sum(self._person(tx, person) for person in people)

    def _person(self, tx: Transaction, person: str) -> int:
        before = tx.credentials.get(person)
        if before is None:
            return 0
        after = self._resealed(before)
        if after == before:
            return 0
        tx.credentials.put(after)
        return 1

    def _site_keys(self) -> int:
        done = 0
        with self._store.transaction() as tx:
            for key in list(tx.site_keys.all()):
                sealed = self._again(key.sealed, key_context(key.id, key.key_id))
                if sealed != key.sealed:
                    tx.site_keys.put(msgspec.structs.replace(key, sealed=sealed))
                    done = 1
        return done

    def _finish(self, caller: HostCaller, before: str, people: int, *, resumed: bool) -> Rotated:
        old = len(self._due())
        with self._store.transaction() as tx:
            meta = tx.meta
            if meta is None:
                raise NotInitialised
            for stranger in list(tx.strangers.all()):
                # Nobody finds them again under the new key.
                tx.strangers.remove(stranger.id)
            checkpoint = self._store.audit_checkpoint()
            if checkpoint is not None:
                # The same once more, sealed with the key that is in force now.
                tx.audit.drop(checkpoint)
            key_id = self._current()
            tx.put_meta(msgspec.structs.replace(meta, key_id=key_id))
            rotated = Rotated(key_id, before, resumed, people, old, self._broken)
            self._recorder.record(
                tx,
                Event.KEY_ROTATED,
                actor=caller.actor_id,
                severity=Severity.WARNING,
                reason="finished",
                detail={
                    "key": key_id,
                    "before": before,
                    "people": str(people),
                    "old": str(old),
                    "broken": str(self._broken),
                },
            )
        return rotated

    def _is_due(self, credentials: Credentials) -> bool:
        return not all(map(self._vault.is_current, _sealed(credentials))) or any(
            self._hasher.resealed(stored) != stored for stored in _hashes(credentials)
        )

    def _resealed(self, before: Credentials) -> Credentials:
        """Return the credentials with everything sealed under the current key."""
        changes: dict[str, object] = {}
        if before.password is not None:
            changes["password"] = self._hash_of(before.password)
        if before.activation is not None:
            changes["activation"] = self._hash_of(before.activation)
        changes["recovery"] = tuple(map(self._hash_of, before.recovery))
        if before.authenticator is not None:
            context = secret_context(before.id, before.authenticator.id)
            sealed = self._again(before.authenticator.sealed, context)
            changes["authenticator"] = msgspec.structs.replace(before.authenticator, sealed=sealed)
        changes["pairings"] = tuple(
            pairing
            if pairing.sealed is None
            else msgspec.structs.replace(
                pairing, sealed=self._again(pairing.sealed, secret_context(before.id, pairing.id))
            )
            for pairing in before.pairings
        )
        return msgspec.structs.replace(before, **changes)

    def _hash_of(self, item: Hashed) -> Hashed:
        return msgspec.structs.replace(item, hash=self._hasher.resealed(item.hash))

    def _again(self, sealed: str, context: SealContext) -> str:
        if self._vault.is_current(sealed):
            return sealed
        try:
            return self._vault.seal(self._vault.open(sealed, context), context)
        except SealBroken:
            # It lets nobody in as it is; whoever it belongs to finds out at the next sign-in.
            self._broken += 1
            return sealed


def _sealed(credentials: Credentials) -> Iterator[str]:
    for item in (credentials.authenticator, *credentials.pairings):
        if item is not None and item.sealed is not None:
            yield item.sealed


def _hashes(credentials: Credentials) -> Iterator[str]:
    for item in (credentials.password, credentials.activation, *credentials.recovery):
        if item is not None:
            yield item.hash
