"""What pictures are compared by is right itself: variants are what such terminals show, and faults of a layout are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

import pomfa_tui
from pomfa_tui.screens.base import AnyDeskScreen, DeskScreen
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.themes import HIGH_CONTRAST_NAME
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.screens.layout import faults
from tests.screens.pictured import PICTURED
from tests.screens.variants import page_of, write_down
from tests.world import World

PLACE = Path(__file__).parent / "__variants__"


async def refused(hand: Hand) -> None:
    """Bring an error, a notice and a focused field on the screen."""
    await hand.submit("nobody@abbey.example", "")


async def section(world: World, start: Start, name: str) -> str:
    """Return one variant as it is written down from the default one's run."""
    async with start(world) as hand:
        await refused(hand)
        written = await write_down(hand.pilot)
        assert await write_down(hand.pilot) == written, "it was not left as it was"
    return written.split(f"== {name}\n")[1].split("\n==")[0].rstrip("\n")


async def test_plain_is_what_a_terminal_without_both_shows_from_the_start(
    world: World, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACC-06, ACC-12."""
    written = await section(world, start, "plain")
    monkeypatch.setenv("NO_COLOR", "1")
    async with start(world, traits=Traits(name="vt100", colours=0, unicode=False)) as hand:
        await refused(hand)
        assert page_of(hand.app, "plain") == written
    assert written.isascii()


async def test_high_contrast_is_what_the_other_theme_shows_from_the_start(
    world: World, start: Start
) -> None:
    """ACC-05."""
    written = await section(world, start, "high contrast")
    async with start(world, theme=HIGH_CONTRAST_NAME) as hand:
        await refused(hand)
        assert page_of(hand.app, "high contrast") == written


async def test_sixteen_colours_are_sixteen(world: World, start: Start) -> None:
    """ACC-12."""
    assert "#" not in await section(world, start, "sixteen colours")


def test_every_variant_that_is_kept_belongs_to_a_picture() -> None:
    """A file that nothing is compared with would prove nothing."""
    for folder in PLACE.iterdir():
        module = importlib.import_module(f"tests.screens.{folder.name}")
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        for path in folder.glob("*.txt"):
            assert f'"{path.stem}"' in source, f"{folder.name} has no picture of {path.stem}"


def screens() -> Iterator[type[AnyDeskScreen]]:
    """Yield every screen of the program that is shown as it is, and not only built upon."""
    for module in pkgutil.walk_packages(pomfa_tui.__path__, "pomfa_tui."):
        if module.name != "pomfa_tui.__main__":
            importlib.import_module(module.name)
    waiting: list[type[AnyDeskScreen]] = [DeskScreen]
    while waiting:
        built_on = [
            each
            for each in waiting.pop().__subclasses__()
            if each.__module__.startswith("pomfa_tui")
        ]
        waiting += built_on
        yield from (each for each in built_on if each.TITLE)


def test_every_screen_has_a_picture_in_all_variants() -> None:
    """ACC-06, ACC-12: whoever adds a screen is asked for its picture; that it shows this screen, its test makes sure of."""
    assert {each.__name__ for each in screens()} == set(PICTURED)
    for place in PICTURED.values():
        written = (PLACE / f"{place}.txt").read_text(encoding="utf-8")
        for variant in ("high contrast", "sixteen colours", "plain"):
            assert f"== {variant}\n" in written
        module, _, name = place.partition("/")
        pictures = [path.name for path in (PLACE.parent / "__snapshots__" / module).iterdir()]
        assert any(f"[default-{name}].svg" in each for each in pictures), place


def test_no_plain_variant_holds_what_a_plain_terminal_cannot_show() -> None:
    """ACC-12: scroll bars, edges and signs all have a plain character that stands in for them."""
    for path in PLACE.rglob("*.txt"):
        plain = path.read_text(encoding="utf-8").split("== plain\n")[1]
        assert plain.isascii(), path.name


class Page(App[None]):
    """A page with one fault."""

    def __init__(self, css: str) -> None:
        super().__init__()
        self._css = css

    def compose(self) -> ComposeResult:
        """Lay out two texts."""
        yield Static("one line of words", id="one")
        yield Static("another line of words", id="two")

    def on_mount(self) -> None:
        """Make the fault."""
        for rule in self._css.split("; "):
            name, _, value = rule.partition("=")
            self.query_one("#two").set_styles(f"{name}: {value};")


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("width=10", ""),
        ("width=10; height=1", "needs 3 lines and has 1"),
        ("offset=70 0", "reaches beyond the screen"),
        ("offset=0 -1", "lie one above the other"),
    ],
)
async def test_a_fault_of_a_layout_is_found(style: str, fault: str) -> None:
    """ACC-12: what is cut off, outside, or above something else."""
    app = Page(style)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        found = faults(app.screen)
    assert any(fault in each for each in found) if fault else not found
