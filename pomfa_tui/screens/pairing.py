"""Pairing an authenticator on the way in: nobody gets past it without a correct code of the new entry (rule 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.screens.qr_step import QrStep
from pomfa_tui.screens.step import Outcome
from pomfa_tui.terminal.background import start

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import NeedPairing


class PairingScreen(QrStep):
    """Asks for an offer, and for a fresh one whenever it has run out.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for.
    """

    TITLE = "Set up your authenticator"

    def __init__(self, givens: Givens, need: NeedPairing) -> None:
        limits = givens.settings.limits
        super().__init__(givens, lasts=60 * (limits.pairing_minutes + limits.attempt_minutes))
        self._need = need

    def ask_for_offer(self) -> None:
        """Have an offer made."""
        start(self, self._ask_for_offer)

    def prove(self, desk: Desk, text: str) -> Outcome:
        """Take the first code of the new entry to the service."""
        return desk.pairing.confirm(self._need.attempt, text)

    def opening(self, *, again: bool) -> str:
        """Return the first step: an old entry would be taken for the new one (ENR-04)."""
        if again:
            return "First delete this account's old entry in your app, then add one (Microsoft: Other)."
        return "In your authenticator app, add an account (Microsoft: Other)."

    async def _ask_for_offer(self) -> None:
        attempt = self._need.attempt
        offered = await self.submit("Making a QR code.", lambda desk: desk.pairing.offer(attempt))
        if offered is not None:
            self.show_offer(offered)
