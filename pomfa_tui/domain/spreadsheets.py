"""Tables as CSV that no spreadsheet runs as a formula (RFC 4180; OWASP, CSV injection; AUD-14)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\N{FULLWIDTH EQUALS SIGN}")
"""What makes a cell more than its text in one spreadsheet or another."""


def row(cells: Iterable[object]) -> str:
    """Return one line, its end included; a cell that a spreadsheet would run begins with an apostrophe instead."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([cell(each) for each in cells])
    return line.getvalue()


def rows(lines: Iterable[Iterable[object]]) -> str:
    """Return lines below each other."""
    return "".join(row(cells) for cells in lines)


def cell(value: object) -> str:
    """Return what stands in a cell; nothing for none."""
    text = "" if value is None else str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINNINGS) else text
