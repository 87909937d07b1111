"""The screen underneath all others: opens the services beside itself, and sends people on their way to `Home`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from pomfa_tui.domain.errors import Busy, Refusal
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.terminal.faults import went_wrong
from pomfa_tui.widgets.notice import Severity

# ruff: noqa: PLC0415 - the first frame does not wait for what only a sign-in needs

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.home import HomeScreen
    from pomfa_tui.screens.walk import Walk
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import Step

CLOSE_AGAIN = "Press Esc again to close this program."


class FirstScreen(ServedScreen[None]):
    """Either `Sign in` or `Set up this terminal`; each becomes the other when the store says so."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", tooltip="Close this program")
    ]

    _successor: FirstScreen | None = None
    _close_asked = False

    def on_mount(self) -> None:
        """Draw first, then load."""
        self.call_after_refresh(self._load)

    def on_screen_resume(self) -> None:
        """Make room, if that was due while another screen covered this one."""
        self._close_asked = False
        if self._successor is not None:
            self.become(self._successor)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nobody close a kiosk."""
        if action == "close":
            return not self.desk.kiosk
        return super().check_action(action, parameters)

    def action_close(self) -> None:
        """Close the program when asked twice."""
        if self._close_asked:
            self.desk.leave()
        self._close_asked = True
        self.notice.show(CLOSE_AGAIN)

    def become(self, successor: FirstScreen) -> None:
        """Give way to another first screen, once this one is on top."""
        if self.is_active:
            start(self.app, partial(self._give_way, successor))
        else:
            self._successor = successor

    def set_up_is(self, *, needed: bool) -> None:
        """Take note of whether the store is empty."""

    def walk(self, step: Step) -> None:
        """Go from `step` to `Home`, or back here."""
        start(self.app, partial(self._walk, step))

    async def arrived(self, walk: Walk, token: SessionToken) -> HomeScreen:
        """Show `Home` to somebody who has just signed in.

        Args:
            walk: Has the last step still on the screen.
            token: The session.
        """
        from pomfa_tui.screens.home import HomeScreen
        from pomfa_tui.screens.home_words import badge_of

        view = await self.consult(lambda desk: desk.home.show(token))
        self.desk.signed_in(token, badge_of(view))
        home = HomeScreen(self.givens, token, view)
        await walk.put(home)
        return home

    def _load(self) -> None:
        start(self, self._look_into_store)

    async def _look_into_store(self) -> None:
        try:
            needed = await self.consult(lambda desk: desk.setup.needed())
        except Busy as refusal:
            # Whoever fills in the form tries again.
            self.notice.show(refusal.message, Severity.WARNING)
        except Refusal as refusal:
            self.desk.give_up(refusal)
        else:
            self.set_up_is(needed=needed)

    async def _walk(self, step: Step) -> None:
        from pomfa_tui.screens.step import Left
        from pomfa_tui.screens.walk import Walk
        from pomfa_tui.services.steps import SignedIn

        walk = Walk(self.app, self.givens)
        try:
            end = await walk.through(step)
            if isinstance(end, SignedIn):
                await self.arrived(walk, end.token)
                return
        except Refusal as refusal:
            end = Left(refusal.message)
        except Exception as error:  # noqa: BLE001 - the last resort: nothing was granted, and the terminal stays usable
            end = Left(went_wrong(self.desk.note_fault(error)))
        with self.app.batch_update():
            await walk.take_away()
            self.start_over(end.message)
        await self._forget(step)

    async def _forget(self, step: Step) -> None:
        from pomfa_tui.services.steps import SignedIn

        if isinstance(step, SignedIn):
            return
        attempt = step.attempt

        def leave(desk: Desk) -> None:
            desk.sign_in.leave(attempt)

        await self.consult(leave)

    async def _give_way(self, successor: FirstScreen) -> None:
        await self.desk.replace_first_screen(successor)
