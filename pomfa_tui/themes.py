"""Two themes with fixed colours: the default and high contrast (ACC-05).

One background for everything, so that a terminal with 16 or 8 colours still tells text from ground, and edges and signs, not
surfaces, tell one thing from another. The test of contrast computes every pair listed here.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from textual.theme import Theme

DEFAULT_NAME: Final = "default"
HIGH_CONTRAST_NAME: Final = "high-contrast"


class Palette(NamedTuple):
    """The colours of a theme.

    Attributes:
        ground: Behind everything but bars.
        text: What is read.
        quiet: Hints, disabled things.
        edge: Border of what can be used.
        focus: Border of what has the keyboard.
        error: Words of an error.
        warning: Words of a warning.
        success: Words of a success.
        bar: Behind title, keys and whatever is chosen.
        bar_text: On a bar.
    """

    ground: str
    text: str
    quiet: str
    edge: str
    focus: str
    error: str
    warning: str
    success: str
    bar: str
    bar_text: str


DEFAULT_PALETTE: Final = Palette(
    ground="#0f1720",
    text="#f2f5f7",
    quiet="#c6d2dc",
    edge="#8fa3b5",
    focus="#66e0ff",
    error="#ff8080",
    warning="#ffcc66",
    success="#80ff80",
    bar="#dfe7ee",
    bar_text="#0f1720",
)

HIGH_CONTRAST_PALETTE: Final = Palette(
    ground="#000000",
    text="#ffffff",
    quiet="#ffffff",
    edge="#ffffff",
    focus="#ffff00",
    error="#ff8080",
    warning="#ffff00",
    success="#80ff80",
    bar="#ffffff",
    bar_text="#000000",
)

TEXT_PAIRS: Final = (
    ("text", "ground"),
    ("quiet", "ground"),
    ("error", "ground"),
    ("warning", "ground"),
    ("success", "ground"),
    ("bar_text", "bar"),
    ("bar_text", "focus"),
)
"""Ink and paper of everything that is read: at least 4.5 to 1 (WCAG 1.4.3)."""

EDGE_PAIRS: Final = (
    ("edge", "ground"),
    ("focus", "ground"),
    ("error", "ground"),
    ("bar", "ground"),
)
"""Edges and what they stand on: at least 3 to 1 (WCAG 1.4.11)."""


def _theme(name: str, palette: Palette) -> Theme:
    return Theme(
        name=name,
        primary=palette.focus,
        secondary=palette.quiet,
        accent=palette.focus,
        warning=palette.warning,
        error=palette.error,
        success=palette.success,
        foreground=palette.text,
        background=palette.ground,
        surface=palette.ground,
        panel=palette.ground,
        boost=palette.ground,
        dark=True,
        variables={
            "quiet": palette.quiet,
            "edge": palette.edge,
            "focus": palette.focus,
            "bar": palette.bar,
            "bar-text": palette.bar_text,
            "text": palette.text,
            "text-muted": palette.quiet,
            "text-disabled": palette.quiet,
            "text-error": palette.error,
            "text-warning": palette.warning,
            "text-success": palette.success,
            "text-accent": palette.focus,
            "text-primary": palette.focus,
            "text-secondary": palette.quiet,
            "foreground-muted": palette.quiet,
            "foreground-disabled": palette.quiet,
            "border": palette.focus,
            "border-blurred": palette.edge,
            "block-cursor-foreground": palette.bar_text,
            "block-cursor-background": palette.focus,
            "block-cursor-blurred-foreground": palette.text,
            "block-cursor-blurred-background": palette.ground,
            "block-cursor-blurred-text-style": "underline",
            "block-hover-background": palette.ground,
            "input-cursor-background": palette.text,
            "input-cursor-foreground": palette.ground,
            "input-selection-background": palette.bar,
            "input-selection-foreground": palette.bar_text,
            "scrollbar": palette.edge,
            "scrollbar-hover": palette.edge,
            "scrollbar-active": palette.edge,
            "scrollbar-background": palette.ground,
            "scrollbar-background-hover": palette.ground,
            "scrollbar-background-active": palette.ground,
            "scrollbar-corner-color": palette.ground,
        },
    )


PALETTES: Final = {
    DEFAULT_NAME: DEFAULT_PALETTE,
    HIGH_CONTRAST_NAME: HIGH_CONTRAST_PALETTE,
}

THEMES: Final = {name: _theme(name, palette) for name, palette in PALETTES.items()}
"""The only themes there are, by name."""
