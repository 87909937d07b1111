"""A screen that goes while something is being asked for it (SES-08: what comes back then is shown to nobody)."""

from __future__ import annotations

import asyncio

from textual.app import App, ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.terminal.background import start


class Going(Static):
    """Takes its time to go, as a screen full of widgets does."""

    async def on_unmount(self) -> None:
        """Let the answer arrive when half of the screen has gone."""
        screen = self.screen
        assert isinstance(screen, Asking)
        screen.answered.set()
        for _ in range(20):
            await asyncio.sleep(0)


class Asking(DeskScreen[None]):
    """Shows an answer when it comes."""

    TITLE = "People"
    told = False

    def compose(self) -> ComposeResult:
        """Lay out what goes at once and what takes longer."""
        self.answered = asyncio.Event()
        yield Static(id="answer")
        yield Going()

    def on_mount(self) -> None:
        """Ask."""
        start(self, self._look)

    async def _look(self) -> None:
        await self.answered.wait()
        self.told = True
        self.query_one("#answer", Static).update("too late")


class Bare(App[None]):
    """An app with nothing of its own."""

    badge = ""
    is_signed_in = False


async def test_an_answer_that_comes_while_its_screen_goes_is_dropped() -> None:
    """It finds nothing to be shown in, and that is no fault of the program's."""
    async with Bare().run_test() as pilot:
        screen = Asking()
        await pilot.app.push_screen(screen)
        await pilot.pause()
        await pilot.app.pop_screen()
        await pilot.pause()
        assert not screen.told
