"""The screens of administrators and support as pictures, at 80x24, in four variants; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec
import pytest

from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member
from tests.screens.counter import age_proof, do, open_people, open_person, say
from tests.screens.hand import Hand
from tests.world import World

Reach = Callable[[Hand], Awaitable[None]]


def town(world: World) -> Member:
    """Fill the site with people of every kind, and return one of them."""
    bob = world.person("bob.stone@abbey.example", name="Bob Stone")
    world.newcomer("carol.dean@nhs.net")
    world.person("evan@abbey.example", name="Evan Off", state=PersonState.DISABLED)
    world.person("fay@locum.example", ABBEY, BRIDGE, name="Fay Locum")
    gus = world.person("gus@abbey.example", name="Gus [@click=app.quit]Hall[/]")
    world.reset_mfa(gus)
    long = "deirdre.featherstonehaugh@a-very-long-domain-of-a-group.example"
    world.person(long, name="Deirdre Featherstonehaugh-Cholmondeley")
    for number in range(12):
        world.person(f"p{number}@abbey.example", name=f"Person {number:02}")
    return bob


def admin(hand: Hand) -> Member:
    """An administrator."""
    return hand.world.person("anna.patel@abbey.example", role="admin", name="Anna Patel")


def support(hand: Hand) -> Member:
    """Somebody at the helpdesk."""
    return hand.world.person("sue.port@desk.example", role="support", name="Sue Port")


async def people(hand: Hand) -> None:
    """The list, the keyboard in it."""
    town(hand.world)
    await open_people(hand, admin(hand))
    await hand.press("enter", "down", "down")


async def people_of_all_sites(hand: Hand) -> None:
    """The list of support, with a filter."""
    town(hand.world)
    await open_people(hand, support(hand))
    await hand.press("tab", "s")


async def nobody_found(hand: Hand) -> None:
    """A search for nobody."""
    town(hand.world)
    await open_people(hand, admin(hand))
    await hand.type("zzz")


async def person(hand: Hand) -> None:
    """Somebody with a history."""
    bob, world = town(hand.world), hand.world
    (tie,) = world.account(bob).memberships
    dated = msgspec.structs.replace(tie, starts=date(2026, 1, 1), ends=date(2026, 2, 1))
    world.set_person(bob, gphc="2071234", memberships=(dated,))
    world.sign_in(bob)
    await open_person(hand, admin(hand), bob)


async def person_of_several_sites(hand: Hand) -> None:
    """As support sees them, with nearly everything that can be done."""
    world = hand.world
    lee = world.person("lee.locum@locum.example", ABBEY, BRIDGE, CASTLE, name="Lee Locum")
    for site in (ABBEY, BRIDGE):
        world.sign_in(lee, site=site)
    await open_person(hand, support(hand), lee)


async def person_linked_elsewhere(hand: Hand) -> None:
    """As an administrator sees them."""
    lee = hand.world.person("lee@locum.example", ABBEY, BRIDGE, name="Lee Locum")
    await open_person(hand, admin(hand), lee)


async def add_person_refused(hand: Hand) -> None:
    """An address that needs a reason."""
    await open_people(hand, admin(hand))
    await hand.press("f3")
    await hand.reach("Add a person")
    await hand.submit("New Person", "info@abbey.example")
    hand.field("A code lives").focus_entry()
    await hand.press("enter", "tab")


async def edit_person_stale(hand: Hand) -> None:
    """Somebody else was quicker."""
    bob = town(hand.world)
    await open_person(hand, admin(hand), bob)
    await do(hand, "Edit person")
    await hand.press("ctrl+u")
    await hand.type("Bob Stone-Hill")
    edit = PersonEdit(gphc="2071234", job="manager", site=ABBEY)
    hand.world.desk.office.changes.edit(HOST, bob.id, edit)
    hand.field("A code lives").focus_entry()
    await hand.press("enter")


async def reset_password(hand: Hand) -> None:
    """With a recovery code as the check, as support."""
    bob = town(hand.world)
    await open_person(hand, support(hand), bob)
    await do(hand, "Reset password")
    await hand.press("r", "enter", "enter", "enter", "enter")


async def are_you_sure(hand: Hand) -> None:
    """The question before a reset."""
    bob = town(hand.world)
    await open_person(hand, admin(hand), bob)
    await do(hand, "Reset MFA QR code")
    await hand.press("i", "enter")
    await hand.submit("new phone")


async def fresh_code(hand: Hand) -> None:
    """A wrong code on the way to a reset."""
    await are_you_sure(hand)
    with hand.world.store.view() as view:
        boss = view.people.by_email("anna.patel@abbey.example")
    assert boss is not None
    actor = Member(boss.id, boss.email, "", hand.world.person("x@abbey.example").phone)
    age_proof(hand.world, actor)
    await say(hand, "Yes, reset")
    await hand.reach("Authentication code")
    await hand.submit("000000")


async def slip(hand: Hand) -> None:
    """The slip, not ticked."""
    await are_you_sure(hand)
    await say(hand, "Yes, reset")
    await hand.reach("Activation code")
    await hand.press("tab", "enter")


async def link_person(hand: Hand) -> None:
    """Everything that can be wrong at once."""
    bob = town(hand.world)
    await open_person(hand, support(hand), bob)
    await do(hand, "Link a person")
    hand.field("Identity check").value = "Recovery code checked"
    hand.field("Recovery code").value = "1 ABCD-EFGH-JKMN-PQRS"
    hand.field("Reason").value, hand.field("Ticket").value = "two branches", "HD-1"
    hand.field("Site code").value = "fzz"
    hand.field("Ticket").focus_entry()
    await hand.press("enter")


async def has_left(hand: Hand) -> None:
    """A leaver."""
    bob = town(hand.world)
    await open_person(hand, admin(hand), bob)
    await do(hand, "Has left")


async def end_sessions(hand: Hand) -> None:
    """Two terminals."""
    bob = town(hand.world)
    for _ in range(2):
        hand.world.sign_in(bob)
    await open_person(hand, admin(hand), bob)
    await do(hand, "End sessions")


async def mark_away(hand: Hand) -> None:
    """Until when."""
    bob = town(hand.world)
    await open_person(hand, admin(hand), bob)
    await do(hand, "Mark away")


STATES: dict[str, Reach] = {
    "people": people,
    "people, of all sites": people_of_all_sites,
    "people, nobody found": nobody_found,
    "person": person,
    "person, of several sites": person_of_several_sites,
    "person, linked elsewhere": person_linked_elsewhere,
    "add a person, refused": add_person_refused,
    "edit person, stale": edit_person_stale,
    "reset password": reset_password,
    "are you sure": are_you_sure,
    "fresh code, wrong": fresh_code,
    "activation code, slip": slip,
    "link a person, refused": link_person,
    "has left": has_left,
    "end sessions": end_sessions,
    "mark away": mark_away,
}


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None) -> None:
    """Freeze what would differ each time."""


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap_whole: Callable[..., bool]) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off, all of it on the screen at once."""
    assert snap_whole(world, STATES[state])
