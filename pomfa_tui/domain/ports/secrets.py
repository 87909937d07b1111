"""What services need of cryptography."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class PasswordHasher(Protocol):
    """Slow salted hashing of what people type."""

    def hash(self, secret: str) -> str:
        """Return a self-describing hash."""
        ...

    def verify(self, stored: str, secret: str) -> bool:
        """Tell whether `secret` fits; a damaged hash fits nothing."""
        ...

    def verify_dummy(self, secret: str) -> None:
        """Do the same work as `verify` for an account that does not exist (A17)."""
        ...

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether the hash was made with weaker parameters than today's."""
        ...

    def resealed(self, stored: str) -> str:
        """Return the same hash under the current key; as it is where there is nothing to exchange."""
        ...


@dataclass(frozen=True, slots=True)
class SealContext:
    """What a sealed item belongs to; it opens nowhere else (A33).

    Attributes:
        table: Where it is kept.
        owner: Id of the person.
        item: Id of the item, for example of the authenticator.
        field: Which field of the item.
    """

    table: str
    owner: str
    item: str
    field: str


class Vault(Protocol):
    """Authenticated encryption of secrets at rest."""

    def seal(self, plaintext: bytes, context: SealContext) -> str:
        """Return the sealed text."""
        ...

    def open(self, sealed: str, context: SealContext) -> bytes:
        """Return the plaintext.

        Raises:
            SealBroken: Damaged, moved from its place, or sealed with another key.
        """
        ...

    def is_current(self, sealed: str) -> bool:
        """Tell whether an item is sealed with the current key."""
        ...


class StrangerDigest(Protocol):
    """Keyed digest of e-mails that have no account."""

    def digest(self, canonical_email: str) -> str:
        """Return a digest that tells nothing without the key."""
        ...


class HeadSeal(Protocol):
    """Keyed seal of the audit chain's head."""

    def seal(self, head: bytes) -> str:
        """Return the seal."""
        ...

    def check(self, head: bytes, sealed: str) -> bool:
        """Tell whether the seal was made for this head with this key."""
        ...
