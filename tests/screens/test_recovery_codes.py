"""`Recovery codes`: shown once, numbered, and confirmed before anything else (REC-07)."""

from __future__ import annotations

import pytest

from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def newcomer(world: World) -> Member:
    """Somebody with a slip."""
    return world.newcomer("new@abbey.example")


async def reach_codes(hand: Hand, member: Member) -> None:
    """Pair beside the screens, then sign in so far."""
    hand.world.pair(member)
    hand.world.clock.advance(30)
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    await hand.reach("Recovery codes")


def codes_on(hand: Hand) -> dict[int, str]:
    """Return the codes on the screen by number."""
    words = hand.words.split()
    return {
        int(word): words[place + 1]
        for place, word in enumerate(words[:-1])
        if word.isdigit() and words[place + 1].count("-") == 3
    }


async def test_ten_numbered_codes_are_shown(world: World, start: Start, newcomer: Member) -> None:
    """REC-01, REC-09: each with its number, all at once."""
    async with start(world) as hand:
        await reach_codes(hand, newcomer)
        assert sorted(codes_on(hand)) == list(range(1, 11))


async def test_they_have_to_be_confirmed(world: World, start: Start, newcomer: Member) -> None:
    """REC-07: Enter in haste does not get past them."""
    async with start(world) as hand:
        await reach_codes(hand, newcomer)
        await hand.press("tab", "enter")
        assert hand.title == "Recovery codes"
        assert "Write the codes down first" in hand.notice
        await hand.press("enter")
        assert "[x] I have written these down" in hand.text
        assert hand.notice == ""
        await hand.press("tab", "enter")
        await hand.reach("Home")


async def test_a_shown_code_lets_in(world: World, start: Start, newcomer: Member) -> None:
    """What is on the screen is what is stored."""
    async with start(world) as hand:
        await reach_codes(hand, newcomer)
        shown = codes_on(hand)
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")
        step = world.reach_code(newcomer)
        world.desk.sign_in.offer_recovery_code(step.attempt, shown[7])


async def test_leaving_takes_two_esc_and_the_next_sign_in_shows_fresh_ones(
    world: World, start: Start, newcomer: Member
) -> None:
    """REC-04: codes that nobody confirmed are replaced."""
    async with start(world) as hand:
        await reach_codes(hand, newcomer)
        first = codes_on(hand)
        await hand.press("escape")
        assert hand.title == "Recovery codes"
        assert "Press Esc again to leave" in hand.notice
        await hand.press("escape")
        await hand.reach("Sign in")
        world.clock.advance(30)
        await hand.offer_password(newcomer)
        await hand.reach("Authentication code")
        await hand.submit(newcomer.phone.code())
        await hand.reach("Recovery codes")
        assert not set(first.values()) & set(codes_on(hand).values())


async def test_after_they_are_left_they_stand_nowhere(
    world: World, start: Start, newcomer: Member
) -> None:
    """SES-16: neither on the screen nor in the object that showed it."""
    async with start(world) as hand:
        await reach_codes(hand, newcomer)
        screen, shown = hand.screen, codes_on(hand)
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")
        assert not any(code in hand.text for code in shown.values())
        assert not any(code in str(vars(screen)) for code in shown.values())
