"""The QR code of a pairing on the screen, sized to the room there is."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from pomfa_tui.otpauth import PairingOffer
from pomfa_tui.qr import NoPicture, QrCode, QrPicture, Room, encode, fit

WIDEST_TEXT = 40
"""Columns of the sentence that stands in for a QR code."""


class QrView(Widget):
    """Show a pairing offer as a QR code, black on white whatever the theme, or say why there is none.

    Takes the room its container has, less what it is asked to leave, and draws anew when that changes. Every cell carries its
    colours explicitly: pure black and white pass Textual's colour filters unchanged, also under `NO_COLOR`. Where colours do not
    reach the screen the glyphs alone are right on a dark screen, and after `turn` on a light one.

    Args:
        offer: What to show; nothing until `show` when left out.
        text_columns: Columns to leave to the text beside.
        blocks: Whether the terminal shows full and half blocks, which depends on its encoding and font.
        colour: Whether the terminal certainly obeys colours; by default unless `NO_COLOR` was set.
        name: Name of the widget.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    DEFAULT_CSS: ClassVar[str] = """
    QrView {
        width: auto;
        height: auto;
    }
    """

    def __init__(
        self,
        offer: PairingOffer | None = None,
        *,
        text_columns: int = 0,
        blocks: bool = True,
        colour: bool | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._text_columns = text_columns
        self._blocks = blocks
        self._colour = colour
        self._light_screen = False
        self._codes: tuple[QrCode, ...] = () if offer is None else encode(offer)
        self._drawn: tuple[Room, QrPicture | NoPicture] | None = None

    @property
    def picture(self) -> QrPicture | NoPicture | None:
        """What is on the screen: a picture, the reason why there is none, or nothing when there is no offer."""
        return self._fit(self.size)

    @property
    def can_turn(self) -> bool:
        """Whether `turn` may help: there is a picture, and its colours may not reach the screen."""
        return isinstance(self.picture, QrPicture) and not self._colour_is_sure

    def show(self, offer: PairingOffer) -> None:
        """Show another offer."""
        self._codes = encode(offer)
        self._draw_anew()

    def clear(self) -> None:
        """Forget the offer and wipe the picture (SES-16)."""
        self._codes = ()
        self._draw_anew()

    def turn(self) -> None:
        """Swap glyphs and gaps, for a light screen that ignores colours."""
        self._light_screen = not self._light_screen
        self.refresh()

    def on_unmount(self) -> None:
        """Leave nothing behind that could be scanned."""
        self.clear()

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """Ask for as many columns as the picture has in this container."""
        room = self._room(container)
        picture = self._fit(room)
        if isinstance(picture, QrPicture):
            return picture.columns
        return 0 if picture is None else max(0, min(room.width, WIDEST_TEXT))

    def get_content_height(
        self,
        container: Size,
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """Ask for as many rows as the picture, or the sentence in its place, has at this width."""
        picture = self._fit(Size(width, container.height))
        if isinstance(picture, QrPicture):
            return picture.rows
        return 0 if picture is None else len(_sentence_lines(picture, width))

    def render_line(self, y: int) -> Strip:
        """Draw one row of cells."""
        picture = self.picture
        if isinstance(picture, QrPicture) and y < picture.rows:
            return Strip(
                [
                    Segment(text, Style(color=ink, bgcolor=paper))
                    for text, ink, paper in picture.lines[y]
                ],
                picture.columns,
            )
        style = self.visual_style.rich_style
        lines = _sentence_lines(picture, self.size.width) if isinstance(picture, NoPicture) else []
        if y < len(lines):
            return Strip([Segment(lines[y], style)])
        return Strip.blank(self.size.width, style)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:  # noqa: ARG002
        """Give no text away to a selection (K23)."""
        return None

    @property
    def _colour_is_sure(self) -> bool:
        return not self.app.no_color if self._colour is None else self._colour

    def _room(self, container: Size) -> Size:
        return Size(container.width - self._text_columns, container.height)

    def _fit(self, size: Size) -> QrPicture | NoPicture | None:
        if not self._codes:
            return None
        room = Room(
            columns=size.width,
            rows=size.height,
            blocks=self._blocks,
            colour=self._colour_is_sure,
            light_screen=self._light_screen,
        )
        if self._drawn is None or self._drawn[0] != room:
            self._drawn = room, fit(self._codes, room)
        return self._drawn[1]

    def _draw_anew(self) -> None:
        self._drawn = None
        self.refresh(layout=True)


def _sentence_lines(nothing: NoPicture, width: int) -> list[str]:
    return wrap(nothing.sentence, width) if width > 0 else []
