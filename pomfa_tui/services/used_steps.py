"""Which steps of an authenticator are spent: used, or given away by a hint (rules 15, 25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Authenticator, Credentials
    from pomfa_tui.domain.ports import Transaction


def use_step(
    tx: Transaction, credentials: Credentials, authenticator: Authenticator, step: int, drift: int
) -> Credentials:
    """Write and return the credentials with this step used up, for ever and for every purpose (rule 15)."""
    used = msgspec.structs.replace(authenticator, last_step=step, drift=drift)
    accepted = msgspec.structs.replace(credentials, authenticator=used)
    tx.credentials.put(accepted)
    return accepted


def spoil(
    tx: Transaction,
    counted: Credentials,
    authenticator: Authenticator,
    told: tuple[int, ...],
    now: int,
) -> None:
    """Never accept the steps that a hint has given away: who guessed would only have to wait, who looked on only to type them again."""
    oldest = totp.step_at(now, authenticator.period) - totp.RESYNC_REACH - 1
    kept = tuple(step for step in (*authenticator.told_steps, *told) if step >= oldest)
    spoilt = msgspec.structs.replace(authenticator, told_steps=tuple(dict.fromkeys(kept)))
    tx.credentials.put(msgspec.structs.replace(counted, authenticator=spoilt))


def seconds_to_new_code(authenticator: Authenticator, typed: int, now: int) -> int:
    """Return the seconds until a code comes that is new; a phone that was fast and is right again shows old ones for a while."""
    behind = authenticator.last_step - typed
    period = authenticator.period
    return totp.seconds_left(now, period) + (behind * period if behind > 1 else 0)
