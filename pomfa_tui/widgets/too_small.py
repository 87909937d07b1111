"""Covers a screen in a terminal that is too small for it, and says what is needed (ACC-12)."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

COLUMNS, ROWS = 80, 24
"""What every screen needs."""


class TooSmall(Widget):
    """A sentence over the whole screen, which stays as it is underneath: what was typed comes back with the room."""

    DEFAULT_CSS: ClassVar[str] = """
    TooSmall { layer: cover; dock: top; width: 100%; height: 100%; display: none; background: $background; color: $text; }
    """

    def render(self) -> Content:
        """Return the sentence with the size there is."""
        size = self.app.size
        return Content(
            f"This window has {size.width} columns and {size.height} rows. Make it at least {COLUMNS} by {ROWS} to go on."
        )


def is_too_small(columns: int, rows: int) -> bool:
    """Tell whether a terminal has less room than every screen needs."""
    return columns < COLUMNS or rows < ROWS
