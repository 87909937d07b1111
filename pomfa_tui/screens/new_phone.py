"""The QR code for a new phone, while the old one still works (ENR-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.qr_step import QrStep
from pomfa_tui.screens.step import Left, Outcome
from pomfa_tui.services.steps import SignedIn
from pomfa_tui.terminal.background import start

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import OfferedPairing


class NewPhoneScreen(QrStep):
    """Shows the one offer it is given; for another one both factors are asked for again.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        offered: What to show.
    """

    TITLE = "Move to a new phone"
    over: ClassVar[str] = (
        "This QR code has expired. Your old phone still works. If you scanned it, delete the new entry."
    )
    afresh: ClassVar[str] = "Start again"

    def __init__(self, givens: Givens, token: SessionToken, offered: OfferedPairing) -> None:
        super().__init__(givens)
        self._token = token
        self._offered: OfferedPairing | None = offered

    def on_unmount(self) -> None:
        """Have the service forget what nobody confirmed, however this screen was left (ENR-06)."""
        self._offered = None
        start(self.app, self._forget)

    def ask_for_offer(self) -> None:
        """Show the offer, or go back to ask for another one."""
        offered, self._offered = self._offered, None
        if offered is None:
            self.finish(Left())
        else:
            self.show_offer(offered)

    def prove(self, desk: Desk, text: str) -> Outcome:
        """Take the first code of the new entry to the service."""
        desk.office.moves.confirm(self._token, text)
        return SignedIn(self._token)

    def opening(self, *, again: bool) -> str:
        """Return the first step: the old entry is needed until the last one."""
        del again
        return "In the app on your new phone, add an account (Microsoft: Other)."

    async def _forget(self) -> None:
        token = self._token

        def leave(desk: Desk) -> None:
            desk.office.moves.leave(token)

        try:
            await self.consult(leave)
        except Refusal:
            # Without services there is nothing that could be kept.
            return
