"""Lists, wheels and boxes: what is chosen shows by signs, and no name in them is more than text."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.app import PomfaApp
from pomfa_tui.cli.interface import SessionKeeper
from pomfa_tui.domain.errors import AttemptEnded
from pomfa_tui.domain.passwords import ADVICE, Strength
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets import strength_meter
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.push_button import PushButton
from pomfa_tui.widgets.strength_meter import StrengthMeter
from pomfa_tui.widgets.tick_box import TickBox
from tests.world import make_world

HOSTILE = ("[@click=app.quit]x[/]", "bob[/x]", "[/", "a\\", "$name", "\x1b]0;title\x07")
WORDS = ("pharmacist", "Dispenser", "driver", "other")


class Page(DeskScreen[None]):
    """A page with whatever a test puts on it."""

    TITLE = "Page"

    def __init__(self, *widgets: Static | Field | ChoiceList | TickBox | PushButton) -> None:
        super().__init__()
        self.widgets = widgets
        self.submitted: list[str] = []

    def compose_body(self) -> ComposeResult:
        """Lay out the widgets."""
        yield from self.widgets

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Take note of Enter in a field."""
        self.submitted.append(event.field.value)


def app_with(page: Page) -> PomfaApp:
    """Make an app that shows a page."""
    world = make_world()
    return PomfaApp(
        first=lambda: page,
        guard=SessionKeeper(lambda: world.desk, world.numbers),
        deaf_seconds=0,
    )


def text_of(page: Page) -> str:
    """Everything on the page."""
    strips = page._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_line_shows_a_name_as_it_is(name: str) -> None:
    """GEN-05, T17: neither a link nor a fault; what a terminal would obey is replaced."""
    page = Page(ChoiceList([Choice("one", name, name), name]))
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = name if name.isprintable() else "\N{REPLACEMENT CHARACTER}]0;title"
        assert text_of(page).count(shown) >= 2


async def test_the_sign_follows_the_arrows_and_passes_over_headings() -> None:
    """ACC-06: which line Enter takes shows without colour."""
    choices = ChoiceList(["Heading", Choice("a", "First"), "Another", Choice("b", "Second")])
    page = Page(choices)
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert (choices.marked, "> First" in text_of(page)) == ("a", True)
        await pilot.press("down")
        assert choices.marked == "b"
        assert "> Second" in text_of(page)
        assert "> First" not in text_of(page)
        await pilot.press("down")
        assert choices.marked == "a"


async def test_other_lines_begin_with_the_first_one_marked() -> None:
    """A search that changes the list leaves no sign on a line that has gone."""
    choices = ChoiceList([Choice("a", "First"), Choice("b", "Second")])
    page = Page(choices)
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        choices.show([Choice("c", "Third"), Choice("b", "Second")])
        await pilot.pause()
        assert choices.marked == "c"
        choices.show([])
        await pilot.pause()
        assert choices.marked is None


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ([], "pharmacist"),
        (["right"], "Dispenser"),
        (["space"], "Dispenser"),
        (["left"], "other"),
        (["right"] * 4, "pharmacist"),
        (["d"], "Dispenser"),
        (["d", "d"], "driver"),
        (["d", "d", "d"], "Dispenser"),
        (["z"], "pharmacist"),
    ],
)
async def test_a_wheel_turns_by_arrows_and_letters(keys: list[str], word: str) -> None:
    """ACC-07: a choice of few in one line, by keyboard alone."""
    field = ChoiceField("Job title", WORDS)
    page = Page(field)
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        assert field.value == word
        assert f"< {word} >" in text_of(page)


async def test_enter_in_a_wheel_goes_on_like_in_any_field() -> None:
    """A form is gone through with Enter."""
    page = Page(ChoiceField("Job title", WORDS))
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "enter")
        await pilot.pause()
        assert page.submitted == ["Dispenser"]


async def test_a_wheel_can_be_set_and_cleared() -> None:
    """Editing begins with what is stored."""
    field = ChoiceField("Job title", WORDS)
    page = Page(field)
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        field.value = "driver"
        await pilot.pause()
        assert "< driver >" in text_of(page)
        field.clear()
        assert field.value == "pharmacist"


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_a_box_is_ticked_and_the_tick_taken_away(key: str) -> None:
    """ACC-06: an x between brackets, not a shade."""
    box = TickBox("I have written these down")
    page = Page(box)
    async with app_with(page).run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert "> [x] I have written these down" in text_of(page)
        await pilot.press(key)
        assert "> [ ] I have written these down" in text_of(page)


async def test_a_tab_on_the_heels_of_space_does_not_overtake_it() -> None:
    """On a slow line keys arrive together."""
    box = TickBox("I have written these down")
    page = Page(box, PushButton("Continue"))
    app = app_with(page)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(events.Key("space", " "))
        app.post_message(events.Key("tab", "\t"))
        await pilot.pause()
        assert box.ticked
        assert isinstance(app.focused, PushButton)


class TestStrengthMeter:
    """What is said about a password while it is typed."""

    @pytest.fixture(autouse=True)
    def _at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(strength_meter, "PAUSE", 0.001)

    async def test_an_answer_that_was_overtaken_is_dropped(self) -> None:
        """The verdict on the screen is about what is typed now."""
        gates = {"first": asyncio.Event(), "second": asyncio.Event()}

        async def judge(password: str) -> Strength:
            await gates[password].wait()
            return Strength(4 if password == "second" else 0, None)

        meter = StrengthMeter(judge)
        page = Page(meter)
        async with app_with(page).run_test(size=(80, 24)) as pilot:
            meter.weigh("first")
            await pilot.pause(0.01)
            meter.weigh("second")
            await pilot.pause(0.01)
            gates["first"].set()
            gates["second"].set()
            while "Strength" not in meter.text:
                await pilot.pause()
            assert "4 of 4" in meter.text

    async def test_the_advice_is_not_repeated_under_every_letter(self) -> None:
        """Three lines are all the room there is."""

        async def judge(_: str) -> Strength:
            return Strength(1, f"That password is easy to guess. {ADVICE}")

        meter = StrengthMeter(judge)
        page = Page(meter)
        async with app_with(page).run_test(size=(80, 24)) as pilot:
            meter.weigh("something")
            while "Strength" not in meter.text:
                await pilot.pause()
            assert meter.text == "Strength [#---] 1 of 4: weak. That password is easy to guess."

    async def test_who_may_not_ask_any_more_sees_the_hint(self) -> None:
        """The step that is over says so itself, when it is sent off."""
        asked = asyncio.Event()

        async def judge(_: str) -> Strength:
            asked.set()
            raise AttemptEnded

        meter = StrengthMeter(judge, "At least 12 characters.")
        page = Page(meter)
        async with app_with(page).run_test(size=(80, 24)) as pilot:
            meter.weigh("something")
            await asked.wait()
            await pilot.pause()
            assert meter.text == "At least 12 characters."
