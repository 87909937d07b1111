"""A QR code that fits the room and scans: otpauth URI -> module matrix -> lines of coloured blocks.

No terminal interface in here; `widgets/qr_view.py` shows what this module draws. How a code is drawn rests on measurements of
real terminals with phone cameras: small payload, explicit black and white in every cell, light glyphs on black (which survives
gaps between rows), and a quiet zone that is never nought.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.otpauth import PairingOffer

if TYPE_CHECKING:
    import segno

BLACK = "#000000"
WHITE = "#ffffff"

WIDEST_QUIET = 4
"""Modules of margin that ISO/IEC 18004 asks for; more gains nothing."""

NARROWEST_QUIET = 1
"""Modules of margin without which codes were not read on dark screens."""

GOOD_QUIET = 2
"""Modules of margin from which on a wider one no longer helps; where it fits, larger modules help more."""


class Drawing(StrEnum):
    """How one module becomes cells."""

    FULL_CELLS = "full cells"
    """Two columns wide, full blocks for the light modules."""

    HALF_BLOCKS = "half blocks"
    """One column wide and half a row high."""

    COLOURED_SPACES = "coloured spaces"
    """Two columns wide and no glyph at all; stands and falls with colour."""


class Obstacle(StrEnum):
    """Why there is no picture."""

    TOO_SMALL = "too small"
    NO_BLOCKS = "no blocks"
    NO_BLOCKS_NO_COLOUR = "no blocks, no colour"


class Run(NamedTuple):
    """Neighbouring cells of the same colours."""

    text: str
    ink: str
    paper: str


class _Look(NamedTuple):
    """How one cell, or one pair of cells, is drawn."""

    glyph: str
    ink: str
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The space and the means there are for a picture.

    Attributes:
        columns: Cells a row.
        rows: Rows of cells.
        blocks: Whether the terminal shows full and half blocks.
        colour: Whether it certainly obeys colours.
        light_screen: Whether glyphs stand for dark modules; matters only where colours are ignored and the screen is light.
    """

    columns: int
    rows: int
    blocks: bool = True
    colour: bool = True
    light_screen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """One encoding of an offer, not drawn yet. Its repr hides the modules, which are the secret.

    Attributes:
        modules: Rows of modules, dark ones true, without a quiet zone.
        version: 1 to 40; a side has 17 + 4 x version modules.
        error: Error correction level.
        with_issuer_parameter: Whether the issuer stands in the URI as a parameter too.
    """

    modules: tuple[tuple[bool, ...], ...] = field(repr=False)
    version: int
    error: str
    with_issuer_parameter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QrPicture:
    """A QR code drawn to measure. Its repr hides what can be scanned.

    Attributes:
        code: What is drawn.
        drawing: How a module becomes cells.
        quiet: Modules of margin on each side, 1 to 4.
        lines: Rows of runs, all equally wide.
        columns: Cells a row.
        rows: Number of lines.
    """

    code: QrCode
    drawing: Drawing
    quiet: int
    lines: tuple[tuple[Run, ...], ...] = field(repr=False)
    columns: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPicture:
    """No QR code can be drawn; the setup key has to do.

    Attributes:
        obstacle: Why.
        columns: Cells a row that would do, 0 when no room would.
        rows: Rows of cells that would do, 0 when no room would.
    """

    obstacle: Obstacle
    columns: int
    rows: int

    @property
    def sentence(self) -> str:
        """Say plainly why there is no QR code, and what to do."""
        if self.obstacle is Obstacle.NO_BLOCKS_NO_COLOUR:
            why = "This terminal shows neither block characters nor colours, so it cannot show a QR code."
        elif self.obstacle is Obstacle.NO_BLOCKS:
            why = (
                "This terminal shows no block characters. Without them the QR code needs "
                f"{self.columns} columns and {self.rows} rows here."
            )
        else:
            why = f"The QR code needs {self.columns} columns and {self.rows} rows here, and there is less room."
        return f"{why} Type the setup key into your app instead."


def encode(offer: PairingOffer) -> tuple[QrCode, QrCode]:
    """Encode an offer with and without the issuer parameter, in this order.

    The label keeps the issuer in both. Costs some milliseconds, and the first time the import of the encoder.
    """
    return _encode(offer, with_issuer_parameter=True), _encode(offer, with_issuer_parameter=False)


def fit(codes: Sequence[QrCode], room: Room) -> QrPicture | NoPicture:
    """Draw the first of the codes that fits, as large as modules and quiet zone can be.

    Args:
        codes: Encodings of the same offer, the preferred one first.
        room: The space and the means.
    """
    ladder = _ladder(room)
    for code in codes:
        for drawing, narrowest in ladder:
            for quiet in range(WIDEST_QUIET, narrowest - 1, -1):
                columns, rows = _size(code, drawing, quiet)
                if columns <= room.columns and rows <= room.rows:
                    return _draw(code, drawing, quiet, light_screen=room.light_screen)
    return _nothing(codes, room)


def _encode(offer: PairingOffer, *, with_issuer_parameter: bool) -> QrCode:
    head, secret, tail = offer.uri_parts(with_issuer_parameter=with_issuer_parameter)
    # A segment each: the secret is all capitals and digits, which take 5.5 bits a character instead of 8.
    code = _smallest([part for part in (head, secret, tail) if part])
    return QrCode(
        modules=tuple(tuple(bool(module) for module in row) for row in code.matrix),
        version=int(code.version),
        error=code.error,
        with_issuer_parameter=with_issuer_parameter,
    )


def _smallest(segments: list[str]) -> segno.QRCode:
    """Make the smallest code, with the most error correction that costs no larger one.

    The encoder raises the level by itself only for a single segment.
    """
    # Only the pairing screen needs the encoder; the first frame does not wait for its import.
    import segno  # noqa: PLC0415

    code = segno.make(segments, error="l", boost_error=False, micro=False)  # type: ignore[arg-type]
    for level in "mqh":
        try:
            code = segno.make(segments, error=level, version=code.version, boost_error=False)  # type: ignore[arg-type]
        except segno.DataOverflowError:
            break
    return code


def _ladder(room: Room) -> tuple[tuple[Drawing, int], ...]:
    """List the drawings the terminal can show, best first, each with its narrowest quiet zone."""
    if room.blocks:
        return (Drawing.FULL_CELLS, GOOD_QUIET), (Drawing.HALF_BLOCKS, NARROWEST_QUIET)
    if room.colour:
        return ((Drawing.COLOURED_SPACES, NARROWEST_QUIET),)
    return ()


def _size(code: QrCode, drawing: Drawing, quiet: int) -> tuple[int, int]:
    side = len(code.modules) + 2 * quiet
    if drawing is Drawing.HALF_BLOCKS:
        return side, (side + 1) // 2
    return 2 * side, side


def _nothing(codes: Sequence[QrCode], room: Room) -> NoPicture:
    if not room.blocks and not room.colour:
        return NoPicture(obstacle=Obstacle.NO_BLOCKS_NO_COLOUR, columns=0, rows=0)
    drawing, narrowest = _ladder(room)[-1]
    columns, rows = min(_size(code, drawing, narrowest) for code in codes)
    obstacle = Obstacle.TOO_SMALL if room.blocks else Obstacle.NO_BLOCKS
    return NoPicture(obstacle=obstacle, columns=columns, rows=rows)


# -- Drawing ----------------------------------------------------------------------------------------------------------
# Where colours are obeyed, the tables for dark and light screens look the same; where they are ignored, one of them is right.

_FULL_ON_DARK = {False: _Look("██", WHITE, WHITE), True: _Look("  ", BLACK, BLACK)}
_FULL_ON_LIGHT = {False: _Look("  ", WHITE, WHITE), True: _Look("██", BLACK, BLACK)}
_SPACES = {False: _Look("  ", WHITE, WHITE), True: _Look("  ", BLACK, BLACK)}

_HALVES_ON_DARK = {
    (False, False): _Look("█", WHITE, WHITE),
    (False, True): _Look("▀", WHITE, BLACK),
    (True, False): _Look("▄", WHITE, BLACK),
    (True, True): _Look(" ", BLACK, BLACK),
}
_HALVES_ON_LIGHT = {
    (False, False): _Look(" ", WHITE, WHITE),
    (False, True): _Look("▄", BLACK, WHITE),
    (True, False): _Look("▀", BLACK, WHITE),
    (True, True): _Look("█", BLACK, BLACK),
}


def _draw(code: QrCode, drawing: Drawing, quiet: int, *, light_screen: bool) -> QrPicture:
    columns, rows = _size(code, drawing, quiet)
    grid = _with_margin(code.modules, quiet)
    if drawing is Drawing.HALF_BLOCKS:
        lines = _half_lines(grid, _HALVES_ON_LIGHT if light_screen else _HALVES_ON_DARK)
    elif drawing is Drawing.FULL_CELLS:
        lines = _full_lines(grid, _FULL_ON_LIGHT if light_screen else _FULL_ON_DARK)
    else:
        lines = _full_lines(grid, _SPACES)
    return QrPicture(
        code=code, drawing=drawing, quiet=quiet, lines=tuple(lines), columns=columns, rows=rows
    )


def _with_margin(modules: Sequence[Sequence[bool]], quiet: int) -> list[tuple[bool, ...]]:
    side = (False,) * quiet
    margin = [(False,) * (len(modules) + 2 * quiet)] * quiet
    return [*margin, *((*side, *row, *side) for row in modules), *margin]


def _half_lines(
    grid: Sequence[Sequence[bool]], looks: Mapping[tuple[bool, bool], _Look]
) -> Iterator[tuple[Run, ...]]:
    light = (False,) * len(grid[0])
    # A side is always odd: the last row of cells gets a light lower half, a little more margin.
    for upper, lower in zip(grid[::2], [*grid[1::2], light], strict=True):
        yield _runs([looks[pair] for pair in zip(upper, lower, strict=True)])


def _full_lines(
    grid: Sequence[Sequence[bool]], looks: Mapping[bool, _Look]
) -> Iterator[tuple[Run, ...]]:
    for row in grid:
        yield _runs([looks[dark] for dark in row])


def _runs(looks: Sequence[_Look]) -> tuple[Run, ...]:
    groups = groupby(looks, key=lambda look: (look.ink, look.paper))
    return tuple(
        Run("".join(look.glyph for look in group), ink, paper) for (ink, paper), group in groups
    )
