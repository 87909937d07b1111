"""What must be readable again (AES-256-GCM), and what must be recognised again (HMAC-SHA-256).

A sealed text reads `v1.<key id>.<nonce and ciphertext in base64url>`. Its associated data names
where it belongs, so it opens nowhere else (A33).
"""

from __future__ import annotations

import binascii
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import SealBroken
from pomfa_tui.security.libraries import loading

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import SealContext
    from pomfa_tui.security.keys import SubKeys

NONCE_BYTES = 12
"""96 bits, the size AES-GCM is made for (NIST SP 800-38D 8.2)."""

_VERSION = "v1"
_SEALED = re.compile(r"v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+={0,2})", re.ASCII)
_HEAD = re.compile(r"h1\.([0-9a-f]{8})\.([0-9a-f]{64})", re.ASCII)
_DIGEST_HEX = 32


class AesGcmVault:
    """The `Vault` port over AES-256-GCM of the library `cryptography`.

    Args:
        keys: Sub-keys for `Purpose.VAULT`; the current one seals, all of them open.
    """

    def __init__(self, keys: SubKeys) -> None:
        self._keys = keys

    def seal(self, plaintext: bytes, context: SealContext) -> str:
        """Return the sealed text, under a fresh random nonce each time (STO-05)."""
        with loading("cryptography"):
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - start-up

        key_id, key = self._keys.newest()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, plaintext, _belongs(context, key_id))
        return f"{_VERSION}.{key_id}.{urlsafe_b64encode(nonce + sealed).decode('ascii')}"

    def open(self, sealed: str, context: SealContext) -> bytes:
        """Return the plaintext.

        Raises:
            SealBroken: Damaged, moved from its place, or sealed with a key this ring does not have.
        """
        with loading("cryptography"):
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        key_id, data = _taken_apart(sealed)
        key = self._keys.find(key_id)
        if key is None:
            raise SealBroken
        nonce, ciphertext = data[:NONCE_BYTES], data[NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, _belongs(context, key_id))
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def is_current(self, sealed: str) -> bool:
        """Tell whether an item carries the id of the current key; if not, a rotation has still to reach it."""
        return sealed.startswith(f"{_VERSION}.{self._keys.current_id}.")


class HmacStrangers:
    """The `StrangerDigest` port: 128 bits of HMAC-SHA-256, so that the store never lists who tried to get in.

    Args:
        keys: Sub-keys for `Purpose.STRANGER`. After a rotation digests differ, and counters begin anew.
    """

    def __init__(self, keys: SubKeys) -> None:
        self._keys = keys

    def digest(self, canonical_email: str) -> str:
        """Return 32 hexadecimal digits that tell nothing without the key."""
        message = canonical_email.encode("utf-8", "surrogatepass")
        return hmac.digest(self._keys.current(), message, "sha256").hex()[:_DIGEST_HEX]


class HmacHeadSeal:
    """The `HeadSeal` port: whoever cuts the audit log cannot make the seal that would hide it.

    Args:
        keys: Sub-keys for `Purpose.AUDIT_HEAD`; the current one seals, all of them check.
    """

    def __init__(self, keys: SubKeys) -> None:
        self._keys = keys

    def seal(self, head: bytes) -> str:
        """Return `h1.<key id>.<HMAC-SHA-256>`."""
        key_id, key = self._keys.newest()
        return f"h1.{key_id}.{hmac.digest(key, head, 'sha256').hex()}"

    def check(self, head: bytes, sealed: str) -> bool:
        """Tell whether the seal was made for this head with a key of this ring; a damaged one was not."""
        match = _HEAD.fullmatch(sealed)
        key = None if match is None else self._keys.find(match[1])
        if match is None or key is None:
            return False
        return hmac.compare_digest(hmac.digest(key, head, "sha256").hex(), match[2])


def _belongs(context: SealContext, key_id: str) -> bytes:
    """Encode where an item belongs: each part after its length, so that no two places read alike."""
    parts = (_VERSION, key_id, context.table, context.owner, context.item, context.field)
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _taken_apart(sealed: str) -> tuple[str, bytes]:
    match = _SEALED.fullmatch(sealed)
    if match is None:
        raise SealBroken
    try:
        data = urlsafe_b64decode(match[2])
    except binascii.Error:
        raise SealBroken from None
    # Base64 has several spellings of the same bytes; only the one that was written is accepted.
    if not hmac.compare_digest(urlsafe_b64encode(data).decode("ascii"), match[2]):
        raise SealBroken
    return match[1], data
