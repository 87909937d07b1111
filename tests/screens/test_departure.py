"""The ways from `Home` to the program of the terminal, and out of a kiosk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pomfa_tui.screens.home import HomeScreen
from pomfa_tui.terminal.handover import HandOver
from pomfa_tui.terminal.leaving import Leaving
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.counter import deeds, do, say
from tests.screens.hand import Hand
from tests.world import World


def program(command: str = "/bin/true", *, at_once: bool = False) -> HandOver:
    """Return a program with a name."""
    return HandOver((command,), name="Abbey desk", at_once=at_once, environ={})


async def come_home(hand: Hand, member: Member, handover: HandOver | None) -> HomeScreen:
    """Sign in at a terminal that is for a program."""
    hand.app.handover = handover
    await hand.sign_in(member)
    home = hand.screen
    assert isinstance(home, HomeScreen)
    return home


def is_handed_over(hand: Hand) -> bool:
    """Tell whether the app has ended for the program."""
    left = hand.app.return_value
    return isinstance(left, Leaving) and left.first is not None


async def test_the_program_is_first_in_the_list_and_enter_opens_it(
    world: World, start: Start
) -> None:
    """Section 4: the session goes on without these screens."""
    jo = world.person("jo@abbey.example")
    async with start(world) as hand:
        await come_home(hand, jo, program())
        assert "> Abbey desk " in hand.text
        await hand.press("enter")
        assert is_handed_over(hand)
        (session,) = world.sessions(jo)
        assert session.ended is None


async def test_without_a_program_home_offers_none(world: World, start: Start) -> None:
    """Section 2: no dead entry."""
    async with start(world) as hand:
        await come_home(hand, world.person("jo@abbey.example"), None)
        assert deeds(hand)[0] == "My account"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("/nowhere/desk", "is not there"),
        ("/etc", "may not be started by this account"),
        ("no-such-desk", "is not there"),
    ],
)
async def test_a_program_that_cannot_be_started_is_said_to_be_so(
    world: World, start: Start, command: str, sentence: str
) -> None:
    """Section 4: what is wrong and who can help; nobody is signed out for it."""
    async with start(world) as hand:
        home = await come_home(hand, world.person("jo@abbey.example"), program(command))
        await hand.press("enter")
        assert sentence in home.notice.text
        assert hand.title == "Home"


async def test_it_opens_by_itself_after_three_seconds(world: World, start: Start) -> None:
    """ACC-09: counted in digits."""
    async with start(world) as hand:
        home = await come_home(hand, world.person("jo@abbey.example"), program(at_once=True))
        assert "Abbey desk opens in 3 seconds." in home.notice.text
        home._departure._count()
        home._departure._count()
        assert "opens in 1 second." in home.notice.text
        home._departure._count()
        await hand.settle()
        assert is_handed_over(hand)


@pytest.mark.parametrize("key", ["down", "x", "escape", "tab", "f1"])
async def test_any_key_but_enter_keeps_people_at_home(world: World, start: Start, key: str) -> None:
    """ACC-09: what opens by itself can be held back, for one's own account."""
    async with start(world) as hand:
        home = await come_home(hand, world.person("jo@abbey.example"), program(at_once=True))
        await hand.press(key)
        assert home._departure._timer is None
        assert not home.notice.text


@pytest.mark.parametrize("role", ["admin", "support", "commissioner"])
async def test_those_with_more_to_do_come_to_home_first(
    world: World, start: Start, role: str
) -> None:
    """Section 4: administrators would otherwise never reach `People` on their terminal."""
    async with start(world) as hand:
        member = world.person("jo@abbey.example", role=role)
        home = await come_home(hand, member, program(at_once=True))
        assert not home.notice.text


async def test_a_kiosk_is_closed_by_an_administrator_who_says_so_twice(
    world: World, start: Start
) -> None:
    """Section 4: the session ends, and the program."""
    ann = world.person("ann@abbey.example", role="admin")
    async with start(world, kiosk=True) as hand:
        await hand.sign_in(ann)
        await do(hand, "Close this terminal", "Are you sure?")
        await say(hand, "No, go back")
        await do(hand, "Close this terminal", "Are you sure?")
        await say(hand, "Yes, close it")
        await hand.app.workers.wait_for_complete()
        assert hand.app.return_value == Leaving()
        (session,) = world.sessions(ann)
        assert session.ended == "sign_out"


@pytest.mark.parametrize(("role", "kiosk"), [("staff", True), ("admin", False)])
async def test_nobody_else_is_offered_to_close_it(
    world: World, start: Start, role: str, kiosk: bool
) -> None:
    """Section 4: no way out for staff, and nothing to close outside a kiosk."""
    async with start(world, kiosk=kiosk) as hand:
        await hand.sign_in(world.person("jo@abbey.example", role=role))
        assert "Close this terminal" not in deeds(hand)


def test_a_program_is_found_by_its_bare_name_too(tmp_path: Path) -> None:
    """Configuration: on a fixed path, whatever the caller's says."""
    (tmp_path / "desk").write_text("", encoding="utf-8")
    assert not program("true").obstacle
    assert HandOver(("desk",), name="Desk", environ={"PATH": str(tmp_path)}).obstacle
