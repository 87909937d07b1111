"""Codes that people type from paper: activation codes (rule 17) and recovery codes (rule 19) share one form.

80 random bits as `XXXX-XXXX-XXXX-XXXX` in Crockford's base 32, which has no I, L, O or U.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""

LENGTH = 16
"""Characters of a code, 5 bits each."""

_GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FORM = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_NUMBERED = re.compile(r"\s*([0-9]{1,2})[\s.:)]+(.+)", re.DOTALL)
_LONGEST_TYPED = 64


def new_typed_code() -> str:
    """Return a fresh code in groups of four."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(characters: str) -> str:
    """Return `characters` in groups of four, joined by hyphens."""
    return "-".join(
        characters[start : start + _GROUP] for start in range(0, len(characters), _GROUP)
    )


def read_typed_code(text: str) -> str | None:
    """Return what was typed in the one form that is hashed, or none when it cannot be a code.

    Case, hyphens and spaces do not matter; O reads as 0, I and L as 1 (REC-10).
    """
    characters = plain_characters(text)
    return grouped(characters) if characters is not None and _FORM.fullmatch(characters) else None


def plain_characters(text: str) -> str | None:
    """Return what was typed without spaces and hyphens, in capitals, O as 0, I and L as 1; none for what is no such text at all."""
    if len(text) > _LONGEST_TYPED or not text.isascii():
        return None
    return re.sub(r"[\s-]", "", text.upper()).translate(_READ_AS)


def read_numbered_code(text: str) -> tuple[int | None, str | None]:
    """Split `4 XXXX-XXXX-XXXX-XXXX` into its number and the code; the number may be left out (REC-09)."""
    if len(text) > _LONGEST_TYPED:
        return None, None
    whole = read_typed_code(text)
    if whole is not None:
        return None, whole
    found = _NUMBERED.fullmatch(text)
    if found is None:
        return None, None
    return int(found.group(1)), read_typed_code(found.group(2))
