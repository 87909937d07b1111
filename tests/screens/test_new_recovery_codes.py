"""`New recovery codes` from `My account`: asked twice, proven by a fresh code, shown once, confirmed (rules 19, 22)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.widgets import Static

from tests.members import Member
from tests.screens.arrival import arrive_at_account, choose
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World, make_world


@pytest.fixture
def world() -> World:
    """Return a world in which a proof by code is soon too old."""
    return make_world(step_up_minutes=1)


@pytest.fixture
def member(world: World) -> Member:
    """Somebody with ten codes on paper."""
    return world.person("jo@abbey.example", name="Jo Hill")


async def ask_for_codes(hand: Hand, member: Member) -> None:
    """Go from `My account` to the question."""
    await arrive_at_account(hand, member)
    await choose(hand, "New recovery codes")
    await hand.reach("Are you sure?")


async def show_codes(hand: Hand, member: Member) -> dict[int, str]:
    """Say yes, and return the codes on the screen."""
    await ask_for_codes(hand, member)
    await hand.press("right", "enter")
    await hand.reach("Recovery codes")
    return codes_on(hand)


def codes_on(hand: Hand) -> dict[int, str]:
    """Return the codes on the screen by number."""
    words = hand.words.split()
    pairs = pairwise(words)
    return {int(word): code for word, code in pairs if word.isdigit() and code.count("-") == 3}


async def test_the_new_ones_work_and_the_old_ones_do_not(
    world: World, start: Start, member: Member
) -> None:
    """REC-04: the whole set is replaced at once."""
    async with start(world) as hand:
        codes = await show_codes(hand, member)
        assert sorted(codes) == list(range(1, 11))
        assert not set(codes.values()) & set(member.recovery.values())
        await hand.press("space", "tab", "enter")
        await hand.reach("My account")
        assert "Your new recovery codes are in force." in hand.notice
        step = world.reach_code(member)
        world.desk.sign_in.offer_recovery_code(step.attempt, codes[7])


async def test_the_question_stands_at_the_harmless_answer(
    world: World, start: Start, member: Member
) -> None:
    """Enter in haste leaves the codes on paper alone."""
    before = world.credentials(member).recovery
    async with start(world) as hand:
        await ask_for_codes(hand, member)
        assert hand.keyboard == "No, go back"
        assert "The codes on your paper stop working at once." in hand.text
        await hand.press("enter")
        await hand.reach("My account")
        assert world.credentials(member).recovery == before


async def test_a_fresh_code_is_asked_for_when_the_last_one_is_a_while_ago(
    world: World, start: Start, member: Member
) -> None:
    """Rule 22: whoever finds a terminal open gets no codes."""
    before = world.credentials(member).recovery
    async with start(world) as hand:
        await ask_for_codes(hand, member)
        world.clock.advance(minutes=2)
        await hand.press("right", "enter")
        await hand.reach("Authentication code")
        assert world.credentials(member).recovery == before
        await hand.submit(member.phone.wrong_code())
        assert "Look for the entry PharmOutcomes:jo@abbey.example~1" in hand.error()
        await hand.submit(member.phone.code())
        await hand.reach("Recovery codes")
        assert len(codes_on(hand)) == 10


async def test_without_that_code_nothing_is_changed(
    world: World, start: Start, member: Member
) -> None:
    """Rule 22: Esc leads back, and the codes on paper still work."""
    before = world.credentials(member).recovery
    async with start(world) as hand:
        await ask_for_codes(hand, member)
        world.clock.advance(minutes=2)
        await hand.press("right", "enter")
        await hand.reach("Authentication code")
        await hand.press("escape")
        await hand.reach("My account")
        assert "Nothing was changed" in hand.notice
        assert world.credentials(member).recovery == before


async def test_leaving_without_a_tick_takes_two_esc_and_says_what_follows(
    world: World, start: Start, member: Member
) -> None:
    """REC-07: the next sign-in shows others, since nobody may have written these down."""
    async with start(world) as hand:
        await show_codes(hand, member)
        await hand.press("tab", "enter")
        assert "Write the codes down first" in hand.notice
        await hand.press("escape")
        assert "Press Esc again to leave" in hand.notice
        await hand.press("escape")
        await hand.reach("My account")
        assert "You will be shown others at your next sign-in." in hand.notice
        assert not world.credentials(member).recovery_seen


@pytest.mark.parametrize("way", ["confirmed", "F12"])
async def test_after_the_page_is_left_the_codes_stand_nowhere(
    world: World, start: Start, member: Member, way: str
) -> None:
    """SES-16: neither on the screen nor in what showed it."""
    async with start(world) as hand:
        codes = await show_codes(hand, member)
        screen = hand.screen
        shown = list(screen.query(Static))
        await hand.press(*(["f12"] if way == "F12" else ["space", "tab", "enter"]))
        await hand.reach("Sign in" if way == "F12" else "My account")
        kept = " ".join(str(each.content) for each in shown) + str(vars(screen)) + hand.text
        assert not any(code in kept for code in codes.values())
