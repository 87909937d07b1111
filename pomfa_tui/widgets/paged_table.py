"""Rows by the page: never more of them than fit, however many there are; a sign marks the row that Enter takes (ACC-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from pomfa_tui.domain.text import printable

GAP = 2
"""Columns between two columns of the table."""

CURSOR = "bold $block-cursor-foreground on $block-cursor-background"
"""Style of the marked row while the keyboard is in the table; the same as in every list."""

SIGN = 2
"""Columns of the sign before a row."""


class Column(NamedTuple):
    """One column.

    Attributes:
        title: Above it.
        width: Columns of the terminal at least.
        share: Parts it gets of the room that is left.
        from_width: Width of the table from which on it is shown.
    """

    title: str
    width: int
    share: int = 0
    from_width: int = 0


class Row(NamedTuple):
    """One row.

    Attributes:
        key: What it stands for.
        cells: One text for each column; any text, never markup.
    """

    key: str
    cells: tuple[str, ...]


class PagedTable(Widget, can_focus=True):
    """A table that asks for the page it needs and shows that page alone.

    Args:
        columns: From left to right.
        nothing: Shown when there is no row.
        id: Id in the DOM.
    """

    DEFAULT_CSS: ClassVar[str] = """
    PagedTable { height: 1fr; width: 100%; border: round $edge; padding: 0 1; }
    PagedTable:focus { border: double $focus; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Row before", show=False),
        Binding("down", "move(1)", "Next row", show=False),
        Binding("pageup", "page(-1)", "Page before", show=False),
        Binding("pagedown", "page(1)", "Next page", show=False),
        Binding("home", "ends(False)", "First row", show=False),
        Binding("end", "ends(True)", "Last row", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """Posted when Enter is pressed on a row.

        Attributes:
            key: What the row stands for.
        """

        key: str

    @dataclass
    class Wanted(Message):
        """Posted when rows are needed that are not here.

        Attributes:
            offset: How many rows come before them.
            size: How many there is room for.
        """

        offset: int
        size: int

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        nothing: str,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._nothing = nothing
        self._rows: tuple[Row, ...] = ()
        self._offset = 0
        self._total: int | None = None
        self._waiting = True
        self.position = 0

    @property
    def page_size(self) -> int:
        """How many rows there is room for."""
        return max(1, self.size.height - 1)

    @property
    def page_offset(self) -> int:
        """How many rows come before the page that the marked row is on."""
        return self.position // self.page_size * self.page_size

    @property
    def marked(self) -> Row | None:
        """The marked row; none while it has not arrived."""
        place = self.position - self._offset
        return self._rows[place] if 0 <= place < len(self._rows) else None

    @property
    def span(self) -> str:
        """Which rows are shown, in words, such as `1 to 14 of 230`; empty when there is none."""
        if not self._rows:
            return ""
        return f"{self._offset + 1} to {self._offset + len(self._rows)} of {self._total}"

    @property
    def keyboard_at(self) -> Offset:
        """Where the marked row is, below the heading."""
        return Offset(0, 1 + self.position - self._offset)

    def wait(self) -> None:
        """Let nothing be chosen until other rows are shown: those that are here are not what was asked for last."""
        self._waiting = True

    def page_of(self, total: int, offset: int) -> slice:
        """Return which of `total` rows make up the page at `offset`, or the last page when there are fewer."""
        size = self.page_size
        first = min(offset, max(0, total - 1) // size * size)
        return slice(first, first + size)

    def show(self, rows: Sequence[Row], *, offset: int, total: int) -> None:
        """Show a page.

        Args:
            rows: Those of the page.
            offset: How many come before them.
            total: How many there are altogether.
        """
        self._rows, self._offset, self._total = tuple(rows), offset, total
        self._waiting = False
        last = offset + len(self._rows) - 1
        self.position = max(0, min(max(self.position, offset), last))
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        """Ask for as many rows as there is room for now."""
        self.call_after_refresh(self._want)

    def on_focus(self) -> None:
        """Draw the marked row as that of the keyboard."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the marked row as one that is merely marked."""
        self.refresh()

    def render(self) -> Content:
        """Return the heading and the rows."""
        width = self.size.width
        columns = [each for each in self._columns if width >= each.from_width]
        widths = _widths(columns, width - SIGN)
        titles = _line([each.title for each in columns], widths)
        lines = [Content.styled(f"{' ' * SIGN}{titles}", "bold underline")]
        if self._total == 0:
            lines.append(Content(f"{' ' * SIGN}{self._nothing}"))
        shown = [place for place, each in enumerate(self._columns) if each in columns]
        for place, row in enumerate(self._rows[: self.page_size]):
            cells = _line([row.cells[each] for each in shown], widths)
            here = self._offset + place == self.position
            text = f"{'>' if here else ' '} {cells}"
            style = "" if not here else CURSOR if self.has_focus else "bold"
            lines.append(Content.styled(text, style) if style else Content(text))
        return Content("\n").join(lines)

    def action_move(self, steps: int) -> None:
        """Mark the row so many rows on; above the first one, leave the table."""
        if self.position + steps < 0:
            self.screen.focus_previous()
        else:
            self._mark(self.position + steps)

    def action_page(self, steps: int) -> None:
        """Mark the first row of the page so many pages on, or the very last row."""
        self._mark(self.page_offset + steps * self.page_size)

    def action_ends(self, last: bool) -> None:
        """Mark the first row of all, or the last."""
        self._mark((self._total or 1) - 1 if last else 0)

    def action_choose(self) -> None:
        """Say which row was chosen."""
        row = self.marked
        if row is not None and not self._waiting:
            self.post_message(self.Chosen(row.key))

    def _mark(self, position: int) -> None:
        position = max(0, min(position, (self._total or 1) - 1))
        if position == self.position:
            return
        self.position = position
        self.refresh()
        if self.marked is None:
            self._want()

    def _want(self) -> None:
        if self.is_attached and self.size.height:
            self.post_message(self.Wanted(self.page_offset, self.page_size))


def _widths(columns: Sequence[Column], room: int) -> list[int]:
    """Return the width of each column; what is left of the room goes to those with a share."""
    left = room - sum(each.width for each in columns) - GAP * (len(columns) - 1)
    shares = sum(each.share for each in columns) or 1
    return [each.width + max(0, left) * each.share // shares for each in columns]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * GAP).join(
        _cut(printable(cell), width) for cell, width in zip(cells, widths, strict=True)
    )


def _cut(text: str, width: int) -> str:
    """Return a text in exactly so many columns; dots tell that it was longer."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return f"{set_cell_size(text, width - 2)}.."
