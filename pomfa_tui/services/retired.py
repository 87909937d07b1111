"""Ending pairings and half-done sign-ins, and forgetting retired secrets in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.credentials import Credentials, Pairing, PairingEnd
from pomfa_tui.services.second_factor import HINT_DAYS

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Transaction


def retire(credentials: Credentials, ended: PairingEnd, *, by: str, now: int) -> Credentials:
    """Return the credentials without their authenticator; its secret stays sealed for the hint about old entries only.

    Args:
        credentials: With an authenticator or without.
        ended: Why the pairing ends.
        by: Id of whoever ended it.
        now: UTC seconds.
    """
    authenticator = credentials.authenticator
    if authenticator is None:
        return without_stale_secrets(credentials, now)
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
        sealed=None if ended is PairingEnd.LEFT else authenticator.sealed,
    )
    ended_now = msgspec.structs.replace(
        credentials, authenticator=None, pairings=(*credentials.pairings, pairing)
    )
    return without_stale_secrets(ended_now, now)


def without_stale_secrets(credentials: Credentials, now: int) -> Credentials:
    """Return the credentials without retired secrets older than the hint may use (rule 25)."""
    oldest = now - HINT_DAYS * 86400
    pairings = tuple(
        msgspec.structs.replace(pairing, sealed=None)
        if pairing.sealed is not None and pairing.ended_at < oldest
        else pairing
        for pairing in credentials.pairings
    )
    return (
        credentials
        if pairings == credentials.pairings
        else msgspec.structs.replace(credentials, pairings=pairings)
    )


def end_half_done(tx: Transaction, person: Person) -> Credentials:
    """End the person's half-done sign-ins and outstanding activation code; return the credentials as written."""
    credentials = tx.credentials.get(person.id) or Credentials(id=person.id)
    credentials = msgspec.structs.replace(credentials, epoch=credentials.epoch + 1, activation=None)
    tx.credentials.put(credentials)
    return credentials
