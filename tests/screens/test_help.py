"""`Help` and `Contact us`: from everywhere, before sign-in and after, and back to where one was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pomfa_tui.content.faq import load_faq
from pomfa_tui.screens.contact_us import ContactUsScreen
from pomfa_tui.screens.givens import Givens
from pomfa_tui.settings import Helpdesk
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.widgets.choice_list import ChoiceList
from tests.screens.conftest import Start
from tests.world import World


async def test_what_the_terminal_shows_more_plainly_is_said(world: World, start: Start) -> None:
    """Section 4: it degrades in steps and says so; nothing is said where nothing is lacking."""
    plain = Traits(name="vt100", colours=0, unicode=False)
    async with start(world, traits=plain) as hand:
        await hand.press("f1")
        assert "This terminal is used without colours." in hand.words
        assert "drawn with plain characters" in hand.words
    async with start(world) as hand:
        await hand.press("f1")
        assert "terminal is used" not in hand.words


async def test_the_colours_are_changed_without_a_function_key(world: World, start: Start) -> None:
    """ACC-07: by Tab, arrows and Enter alone, for keyboards whose F5 does not arrive."""
    async with start(world) as hand:
        before = hand.app.theme
        await hand.press("f1")
        for _ in range(10):
            if hand.keyboard == "keys":
                break
            await hand.press("shift+tab")
        for _ in range(10):
            if ">" in hand.hints and hand.hints.split(">")[1].split()[:1] == ["F5"]:
                break
            await hand.press("right")
        await hand.press("enter")
        assert hand.app.theme != before


async def test_every_question_is_listed(world: World, start: Start) -> None:
    """Rule 28: all of it, without any network."""
    async with start(world) as hand:
        await hand.press("f1")
        listed = {option.id for option in hand.widget(ChoiceList).options if option.id}
        assert listed == {question.id for question in load_faq().questions}


async def test_what_fits_the_screen_underneath_comes_first(world: World, start: Start) -> None:
    """Whoever is stuck finds their own question at the top."""
    async with start(world) as hand:
        await hand.press("f1")
        options = hand.widget(ChoiceList).options
        assert str(options[0].prompt) == "For this step: Sign in"
        first = load_faq().for_screen("Sign in")[0]
        assert options[1].id == first.id


async def test_the_answer_follows_the_arrows(world: World, start: Start) -> None:
    """No key to open an answer, none to close it."""
    async with start(world) as hand:
        await hand.press("f1", "end")
        last = load_faq().questions[-1]
        assert hand.text.count(last.question) == 2
        await hand.press("home")
        assert "Why do I need a code" in hand.text


async def test_numbers_and_names_come_from_the_settings(world: World, start: Start) -> None:
    """No braces are left, and no number contradicts the rules in force."""
    async with start(world) as hand:
        await hand.press("f1")
        for _ in load_faq().questions:
            assert "{" not in hand.text
            await hand.press("down")


async def test_a_word_finds_its_questions(world: World, start: Start) -> None:
    """Rule 28: searchable while it is typed."""
    async with start(world) as hand:
        await hand.press("f1", "shift+tab")
        assert hand.keyboard == "Search"
        await hand.type("locum")
        listed = [option.id for option in hand.widget(ChoiceList).options if option.id]
        assert listed == [question.id for question in load_faq().search("locum")]
        await hand.press("enter")
        assert isinstance(hand.screen.focused, ChoiceList)


async def test_nothing_found_says_what_to_do(world: World, start: Start) -> None:
    """An empty list would be a dead end."""
    async with start(world) as hand:
        await hand.press("f1", "shift+tab")
        await hand.type("zzzz")
        assert "Nothing found." in hand.words
        await hand.press("ctrl+u")
        assert "For this step" in hand.text


async def test_a_long_answer_can_be_scrolled_by_keyboard(world: World, start: Start) -> None:
    """ACC-07: Enter goes into the answer, Esc out of Help."""
    async with start(world) as hand:
        await hand.press("f1", "enter")
        focused = hand.screen.focused
        assert focused is not None
        assert focused.id == "answer"
        await hand.press("escape")
        assert hand.title == "Sign in"


async def test_contact_us_names_the_ways_of_the_settings(world: World, start: Start) -> None:
    """Rule 29: the guidance's three by default."""
    async with start(world) as hand:
        await hand.press("f2")
        for way in (
            "0345 450 6279",
            "helpdesk@phpartnership.com",
            "Contact Us page on PharmOutcomes",
        ):
            assert way in hand.text
        assert "give them to no one" in hand.words


@pytest.mark.parametrize("text", ["[@click=app.quit]x[/]", "bob[/x]", "[/"])
async def test_a_configured_way_is_shown_as_it_is(world: World, start: Start, text: str) -> None:
    """GEN-05: settings are text as well."""
    async with start(world) as hand:
        helpdesk = Helpdesk(text, text, text)

        def contact_us(givens: Givens) -> ContactUsScreen:
            return ContactUsScreen(
                replace(givens, settings=replace(givens.settings, helpdesk=helpdesk))
            )

        await hand.show(contact_us)
        assert hand.text.count(text) == 3


async def test_one_leads_to_the_other_and_back(world: World, start: Start) -> None:
    """Esc goes back one screen at a time, to what was typed."""
    async with start(world) as hand:
        await hand.type("jo@abbey.example")
        await hand.press("f1", "f2")
        assert hand.title == "Contact us"
        await hand.press("escape")
        assert hand.title == "Help"
        await hand.press("escape")
        assert hand.field("E-mail").value == "jo@abbey.example"


async def test_help_about_help_opens_nothing_twice(world: World, start: Start) -> None:
    """F1 in Help is no way into a maze."""
    async with start(world) as hand:
        await hand.press("f1", "f1", "escape")
        assert hand.title == "Sign in"
