"""`Doctor`: support sees on one page what the command `doctor` says, and nobody else gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pomfa_tui.domain.checks import Check
from pomfa_tui.domain.errors import NotPermitted
from pomfa_tui.screens.doctor import DoctorScreen
from tests.members import Member
from tests.screens.arrival import arrive, choose, sign_in_beside
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World, make_world

FOUND = (
    Check.fine(
        "settings", "No configuration file; data in /srv/pomfa/data, key in /etc/pomfa/key."
    ),
    Check.fine("modes", "Nobody else can get at the folders and their 4 files."),
    Check.fine("store", "/srv/pomfa/data opens: format 2, people: 31, sites: 2."),
    Check.fine("key", "Key 1f2e3d4c in /etc/pomfa/key (mode 0600)."),
    Check.fine("lock", "The lock can be taken, on a disk of this machine."),
    Check.failed(
        "clock", "It is 90 seconds before the newest record: codes are refused.", "Set the clock."
    ),
    Check.fine("administrators", "Every open site has two or more."),
    Check.fine("audit", "1204 records, each following the one before it."),
    Check.fine("ledger", "62 standings since change 1; the mark is at change 977."),
    Check.doubtful(
        "backup",
        "The newest backup is 9 days old (2026-01-01T02:30:00Z).",
        "Make one: pomfa-tui backup FILE, on another disk, and every night by a timer.",
    ),
    Check.fine("disk", "The data folder's disk has 79055 MB free."),
    Check.fine("handover", "No program follows the sign-in: people stay on Home."),
    Check.fine("qr", "Drawn in half blocks here: version 6, 43x22, margin 1."),
    Check.fine("terminal", "linux, 80x24, 16 colours, UTF-8."),
    Check.fine("host", "No secret is written to swap, and its keys open nothing."),
    Check.fine("versions", "pomfa-tui 0.1.0, Python 3.11.7, [textual] 8.2.8."),
)
"""Invented, with something of everything."""


@pytest.fixture
def world() -> World:
    """Return a world."""
    return make_world()


@pytest.fixture
def support(world: World) -> Member:
    """Somebody of the helpdesk."""
    return world.person("sue@help.example", role="support", name="Sue Desk")


async def open_doctor(hand: Hand, support: Member, checks: tuple[Check, ...] = FOUND) -> None:
    """Sign in and show the page."""
    token = await sign_in_beside(hand, support)
    await hand.show(
        lambda givens: DoctorScreen(replace(givens, examine=lambda: FOUND[:3]), token, checks)
    )


async def test_everything_is_on_one_page_and_the_worst_is_marked_with_what_to_do(
    world: World, start: Start, support: Member
) -> None:
    async with start(world) as hand:
        await open_doctor(hand, support)
        assert hand.title == "Doctor"
        assert "14 ok, 1 to look at, 1 failed" in hand.text
        assert all(check.name in hand.text for check in FOUND)
        assert "> FAIL  clock" in hand.text
        assert "codes are refused" in hand.text
        assert "Set the clock." in hand.text


async def test_the_arrows_go_from_check_to_check(
    world: World, start: Start, support: Member
) -> None:
    """ACC-06: words, not colour alone; what looks like markup is shown as it is."""
    async with start(world) as hand:
        await open_doctor(hand, support)
        await hand.press("down", "down", "down", "down")
        assert "> look  backup" in hand.text
        assert "on another disk" in hand.text
        await hand.press("end")
        assert "[textual] 8.2.8" in hand.text


async def test_looking_again_shows_what_is_found_then(
    world: World, start: Start, support: Member
) -> None:
    async with start(world) as hand:
        await open_doctor(hand, support)
        await hand.press("f4")
        await hand.settle()
        assert "3 ok, 0 to look at, 0 failed" in hand.text
        assert "backup" not in hand.text


async def test_support_gets_there_from_home_and_back(
    world: World, start: Start, support: Member
) -> None:
    async with start(world) as hand:
        await arrive(hand, support)
        await choose(hand, "Doctor")
        await hand.reach("Doctor")
        await hand.press("escape")
        await hand.reach("Home")


@pytest.mark.parametrize("state", ["doctor"])
def test_it_looks_as_it_did(
    world: World, support: Member, snap: Callable[..., bool], state: str
) -> None:
    """ACC-06: on one page, in every variant."""

    async def reach(hand: Hand) -> None:
        await open_doctor(hand, support)
        assert hand.title.lower() == state

    assert snap(world, reach)


async def test_an_administrator_is_not_offered_it_and_is_refused(
    world: World, start: Start
) -> None:
    """ROL-03: by the service too, whatever a screen offers."""
    admin = world.person("ann@abbey.example", role="admin")

    def look() -> Any:
        pytest.fail("nothing may be looked at")

    async with start(world) as hand:
        token = await arrive(hand, admin)
        assert "Doctor" not in hand.text
        with pytest.raises(NotPermitted):
            world.desk.upkeep.examine(token, look)
