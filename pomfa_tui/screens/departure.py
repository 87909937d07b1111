"""The two ways from `Home` out of the desk: to the program that the terminal is for, and, for those who may, out of a kiosk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.permissions import Role
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.notice import Severity

if TYPE_CHECKING:
    from textual.timer import Timer

    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.home import HomeView

SECONDS = 3
"""How long a program that opens by itself can be held back by a key."""

CLOSED = (
    "You are signed out, and nobody can sign in here any more.",
    "Somebody who looks after this computer has to start it again.",
)


class Departure:
    """Leads out of the desk; belongs to one screen.

    Args:
        screen: Where refusals are shown.
        token: Returns the session.
    """

    def __init__(self, screen: ServedScreen[None], token: Callable[[], SessionToken]) -> None:
        self._screen = screen
        self._token = token
        self._left = SECONDS
        self._timer: Timer | None = None
        self._offered = False

    def offer_at_once(self, view: HomeView) -> None:
        """Open the program in a moment, where that is wanted: once a sign-in, for staff who have read their notices.

        Everybody else came to `Home` with something to do there.
        """
        program = self._screen.desk.handover
        due = program is not None and program.at_once and view.role is Role.STAFF
        if due and not view.unread and not self._offered:
            self._offered = True
            self._timer = self._screen.set_interval(1, self._count)
            self._tell()

    def stay(self) -> None:
        """Open nothing by itself."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._screen.notice.clear()

    async def open_program(self) -> None:
        """Hand this terminal over to the program it is for, or say why that cannot be."""
        self.stay()
        program, token = self._screen.desk.handover, self._token()
        if program is None:
            return
        if program.obstacle:
            self._screen.notice.show(program.obstacle, Severity.ERROR)
            return
        bearer = await self._screen.submit("Opening.", lambda desk: desk.terminals.bearer(token))
        if bearer is not None:
            self._screen.desk.hand_over(bearer.variables)

    async def close_kiosk(self) -> None:
        """Close the program where it is all that this terminal runs, once that is confirmed; only in a worker of the app."""
        token = self._token()

        def close(desk: Desk) -> bool:
            desk.terminals.close_kiosk(token)
            return True

        sure = ConfirmScreen("Close this terminal?", CLOSED, yes="Yes, close it")
        if await self._screen.app.push_screen_wait(sure) is not True or not self._screen.is_there:
            return
        if await self._screen.submit("Closing.", close):
            self._screen.desk.leave()

    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._tell()
        else:
            start(self._screen, self.open_program, group="program", exclusive=True)

    def _tell(self) -> None:
        program = self._screen.desk.handover
        name = program.name if program is not None else ""
        seconds = counted(self._left, "second")
        self._screen.notice.show(
            f"{name} opens in {seconds}. Enter opens it now, any other key keeps you here."
        )
