"""The response to read back on the telephone, with the words to say it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.phone_help import ACT_WORDS, PhoneAct
from pomfa_tui.domain.spoken_codes import spelled_out
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.services.phone_answers import PhoneAnswer

AFTER_RESET = "After an MFA reset the caller pairs a phone at once, with you on the line or not."
AFTER_LOCUM = (
    "The terminal then shows a new locum an activation code; somebody with an account signs in as ever. It says so if that account is for an "
    "administrator to change."
)


class PhoneResponseScreen(DeskScreen[None]):
    """Shows three groups until support goes back.

    Args:
        answer: What is read back.
    """

    TITLE = "Phone reset"
    AUTO_FOCUS: ClassVar[str | None] = "#done"
    DEFAULT_CSS: ClassVar[str] = """
    PhoneResponseScreen .lead, PhoneResponseScreen #response { text-style: bold; }
    PhoneResponseScreen #response { width: auto; margin: 1 0; padding: 0 2; border: round $edge; }
    PhoneResponseScreen ButtonRow { margin-top: 1; }
    """

    def __init__(self, answer: PhoneAnswer) -> None:
        super().__init__()
        self._after = AFTER_LOCUM if answer.act is PhoneAct.NEW_LOCUM else AFTER_RESET
        self._what = f"{ACT_WORDS[answer.act]} at {answer.site}"
        self._response = answer.response

    def compose_body(self) -> ComposeResult:
        """Lay out what it is for, the groups and what comes next."""
        yield Static(f"{self._what}: read this response back, group by group.", classes="lead")
        yield Static(spelled_out(self._response), markup=False, id="response")
        yield Static(
            "It works once, on that terminal, while the caller's challenge stands: ten minutes from when it was made. "
            "If the terminal names a group, read that group again."
        )
        yield Static(
            f"{self._after} If the challenge runs out, the caller asks the terminal for a new one, and you begin again.",
            classes="gap",
        )
        yield ButtonRow(PushButton("Done", id="done"))

    def on_unmount(self) -> None:
        """Leave no response behind (SES-16)."""
        self._response = ""

    @on(PushButton.Pressed, "#done")
    def done(self) -> None:
        """Go back."""
        self.dismiss()
