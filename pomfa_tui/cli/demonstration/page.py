"""What a newcomer has to know to sign in, in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.cli.demonstration.cast import seconds_left
from pomfa_tui.cli.tables import table
from pomfa_tui.domain.amounts import counted
from pomfa_tui.otpauth import setup_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pomfa_tui.cli.demonstration.cast import Player


def people_page(players: Sequence[Player], moment: int) -> str:
    """Return who can sign in, what they type, and the codes of a moment, UTC seconds."""
    rows = [
        (player.part.who, player.part.email, player.typed, player.code(moment) or "scan")
        for player in players
    ]
    left = counted(seconds_left(moment), "second")
    lines = [
        table(("WHO", "E-MAIL", "PASSWORD", "CODE"), rows),
        "",
        f"New codes in {left}. Each code works once.",
    ]
    return "\n".join([*lines, *_newcomers(players)])


def keys_page(players: Sequence[Player]) -> str:
    """Return the setup keys, for whoever wants to try an authenticator of their own."""
    rows = [
        (player.part.email, setup_key(player.secret))
        for player in players
        if player.secret is not None
    ]
    return table(("E-MAIL", "SETUP KEY (to type into an authenticator of your own)"), rows)


def _newcomers(players: Sequence[Player]) -> list[str]:
    return [
        f"{player.part.name} is new: types the activation code and pairs a phone."
        for player in players
        if player.activation_code is not None
    ]
