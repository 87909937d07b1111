"""Both themes can be read: by contrast, and with few colours or none (ACC-05, ACC-06, ACC-12, T36)."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color

from pomfa_tui.app import PomfaApp
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.themes import EDGE_PAIRS, PALETTES, TEXT_PAIRS, THEMES, Palette
from tests.terminal.session_fakes import FakeGuard


def luminance(colour: Color) -> float:
    """Return the relative luminance (WCAG 2.2, definition)."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = colour.rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, definition)."""
    light, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def number(colour: str) -> int:
    """Return the colour that a terminal with sixteen shows."""
    found = RichColor.parse(colour).downgrade(ColorSystem.STANDARD).number
    assert found is not None
    return found


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_has_a_contrast_of_at_least_four_and_a_half(
    palette: Palette, pair: tuple[str, str]
) -> None:
    """ACC-05: WCAG 1.4.3."""
    assert contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) >= 4.5


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("pair", EDGE_PAIRS, ids="-on-".join)
def test_edges_have_a_contrast_of_at_least_three(palette: Palette, pair: tuple[str, str]) -> None:
    """ACC-05: WCAG 1.4.11."""
    assert contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) >= 3


def test_high_contrast_is_higher() -> None:
    """WCAG 1.4.6 asks seven to one."""
    palette = PALETTES["high-contrast"]

    for ink, paper in TEXT_PAIRS:
        assert contrast(getattr(palette, ink), getattr(palette, paper)) >= 7


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("pair", dict.fromkeys((*TEXT_PAIRS, *EDGE_PAIRS)), ids="-on-".join)
def test_ink_and_paper_differ_with_sixteen_colours_and_with_eight(
    palette: Palette, pair: tuple[str, str]
) -> None:
    """ACC-12: eight colours drop the bright half."""
    ink, paper = (number(getattr(palette, name)) for name in pair)

    assert ink != paper
    assert ink % 8 != paper % 8


def resolved(theme: str, name: str) -> Color:
    """Return a variable of a theme as the style sheets see it."""
    variables = THEMES[theme].to_color_system().generate() | THEMES[theme].variables
    return Color.parse(variables[name])


@pytest.mark.parametrize("theme", THEMES)
def test_no_variable_that_textual_draws_with_is_left_to_chance(theme: str) -> None:
    """T36: its own text colours fall below; ours are fixed and opaque."""
    for name in (
        *["text", "text-muted", "text-disabled", "text-error", "text-warning", "text-success"],
        *["text-accent", "text-primary", "foreground", "foreground-muted", "quiet"],
    ):
        colour = resolved(theme, name)
        assert colour.a == 1, name
        assert contrast(colour.hex, resolved(theme, "background").hex) >= 4.5, name
    for name in ("border", "border-blurred", "edge", "focus", "error", "scrollbar"):
        assert contrast(resolved(theme, name).hex, resolved(theme, "background").hex) >= 3, name
    for ink, paper in (
        ("block-cursor-foreground", "block-cursor-background"),
        ("input-cursor-foreground", "input-cursor-background"),
        ("input-selection-foreground", "input-selection-background"),
        ("bar-text", "bar"),
    ):
        assert contrast(resolved(theme, ink).hex, resolved(theme, paper).hex) >= 4.5, ink


@pytest.mark.parametrize("theme", THEMES)
def test_there_is_one_ground_for_everything(theme: str) -> None:
    """ACC-12: with few colours, surfaces of almost the same colour would swallow what stands on them."""
    grounds = {resolved(theme, name).hex for name in ("background", "surface", "panel")}

    assert len(grounds) == 1


def test_kinds_of_notices_do_not_share_their_colour_in_the_default_theme() -> None:
    palette = PALETTES["default"]
    colours = [palette.text, palette.error, palette.warning, palette.success]

    assert all(one != other for one, other in combinations(colours, 2))


@pytest.mark.parametrize("theme", THEMES)
async def test_what_is_disabled_can_still_be_read(theme: str) -> None:
    """ACC-05: Textual fades it; here it keeps its full colour."""
    from pomfa_tui.widgets.push_button import PushButton

    class Page(DeskScreen[None]):
        """A page with something disabled."""

        TITLE = "Page"

        def compose_body(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - short
            """Lay out a button."""
            yield PushButton("Go", id="go")

    app = PomfaApp(first=Page, guard=FakeGuard(), theme=theme)
    async with app.run_test() as pilot:
        button = app.screen.query_one("#go")
        button.disabled = True
        await pilot.pause()

        ground, ink = button.colors[2], button.colors[3]
        assert button.styles.opacity == 1
        assert contrast(ink.hex, ground.hex) >= 4.5
