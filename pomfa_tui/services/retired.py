"""Ending pairings and half-done sign-ins, and forgetting retired secrets in time."""

from __future__ import annotations

import msgspec

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.credentials import Credentials, Pairing, PairingEnd
from pomfa_tui.services.second_factor import HINT_DAYS


def retire(credentials: Credentials, ended: PairingEnd, *, by: str, now: int) -> Credentials:
    """Return the credentials without their authenticator; its secret stays sealed for the hint about old entries only.

    A leaver needs no hint: then every retired secret is forgotten at once.

    Args:
        credentials: With an authenticator or without.
        ended: Why the pairing ends.
        by: Id of whoever ended it.
        now: UTC seconds.
    """
    authenticator = credentials.authenticator
    if authenticator is not None:
        pairing = Pairing(
            id=authenticator.id,
            period=authenticator.period,
            generation=authenticator.generation,
            label=authenticator.label,
            bound_at=authenticator.bound_at,
            terminal=authenticator.terminal,
            ended_at=now,
            ended=ended,
            ended_by=by,
            sealed=authenticator.sealed,
        )
        credentials = msgspec.structs.replace(
            credentials, authenticator=None, pairings=(*credentials.pairings, pairing)
        )
    if ended is not PairingEnd.LEFT:
        return without_old_secrets(credentials, now)
    pairings = tuple(msgspec.structs.replace(each, sealed=None) for each in credentials.pairings)
    return msgspec.structs.replace(credentials, pairings=pairings)


def without_old_secrets(credentials: Credentials, now: int) -> Credentials:
    """Return the credentials without retired secrets that are older than the hint may look at (rule 25); the same when there are none."""
    pairings = tuple(
        msgspec.structs.replace(pairing, sealed=None) if _is_old(pairing, now) else pairing
        for pairing in credentials.pairings
    )
    if pairings == credentials.pairings:
        return credentials
    return msgspec.structs.replace(credentials, pairings=pairings)


def with_new_epoch(credentials: Credentials) -> Credentials:
    """Return the credentials in a new epoch: half-done sign-ins of the old one end, in every process (A28)."""
    return msgspec.structs.replace(credentials, epoch=credentials.epoch + 1)


def _is_old(pairing: Pairing, now: int) -> bool:
    return pairing.sealed is not None and now - pairing.ended_at > HINT_DAYS * DAY
