"""`My account`: rule 23 on one page, and nothing of anybody else's."""

from __future__ import annotations

import gc
import weakref

import pytest

from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.domain.ports import Place
from pomfa_tui.terminal import session_app
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.screens.arrival import arrive, arrive_at_account, choose
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World, make_world

LONG = "josephine.longname.anderson@example-chemist.uk"


def offered(hand: Hand) -> list[str]:
    """Return what can be done."""
    lines = [line[:28] for line in hand.text.splitlines() if line.count("║") == 2]
    return [line.strip(" ║>") for line in lines]


def elsewhere(world: World, member: Member, terminal: str = "pts/8") -> None:
    """Sign in at another terminal."""
    here, world.place = world.place, Place(terminal, world.place.boot, 4712, "0.0.test")
    world.desk = world.another_terminal(terminal=terminal)
    world.sign_in(member)
    world.place = here
    world.restart()


def fail(world: World, member: Member) -> None:
    """Type a wrong password."""
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(member.email, "a wrong one")


@pytest.mark.parametrize("email", ["jo@abbey.example", LONG])
async def test_everything_is_on_one_page(world: World, start: Start, email: str) -> None:
    """Rule 23: at 80x24, without scrolling, whatever the address."""
    member = world.person(email, name="Jo Hill")
    elsewhere(world, member)
    world.clock.advance(hours=1)
    async with start(world) as hand:
        fail(world, member)
        await arrive_at_account(hand, member)
        words = hand.words
        assert "Name Jo Hill" in words
        assert "Password chosen 5 Jan 2026, 08:00" in words
        assert "Phone paired 5 Jan 2026, 08:00" in words
        facts = "".join("".join(line[29:].split()) for line in hand.text.splitlines())
        assert f"E-mail{email}Password" in facts
        assert f"EntryPharmOutcomes:{email}~1Recovery" in facts
        assert "Recovery 10 unused codes" in words
        assert "Signed in now, London time" in words
        assert "Recent sign-ins, London time" in words
        assert "Failed try" in words
        assert "F12 Sign out Esc Back" in words


async def test_one_s_own_sessions_are_told_apart(world: World, start: Start) -> None:
    """SES-11: where, since when, last seen; and which one this is."""
    member = world.person("jo@abbey.example")
    elsewhere(world, member)
    world.clock.advance(minutes=3)
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        lines = [" ".join(line.split()) for line in hand.text.splitlines()]
        assert "FA111 5 Jan 2026, 08:00 5 Jan 2026, 08:00 pts/8" in lines
        assert "FA111 5 Jan 2026, 08:03 5 Jan 2026, 08:03 pts/7, this one" in lines


async def test_this_one_is_shown_however_many_there_are(start: Start) -> None:
    """SES-11: whatever the operator allows, the page stays a page."""
    world = make_world(sessions_per_person=10)
    member = world.person("jo@abbey.example")
    for _ in range(8):
        world.sign_in(member)
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        assert hand.text.count("this one") == 1
        assert "and 5 more" in hand.text
        assert "Recent sign-ins, London time" in hand.text


async def test_failed_tries_are_listed_with_when_and_where(world: World, start: Start) -> None:
    """THR-12: newest first, by the clock on the wall, in summer too."""
    world.clock.advance(days=180)
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        fail(world, member)
        world.clock.advance(minutes=1)
        await arrive_at_account(hand, member)
        lines = [" ".join(line.split()) for line in hand.text.splitlines()]
        newest = lines.index("Recent sign-ins, London time") + 1
        assert lines[newest] == "4 Jul 2026, 09:01 Signed in after errors FA111 pts/7"
        assert lines[newest + 1] == "4 Jul 2026, 09:00 Failed try - pts/7"


async def test_nothing_of_anybody_else_is_shown(world: World, start: Start) -> None:
    """ROL-09: not their sessions, not their sign-ins."""
    other = world.person("ben@abbey.example")
    elsewhere(world, other)
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        assert "pts/8" not in hand.text
        assert "ben" not in hand.text


async def test_what_cannot_be_done_is_not_offered(world: World, start: Start) -> None:
    """No dead entry: there is no other session, and no longer list."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        assert offered(hand) == [
            "Change password",
            "Move to a new phone",
            "New recovery codes",
            "Records about me",
        ]


async def test_a_longer_list_of_sign_ins_has_a_page_of_its_own(world: World, start: Start) -> None:
    """All that are kept at hand, on one page."""
    member = world.person("jo@abbey.example")
    for _ in range(25):
        world.clock.advance(minutes=1)
        world.session_of(member.id)
        world.sign_in(member)
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        await hand.press("end", "enter")
        await hand.reach("Recent sign-ins")
        assert hand.text.count("Signed in") == 20
        assert "Was one of these not you?" in hand.text
        await hand.press("escape")
        await hand.reach("My account")


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "[/"])
async def test_names_are_shown_as_they_are(world: World, start: Start, name: str) -> None:
    """GEN-05: neither a person's nor a terminal's name is a link or breaks the page."""
    member = world.person("jo@abbey.example", name=name)
    elsewhere(world, member, terminal=f"ssh{name}")
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        assert f"Name      {name}" in hand.text
        assert f"ssh{name}"[:18] in hand.text


async def test_a_terminal_s_name_reaches_no_terminal(world: World, start: Start) -> None:
    """GEN-05, T20: what a terminal could obey is replaced, what is too long is cut."""
    member = world.person("jo@abbey.example")
    elsewhere(world, member, terminal="\x1b]0;x\x07" + "2001:db8:" * 5)
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        assert "\N{REPLACEMENT CHARACTER}]0;x\N{REPLACEMENT CHARACTER}2001:db8:200.." in hand.text
        assert "\x1b" not in hand.text


async def test_a_session_that_was_ended_elsewhere_leads_out(
    world: World, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES-08: the next call of a service says why, should the app's own look come later."""
    monkeypatch.setattr(session_app, "TICK_SECONDS", 3600.0)
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        (session,) = world.sessions(member)
        world.desk.sessions.end(HOST, session.id)
        await hand.press("enter")
        await hand.fill("a", "b", "b")
        await hand.press("enter")
        await hand.reach("Sign in")
        assert "This sign-in was ended from elsewhere." in hand.notice


async def test_roles_over_all_sites_have_an_account_too(world: World, start: Start) -> None:
    """Rule 9: everybody has one."""
    member = world.person("sue@help.example", role="support")
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        assert "all    5 Jan 2026, 08:00" in hand.text


async def test_after_switching_the_account_is_that_of_the_new_session(
    world: World, start: Start
) -> None:
    """SES-06: the session has a new secret, and the page knows it."""
    member = world.person("jo@abbey.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await arrive(hand, member, site=ABBEY)
        await choose(hand, "Switch site")
        await hand.reach("Choose a site")
        await hand.press("down", "enter")
        await hand.reach("Home")
        await choose(hand, "My account")
        await hand.reach("My account")
        assert "FB222" in hand.text.splitlines()[0]
        assert "pts/7, this one" in hand.text


async def test_a_page_that_was_left_is_not_kept(world: World, start: Start) -> None:
    """SES-16: what it showed of somebody is gone with it, long before they sign out."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await arrive(hand, member)
        await choose(hand, "My account")
        await hand.reach("My account")
        page = weakref.ref(hand.screen)
        await hand.press("escape")
        await hand.reach("Home")
        gc.collect()
        assert page() is None
