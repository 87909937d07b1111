"""Something the person should know: a word for how serious it is, and a sentence (ACC-06)."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual.content import Content
from textual.widgets import Static


class Severity(Enum):
    """How serious a notice is; the word is shown."""

    NOTE = "Note"
    DONE = "Done"
    WARNING = "Warning"
    ERROR = "Error"


class Notice(Static):
    """A sentence with a word in front of it; takes no room while there is none.

    Args:
        text: The sentence; any text, never markup.
        severity: How serious it is.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Notice { height: auto; width: 100%; display: none; padding: 0 1; border-left: solid $edge; }
    Notice.-shown { display: block; }
    Notice.-error { color: $text-error; border-left: outer $error; }
    Notice.-warning { color: $text-warning; border-left: outer $warning; }
    Notice.-done { color: $text-success; border-left: outer $success; }
    """

    def __init__(
        self,
        text: str = "",
        severity: Severity = Severity.NOTE,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(markup=False, id=id, classes=classes)
        self.text = ""
        self.severity = severity
        if text:
            self.show(text, severity)

    def show(self, text: str, severity: Severity = Severity.NOTE) -> None:
        """Show a sentence, or nothing when it is empty."""
        self.text, self.severity = text, severity
        kinds = {f"-{each.value.lower()}": each is severity for each in Severity}
        self.update_classes(kinds | {"-shown": bool(text)}, animate=False)
        self.update(Content.assemble((f"{severity.value}: ", "bold"), Content(text)))

    def clear(self) -> None:
        """Show nothing."""
        self.show("")
