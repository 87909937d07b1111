"""What every stored document has in common: frozen, strict about its fields, keyed by a text."""

from __future__ import annotations

import msgspec


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything the store keeps.

    A document is both the value that services work with and what is written: unknown or mistyped fields are refused when it is
    read back, so a damaged or foreign file cannot smuggle a value in (STO-11).
    """


def new_id() -> str:
    """Return a random 128-bit identifier (ENU-05)."""
    import secrets  # noqa: PLC0415 - loads OpenSSL, which the first frame does without

    return secrets.token_hex(16)
