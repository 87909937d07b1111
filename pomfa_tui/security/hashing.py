"""argon2id with a pepper, for passwords and one-time codes.

A stored string reads `p1.<key id>$argon2id$v=19$m=...,t=...,p=...$<salt>$<hash>`: scheme and id of
the pepper's key, then the PHC string of the library.

The pepper goes in before argon2: argon2id hashes HMAC-SHA-256(pepper, secret). So the whole
stored string stays the library's own, parameters and constant-time comparison included; its
input always has 32 bytes; and a copy of the store without the key file is no use for guessing,
since each guess would need the key (PWD-16). The key id lets a retired pepper verify until the
next sign-in hashes again with the current one.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pomfa_tui.domain.errors import BadInput, Unavailable, WrongUsage
from pomfa_tui.domain.passwords import MAX_BYTES, normalised
from pomfa_tui.security.libraries import loading

if TYPE_CHECKING:
    import argon2

    from pomfa_tui.security.keys import SubKeys

SALT_BYTES = 16
HASH_BYTES = 32

AT_ONCE = 2
"""Hashes that one process computes at the same time (PWD-18)."""

FLOOR = ((1, 47104), (2, 19456), (3, 12288))
"""Least memory in KiB for each number of passes, the last row for more (ASVS 5.0 appendix C)."""

_gate = threading.BoundedSemaphore(AT_ONCE)

# A damaged store must not make this machine work for ever, so the bounds of the settings hold for stored strings as well.
_MOST_MEMORY, _MOST_TIME = 1 << 20, 16
_STORED = re.compile(
    r"p1\.([0-9a-f]{8})"
    r"(\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one hash costs; never below the floor (STO-17).

    Attributes:
        memory_kib: Memory in KiB.
        time: Passes over it.
        parallelism: Lanes; always 1, since locked-down machines may refuse threads (K56).

    Raises:
        WrongUsage: Below the floor.
    """

    memory_kib: int = 19456
    time: int = 2
    parallelism: int = 1

    def __post_init__(self) -> None:
        """Refuse to exist below the floor, whatever the configuration says."""
        passes = min(self.time, FLOOR[-1][0])
        least = dict(FLOOR).get(passes)
        if least is None or self.memory_kib < least or self.parallelism != 1:
            rows = " · ".join(
                f"hash_memory {memory} with hash_time {time}" for time, memory in FLOOR
            )
            raise WrongUsage(
                f"hash_memory {self.memory_kib}, hash_time {self.time}, hash_parallelism {self.parallelism} protects "
                f"passwords too little: use at least one of {rows}, with hash_parallelism 1."
            )

    @classmethod
    def unsafe_for_tests(cls) -> Self:
        """Return a cost that protects nothing, so that tests are fast; the program never calls this."""
        cost = object.__new__(cls)
        for name, value in (("memory_kib", 8), ("time", 1), ("parallelism", 1)):
            object.__setattr__(cost, name, value)
        return cost


@dataclass(frozen=True, slots=True)
class _Stored:
    key_id: str
    phc: str


class Argon2Hasher:
    """The `PasswordHasher` port over argon2-cffi.

    Args:
        peppers: Sub-keys for `Purpose.PEPPER`.
        cost: What new hashes cost; older ones verify at the cost they were made with.
    """

    def __init__(self, peppers: SubKeys, cost: HashCost) -> None:
        self._peppers = peppers
        self._cost = cost
        self._dummy = _dummy_phc(cost)
        self._library: argon2.PasswordHasher | None = None

    def hash(self, secret: str) -> str:
        """Return a self-describing hash with a fresh salt.

        Raises:
            BadInput: More than 1024 bytes.
            Unavailable: Not enough memory.
        """
        text = _bytes_to_hash(secret)
        if text is None:
            raise BadInput("password", f"That is too long. Use at most {MAX_BYTES} bytes.")
        return f"p1.{self._peppers.current_id}{self._compute(_peppered(self._peppers.current(), text))}"

    def verify(self, stored: str, secret: str) -> bool:
        """Tell whether `secret` fits; a damaged hash or a missing key fits nothing, at the same cost.

        Raises:
            Unavailable: Not enough memory to tell.
        """
        found = _parse(stored)
        pepper = None if found is None else self._peppers.find(found.key_id)
        text = _bytes_to_hash(secret)
        if found is None or pepper is None or text is None:
            self.verify_dummy(secret)
            return False
        fits = self._fits(found.phc, _peppered(pepper, text))
        if fits is None:
            # Either the string is damaged inside or memory ran out; the dummy can fail only from the second.
            self.verify_dummy(secret)
        return fits is True

    def verify_dummy(self, secret: str) -> None:
        """Do the work of one verification at today's cost, for an account that does not exist (A17).

        Raises:
            Unavailable: Not enough memory.
        """
        text = _bytes_to_hash(secret) or b""
        if self._fits(self._dummy, _peppered(self._peppers.current(), text)) is None:
            raise _short_of_memory()

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash has other parameters or another pepper than new ones get."""
        found = _parse(stored)
        if found is None or not hmac.compare_digest(found.key_id, self._peppers.current_id):
            return True
        return self._engine().check_needs_rehash(found.phc)

    def _compute(self, peppered: bytes) -> str:
        engine = self._engine()
        from argon2.exceptions import HashingError  # noqa: PLC0415 - start-up budget

        with _gate:
            try:
                return engine.hash(peppered)
            except (HashingError, MemoryError):
                raise _short_of_memory() from None

    def _fits(self, phc: str, peppered: bytes) -> bool | None:
        """Compare by the library; none when it could not tell."""
        engine = self._engine()
        from argon2.exceptions import VerificationError, VerifyMismatchError  # noqa: PLC0415 - as above

        with _gate:
            try:
                return engine.verify(phc, peppered)
            except VerifyMismatchError:
                return False
            except (VerificationError, MemoryError):
                return None

    def _engine(self) -> argon2.PasswordHasher:
        if self._library is None:
            with loading("argon2-cffi"):
                from argon2 import PasswordHasher, Type  # noqa: PLC0415 - start-up budget
            self._library = PasswordHasher(
                time_cost=self._cost.time,
                memory_cost=self._cost.memory_kib,
                parallelism=self._cost.parallelism,
                hash_len=HASH_BYTES,
                salt_len=SALT_BYTES,
                type=Type.ID,
            )
        return self._library


def _bytes_to_hash(secret: str) -> bytes | None:
    """Return what goes into the hash: NFC in UTF-8; none for what is too long to be worth any work (PWD-18)."""
    if len(secret) > MAX_BYTES:
        return None
    text = normalised(secret).encode("utf-8", "surrogatepass")
    return text if len(text) <= MAX_BYTES else None


def _peppered(pepper: bytes, text: bytes) -> bytes:
    return hmac.digest(pepper, text, "sha256")


def _parse(stored: str) -> _Stored | None:
    match = _STORED.fullmatch(stored)
    if match is None or int(match[3]) > _MOST_MEMORY or int(match[4]) > _MOST_TIME:
        return None
    return _Stored(key_id=match[1], phc=match[2])


def _dummy_phc(cost: HashCost) -> str:
    """Write a hash that nothing fits without computing one.

    Were it computed when first needed, the first unknown e-mail would take twice as long as the
    first known one.
    """
    salt, digest = (_phc_base64(secrets.token_bytes(size)) for size in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.time},p={cost.parallelism}${salt}${digest}"


def _phc_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii").rstrip("=")


def _short_of_memory() -> Unavailable:
    return Unavailable(
        "This computer is short of memory, so nothing could be checked. Try again in a moment, or ask whoever looks "
        "after it to close other programs."
    )
