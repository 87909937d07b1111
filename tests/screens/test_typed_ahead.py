"""Keys that were typed before the screen could follow: nothing is opened twice, nothing is done twice (T12)."""

from __future__ import annotations

import pytest
from textual import events

from tests.screens.arrival import arrive, arrive_at_account
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


async def enter_thrice(hand: Hand, entry: str) -> None:
    """Press Enter three times before anything can follow."""
    while f"║ > {entry}" not in hand.text:
        await hand.press("down")
    for _ in range(3):
        hand.app.post_message(events.Key("enter", "\r"))
    await hand.reach(entry)


def kinds(hand: Hand) -> list[str]:
    """Return the kinds of the open screens."""
    return [type(screen).__name__ for screen in hand.app.screen_stack]


@pytest.mark.parametrize("entry", ["People", "Sites", "Link a person", "My account"])
async def test_one_screen_opens_from_home(world: World, start: Start, entry: str) -> None:
    """T12: and one Esc leads back."""
    member = world.person("sue@help.example", role="support")
    async with start(world) as hand:
        await arrive(hand, member)
        await enter_thrice(hand, entry)
        assert len(kinds(hand)) == len(set(kinds(hand)))
        while hand.title != entry:
            await hand.press("escape")
        await hand.press("escape")
        assert hand.title == "Home"


@pytest.mark.parametrize("entry", ["Change password", "Move to a new phone"])
async def test_one_form_opens_from_my_account(world: World, start: Start, entry: str) -> None:
    """T12: a second one would be left behind with half a password in it."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        await enter_thrice(hand, entry)
        assert len(kinds(hand)) == len(set(kinds(hand)))
        await hand.press("escape")
        assert hand.title == "My account"


async def test_one_question_is_asked_before_new_recovery_codes(world: World, start: Start) -> None:
    """REC-04: and three times Enter make none."""
    member = world.person("jo@abbey.example")
    before = world.credentials(member).recovery
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        while "║ > New recovery codes" not in hand.text:
            await hand.press("down")
        for _ in range(3):
            hand.app.post_message(events.Key("enter", "\r"))
        await hand.settle()
        assert len(kinds(hand)) == len(set(kinds(hand)))
        assert world.credentials(member).recovery == before


@pytest.mark.parametrize("key", ["f1", "f2", "f4"])
async def test_a_screen_opened_in_the_moment_of_signing_out_goes_too(
    world: World, start: Start, key: str
) -> None:
    """T12: it was taken away before all of it was there, which ended the program."""
    async with start(world) as hand:
        await arrive(hand, world.person("jo@abbey.example"))
        for each in ("f12", key):
            hand.app.post_message(events.Key(each, None))
        await hand.reach("Sign in")
        assert len(kinds(hand)) == 1
