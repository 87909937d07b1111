"""One screen in its other three variants, written down from the run that draws the default one.

High contrast is the other theme; sixteen colours are what such a terminal makes of the default theme's; and in plain characters without
colour only words, signs and attributes are left. A variant is kept as the styles of its cells, and the text where that differs: what a
person would miss, a line of a diff shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, cast

from rich.color import Color, ColorSystem
from rich.style import Style
from textual.app import App
from textual.filter import Monochrome
from textual.pilot import Pilot
from textual.strip import Strip

from pomfa_tui.app import PomfaApp
from pomfa_tui.terminal.filters import ControlFilter, PlainFilter
from pomfa_tui.themes import DEFAULT_NAME, HIGH_CONTRAST_NAME

REST = 3
"""Looks that must be alike."""

_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


async def write_down(pilot: Pilot[Any]) -> str:
    """Return the three variants of what is on the screen, and leave it as it was."""
    app = cast("PomfaApp", pilot.app)
    sixteen = await _at_rest(pilot, app, "sixteen colours")
    app.theme = HIGH_CONTRAST_NAME
    contrast = await _at_rest(pilot, app, "high contrast")
    app.theme = DEFAULT_NAME
    plain = await _plain(pilot, app)
    return f"== high contrast\n{contrast}\n== sixteen colours\n{sixteen}\n== plain\n{plain}\n"


async def _at_rest(pilot: Pilot[Any], app: PomfaApp, variant: str) -> str:
    """Return a page once it stays as it is: bars follow what they scroll a little later."""
    seen = [""]
    while len(seen) < REST or len(set(seen[-REST:])) > 1:
        await pilot.pause()
        seen.append(page_of(app, variant))
    return seen[-1]


async def _plain(pilot: Pilot[Any], app: PomfaApp) -> str:
    """Switch to plain characters without colour and back, as a terminal without both would have had it from the start."""
    private = cast("Any", app)
    filters, output = list(private._filters), private._output_filters
    private._filters.append(Monochrome())
    private._output_filters = [ControlFilter(), PlainFilter()]
    app.no_color = True
    app.refresh_css(animate=False)
    page = await _at_rest(pilot, app, "plain")
    private._filters[:] = filters
    private._output_filters = output
    app.no_color = False
    app.refresh_css(animate=False)
    await pilot.pause()
    return page


def page_of(app: App[Any], variant: str) -> str:
    """Return what is on the screen of an app, as far as a variant is looked at."""
    return "\n".join(_lines(app.screen._compositor.render_strips(), variant))


def _lines(strips: Iterable[Strip], variant: str) -> Iterator[str]:
    look = _LOOKS[variant]
    for number, strip in enumerate(strips):
        if variant == "plain":
            yield f"|{''.join(segment.text for segment in strip)}|"
        cells = [look(segment.style) for segment in strip for _ in segment.text]
        runs, column = [], 0
        for name, group in groupby(cells):
            length = len(list(group))
            if name:
                runs.append(f"{column}-{column + length - 1} {name}")
            column += length
        if runs:
            yield f"{number:2}: {'; '.join(runs)}"


def _attributes(style: Style | None) -> str:
    return " ".join(name for name in _ATTRIBUTES if style and getattr(style, name))


def _exact(style: Style | None) -> str:
    if style is None:
        return "default"
    return " ".join(
        filter(None, [_hex(style.color), "on", _hex(style.bgcolor), _attributes(style)])
    )


def _hex(colour: Color | None) -> str:
    return "default" if colour is None else colour.get_truecolor().hex


def _sixteen(style: Style | None) -> str:
    if style is None:
        return "default"
    ink, paper = _number(style.color), _number(style.bgcolor)
    return " ".join(filter(None, [ink, "on", paper, _attributes(style)]))


def _number(colour: Color | None) -> str:
    number = None if colour is None else colour.downgrade(ColorSystem.STANDARD).number
    if number is None:
        return "default"
    return _NAMES[number] if number < len(_NAMES) else f"bright {_NAMES[number % len(_NAMES)]}"


_LOOKS: dict[str, Callable[[Style | None], str]] = {
    "high contrast": _exact,
    "sixteen colours": _sixteen,
    "plain": _attributes,
}
