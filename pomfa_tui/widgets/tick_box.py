"""A box to tick, drawn with signs that need no colour (ACC-06)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class TickBox(Widget, can_focus=True):
    """Something to confirm with Space or Enter.

    Args:
        label: What is confirmed.
        id: Id in the DOM.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TickBox { height: 1; width: auto; }
    TickBox:focus { color: $focus; text-style: bold; }
    """
    ticked: reactive[bool] = reactive(False)

    @dataclass
    class Changed(Message):
        """Posted when the tick is set or taken away."""

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._label = label

    def render(self) -> Content:
        """Return the sign of the keyboard, the box and the label."""
        sign = ">" if self.has_focus else " "
        return Content(f"{sign} [{'x' if self.ticked else ' '}] {self._label}")

    def get_content_width(self, *_: object) -> int:
        """Ask for the room of the line."""
        return len(self._label) + 6

    def on_focus(self) -> None:
        """Show the sign."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the sign away."""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Tick the box, or take the tick away; here and not by a binding, so that a Tab on its heels does not overtake it."""
        if event.key in {"space", "enter"}:
            event.stop()
            self.ticked = not self.ticked
            self.post_message(self.Changed())
