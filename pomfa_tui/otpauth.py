"""What an authenticator app is given at pairing: the otpauth URI, the entry's name and the setup key.

Pure text, no terminal and no QR code. The URI follows Google's "Key Uri Format" (ENR-03).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from pomfa_tui.domain.errors import BadInput

DEFAULT_PERIOD = 30
"""Seconds a code lives unless the URI says otherwise; left out of the URI because every app assumes it."""

PERIODS = frozenset({DEFAULT_PERIOD, 60})
"""Seconds a code may live (rule 15)."""

SHORTEST_SECRET = 16
"""Bytes; RFC 4226 section 4, R6 asks for 128 bits at least."""

LONGEST_SECRET = 64
"""Bytes; the block of HMAC-SHA-1, beyond which a key is only hashed down again (RFC 2104 section 3)."""

LONGEST_NAME = 512
"""Characters of the issuer or the account after percent-encoding; keeps every URI inside the largest QR code."""

GENERATION_MARK = "~"
"""Parts the e-mail from the number of the pairing in an entry's name.

Unreserved in RFC 3986 section 2.3, so it costs the QR code one byte and not three. Unlike the other unreserved characters
(`-`, `.`, `_`, letters, digits) it has no place in a mail domain as people know it, so the number is never read as a part of
the address and two different people's entries never share a name.
"""

_BASE32 = re.compile(r"[A-Za-z2-7]+")
_GROUP = 4


@dataclass(frozen=True, slots=True)
class PairingOffer:
    """Everything an authenticator app needs for one entry. Its repr hides the secret.

    Attributes:
        issuer: Who runs the service; always the first part of the entry's name, because Microsoft Authenticator looks at nothing else.
        account: E-mail and generation mark, see `account_label`.
        secret: The shared secret as Base32; kept upper-case and without padding.
        period: Seconds a code lives, 30 or 60.

    Raises:
        BadInput: A part cannot stand in an otpauth URI; the sentence never holds the secret.
    """

    issuer: str
    account: str
    secret: str = field(repr=False)
    period: int = DEFAULT_PERIOD

    def __post_init__(self) -> None:
        """Refuse what would make a misleading or unreadable entry."""
        _check_name("issuer", self.issuer, "The name of the service")
        _check_name("account", self.account, "The account name")
        if self.period not in PERIODS:
            raise BadInput("period", "A code lives 30 or 60 seconds. Choose one of them.")
        object.__setattr__(self, "secret", _base32(self.secret))

    @property
    def entry_name(self) -> str:
        """The name to look for in the app, as the URI's label has it."""
        return entry_name(self.issuer, self.account)

    @property
    def setup_key(self) -> str:
        """The secret in groups of four, for typing (ENR-05)."""
        return setup_key(self.secret)

    def uri(self, *, with_issuer_parameter: bool = True) -> str:
        """Return the otpauth URI: SHA-1 and six digits, both by being left out (ENR-03).

        Args:
            with_issuer_parameter: Also state the issuer as a parameter, as the format recommends.
        """
        return "".join(self.uri_parts(with_issuer_parameter=with_issuer_parameter))

    def uri_parts(self, *, with_issuer_parameter: bool = True) -> tuple[str, str, str]:
        """Return the URI cut around the secret, whose alphabet a QR code packs more tightly."""
        issuer = _quote(self.issuer)
        tail = f"&issuer={issuer}" if with_issuer_parameter else ""
        if self.period != DEFAULT_PERIOD:
            tail += f"&period={self.period}"
        return f"otpauth://totp/{issuer}:{_quote(self.account)}?secret=", self.secret, tail


def account_label(email: str, generation: int) -> str:
    """Name the account part of an entry: the e-mail and which pairing of this person it is, `jo@nhs.net~2`.

    The first pairing is marked as well: a bare e-mail is what other services use, and Microsoft Authenticator overwrites an
    entry whose label it knows already (rule 18, ENR-04).

    Args:
        email: As stored.
        generation: Counts this person's pairings from 1.

    Raises:
        ValueError: The generation is below 1.
    """
    if generation < 1:
        raise ValueError("generations count from 1")
    return f"{email}{GENERATION_MARK}{generation}"


def entry_name(issuer: str, account: str) -> str:
    """Name an entry as the URI's label has it and as people find it in their app."""
    return f"{issuer}:{account}"


def setup_key(secret: bytes | str) -> str:
    """Write the secret for typing: Base32 in groups of four (ENR-05).

    Raises:
        BadInput: The secret is no Base32 or not of 128 to 512 bits.
    """
    text = _base32(secret)
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _quote(text: str) -> str:
    return quote(text, safe="@")


def _check_name(name: str, text: str, label: str) -> None:
    if not text.strip():
        raise BadInput(name, f"{label} is missing. Fill it in.")
    if text != text.strip():
        raise BadInput(name, f"{label} starts or ends with a space. Remove it.")
    if ":" in text:
        raise BadInput(name, f"{label} must not hold a colon. Leave it out.")
    if not text.isprintable():
        raise BadInput(name, f"{label} holds a character that cannot be shown. Type it again.")
    if len(_quote(text)) > LONGEST_NAME:
        raise BadInput(name, f"{label} is too long for an authenticator app. Shorten it.")


def _base32(secret: bytes | str) -> str:
    if isinstance(secret, bytes):
        text, size = base64.b32encode(secret).decode("ascii").rstrip("="), len(secret)
    else:
        text = secret.rstrip("=")
        size = _decoded_size(text)
    if not SHORTEST_SECRET <= size <= LONGEST_SECRET:
        raise BadInput("secret", "The secret is not Base32 of 128 to 512 bits. Make a new one.")
    return text.upper()


def _decoded_size(text: str) -> int:
    if not _BASE32.fullmatch(text):
        return 0
    try:
        return len(base64.b32decode(text + "=" * (-len(text) % 8), casefold=True))
    except binascii.Error:
        return 0
