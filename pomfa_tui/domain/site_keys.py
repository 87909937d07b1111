"""The key that a site's terminals share with the helpdesk, and the file that carries it there once."""

from __future__ import annotations

import re

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.sites import parse_site_code

KEY_BYTES = 32
"""256 random bits, as many as the hash of HMAC-SHA-256 has (RFC 2104 section 3)."""

FILE_LONGEST = 400
"""Bytes of a key file that will be read."""

_FILE = re.compile(
    r"pomfa-tui site key 1\nsite (F[A-Z0-9]{4})\nkey ([0-9a-f]{64})\ncheck ([0-9a-f]{16})\n",
    re.ASCII,
)


class SiteKey(Document, frozen=True, kw_only=True):
    """The key of one site.

    Attributes:
        id: The site's ODS code; the site itself need not be in this store.
        key_id: First digits of the key's SHA-256: tells keys apart, tells nothing of them.
        sealed: The key, sealed by the vault.
        made_at: UTC seconds; when it came here, for one from a file.
        exported_at: UTC seconds of the newest file made of it, or none.
        imported: Whether it came here by a file.
    """

    id: str
    key_id: str
    sealed: str
    made_at: int
    exported_at: int | None = None
    imported: bool = False

    @property
    def shared(self) -> bool:
        """Whether it has been on its way to or from the helpdesk."""
        return self.imported or self.exported_at is not None


def new_key() -> bytes:
    """Return a fresh key."""
    import secrets  # noqa: PLC0415 - loads OpenSSL, which the first frame does without

    return secrets.token_bytes(KEY_BYTES)


def key_id_of(key: bytes) -> str:
    """Return what a key is told apart by."""
    import hashlib  # noqa: PLC0415 - as above

    return hashlib.sha256(b"pomfa-tui site key id\0" + key).hexdigest()[:8]


def key_file(site: str, key: bytes) -> str:
    """Return the text of a key file."""
    body = f"pomfa-tui site key 1\nsite {site}\nkey {key.hex()}\n"
    return f"{body}check {_check(body)}\n"


def read_key_file(text: str) -> tuple[str, bytes]:
    """Read a key file and return site and key.

    Raises:
        BadInput: Not a key file, or not as it was written.
    """
    found = _FILE.fullmatch(text)
    if found is None or _check(text[: found.start(3) - len("check ")]) != found.group(3):
        raise BadInput(
            "file",
            "This is not a site key as `pomfa-tui site key export` writes it, or it was damaged on the way. Export it again.",
        )
    return parse_site_code(found.group(1)), bytes.fromhex(found.group(2))


def _check(body: str) -> str:
    """Return a checksum against damage; it proves nothing."""
    import hashlib  # noqa: PLC0415 - as above

    return hashlib.sha256(body.encode("ascii")).hexdigest()[:16]
