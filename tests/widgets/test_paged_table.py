"""Rows by the page, worked by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.pilot import Pilot

from pomfa_tui.app import PomfaApp
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.text_input import TextInput
from tests.terminal.session_fakes import FakeGuard

COLUMNS = (Column("Name", 10, share=1), Column("State", 8), Column("More", 6, from_width=100))
NOTHING = "Nobody found."
ROOM = 16
"""Rows between the heading and the edge, with a field above, at 80x24."""


class Bench(DeskScreen[None]):
    """A table over so many people, and a field above it."""

    TITLE = "Bench"

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total
        self.asked: list[int] = []
        self.chosen: list[str] = []
        self.answers = True

    def compose_body(self) -> ComposeResult:
        """Lay out field and table."""
        yield Field("Search", TextInput())
        yield PagedTable(COLUMNS, nothing=NOTHING)

    @property
    def table(self) -> PagedTable:
        """The table under test."""
        return self.query_one(PagedTable)

    @on(PagedTable.Wanted)
    def bring(self, event: PagedTable.Wanted) -> None:
        """Show what is asked for, unless a test holds it back."""
        self.asked.append(event.offset)
        if self.answers:
            self.show_page(event.offset, event.size)

    @on(PagedTable.Chosen)
    def keep(self, event: PagedTable.Chosen) -> None:
        """Remember what was chosen."""
        self.chosen.append(event.key)

    def show_page(self, offset: int, size: int) -> None:
        """Show a page of numbered people."""
        numbers = range(offset, min(offset + size, self.total))
        rows = [Row(f"id{each}", (f"Person {each}", "Active", "x")) for each in numbers]
        self.table.show(rows, offset=offset, total=self.total)


@asynccontextmanager
async def bench(
    total: int, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[object], Bench]]:
    screen = Bench(total)
    app = PomfaApp(first=lambda: screen, guard=FakeGuard(), deaf_seconds=0)
    async with app.run_test(size=size) as pilot:
        screen.table.focus()
        await pilot.pause()
        await pilot.pause()
        yield pilot, screen  # type: ignore[misc]


def lines(screen: Bench) -> list[str]:
    strips = screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def marked(screen: Bench) -> str | None:
    row = screen.table.marked
    return row.key if row is not None else None


async def test_there_are_never_more_rows_than_fit() -> None:
    async with bench(10_000) as (_, screen):
        assert screen.table.page_size == ROOM
        assert sum("Person" in line for line in lines(screen)) == ROOM
        assert screen.table.span == f"1 to {ROOM} of 10000"


async def test_the_arrows_go_over_the_edge_of_a_page() -> None:
    async with bench(40) as (pilot, screen):
        await pilot.press(*["down"] * ROOM)
        assert screen.asked == [0, ROOM]
        assert marked(screen) == f"id{ROOM}"
        await pilot.press("up")
        assert marked(screen) == f"id{ROOM - 1}"
        assert screen.table.span == f"1 to {ROOM} of 40"


async def test_pages_and_ends_are_one_key_away() -> None:
    async with bench(40) as (pilot, screen):
        for key, expected in (
            ("pagedown", ROOM),
            ("pagedown", 2 * ROOM),
            ("pagedown", 39),
            ("pageup", ROOM),
            ("end", 39),
            ("home", 0),
            ("pageup", 0),
        ):
            await pilot.press(key)
            assert marked(screen) == f"id{expected}", key


async def test_down_stops_at_the_last_row_and_up_leaves_above_the_first() -> None:
    async with bench(2) as (pilot, screen):
        await pilot.press("down", "down", "down")
        assert marked(screen) == "id1"
        await pilot.press("up", "up")
        assert screen.query_one(Field).has_keyboard


async def test_enter_chooses_the_marked_row() -> None:
    async with bench(5) as (pilot, screen):
        await pilot.press("down", "enter")
        assert screen.chosen == ["id1"]


async def test_enter_does_nothing_before_the_row_is_there() -> None:
    """A row nobody has seen is chosen by nobody."""
    async with bench(40) as (pilot, screen):
        screen.answers = False
        await pilot.press("pagedown", "enter")
        assert screen.chosen == []
        screen.show_page(ROOM, ROOM)
        await pilot.press("enter")
        assert screen.chosen == [f"id{ROOM}"]


async def test_enter_does_nothing_while_other_rows_are_awaited() -> None:
    """What stands there is not what was asked for last."""
    async with bench(5) as (pilot, screen):
        screen.table.wait()
        await pilot.press("enter")
        assert screen.chosen == []
        screen.show_page(0, ROOM)
        await pilot.press("enter")
        assert screen.chosen == ["id0"]


async def test_a_list_that_has_become_shorter_marks_its_last_row() -> None:
    async with bench(40) as (pilot, screen):
        await pilot.press("end")
        screen.total = 36
        screen.show_page(2 * ROOM, ROOM)
        assert marked(screen) == "id35"


async def test_nothing_found_is_said_in_words() -> None:
    async with bench(0) as (pilot, screen):
        assert any(NOTHING in line for line in lines(screen))
        assert screen.table.span == ""
        await pilot.press("down", "enter", "pagedown", "end")
        assert screen.chosen == []


async def test_more_room_takes_more_rows_and_more_columns() -> None:
    async with bench(40, size=(80, 24)) as (pilot, screen):
        assert not any("More" in line for line in lines(screen))
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        await pilot.pause()
        assert screen.table.span == f"1 to {ROOM + 16} of 40"
        assert any("More" in line for line in lines(screen))


async def test_the_marked_row_shows_by_a_sign_and_not_by_colour_alone() -> None:
    """ACC-06."""
    async with bench(3) as (pilot, screen):
        await pilot.press("down")
        (line,) = [line for line in lines(screen) if "> " in line]
        assert "Person 1" in line


@pytest.mark.parametrize(
    "name",
    [
        "[@click=app.quit]Bob[/]",
        "[/",
        "ends in \\",
        "\x1b]0;owned\x07",
        "\u202eevil",
        "\u6f22" * 40,
        "e\u0301" * 200,
        "a\nb",
        "",
    ],
)
async def test_hostile_texts_stay_in_their_column(name: str) -> None:
    """K07, K25, K40: no markup, no control characters, no broken lines."""
    async with bench(1) as (pilot, screen):
        screen.table.show([Row("id", (name, "Active", "x"))], offset=0, total=1)
        await pilot.pause()
        shown = lines(screen)
        assert {cell_len(line) for line in shown} == {80}
        (row,) = [line for line in shown if "Active" in line]
        assert all(char.isprintable() for char in row)
