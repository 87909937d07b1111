"""What the helpdesk is called for, before a challenge is made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.phone_help import PhoneAct
from pomfa_tui.screens.step import NoAdministrator, ShowChallenge, StepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.screens.step import CallHelpdesk

CHOICES = {
    PhoneAct.MFA_RESET: ("Lost, new or wiped phone", "Pair again; the old entry dies"),
    PhoneAct.UNLOCK: ("Locked after wrong codes", "Try again at once"),
}


class CallHelpdeskScreen(StepScreen):
    """Lists what the helpdesk can do for this account; Enter takes the marked line.

    Args:
        givens: Services, settings, clocks.
        call: What was due, and what can be done.
    """

    TITLE = "Call the helpdesk"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    CallHelpdeskScreen ChoiceList { margin: 1 0; }
    """

    def __init__(self, givens: Givens, call: CallHelpdesk) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = call.need
        self._acts = call.acts

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        choices = [Choice(act.value, *CHOICES[act]) for act in self._acts]
        yield Notice()
        yield Form(
            Static("What do you need from the helpdesk?", classes="lead"),
            ChoiceList(choices, column=25),
            Static("Arrow keys move, Enter chooses. Nothing is changed yet.", classes="quiet"),
            animate=self.desk.animation,
        )

    def action_back(self) -> None:
        """Go back to what can be done without an administrator."""
        self.finish(NoAdministrator(self._need))

    @on(ChoiceList.OptionSelected)
    def take(self, event: ChoiceList.OptionSelected) -> None:
        """Show the challenge for the chosen act."""
        start(self, partial(self._take, PhoneAct(event.option_id or "")))

    async def _take(self, act: PhoneAct) -> None:
        need = self._need
        self.notice.clear()
        await self.go_on(
            "Making the challenge.",
            lambda desk: ShowChallenge(need, desk.phone_calls.challenge(need.attempt, act)),
        )
