"""An activation code to hand over, shown once (rule 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.text import printable
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from pomfa_tui.services.views import Issued

TICK_FIRST = "Write the code down first, then tick the box."
GONE = "If you leave now, this code is gone. Press Esc again once you have written it down."


class IssuedCodeScreen(DeskScreen[None]):
    """Shows for whom the code is, the code, and what it is for.

    Args:
        issued: The person and the code.
        hours: How long it can be used.
    """

    TITLE = "Activation code"
    AUTO_FOCUS: ClassVar[str | None] = "TickBox"
    DEFAULT_CSS: ClassVar[str] = """
    IssuedCodeScreen Body { padding: 1 6; }
    IssuedCodeScreen Notice { margin-bottom: 1; }
    IssuedCodeScreen .lead, IssuedCodeScreen #code { text-style: bold; }
    IssuedCodeScreen #code { width: auto; padding: 0 3; margin-top: 1; border: round $edge; }
    IssuedCodeScreen ButtonRow, IssuedCodeScreen TickBox { margin-top: 1; }
    """

    def __init__(self, issued: Issued, hours: int) -> None:
        super().__init__()
        self._person = issued.person
        self._code = issued.activation_code
        self._hours = hours
        self._leaving = False

    def compose_body(self) -> ComposeResult:
        """Lay out name, code and what to do with it."""
        unit = "hour" if self._hours == 1 else "hours"
        yield Notice()
        yield Static("Hand this code to", classes="lead")
        yield Static(
            f"{printable(self._person.name)}, {printable(self._person.email)}",
            markup=False,
            classes="name",
        )
        yield Static(self._code, markup=False, id="code")
        yield Static(
            f"It works once, for {self._hours} {unit}, and is shown this once. Write it down and hand it over in person, "
            "never by e-mail.",
            classes="gap",
        )
        yield Static(
            "On Sign in they type their e-mail, and this code as the password. Then they choose a password of their own and "
            "pair their phone.",
            classes="gap quiet",
        )
        yield TickBox("I have written it down")
        yield ButtonRow(PushButton("Done", id="done"))

    def on_unmount(self) -> None:
        """Leave no code behind (SES-16)."""
        self._code = ""

    def action_back(self) -> None:
        """Leave when asked twice."""
        if self._leaving:
            self.dismiss()
        self._leaving = True
        self.query_one(Notice).show(GONE, Severity.WARNING)

    @on(PushButton.Pressed, "#done")
    def done(self) -> None:
        """Go back to where it was asked for, once the box is ticked: one Enter too many must not lose the code."""
        if self.query_one(TickBox).ticked:
            self.dismiss()
        else:
            self.query_one(Notice).show(TICK_FIRST, Severity.ERROR)
            self.query_one(TickBox).focus()
