"""The screens of evidence as pictures, at 80x24, in four variants; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pomfa_tui.screens import listing
from tests.house import BRIDGE, HOST
from tests.members import Member
from tests.office import why
from tests.screens.arrival import arrive, choose
from tests.screens.hand import Hand
from tests.world import World

Reach = Callable[[Hand], Awaitable[None]]


def town(world: World) -> Member:
    """Let things happen at the site, and return somebody to whom they did."""
    bob = world.person("bob.stone@abbey.example", name="Bob Stone")
    world.person("far@bridge.example", BRIDGE, name="Far Away")
    aid = world.person("aid@desk.example", role="support", name="Aid Desk")
    world.sign_in(bob)
    world.clock.advance(minutes=7)
    world.desk.office.resets.reset_password(world.sign_in(aid), bob.id, why())
    return bob


def admin(hand: Hand) -> Member:
    """An administrator."""
    return hand.world.person("anna.patel@abbey.example", role="admin", name="Anna Patel")


def support(hand: Hand) -> Member:
    """Somebody at the helpdesk."""
    return hand.world.person("sue.port@desk.example", role="support", name="Sue Port")


async def open_from_home(hand: Hand, member: Member, entry: str) -> None:
    """Choose an entry of `Home`."""
    await arrive(hand, member)
    await choose(hand, entry)
    await hand.reach(entry)
    await hand.settle()


async def log_of_a_site(hand: Hand) -> None:
    """As an administrator sees it, the keyboard in the table."""
    town(hand.world)
    await open_from_home(hand, admin(hand), "Audit log")
    await hand.press("enter", "down")


async def log_of_all(hand: Hand) -> None:
    """As support sees it, with a filter."""
    town(hand.world)
    await open_from_home(hand, support(hand), "Audit log")
    hand.field("Outcome").value = "success"
    hand.field("Site").focus_entry()
    await hand.type("fa111")


async def record(hand: Hand) -> None:
    """One record in words."""
    town(hand.world)
    await open_from_home(hand, support(hand), "Audit log")
    await hand.type("password reset")
    await hand.press("enter", "enter")
    await hand.reach("Record")


async def evidence_of_a_site(hand: Hand) -> None:
    """As an administrator sees it."""
    town(hand.world)
    await open_from_home(hand, admin(hand), "Evidence")


async def evidence_of_all(hand: Hand) -> None:
    """As support sees it."""
    town(hand.world)
    await open_from_home(hand, support(hand), "Evidence")


async def affected_of_a_site(hand: Hand) -> None:
    """As an administrator sees it, the keyboard in the table."""
    await evidence_of_a_site(hand)
    await hand.press("tab", "tab", "tab", "tab", "enter")
    await hand.reach("Who was affected")
    await hand.settle()
    await hand.press("tab")


async def affected_of_all(hand: Hand) -> None:
    """As support sees it."""
    await evidence_of_all(hand)
    hand.screen.query_one("#affected").focus()
    await hand.press("enter")
    await hand.reach("Who was affected")
    await hand.settle()


async def one_affected(hand: Hand) -> None:
    """One account of them."""
    await affected_of_a_site(hand)
    await hand.press("down", "enter")
    await hand.reach("What happened")


async def review(hand: Hand) -> None:
    """One decision taken, the keyboard in the list."""
    bob = town(hand.world)
    old = hand.world.person("zoe@abbey.example", name="Zoe Dormant")
    hand.world.set_person(old, last_sign_in=hand.world.clock.now() - 95 * 86400)
    member = admin(hand)
    hand.world.desk.office.reviews.confirm(HOST, bob.id, "FA111")
    await open_from_home(hand, member, "Access review")
    await hand.press("up")


async def review_of_one(hand: Hand) -> None:
    """Somebody dormant."""
    await review(hand)
    await hand.press("enter")
    await hand.settle()


STATES: dict[str, Reach] = {
    "audit log": log_of_a_site,
    "audit log, of all sites": log_of_all,
    "record": record,
    "evidence": evidence_of_a_site,
    "evidence, of all sites": evidence_of_all,
    "who was affected": affected_of_a_site,
    "who was affected, of all sites": affected_of_all,
    "who was affected, one account": one_affected,
    "access review": review,
    "access review, one person": review_of_one,
}


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze what would differ each time."""
    monkeypatch.setattr(listing, "PAUSE", 0.001)
    ids = (f"{number:032x}" for number in range(1, 10_000))
    monkeypatch.setattr("secrets.token_hex", lambda size=16: next(ids)[-2 * size :])
    monkeypatch.setattr(
        "secrets.token_bytes", lambda size=32: bytes.fromhex(next(ids)[-2 * size :])
    )


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap_whole: Callable[..., bool]) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off, all of it on the screen at once."""
    assert snap_whole(world, STATES[state])
