"""The first line of every screen: its title, and at the right where and who once signed in."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import set_cell_size
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class TitleBar(Widget):
    """One line with the title at the left and the badge at the right.

    Args:
        title: The exact words of the screen's title.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TitleBar { dock: top; height: 1; width: 100%; background: $bar; color: $bar-text; text-style: bold; }
    """

    title: reactive[str] = reactive("")
    badge: reactive[str] = reactive("")

    def __init__(self, title: str) -> None:
        super().__init__()
        self.set_reactive(TitleBar.title, title)

    def render(self) -> Content:
        """Return the line; a badge that is too long is cut, the title never."""
        width = self.size.width
        left = Content(f" {self.title} ")
        room = max(0, width - left.cell_length - 1)
        badge = Content(self.badge)
        if badge.cell_length > room:
            badge = (
                Content(set_cell_size(self.badge, max(0, room - 1)) + "…")
                if room > 1
                else Content("")
            )
        gap = max(0, width - left.cell_length - badge.cell_length - 1)
        return Content.assemble(left, " " * gap, badge, " ")
