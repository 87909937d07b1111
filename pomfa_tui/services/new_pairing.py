"""What a pending secret becomes once a code from it was right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.credentials import Authenticator
from pomfa_tui.domain.documents import new_id
from pomfa_tui.services.second_factor import secret_context

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Vault
    from pomfa_tui.services.attempts import Pending


def new_pairing(
    pending: Pending, vault: Vault, *, person: str, step: int, now: int, terminal: str
) -> Authenticator:
    """Return the authenticator, with its secret sealed for this person and this pairing alone.

    Args:
        pending: What was on the screen.
        vault: Seals the secret.
        person: Id of whose it is.
        step: The step of the code that proved it, which works no more (rule 15).
        now: UTC seconds.
        terminal: Where it was paired.
    """
    identifier = new_id()
    return Authenticator(
        id=identifier,
        sealed=vault.seal(pending.secret, secret_context(person, identifier)),
        period=pending.period,
        generation=pending.generation,
        label=pending.label,
        last_step=step,
        bound_at=now,
        terminal=terminal,
    )
