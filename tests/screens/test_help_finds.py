"""A reader who knows nothing finds each answer: one word of the question, then at most three keys."""

from __future__ import annotations

import re

from textual.widgets import Static

from pomfa_tui.content.faq import Faq, Question, load_faq
from pomfa_tui.screens.help import HelpScreen
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

KEYS = 3

COMMON = re.compile(
    "about|after|before|does|from|have|here|into|mean|need|says|somebody|that|their|them|there|this|today|"
    "well|what|when|where|which|will|with|work|your"
)
"""Words that nobody would look for."""


def telling_words(faq: Faq, question: Question) -> list[str]:
    """Return the words of a question that stand in no more questions than three keys reach; where there are none, the others."""
    words = dict.fromkeys(re.findall(r"[a-z](?:-?[a-z]){3,}", question.question.lower()))
    sought = [word for word in words if not COMMON.fullmatch(word)]
    return [word for word in sought if len(holding(faq, word)) <= KEYS + 1] or sought


def holding(faq: Faq, word: str) -> list[Question]:
    """Return the questions that hold a word, or one that begins with it."""
    return [each for each in faq.questions if re.search(rf"\b{word}", each.question.lower())]


def answer_of(hand: Hand) -> tuple[str, str]:
    """Return the question that is answered and its answer, as the screen has them."""
    return tuple(
        str(hand.screen.query_one(each, Static).content) for each in ("#question", "#words")
    )  # type: ignore[return-value]


async def keys_to(hand: Hand, wanted: Question) -> int:
    """Press Down until the answer is there; return how often that took."""
    for pressed in range(KEYS + 1):
        if answer_of(hand) == (wanted.question, wanted.answer):
            return pressed
        await hand.press("down")
    raise AssertionError(f"{wanted.id} is not found: {hand.words}")


async def test_every_word_of_every_question_brings_its_answer_within_three_keys(
    world: World, start: Start
) -> None:
    """Rule 28: over every question and every word that tells it from most others, each typed into Help as it opens."""
    async with start(world) as hand:
        await hand.press("f1", "x")
        assert isinstance(hand.screen, HelpScreen)
        faq = hand.screen._faq
        assert len(faq.questions) == len(load_faq().questions) > 20
        for question in faq.questions:
            words = telling_words(faq, question)
            assert words, question.id
            for word in words:
                await hand.press("ctrl+u")
                await hand.type(word)
                assert await keys_to(hand, question) <= KEYS, (question.id, word)


async def test_letters_go_to_the_search_wherever_the_keyboard_is(
    world: World, start: Start
) -> None:
    """Searchable as one types: no key to get there first, none lost, and Enter goes to what was found."""
    async with start(world) as hand:
        await hand.press("f1", *"smart")
        assert hand.keyboard == "Search"
        assert hand.field("Search").value == "smart"
        assert answer_of(hand)[0] == "Is this the same as NHSmail's code or my smartcard?"
        await hand.press("enter", "enter", *"card")
        assert hand.field("Search").value == "smartcard"


async def test_arrows_go_through_what_was_found_and_on_from_elsewhere(
    world: World, start: Start
) -> None:
    """ACC-07: the search keeps the keyboard; Tab still leads to every control."""
    async with start(world) as hand:
        await hand.press("f1", *"loc", "down")
        found = [each.question for each in load_faq().search("loc")]
        assert answer_of(hand)[0] == found[1]
        await hand.press("up")
        assert answer_of(hand)[0] == found[0]
        assert hand.keyboard == "Search"
