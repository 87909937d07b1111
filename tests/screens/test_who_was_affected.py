"""`Who was affected`: from `Evidence`, by keyboard alone (PRI-05)."""

from __future__ import annotations

import pytest

from pomfa_tui.widgets.paged_table import PagedTable
from tests.house import HOST
from tests.members import Member
from tests.office import why
from tests.screens.arrival import arrive, choose
from tests.screens.conftest import Start
from tests.screens.counter import age_proof
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def admin(world: World) -> Member:
    return world.person("anna@abbey.example", role="admin", name="Anna")


async def open_report(hand: Hand, member: Member) -> None:
    """Go to `Evidence` and on from there."""
    await arrive(hand, member)
    await choose(hand, "Evidence")
    await hand.reach("Evidence")
    await hand.settle()
    await tab_to(hand, "Who was affected")
    await hand.press("enter")
    await hand.reach("Who was affected")
    await hand.settle()


async def tab_to(hand: Hand, button: str) -> None:
    """Go to a button."""
    for _ in range(12):
        if hand.keyboard == button:
            return
        await hand.press("tab")
    raise AssertionError(button)


async def test_it_lists_whom_something_happened_to_and_opens_one_of_them(
    world: World, start: Start, admin: Member
) -> None:
    """PRI-05: how often what, and from which terminal."""
    bob = world.person("bob@abbey.example", name="Bob")
    world.sign_in(bob)
    world.desk.office.resets.reset_mfa(HOST, bob.id, why())
    async with start(world) as hand:
        await open_report(hand, admin)
        assert hand.field("Since").value == "2026-01-02"
        assert "Something happened to 2 of 2 accounts" in hand.words
        hand.widget(PagedTable).focus()
        await hand.press("down", "enter")
        await hand.reach("What happened")
        assert "Bob, bob@abbey.example" in hand.text
        assert "password or authenticator reset or ended by others" in hand.text
        assert "at pts/7, last 5 Jan 2026" in hand.text


async def test_a_moment_is_typed_to_the_minute_and_what_is_none_is_said(
    world: World, start: Start, admin: Member
) -> None:
    """PRI-05, GEN-05: London time; before and after what happened."""
    world.sign_in(world.person("bob@abbey.example", name="Bob"))
    world.clock.advance(minutes=30)
    async with start(world) as hand:
        await open_report(hand, admin)
        assert "Bob" in hand.text
        for typed, told in (
            ("2026-01-05 8.15", "That is no time."),
            ("5 January", "That is not a date."),
            ("2027-01-05", "That moment is still to come."),
        ):
            hand.field("Since").focus_entry()
            await hand.press("ctrl+u")
            await hand.submit(typed)
            await hand.settle()
            assert told in hand.notice
        hand.field("Since").focus_entry()
        await hand.press("ctrl+u")
        await hand.submit("2026-01-05 08:15")
        await hand.settle()
        assert hand.notice == ""
        assert "Bob" not in hand.text
        assert "Anna" in hand.text


@pytest.mark.parametrize(("button", "name"), [("Save as text", "txt"), ("Save as CSV", "csv")])
async def test_the_files_take_a_fresh_code(
    world: World, start: Start, admin: Member, button: str, name: str
) -> None:
    """PRI-05, rule 22: exports."""
    async with start(world) as hand:
        await open_report(hand, admin)
        age_proof(world, admin)
        await tab_to(hand, button)
        await hand.press("enter")
        await hand.reach("Authentication code")
        world.clock.advance(seconds=30)
        await hand.submit(admin.phone.code())
        await hand.reach("Who was affected")
        await hand.settle()
        assert hand.notice == f"Written to exports/affected.{name}."
    assert "anna@abbey.example" in world.exports.files[f"affected.{name}"]


async def test_a_terminal_of_this_program_alone_shows_it_and_makes_no_files(
    world: World, start: Start, admin: Member
) -> None:
    """Nobody at the counter could fetch them."""
    async with start(world, kiosk=True) as hand:
        await open_report(hand, admin)
        assert "Save as" not in hand.text


async def test_support_asks_for_one_site(world: World, start: Start) -> None:
    """PRI-05: all sites, or one of them."""
    aid = world.person("aid@desk.example", role="support", name="Aid")
    world.sign_in(world.person("bob@abbey.example", name="Bob"))
    async with start(world) as hand:
        await open_report(hand, aid)
        assert "Aid" in hand.text
        for site, words in (("fb222", "Something happened to 0 of 0 accounts"), ("zz", "")):
            hand.field("Site").focus_entry()
            await hand.press("ctrl+u")
            await hand.submit(site)
            await hand.settle()
            assert words in hand.words
        assert hand.notice != ""
