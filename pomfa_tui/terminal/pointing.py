"""Puts the terminal's own cursor where the keyboard is, so that a screen reader on a console follows it.

The cursor stays invisible; what reads a console aloud or in Braille asks the terminal for its place all the same.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.app import App
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Input

Result = TypeVar("Result")


def keyboard_place(focused: Widget) -> Offset:
    """Return the cell of the screen that somebody should be read who presses the next key."""
    if isinstance(focused, Input):
        return focused.cursor_screen_offset
    within = getattr(focused, "keyboard_at", Offset(0, 0))
    return focused.content_region.offset + within


class PointingApp(App[Result], Generic[Result], inherit_bindings=False):
    """An app whose every update leaves the cursor where the keyboard is."""

    @property
    def cursor_position(self) -> Offset:
        """Where the cursor goes after whatever is written next."""
        focused = self.focused
        return Offset(0, 0) if focused is None else keyboard_place(focused)

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        """Take no other place: fields would point at themselves before they have been laid out."""
