"""`End a session`: another of one's own, by the password (SES-11)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.sessions import SessionToken
from tests.house import HOST
from tests.members import GOOD_PASSWORD, Member
from tests.office import runs
from tests.screens.arrival import arrive_at_account, choose
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def member(world: World) -> Member:
    """Somebody with a sign-in elsewhere."""
    return world.person("jo@abbey.example", name="Jo Hill")


@pytest.fixture
def other(world: World, member: Member) -> SessionToken:
    """The sign-in elsewhere."""
    return world.sign_in(member)


async def open_list(hand: Hand, member: Member) -> SessionToken:
    """Go from `My account` to the list."""
    token = await arrive_at_account(hand, member)
    await choose(hand, "End a session")
    await hand.reach("End a session")
    return token


async def test_the_marked_one_ends_and_this_one_goes_on(
    world: World, start: Start, member: Member, other: SessionToken
) -> None:
    """SES-11: and there is nothing more to end afterwards."""
    async with start(world) as hand:
        token = await open_list(hand, member)
        await hand.press("enter")
        await hand.submit(GOOD_PASSWORD)
        await hand.reach("My account")
        assert "That session was ended." in hand.notice
        assert not runs(world, other)
        assert runs(world, token)
        assert "End a session" not in hand.text


async def test_only_the_others_are_listed(
    world: World, start: Start, member: Member, other: SessionToken
) -> None:
    """This one ends by signing out."""
    world.clock.advance(minutes=1)
    async with start(world) as hand:
        await open_list(hand, member)
        assert "FA111  5 Jan 2026, 08:00" in hand.text
        assert "08:01" not in hand.text


async def test_a_wrong_password_ends_nothing(
    world: World, start: Start, member: Member, other: SessionToken
) -> None:
    """THR-10: it counts, and the field waits for the right one."""
    async with start(world) as hand:
        await open_list(hand, member)
        await hand.press("enter")
        await hand.submit("a wrong one")
        assert "That is not your current password" in hand.error()
        assert hand.field().has_keyboard
        assert runs(world, other)
        assert world.credentials(member).password_counter.failures == 1
        await hand.submit(GOOD_PASSWORD)
        await hand.reach("My account")
        assert not runs(world, other)


async def test_no_password_is_no_try(
    world: World, start: Start, member: Member, other: SessionToken
) -> None:
    """Enter in haste."""
    async with start(world) as hand:
        await open_list(hand, member)
        await hand.press("enter", "enter")
        assert hand.error() == "Type your password."
        assert world.credentials(member).password_counter.failures == 0


async def test_one_that_is_over_already_is_said_to_be(
    world: World, start: Start, member: Member, other: SessionToken
) -> None:
    """The list may be minutes old."""
    async with start(world) as hand:
        await open_list(hand, member)
        world.desk.sessions.end(HOST, other.session_id)
        await hand.press("enter")
        await hand.submit(GOOD_PASSWORD)
        await hand.reach("My account")
        assert hand.notice == "That session had ended already."


async def test_leaving_ends_nothing(
    world: World, start: Start, member: Member, other: SessionToken
) -> None:
    """Esc, with the password half typed."""
    async with start(world) as hand:
        await open_list(hand, member)
        await hand.press("enter")
        await hand.type("quartz")
        await hand.press("escape")
        await hand.reach("My account")
        assert runs(world, other)
