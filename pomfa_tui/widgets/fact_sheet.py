"""Facts below each other, each with its name before it."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.widget import Widget

from pomfa_tui.domain.text import printable


class Fact(NamedTuple):
    """One fact.

    Attributes:
        name: What it is about; empty for a line that goes on with the fact before.
        words: Any text, never markup.
    """

    name: str
    words: str


class FactSheet(Widget):
    """A list of facts; words that are too long for their line go on below themselves.

    Args:
        column: Columns of the names.
        id: Id in the DOM.
    """

    DEFAULT_CSS: ClassVar[str] = """
    FactSheet { height: auto; width: 100%; }
    """

    def __init__(self, *, column: int = 15, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._column = column
        self._facts: tuple[Fact, ...] = ()

    def show(self, facts: Iterable[Fact]) -> None:
        """Show other facts."""
        self._facts = tuple(facts)
        self.refresh(layout=True)

    def render(self) -> Content:
        """Return the names and words, line by line."""
        room = max(10, self.size.width - self._column)
        lines: list[Content] = []
        for fact in self._facts:
            names = [fact.name]
            for words in wrap(printable(fact.words), room) or [""]:
                name = (names.pop() if names else "").ljust(self._column)
                lines.append(Content.assemble((name, "bold"), words))
        return Content("\n").join(lines)
