"""A question before what cannot be undone; the keyboard starts at the harmless answer."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.text import printable
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.push_button import ButtonRow, PushButton


class ConfirmScreen(DeskScreen[bool]):
    """Asks once more; its result is true for yes alone.

    Args:
        question: In one sentence; any text, never markup.
        consequences: What will have happened then, one sentence each.
        yes: The words of the answer that does it.
    """

    TITLE = "Are you sure?"
    AUTO_FOCUS: ClassVar[str | None] = "#no"
    DEFAULT_CSS: ClassVar[str] = """
    ConfirmScreen Body { padding: 3 2; }
    ConfirmScreen #question { text-style: bold; margin-bottom: 1; }
    ConfirmScreen ButtonRow { margin-top: 2; }
    """

    def __init__(self, question: str, consequences: tuple[str, ...], *, yes: str) -> None:
        super().__init__()
        self._question = question
        self._consequences = consequences
        self._yes = yes

    def compose_body(self) -> ComposeResult:
        """Lay out question, consequences and the two answers."""
        yield Static(printable(self._question), markup=False, id="question")
        for sentence in self._consequences:
            yield Static(printable(sentence), markup=False)
        yield ButtonRow(PushButton("No, go back", id="no"), PushButton(self._yes, id="yes"))

    @on(PushButton.Pressed, "#no")
    def refuse(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    @on(PushButton.Pressed, "#yes")
    def agree(self) -> None:
        """Let it happen."""
        self.dismiss(True)
