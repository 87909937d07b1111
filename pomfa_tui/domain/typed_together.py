"""A password and a code that came in one piece, as programs hand them on that ask only once."""

from __future__ import annotations

from pomfa_tui.domain.totp import DIGITS

_ASCII_DIGITS = frozenset("0123456789")


def password_and_code(typed: str) -> tuple[str, str]:
    """Take what was typed apart: two lines, or a code directly behind the password.

    Args:
        typed: As it came; only line ends are left out, since a password may begin and end with spaces.

    Returns:
        The password and the code; the code is empty where there is none.
    """
    first, *others = typed.rstrip("\r\n").split("\n")
    if others:
        return first.rstrip("\r"), " ".join(others).strip()
    password, code = first[:-DIGITS], first[-DIGITS:]
    if password and len(code) == DIGITS and _ASCII_DIGITS.issuperset(code):
        return password, code
    return first, ""
