"""Plain text for people: aligned, at most as wide as a terminal of 80 columns where the words allow it, harmless."""

from __future__ import annotations

import unicodedata
from textwrap import wrap
from typing import TYPE_CHECKING

from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 80
"""Columns of the terminals on the counter."""

_GAP = 2
_ELLIPSIS = "..."


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, shrinks: Sequence[int] = ()
) -> str:
    """Return rows under headings, aligned.

    Args:
        headings: One for each column.
        rows: Texts, as stored or typed.
        shrinks: Columns whose texts are cut, in this order, where the line would be wider than 80 columns; all others are names that
            somebody may have to copy.
    """
    lines = [list(headings), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(columns(line[index]) for line in lines) for index in range(len(headings))]
    for index in shrinks:
        excess = sum(widths) + _GAP * (len(widths) - 1) - WIDTH
        least = max(columns(headings[index]), len(_ELLIPSIS) + 5)
        widths[index] = min(widths[index], max(least, widths[index] - max(excess, 0)))
    return "\n".join(_row(line, widths) for line in lines)


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and values below each other, values aligned and wrapped."""
    shown = [(name, printable(value)) for name, value in pairs]
    indent = max(len(name) for name, _ in shown) + _GAP
    return "\n".join(
        paragraph(value, first=name.ljust(indent), indent=indent) for name, value in shown
    )


def paragraph(text: str, *, first: str = "", indent: int = 0) -> str:
    """Return a text in lines of at most 80 columns; words longer than that stay whole.

    Args:
        text: What to say.
        first: Stands before the first line, instead of its indent.
        indent: Spaces before each line.
    """
    lines = wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False) or [""]
    rest = [" " * indent + line for line in lines[1:]]
    return "\n".join([(first or " " * indent) + lines[0], *rest]).rstrip()


def columns(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = [_fitted(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return (" " * _GAP).join(parts).rstrip()


def _fitted(cell: str, width: int) -> str:
    if columns(cell) > width:
        cut = ""
        for char in cell:
            if columns(cut + char) > width - len(_ELLIPSIS):
                break
            cut += char
        cell = cut + _ELLIPSIS
    return cell + " " * (width - columns(cell))
