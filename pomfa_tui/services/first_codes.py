"""Why the first code of a new entry does not fit, in the words that help (rules 18, 25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain import totp
from pomfa_tui.domain.errors import CodeSkewed, PairingCodeWrong, PairingPeriodIgnored, Refusal

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Period
    from pomfa_tui.services.attempts import Pending

_SHORT: Period = 30
_LONG: Period = 60


def why_first_code_fails(pending: Pending, code: str, now: int, *, left: int) -> Refusal:
    """Return what to tell somebody whose code does not fit the entry on the screen; the secret is theirs, so nothing is given away.

    Args:
        pending: What the screen shows.
        code: Six digits that fit no step of the window.
        now: UTC seconds.
        left: Tries that remain.
    """
    period = pending.period
    if period == _LONG and totp.match(pending.secret, code, now, _SHORT, -1).step is not None:
        return PairingPeriodIgnored()
    skew = totp.skew(pending.secret, code, now, period)
    if skew is not None:
        return CodeSkewed(skew * period)
    return PairingCodeWrong(left)
