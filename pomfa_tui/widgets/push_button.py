"""A button whose focus shows by its edge and its words, not by its hue alone (ACC-06, ACC-07)."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button


class PushButton(Button, inherit_css=False):
    """A button in the looks of this program; Textual's own are many and slow to read.

    Args:
        label: The exact words on it; any text, never markup.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    DEFAULT_CSS: ClassVar[str] = """
    PushButton {
        width: auto; min-width: 12; height: 3; line-pad: 1; margin-right: 2; text-align: center; content-align: center middle;
        color: $text; background: $background; border: solid $edge;
    }
    PushButton:focus { color: $focus; border: double $focus; text-style: bold reverse; }
    PushButton:disabled { color: $quiet; }
    """

    def __init__(
        self,
        label: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(Content(label), id=id, classes=classes)


class ButtonRow(Widget):
    """Buttons side by side.

    Args:
        buttons: In the order in which Tab goes through them.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ButtonRow { layout: horizontal; width: 100%; height: 3; }
    """

    def __init__(self, *buttons: PushButton, classes: str | None = None) -> None:
        super().__init__(*buttons, classes=classes)
