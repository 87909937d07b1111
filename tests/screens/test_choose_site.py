"""`Choose a site`: one login for all sites, then the site (rule 12)."""

from __future__ import annotations

import pytest

from tests.house import ABBEY, BRIDGE, CASTLE
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def locum(world: World) -> Member:
    """Somebody at three sites."""
    return world.person("lou@abbey.example", ABBEY, BRIDGE, CASTLE, name="Lou Bell")


async def reach_list(hand: Hand, member: Member) -> None:
    """Prove both factors."""
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    await hand.reach("Choose a site")


async def test_sites_are_listed_by_name_and_code(world: World, start: Start, locum: Member) -> None:
    """Both are what people know a pharmacy by."""
    async with start(world) as hand:
        await reach_list(hand, locum)
        for line in ("Abbey Pharmacy   FA111", "Bridge Chemist   FB222", "Castle Pharmacy  FC333"):
            assert line in hand.text


async def test_arrows_and_enter_choose(world: World, start: Start, locum: Member) -> None:
    """ACC-07: and the title line says where one is."""
    async with start(world) as hand:
        await reach_list(hand, locum)
        await hand.press("down", "enter")
        await hand.reach("Home")
        assert "FB222 Bridge Chemist, Lou Bell" in hand.text.splitlines()[0]


async def test_esc_leaves_without_a_session(world: World, start: Start, locum: Member) -> None:
    """Proven factors alone open nothing."""
    async with start(world) as hand:
        await reach_list(hand, locum)
        await hand.press("escape")
        await hand.reach("Sign in")
        assert world.sessions(locum) == []


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "bob[/x]", "[/"])
async def test_a_site_s_name_is_shown_as_it_is(
    world: World, start: Start, locum: Member, name: str
) -> None:
    """GEN-05: no name is a link, and none breaks the list."""
    world.site(BRIDGE, name)
    async with start(world) as hand:
        await reach_list(hand, locum)
        assert name in hand.text


async def test_who_has_one_site_is_not_asked(world: World, start: Start) -> None:
    """One question less for nearly everybody."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.sign_in(member)
        assert hand.title == "Home"


async def test_a_site_that_closed_meanwhile_is_refused_on_the_spot(
    world: World, start: Start, locum: Member
) -> None:
    """The list may be minutes old."""
    async with start(world) as hand:
        await reach_list(hand, locum)
        world.close_site(ABBEY)
        await hand.press("enter")
        assert "cannot sign in to that site today" in hand.notice
        await hand.press("down", "enter")
        await hand.reach("Home")
