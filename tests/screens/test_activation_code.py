"""`Activation code`: what is asked for beside the password before a new authenticator (rule 17)."""

from __future__ import annotations

import pytest

from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody whose authenticator was reset."""
    member = world.person("jo@abbey.example")
    world.reset_mfa(member)
    return member


async def reach_field(hand: Hand, member: Member) -> None:
    """Get as far as the field."""
    await hand.offer_password(member)
    await hand.reach("Activation code")


async def test_the_password_alone_does_not_pair(world: World, start: Start, jo: Member) -> None:
    """ENR-10: who has stolen the password gets no QR code."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        assert "Your authenticator was reset" in hand.text
        await hand.submit("ABCD-EFGH-JKMN-PQRS")
        assert hand.title == "Activation code"
        assert "That activation code is not right" in hand.error()
        assert world.credentials(jo).code_counter.failures == 1


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", " ")])
async def test_the_code_of_the_slip_leads_to_pairing(
    world: World, start: Start, jo: Member, write: object
) -> None:
    """However it was copied from the slip."""
    assert callable(write)
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.submit(write(jo.slip))
        await hand.reach("Set up your authenticator")


async def test_an_empty_field_is_no_try(world: World, start: Start, jo: Member) -> None:
    """A slip of the finger is not counted."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.press("enter")
        assert hand.error() == "Type the activation code from your slip."
        assert world.credentials(jo).code_counter.failures == 0


async def test_esc_leaves_everything_as_it_was(world: World, start: Start, jo: Member) -> None:
    """The slip can still be used."""
    before = world.credentials(jo)
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.press("escape")
        await hand.reach("Sign in")
        after = world.credentials(jo)
        assert (after.activation, after.authenticator) == (before.activation, None)
