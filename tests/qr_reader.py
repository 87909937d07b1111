"""Read a QR code off a screen of terminal cells: paint the cells as a terminal would, then decode as a phone would.

Cells come from lines of runs (`cells_of_picture`), from a running Textual app (`cells_of_app`) or from a terminal emulator
(`cells_of_pyte`). `read` is the whole way from cells to text, agreed by every judge there is; `decode` and `decode_with_zbar` are
the judges. None of them inverts: a light-on-dark code counts as unreadable, as it is for many phone apps.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyte
import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from rich.color import Color
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.app import App

if TYPE_CHECKING:
    from pomfa_tui.qr import QrPicture

CELL_WIDTH = 8
CELL_HEIGHT = 16
"""Pixels of a cell, as in a console font."""

RGB = tuple[int, int, int]

BLACK: RGB = (0, 0, 0)
WHITE: RGB = (255, 255, 255)


class Palette(NamedTuple):
    """What a terminal uses where a program names no colour."""

    ink: RGB
    paper: RGB


DARK_SCREEN = Palette(ink=(204, 204, 204), paper=BLACK)
LIGHT_SCREEN = Palette(ink=BLACK, paper=WHITE)


class Cell(NamedTuple):
    """One character cell in its final colours."""

    char: str
    ink: RGB
    paper: RGB


Rows = Sequence[Sequence[Cell]]

_HALVES = {
    " ": (0, 0),
    "█": (0, CELL_HEIGHT),
    "▀": (0, CELL_HEIGHT // 2),
    "▄": (CELL_HEIGHT // 2, CELL_HEIGHT),
}
"""First and last but one row of pixels in ink, for the glyphs a QR code is drawn with."""

# 16 colours as xterm shows them, under the names the emulator gives them; its table misspells one.
_NAMED: dict[str, RGB] = {
    "black": BLACK,
    "red": (205, 0, 0),
    "green": (0, 205, 0),
    "brown": (205, 205, 0),
    "blue": (0, 0, 238),
    "magenta": (205, 0, 205),
    "cyan": (0, 205, 205),
    "white": (229, 229, 229),
    "brightblack": (127, 127, 127),
    "brightred": (255, 0, 0),
    "brightgreen": (0, 255, 0),
    "brightbrown": (255, 255, 0),
    "brightblue": (92, 92, 255),
    "brightmagenta": (255, 0, 255),
    "bfightmagenta": (255, 0, 255),
    "brightcyan": (0, 255, 255),
    "brightwhite": WHITE,
}


# -- Judges -------------------------------------------------------------------------------------------------------------


def read(rows: Rows) -> str | None:
    """Return the text of the QR code among the cells, or none when any judge at hand cannot read it.

    Raises:
        AssertionError: Two judges read different texts.
    """
    image = cells_to_image(rows)
    texts = [decode(image)]
    if zbar_is_here():
        texts.append(decode_with_zbar(image))
    if None in texts:
        return None
    assert len(set(texts)) == 1, "two decoders read different texts"
    return texts[0]


def decode(image: Image.Image) -> str | None:
    """Return the text of the one QR code in a picture, dark on light only, as zxing-cpp reads it."""
    found = zxingcpp.read_barcodes(
        image.convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_invert=False,
    )
    return found[0].text if len(found) == 1 else None


def zbar_is_here() -> bool:
    """Whether `zbarimg` is installed."""
    return shutil.which("zbarimg") is not None


def decode_with_zbar(image: Image.Image) -> str | None:
    """Return the text of the QR code in a picture as zbar reads it; the picture goes through a pipe, not a file."""
    png = io.BytesIO()
    image.convert("L").save(png, "PNG", compress_level=1)
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable", "png:-"],
        input=png.getvalue(),
        capture_output=True,
        check=False,
        timeout=30,
    )
    text = done.stdout.decode("utf-8").removesuffix("\n")
    return text or None


# -- Painting -----------------------------------------------------------------------------------------------------------


def cells_to_image(rows: Rows, *, row_gap: int = 0) -> Image.Image:
    """Paint cells as a terminal does, 8x16 pixels each.

    Args:
        rows: Rows of cells; shorter rows end in black.
        row_gap: Pixels that line spacing adds under each row, which its glyphs do not reach.
    """
    pitch = CELL_HEIGHT + row_gap
    width = max(len(row) for row in rows)
    image = Image.new("RGB", (width * CELL_WIDTH, len(rows) * pitch), BLACK)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default()
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            left, top = x * CELL_WIDTH, y * pitch
            box = (left, top, left + CELL_WIDTH - 1, top + pitch - 1)
            pen.rectangle(box, fill=cell.paper)
            _paint_glyph(pen, font, cell, left, top)
    return image


def without_colours(rows: Rows, palette: Palette) -> list[list[Cell]]:
    """Return the cells as a terminal shows them that ignores every colour."""
    return [[Cell(cell.char, palette.ink, palette.paper) for cell in row] for row in rows]


def _paint_glyph(pen: ImageDraw.ImageDraw, font: Any, cell: Cell, left: int, top: int) -> None:
    if cell.char in _HALVES:
        first, end = _HALVES[cell.char]
        if first < end:
            pen.rectangle((left, top + first, left + CELL_WIDTH - 1, top + end - 1), fill=cell.ink)
    else:
        # Whatever stands beside the code is noise for the decoder, as it is on a real screen; one column, one letter.
        char = cell.char if cell.char.isascii() else "?"
        pen.text((left, top + 2), char, fill=cell.ink, font=font)


# -- Where cells come from ------------------------------------------------------------------------------------------------


def cells_of_picture(
    picture: QrPicture, *, margin: int = 2, around: RGB = BLACK
) -> list[list[Cell]]:
    """Return a picture's cells on an otherwise empty screen.

    Args:
        picture: What `pomfa_tui.qr.fit` drew.
        margin: Cells of screen on each side.
        around: Colour of that screen.
    """
    empty = Cell(" ", around, around)
    side = [empty] * margin
    rows = [
        [Cell(char, _hex(run.ink), _hex(run.paper)) for run in line for char in run.text]
        for line in picture.lines
    ]
    blank = [[empty] * (picture.columns + 2 * margin) for _ in range(margin)]
    return [*blank, *([*side, *row, *side] for row in rows), *blank]


def cells_of_app(app: App[Any], palette: Palette = DARK_SCREEN) -> list[list[Cell]]:
    """Return what a running Textual app has on its screen, after its filters.

    Args:
        app: An app under `run_test`, with the screen laid out and idle.
        palette: What stands for the terminal's own colours.
    """
    rows: list[list[Cell]] = []
    for strip in app.screen._compositor.render_strips():
        row: list[Cell] = []
        for text, style, _ in strip:
            ink = _rich(style.color if style else None, palette.ink)
            paper = _rich(style.bgcolor if style else None, palette.paper)
            if style and style.reverse:
                ink, paper = paper, ink
            row.extend(Cell(char, ink, paper) for char in text)
        rows.append(row)
    return rows


def cells_of_pyte(screen: pyte.Screen, palette: Palette = DARK_SCREEN) -> list[list[Cell]]:
    """Return what a terminal emulator shows.

    Args:
        screen: The emulator's screen, fed with everything the program wrote.
        palette: The terminal's own colours, for cells that name none.
    """
    rows: list[list[Cell]] = []
    for y in range(screen.lines):
        line = screen.buffer[y]
        row: list[Cell] = []
        for x in range(screen.columns):
            char = line[x]
            ink, paper = _pyte(char.fg, palette.ink), _pyte(char.bg, palette.paper)
            if char.reverse:
                ink, paper = paper, ink
            row.append(Cell(char.data or " ", ink, paper))
        rows.append(row)
    return rows


def text_of(rows: Iterable[Iterable[Cell]]) -> str:
    """Return the characters alone, a line each row."""
    return "\n".join("".join(cell.char for cell in row) for row in rows)


def _rich(colour: Color | None, default: RGB) -> RGB:
    if colour is None or colour.is_default:
        return default
    red, green, blue = colour.get_truecolor(DEFAULT_TERMINAL_THEME)
    return red, green, blue


def _pyte(colour: str, default: RGB) -> RGB:
    if colour == "default":
        return default
    return _NAMED[colour] if colour in _NAMED else _hex(colour)


@cache
def _hex(colour: str) -> RGB:
    digits = re.fullmatch(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", colour.lower())
    assert digits is not None, f"not a colour: {colour}"
    red, green, blue = (int(pair, 16) for pair in digits.groups())
    return red, green, blue
