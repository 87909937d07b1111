"""What may leave for the terminal: no character it could obey, and plain ones where it lacks the others (K25, GEN-05)."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("─━╌╍┄┅┈┉╴╶╸╺▁▔", "-"),
        **dict.fromkeys("│┃╎╏┆┇┊┋╵╷╹╻▏▎▍▌▐▕▊▋▉", "|"),
        **dict.fromkeys("═", "="),
        **dict.fromkeys("║█▀▄▂▃▅▆▇", "#"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
        "•": "*",
        "●": "*",
        "·": ".",
        "○": "o",
        "…": ".",
        "▲": "^",
        "▼": "v",
        "◀": "<",
        "▶": ">",
        "✓": "x",
        "✗": "x",
        "–": "-",  # noqa: RUF001 - the dash that is replaced
        "—": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        REPLACEMENT: "?",
    }
)


class ControlFilter(LineFilter):
    """Replace every character that a terminal could obey, wherever it came from."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments with harmless text."""
        found = _OBEYED.search
        return [
            Segment(_OBEYED.sub(REPLACEMENT, segment.text), segment.style, segment.control)
            if found(segment.text)
            else segment
            for segment in segments
        ]


class PlainFilter(LineFilter):
    """Write ASCII alone, cell for cell, for a locale that is not UTF-8.

    Lines, blocks and bullets have characters that stand in for them, letters lose their accents, and the rest is a question mark: a
    terminal of 8 bits would take half of an encoded letter for a command (0x9B, the second byte of a capital U with circumflex, clears or asks).
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments in plain characters."""
        return [
            segment
            if segment.text.isascii()
            else Segment(plain(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def plain(text: str) -> str:
    """Return a text in ASCII that takes as many cells."""
    cells = cell_len(text)
    found = "".join(each if each.isascii() else _stand_in(each) for each in text.translate(_PLAIN))
    return found.ljust(cells)[:cells]


def _stand_in(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    known = base.isascii() and base.isprintable()
    width = cell_len(character)
    return (base if known else "?").ljust(width)[:width]
