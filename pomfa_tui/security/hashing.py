"""argon2id with a pepper, for passwords and one-time codes.

A stored string reads `p2.<key id>.<nonce and ciphertext in base64url>`: the library's own string
(`$argon2id$v=19$m=...,t=...,p=...$<salt>$<hash>`), sealed with AES-256-GCM under a key from the key file.

So a copy of the store without the key file is no use for guessing, since nobody sees a hash to guess
against (PWD-16; OWASP password storage, peppering by encryption after hashing), and a key can be
exchanged without anybody typing their password again. Older strings, `p1.<key id>$argon2id$...` over
HMAC-SHA-256(pepper, secret), verify too and are replaced at the next sign-in.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
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
_PHC = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}",
    re.ASCII,
)
_OLD = re.compile(r"p1\.([0-9a-f]{8})(\$.*)", re.ASCII)
_SEALED = re.compile(r"p2\.([0-9a-f]{8})\.([A-Za-z0-9_-]{1,512}={0,2})", re.ASCII)
_NONCE_BYTES = 12


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
    """A stored string, opened.

    Attributes:
        key_id: Of the key it names.
        phc: The library's string.
        pepper: What the secret was hashed under before, in older strings; none in today's.
    """

    key_id: str
    phc: str = field(repr=False)
    pepper: bytes | None = field(repr=False)


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
        return self._seal(self._compute(text))

    def verify(self, stored: str, secret: str) -> bool:
        """Tell whether `secret` fits; a damaged hash or a missing key fits nothing, at the same cost.

        Raises:
            Unavailable: Not enough memory to tell.
        """
        found = self._open(stored)
        text = _bytes_to_hash(secret)
        if found is None or text is None:
            self.verify_dummy(secret)
            return False
        fits = self._fits(
            found.phc, text if found.pepper is None else _peppered(found.pepper, text)
        )
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
        if self._fits(self._dummy, text) is None:
            raise _short_of_memory()

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash has other parameters or another pepper than new ones get."""
        found = self._open(stored)
        if found is None or found.pepper is not None or not self._is_current(found):
            return True
        return self._engine().check_needs_rehash(found.phc)

    def resealed(self, stored: str) -> str:
        """Return a hash under the current key, and one that needs no exchange, or cannot have one, as it is."""
        found = self._open(stored)
        if found is None or found.pepper is not None or self._is_current(found):
            return stored
        return self._seal(found.phc)

    def _is_current(self, found: _Stored) -> bool:
        return hmac.compare_digest(found.key_id, self._peppers.current_id)

    def _seal(self, phc: str) -> str:
        with loading("cryptography"):
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - start-up budget

        key_id, key = self._peppers.newest()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, phc.encode("ascii"), _belongs(key_id))
        return f"p2.{key_id}.{urlsafe_b64encode(sealed).decode('ascii')}"

    def _open(self, stored: str) -> _Stored | None:
        """Take a stored string apart; none when it is damaged or its key is not there."""
        old, sealed = _OLD.fullmatch(stored), _SEALED.fullmatch(stored)
        match = old or sealed
        key = None if match is None else self._peppers.find(match[1])
        if match is None or key is None:
            return None
        phc = match[2] if old is not None else _unsealed(match[1], match[2], key)
        if phc is None or not _bearable(phc):
            return None
        return _Stored(match[1], phc, key if old is not None else None)

    def _compute(self, text: bytes) -> str:
        engine = self._engine()
        from argon2.exceptions import HashingError  # noqa: PLC0415 - start-up budget

        with _gate:
            try:
                return engine.hash(text)
            except (HashingError, MemoryError):
                raise _short_of_memory() from None

    def _fits(self, phc: str, text: bytes) -> bool | None:
        """Compare by the library; none when it could not tell."""
        engine = self._engine()
        from argon2.exceptions import VerificationError, VerifyMismatchError  # noqa: PLC0415 - as above

        with _gate:
            try:
                return engine.verify(phc, text)
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


def _bearable(phc: str) -> bool:
    """Tell whether this is the library's string, at a cost that this machine can be asked to pay."""
    match = _PHC.fullmatch(phc)
    return match is not None and int(match[1]) <= _MOST_MEMORY and int(match[2]) <= _MOST_TIME


def _unsealed(key_id: str, text: str, key: bytes) -> str | None:
    with loading("cryptography"):
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up budget
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    try:
        data = urlsafe_b64decode(text)
        if not hmac.compare_digest(urlsafe_b64encode(data).decode("ascii"), text):
            return None
        phc = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _belongs(key_id))
    except (InvalidTag, ValueError):
        return None
    return phc.decode("ascii", "replace")


def _belongs(key_id: str) -> bytes:
    return b"p2." + key_id.encode("ascii")


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
