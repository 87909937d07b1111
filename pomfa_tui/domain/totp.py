"""Time-based codes as RFC 6238 and RFC 4226: SHA-1, six digits, a 160-bit secret, 30 or 60 seconds.

The only module that knows how a code is made. Comparing is done over the whole window in constant time; whether a matching step
may be *accepted* is a separate question, answered by the last step used (RFC 6238 section 5.2: a code works once).
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import BadCodeForm

if TYPE_CHECKING:
    import pyotp

    from pomfa_tui.domain.people import Period

SECRET_BYTES = 20
"""160 bits, the length of the HMAC's output (RFC 4226 R6)."""

DIGITS = 6
"""Digits of a code."""

SKEW_REACH = 20
"""Steps to each side that are looked at, never accepted, to tell somebody that the phone's clock is wrong (rule 25)."""

RESYNC_REACH = 10
"""Steps to each side within which two codes in a row may show how far the phone's clock is off (RFC 6238 section 6, TOTP-12)."""

_CODE = re.compile(r"[0-9]{6}")
_FILLERS = re.compile(r"[ \-\u00a0\t\r\n]")
_LONGEST_TYPED = 32


@dataclass(frozen=True, slots=True)
class Match:
    """What a code fits.

    Attributes:
        step: The newest time step of the window that has this code, or none.
        fresh: Whether that step lies after the last one used, so that it may be accepted.
    """

    step: int | None
    fresh: bool


def new_secret() -> bytes:
    """Return a fresh 160-bit secret."""
    return secrets.token_bytes(SECRET_BYTES)


def base32(secret: bytes) -> str:
    """Return the secret as authenticators take it: base 32 without padding."""
    return b32encode(secret).decode("ascii").rstrip("=")


def read_code(text: str) -> str:
    """Return the six digits that were typed; spaces and hyphens between them do not matter (TOTP-09).

    Raises:
        BadCodeForm: Anything else, full-width and other digits included.
    """
    if len(text) > _LONGEST_TYPED:
        raise BadCodeForm
    digits = _FILLERS.sub("", text)
    if not _CODE.fullmatch(digits):
        raise BadCodeForm
    return digits


def step_at(moment: int, period: Period) -> int:
    """Return the time step of `moment`, UTC seconds (RFC 6238 section 4.2)."""
    return moment // period


def seconds_left(moment: int, period: Period) -> int:
    """Return the seconds until the next code appears."""
    return period - moment % period


def code_at(secret: bytes, step: int) -> str:
    """Return the code of one time step."""
    return _generator(secret).generate_otp(step)


def window(period: Period) -> tuple[int, ...]:
    """Return the offsets from the current step that are accepted: one to each side at 30 s, this and the last at 60 s (rule 15)."""
    return (-1, 0, 1) if period == 30 else (-1, 0)  # noqa: PLR2004 - the two periods are the rule


def windows(period: Period, drift: int = 0) -> tuple[int, ...]:
    """Return the offsets that are accepted from a phone whose clock is known to be `drift` steps off: its own, and the ordinary ones."""
    return tuple(sorted({shift + offset for shift in (0, drift) for offset in window(period)}))


def drift_after(drift: int, offset: int) -> int:
    """Return the drift to keep after a code was accepted `offset` steps from now: it follows the phone, and goes when that is set right.

    Without a drift none arises; that takes two codes in a row (TOTP-12).
    """
    if not drift or abs(offset - drift) > 1:
        return 0
    return max(-RESYNC_REACH, min(RESYNC_REACH, offset))


def match(
    secret: bytes, code: str, moment: int, period: Period, last_step: int, *, drift: int = 0
) -> Match:
    """Compare a code with every step of the window.

    Args:
        secret: The 160-bit secret.
        code: Six ASCII digits, as `read_code` returns them.
        moment: UTC seconds.
        period: Seconds a code lives.
        last_step: The last step accepted, for any purpose.
        drift: Steps by which the phone's clock is known to be off.

    Returns:
        The newest step that fits and whether it may be accepted.
    """
    fitting = _fitting_steps(secret, code, step_at(moment, period), windows(period, drift))
    newest = max(fitting, default=None)
    return Match(step=newest, fresh=newest is not None and newest > last_step)


def skew(secret: bytes, code: str, moment: int, period: Period, *, drift: int = 0) -> int | None:
    """Return by how many steps the phone's clock is off when the code fits outside the window, else none (rule 25).

    Never a reason to accept: only for the sentence that tells the person to set the clock.
    """
    near = windows(period, drift)
    far = [offset for offset in range(-SKEW_REACH, SKEW_REACH + 1) if offset not in near]
    current = step_at(moment, period)
    fitting = _fitting_steps(secret, code, current, far)
    return min((step - current for step in fitting), key=abs, default=None)


def in_a_row(
    secret: bytes, codes: tuple[str, str], moment: int, period: Period, last_step: int
) -> int | None:
    """Return the step of the second of two codes in a row, none when they are not two in a row that are near and new (RFC 6238 section 6).

    Args:
        secret: The 160-bit secret.
        codes: Six ASCII digits each, in the order in which they were shown.
        moment: UTC seconds.
        period: Seconds a code lives.
        last_step: The last step accepted, for any purpose; neither code may be of it or of an earlier one.
    """
    current = step_at(moment, period)
    near = list(range(-RESYNC_REACH, RESYNC_REACH + 1))
    # The first was shown a step ago; then it was as near as the second is now.
    firsts = _fitting_steps(secret, codes[0], current - 1, near)
    seconds = _fitting_steps(secret, codes[1], current, near)
    pairs = [step for step in seconds if step - 1 in firsts and step - 1 > last_step]
    return min(pairs, key=lambda step: abs(step - current), default=None)


def steps_near(
    secret: bytes, codes: tuple[str, ...], moment: int, period: Period
) -> tuple[int, ...]:
    """Return the steps that codes belong to, as far as the look for a wrong clock reaches."""
    reach = list(range(-SKEW_REACH, SKEW_REACH + 1))
    current = step_at(moment, period)
    return tuple(step for code in codes for step in _fitting_steps(secret, code, current, reach))


def _fitting_steps(
    secret: bytes, code: str, current: int, offsets: tuple[int, ...] | list[int]
) -> list[int]:
    generator = _generator(secret)
    fitting: list[int] = []
    for offset in offsets:
        step = current + offset
        if hmac.compare_digest(generator.generate_otp(max(step, 0)), code) and step >= 0:
            fitting.append(step)
    return fitting


def _generator(secret: bytes) -> pyotp.OTP:
    import pyotp  # noqa: PLC0415 - not needed before the first code, and the start-up budget is tight

    return pyotp.HOTP(base32(secret))
