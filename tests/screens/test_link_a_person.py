"""`Link a person`: the helpdesk finds somebody by e-mail, links them to a further site, or ends a link (rules 11, 12)."""

from __future__ import annotations

import pytest

from pomfa_tui.screens.find_to_link import FindToLinkScreen
from tests.house import ABBEY, BRIDGE
from tests.members import Member
from tests.screens.arrival import arrive, choose, sign_in_beside
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def support(world: World) -> Member:
    """Somebody of the helpdesk."""
    return world.person("sue@help.example", role="support", name="Sue Desk")


@pytest.fixture
def lou(world: World) -> Member:
    """Somebody at one site."""
    return world.person("lou@abbey.example", ABBEY, name="Lou Bell")


async def find(hand: Hand, support: Member, email: str) -> None:
    """Sign in, show the page and type an e-mail."""
    token = await sign_in_beside(hand, support)
    await hand.show(lambda givens: FindToLinkScreen(givens, token))
    await hand.submit(email)


def sites_of(world: World, member: Member) -> tuple[str, ...]:
    """Return where somebody is linked."""
    return tuple(world.account(member).linked_sites())


async def fill_in(hand: Hand, *, ticket: str = "HD-4711") -> None:
    """Fill in the site, how the identity was checked, why, and the ticket."""
    await hand.submit(BRIDGE)
    await hand.press("enter", "enter", "enter", "enter", "right", "enter")
    await hand.submit("covers Saturdays", ticket)


@pytest.mark.parametrize("title", ["Sites", "Link a person"])
async def test_support_gets_there_from_home(
    world: World, start: Start, support: Member, title: str
) -> None:
    """Rule 9: and back again by Esc."""
    async with start(world) as hand:
        await arrive(hand, support)
        await choose(hand, title)
        await hand.reach(title)
        assert "F12  Sign out   Esc  Back" in hand.hints
        await hand.press("escape")
        await hand.reach("Home")


async def test_who_was_found_is_shown_before_anything_is_done(
    world: World, start: Start, support: Member, lou: Member
) -> None:
    """Rule 21: the helpdesk sees whose e-mail it is and where they work."""
    async with start(world) as hand:
        await find(hand, support, "  LOU@abbey.example ")
        assert "Lou Bell, lou@abbey.example" in hand.text
        assert "At FA111       Staff, pharmacist" in hand.text
        assert hand.keyboard == "Link to a site"
        assert "End a link" not in hand.text


async def test_somebody_is_linked_to_a_further_site(
    world: World, start: Start, support: Member, lou: Member
) -> None:
    """Rule 12: one login, several sites; and the page says so."""
    async with start(world) as hand:
        await find(hand, support, "lou@abbey.example")
        await hand.press("enter")
        await fill_in(hand)
        assert sites_of(world, lou) == (ABBEY, BRIDGE)
        assert hand.notice == "Lou Bell is linked to FA111, FB222 now."
        assert "At FB222" in hand.text
        assert "End a link" in hand.text


async def test_a_link_is_ended(world: World, start: Start, support: Member) -> None:
    """Rule 14: their other sites stay."""
    lou = world.person("lou@abbey.example", ABBEY, BRIDGE, name="Lou Bell")
    async with start(world) as hand:
        await find(hand, support, "lou@abbey.example")
        await hand.press("right", "enter")
        await hand.reach("End a link")
        await hand.press("right", "enter")
        assert hand.keyboard != "End the link"
        while hand.field("Site code").has_keyboard:
            await hand.press("tab")
        await hand.press("right", "enter")
        await hand.submit("moved away", "HD-4712")
        await hand.reach("Are you sure?")
        await hand.press("right", "enter")
        await hand.reach("Link a person")
        assert len(sites_of(world, lou)) == 1
        assert "is linked to" in hand.notice


async def test_without_a_ticket_nothing_is_linked(
    world: World, start: Start, support: Member, lou: Member
) -> None:
    """Rule 21: support always has one."""
    async with start(world) as hand:
        await find(hand, support, "lou@abbey.example")
        await hand.press("enter")
        await fill_in(hand, ticket="")
        assert hand.error("Ticket").startswith("The ticket number is missing.")
        assert sites_of(world, lou) == (ABBEY,)


async def test_nobody_by_that_name_is_said_beside_the_field(
    world: World, start: Start, support: Member
) -> None:
    """The keyboard stays where it is to be mended."""
    async with start(world) as hand:
        await find(hand, support, "nobody@abbey.example")
        assert hand.error("E-mail").startswith("Nothing found for nobody@abbey.example.")
        assert hand.field("E-mail").has_keyboard
        assert "Link to a site" not in hand.text


async def test_another_e_mail_hides_whom_the_last_one_found(
    world: World, start: Start, support: Member, lou: Member
) -> None:
    """Nobody is linked by mistake for somebody else."""
    async with start(world) as hand:
        await find(hand, support, "lou@abbey.example")
        await hand.press("shift+tab")
        await hand.type("x")
        assert "Lou Bell" not in hand.text
        assert "Link to a site" not in hand.text
        assert "Find" in hand.text


async def test_nothing_typed_is_named(world: World, start: Start, support: Member) -> None:
    """Enter in haste, on the field and on the button."""
    async with start(world) as hand:
        await find(hand, support, "")
        assert hand.error("E-mail") == "Type the person's e-mail address."
        await hand.press("tab")
        assert hand.keyboard == "Find"
        await hand.press("enter")
        assert hand.field("E-mail").has_keyboard


async def test_roles_over_all_sites_cannot_be_linked(
    world: World, start: Start, support: Member
) -> None:
    """Rule 9: support is never a member of a site."""
    world.person("cora@icb.example", role="commissioner", name="Cora")
    async with start(world) as hand:
        await find(hand, support, "cora@icb.example")
        assert "there is nothing to link" in hand.notice
        assert "Link to a site" not in hand.text


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "[/"])
async def test_names_are_shown_as_they_are(
    world: World, start: Start, support: Member, name: str
) -> None:
    """GEN-05: no name is a link."""
    world.person("lou@abbey.example", ABBEY, name=name)
    async with start(world) as hand:
        await find(hand, support, "lou@abbey.example")
        assert f"{name}, lou@abbey.example" in hand.text
