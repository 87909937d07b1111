"""A fresh code in the middle of a session, before an act that matters (rule 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import CodeRefused, Refusal, SessionEnded
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk


class StepUpScreen(ServedScreen[bool]):
    """Asks for a code; its result is true once one was accepted.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        entry: Name of the entry that shows the code.
    """

    TITLE = "Authentication code"
    AUTO_FOCUS: ClassVar[str | None] = "CodeInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    StepUpScreen Field { margin-top: 1; height: 6; }
    StepUpScreen TextInput { width: 26; }
    """

    def __init__(self, givens: Givens, token: SessionToken, entry: str) -> None:
        super().__init__(givens)
        self._token = token
        self._entry = entry

    @property
    def code(self) -> Field:
        """Where the code is typed."""
        return self.query_one(Field)

    def compose_body(self) -> ComposeResult:
        """Lay out why, the entry's name and the field."""
        yield Notice()
        yield Form(
            Static("Your last code is a while ago. To go on, type a fresh one.", classes="lead"),
            Static("Open your authenticator app and find the entry"),
            Static(printable(self._entry), markup=False, classes="name"),
            Field("Code", CodeInput(), hint="A code works once: wait for the next.", boxed=True),
            ButtonRow(PushButton("Continue", id="continue"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def refused(self, refusal: Refusal) -> None:
        """Show what is wrong with the code beside it."""
        if isinstance(refusal, SessionEnded):
            self.desk.sign_out(refusal)
        elif isinstance(refusal, CodeRefused):
            self.code.clear()
            self.code.refuse(refusal.message)
            self.code.focus_entry()
        else:
            super().refused(refusal)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the code."""
        start(self, self._offer)

    async def _offer(self) -> None:
        token, text = self._token, self.code.value

        def prove(desk: Desk) -> bool:
            desk.office.step_up.prove(token, text)
            return True

        self.notice.clear()
        if await self.submit("Checking your code.", prove):
            self.dismiss(True)
