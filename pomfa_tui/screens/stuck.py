"""`No administrator here` once the password is proven: now the helpdesk can be called about this very account."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.no_administrator import ready, ways_in
from pomfa_tui.screens.step import CallHelpdesk, StepScreen
from pomfa_tui.services.steps import NeedCode
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedActivation


PAPER = "Recovery codes on paper? Press Esc and choose Use a recovery code. Otherwise have a telephone at hand: "
PHONE = "Have a telephone at hand: "
HOW = "this terminal shows what to read out, the helpdesk checks who you are and reads an answer back."


class StuckScreen(StepScreen):
    """Offers the call; going back asks again for what was due.

    Args:
        givens: Services, settings, clocks.
        need: What was due.
    """

    TITLE = "No administrator here"
    AUTO_FOCUS: ClassVar[str | None] = "#call"
    DEFAULT_CSS: ClassVar[str] = """
    StuckScreen Body { padding: 0 2; }
    StuckScreen Static { margin-bottom: 1; }
    StuckScreen ButtonRow, StuckScreen .quiet { margin: 0; }
    StuckScreen #ready, StuckScreen #lead { margin: 0; }
    """

    def __init__(self, givens: Givens, need: NeedCode | NeedActivation) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = need

    def compose_body(self) -> ComposeResult:
        """Lay out what can be done without an administrator, and the way to do it."""
        paper = isinstance(self._need, NeedCode) and self._need.recovery_left > 0
        yield Notice()
        yield Form(
            Static("Your password is right; you can get in without an administrator.", id="lead"),
            Static(f"{PAPER if paper else PHONE}{HOW}"),
            Static(ways_in(self.givens.settings.helpdesk), markup=False),
            *ready(),
            ButtonRow(PushButton("Call the helpdesk", id="call"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def action_back(self) -> None:
        """Ask again for what was due."""
        self.finish(self._need)

    def action_no_administrator(self) -> None:
        """Stay here."""

    @on(PushButton.Pressed, "#call")
    def call(self) -> None:
        """Ask what the helpdesk can do."""
        start(self, self._call)

    async def _call(self) -> None:
        need = self._need
        self.notice.clear()
        await self.go_on(
            "Looking what the helpdesk can do.",
            lambda desk: CallHelpdesk(need, desk.phone_calls.choices(need.attempt)),
        )
