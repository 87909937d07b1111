"""One master key, and the keys derived from it for one purpose each."""

from __future__ import annotations

import hmac
import re
import secrets
from enum import StrEnum
from typing import NoReturn, Protocol, Self

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.security.libraries import loading

KEY_BYTES = 32
"""Size of the master key and of every derived key."""

_LINE = re.compile(r"pomfa-tui-key-1 ([0-9a-f]{8}) ([0-9a-f]{64})")


class Purpose(StrEnum):
    """What a derived key is for; keys of different purposes tell nothing about each other."""

    VAULT = "vault"
    PEPPER = "pepper"
    STRANGER = "stranger"
    AUDIT_HEAD = "audit-head"
    BACKUP = "backup"
    LEDGER = "ledger"


class MasterKey:
    """One 256-bit key; shows only its id."""

    __slots__ = ("_material", "key_id")

    def __init__(self, material: bytes) -> None:
        if len(material) != KEY_BYTES:
            raise IntegrityFailure(
                "A key of the wrong size was given. Put the right key file in place."
            )
        self._material = material
        # From stdlib alone, so that opening a key file loads no large library before the first frame.
        self.key_id = hmac.digest(material, b"pomfa-tui/v1/key-id", "sha256").hex()[:8]

    @classmethod
    def fresh(cls) -> Self:
        """Make a key from the system's random source."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def parse(cls, line: str) -> Self | None:
        """Read one line of a key file; none when it is damaged or foreign."""
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        key = cls(bytes.fromhex(match[2]))
        return key if hmac.compare_digest(key.key_id, match[1]) else None

    def line(self) -> str:
        """Return the line that holds this key; write it to the key file and nowhere else."""
        return f"pomfa-tui-key-1 {self.key_id} {self._material.hex()}\n"

    def derive(self, purpose: Purpose) -> bytes:
        """Return the key for one purpose (HKDF-SHA-256, RFC 5869)."""
        with loading("cryptography"):
            from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - start-up
            from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - start-up

        info = f"pomfa-tui/v1/{purpose}".encode("ascii")
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(
            self._material
        )

    def __repr__(self) -> str:
        return f"MasterKey({self.key_id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not copied, pickled or sent anywhere")


class Keys(Protocol):
    """A ring of master keys, as it is now: another process may have added one."""

    @property
    def key_id(self) -> str:
        """Names the current key."""
        ...

    def find(self, key_id: str) -> MasterKey | None:
        """Return the key of that id, retired ones included, or none."""
        ...


class SubKeys:
    """The derived keys of one purpose, one for each key of the ring; derived when first needed."""

    __slots__ = ("_derived", "_purpose", "_ring")

    def __init__(self, ring: Keys, purpose: Purpose) -> None:
        self._ring = ring
        self._purpose = purpose
        self._derived: dict[str, bytes] = {}

    @property
    def current_id(self) -> str:
        """Names the key that seals and hashes from now on."""
        return self._ring.key_id

    def newest(self) -> tuple[str, bytes]:
        """Return that key with its id."""
        key_id = self._ring.key_id
        found = self.find(key_id)
        if found is None:
            raise IntegrityFailure("The current key has gone. Put the right key file in place.")
        return key_id, found

    def current(self) -> bytes:
        """Return the key that seals and hashes from now on."""
        return self.newest()[1]

    def find(self, key_id: str) -> bytes | None:
        """Return the key of that id, retired ones included; none when the ring has no such key."""
        if key_id not in self._derived:
            master = self._ring.find(key_id)
            if master is None:
                return None
            self._derived[key_id] = master.derive(self._purpose)
        return self._derived[key_id]

    def __repr__(self) -> str:
        return f"SubKeys({self._purpose}, {self.current_id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not copied, pickled or sent anywhere")
