"""What the filters above a list have in common: wheels of a few words that tell when they turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message
from textual.widget import Widget

from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field

ANY = "any"
"""The word of a wheel that chooses nothing."""


class Filters(Widget):
    """Two rows of three fields and wheels each."""

    DEFAULT_CSS: ClassVar[str] = """
    Filters { layout: grid; grid-size: 3; grid-rows: 1; height: 2; width: 100%; }
    Filters Field { grid-columns: 9 1fr; }
    """

    @dataclass
    class Changed(Message):
        """Posted when another filter is set."""

    def on_mount(self) -> None:
        """Tell when a wheel turns."""
        for wheel in self.query(ChoiceField):
            self.watch(wheel.line, "position", self._turned, init=False)

    def field(self, name: str) -> Field:
        """Return a field or wheel by its name."""
        return self.query_one(f"#{name}", Field)

    def _turned(self) -> None:
        self.post_message(self.Changed())
