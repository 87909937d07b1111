"""Slips of paper, with an activation code or a request's number: plain text, so that any printer takes it (rules 17, 29)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from textwrap import wrap

WIDTH = 64
"""Columns of a slip at most, names and addresses excepted."""


class SlipKind(Enum):
    """What the code is for."""

    NEW = "new account"
    LOCUM = "new locum"
    PASSWORD = "password reset"  # noqa: S105 - the name of an act
    MFA = "MFA reset"


_STEPS = {
    SlipKind.NEW: (
        "On Sign in type your e-mail, and this code as the password.",
        "Choose a password of your own.",
        "Pair the authenticator app on your phone, and keep the recovery codes that are shown then.",
    ),
    SlipKind.PASSWORD: (
        "On Sign in type your e-mail, and this code as the password.",
        "Type the six digits that your authenticator shows.",
        "Choose a new password.",
    ),
    SlipKind.MFA: (
        "On Sign in type your e-mail and your password, as always.",
        "Type this code when you are asked for it.",
        "Delete the old entry from your authenticator, pair the new one, and keep the recovery codes that are shown then.",
    ),
}

_STEPS[SlipKind.LOCUM] = _STEPS[SlipKind.NEW]

_ASKED = "The helpdesk asks who you are before it changes anything. Nobody ever needs your password or your codes."

_FOR_YOU_ALONE = "Nobody but you needs this code. Tear this up afterwards."


def slip_lines(
    kind: SlipKind, *, issuer: str, name: str, email: str, code: str, until: str
) -> tuple[str, ...]:
    """Return the lines of a slip.

    Args:
        kind: What the code is for.
        issuer: What people sign in to.
        name: Of whoever it is for.
        email: Theirs.
        code: In groups, as it is to be typed.
        until: When it ends, in words.
    """
    return (
        f"Signing in to {issuer}",
        f"For     {name}",
        f"E-mail  {email}",
        f"Code    {code}",
        f"        works once, until {until}",
        "",
        *_numbered(_STEPS[kind]),
        "",
        _FOR_YOU_ALONE,
    )


def request_lines(
    *, issuer: str, name: str, email: str, reference: str, sent: str, phone: str
) -> tuple[str, ...]:
    """Return the lines of the slip with the number of a request.

    Args:
        issuer: What people sign in to.
        name: Whom the request is about.
        email: Theirs.
        reference: Its number, as it is read out.
        sent: When, in words.
        phone: The helpdesk's telephone number.
    """
    return (
        f"Request to the helpdesk of {issuer}",
        f"For     {name}",
        f"E-mail  {email}",
        f"Number  {reference}",
        f"        sent {sent}",
        "",
        *wrap(f"Ring {phone} if it is urgent, and say this number.", WIDTH),
        *wrap(_ASKED, WIDTH),
    )


def _numbered(steps: tuple[str, ...]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield from wrap(step, WIDTH, initial_indent=f"{number}. ", subsequent_indent="   ")
