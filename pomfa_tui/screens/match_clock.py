"""Two codes in a row, for a phone whose clock is off and cannot be set right (RFC 6238 section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import CodeRefused, Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.step import StepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedCode

SAME = "That is the same code again. Wait until the app shows another one, and type that."


class MatchClockScreen(StepScreen):
    """Takes the code that is shown and the one that follows it; going back asks for a single code again.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for otherwise.
    """

    TITLE = "Match your phone's clock"
    AUTO_FOCUS: ClassVar[str | None] = "#first CodeInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    MatchClockScreen #next { height: 6; }
    MatchClockScreen TextInput { width: 26; }
    """

    def __init__(self, givens: Givens, need: NeedCode) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = need

    @property
    def first(self) -> Field:
        """The code that is shown now."""
        return self.query_one("#first", Field)

    @property
    def next(self) -> Field:
        """The code that follows it."""
        return self.query_one("#next", Field)

    def compose_body(self) -> ComposeResult:
        """Lay out what it is about, and the two fields."""
        yield Notice()
        yield Form(
            Static("Two codes in a row show how far the phone's clock is off.", classes="lead"),
            Static(printable(self._need.entry), markup=False, classes="name"),
            Field("First code", CodeInput(), boxed=True, id="first"),
            Field(
                "Next code",
                CodeInput(),
                boxed=True,
                id="next",
                hint=f"Wait until the app shows another code, at most {self._need.period} seconds.",
            ),
            ButtonRow(
                PushButton("Continue", id="continue"), PushButton("Use a single code", id="single")
            ),
            animate=self.desk.animation,
        )

    def action_back(self) -> None:
        """Ask for a single code again."""
        self.finish(self._need)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show why not beside the second code; both are typed afresh."""
        if isinstance(refusal, CodeRefused):
            self.first.clear()
            self.next.clear()
            self.next.refuse(refusal.message)
            self.first.focus_entry()
        else:
            super().show_refusal(refusal)

    @on(PushButton.Pressed, "#single")
    def use_single_code(self) -> None:
        """Go back to one code."""
        self.action_back()

    @on(Field.Submitted, "#first")
    def go_to_next(self) -> None:
        """Go on to the second code."""
        self.next.focus_entry()

    @on(Field.Submitted, "#next")
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer both codes, or say which is missing."""
        for field in (self.first, self.next):
            if not field.value:
                field.refuse("Type the six digits your authenticator shows.")
                field.focus_entry()
                return
        if self.first.value == self.next.value:
            self.next.clear()
            self.next.refuse(SAME)
            self.next.focus_entry()
            return
        start(self, self._offer)

    async def _offer(self) -> None:
        attempt, first, second = self._need.attempt, self.first.value, self.next.value
        self.notice.clear()
        await self.go_on(
            "Checking your codes.",
            lambda desk: desk.sign_in.resynchronise(attempt, first, second),
        )
