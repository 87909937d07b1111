"""`No administrator here`: the same for everybody, and nothing is changed by reading it."""

from __future__ import annotations

from tests.members import Member
from tests.office import Picture
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


async def read_it(hand: Hand, email: str) -> str:
    """Type an e-mail, ask for the way without an administrator, and return what stands there."""
    await hand.reach("Sign in")
    await hand.type(email)
    await hand.press("f4")
    await hand.reach("No administrator here")
    return hand.text


async def test_a_forgotten_password_changes_nothing_and_the_way_on_is_the_same_for_any_email(
    world: World, start: Start, admin: Member
) -> None:
    """ENR-21, ENU-02: steps and the helpdesk, before anybody has proven anything."""
    before, events = Picture.of(world), len(world.events())
    shown = []
    for email in (admin.email, "nobody@abbey.example", ""):
        async with start(world) as hand:
            shown.append(await read_it(hand, email))
    assert shown[0] == shown[1] == shown[2]
    assert Picture.of(world) == before
    assert len(world.events()) == events


async def test_it_names_the_helpdesk_and_no_administrator(
    world: World, start: Start, admin: Member
) -> None:
    """Rule 30: who looks after a site is not for strangers."""
    async with start(world) as hand:
        text = await read_it(hand, "")
        assert "0345 450 6279" in text
        assert admin.email not in text
        assert "Anna" not in text
        await hand.press("escape")
        await hand.reach("Sign in")
