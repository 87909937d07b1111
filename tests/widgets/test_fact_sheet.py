"""Facts below each other."""

from __future__ import annotations

from textual.app import ComposeResult

from pomfa_tui.app import PomfaApp
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet
from tests.terminal.session_fakes import FakeGuard


class Bench(DeskScreen[None]):
    """A screen with a sheet."""

    def compose_body(self) -> ComposeResult:
        """Lay out the sheet."""
        yield FactSheet(column=10)


async def shown(*facts: Fact) -> list[str]:
    """Return the lines that facts make at 80 columns, of which 76 are theirs."""
    screen = Bench()
    async with PomfaApp(first=lambda: screen, guard=FakeGuard()).run_test(size=(80, 24)) as pilot:
        screen.query_one(FactSheet).show(facts)
        await pilot.pause()
        strips = screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip) for strip in strips]
        return [line[2:].rstrip() for line in lines[2:-1] if line.strip()]


async def test_each_fact_has_its_name_before_it() -> None:
    lines = await shown(Fact("State", "Active"), Fact("", "since today"))
    assert lines == ["State     Active", "          since today"]


async def test_long_words_go_on_below_themselves() -> None:
    lines = await shown(Fact("Site", "word " * 20))
    assert len(lines) == 2
    assert lines[1].startswith(" " * 10 + "word")


async def test_a_word_without_a_gap_is_broken() -> None:
    lines = await shown(Fact("Entry", "x" * 100))
    assert [line[10:] for line in lines] == ["x" * 66, "x" * 34]


async def test_nothing_that_a_terminal_obeys_is_shown_and_nothing_is_markup() -> None:
    """K25, K40."""
    lines = await shown(Fact("Name", "[/b]\x1b[2J[@click=app.quit]x[/]"))
    assert lines == ["Name      [/b]\N{REPLACEMENT CHARACTER}[2J[@click=app.quit]x[/]"]
