"""Administrators learn that an address has an account when they type it (rule 5); this keeps them from trying out many (ENU-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.amounts import HOUR
from pomfa_tui.domain.errors import Refusal, TooManyMet

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.ports import View

MOST_MET = 10
"""Existing accounts that one administrator may come across within `WITHIN`; then no address is looked up for them any more."""

WITHIN = HOUR
"""Seconds."""


def met_refusal(
    view: View, person: str | None, site: str | None, now: int, *, also: int = 0
) -> Refusal | None:
    """Return the refusal once somebody has come across too many accounts; none before, and for roles over all sites, who see everybody.

    Args:
        view: Where it is kept.
        person: Id of whoever types, or none for the command line.
        site: Site of their session, or none for roles over all sites.
        now: UTC seconds.
        also: How many more they have met by now, not written yet.
    """
    credentials = view.credentials.get(person) if person is not None else None
    if credentials is None or site is None:
        return None
    met = sum(1 for moment in credentials.accounts_met if now - moment < WITHIN)
    return TooManyMet() if met + also >= MOST_MET else None


def with_met(credentials: Credentials, met: int, now: int) -> Credentials:
    """Return the credentials of somebody who has just come across `met` accounts."""
    moments = (*credentials.accounts_met, *[now] * min(met, MOST_MET))
    return msgspec.structs.replace(credentials, accounts_met=moments[-MOST_MET:])
