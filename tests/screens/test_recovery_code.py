"""`Recovery code`: in with paper instead of the phone, beside the password."""

from __future__ import annotations

import pytest

from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.screens.scanning import scan
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody who left the phone at home."""
    return world.person("jo@abbey.example")


async def reach_field(hand: Hand, member: Member) -> None:
    """Get as far as the field, by keyboard."""
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.press("tab", "tab", "enter")
    await hand.reach("Recovery code")


async def test_it_says_how_many_are_left(world: World, start: Start, jo: Member) -> None:
    """Nobody plans to run out."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        assert "You have 10 codes left." in hand.words


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda code: f"4 {code}",
        lambda code: f"4. {code}",
        lambda code: code.lower().replace("-", " "),
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
    ids=["as shown", "with number", "with number and dot", "small and spaced", "look-alikes"],
)
async def test_it_is_taken_however_it_was_written_down(
    world: World, start: Start, jo: Member, write: object
) -> None:
    """REC-09, REC-10, ACC-01: the new code in its place is shown and has to be confirmed."""
    assert callable(write)
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.submit(write(jo.recovery[4]))
        await hand.reach("Recovery codes")
        assert "Recovery code 4 is used up." in hand.words
        assert jo.recovery[4] not in hand.text
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")


async def test_a_wrong_one_is_counted_and_stays_to_be_looked_at(
    world: World, start: Start, jo: Member
) -> None:
    """REC-06: same counter as the code of the phone."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.submit("ABCD-EFGH-JKMN-PQRS")
        assert "not right or has been used. You have 9 tries left" in hand.words
        assert hand.field().value == "ABCD-EFGH-JKMN-PQRS"
        assert world.credentials(jo).code_counter.failures == 1


async def test_an_empty_field_is_no_try(world: World, start: Start, jo: Member) -> None:
    """A slip of the finger is not counted."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.press("enter")
        assert hand.error() == "Type one of your recovery codes."
        assert world.credentials(jo).code_counter.failures == 0


async def test_what_cannot_be_part_of_one_is_refused_in_words(
    world: World, start: Start, jo: Member
) -> None:
    """ACC-08: no silent refusal of a key."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.press("!")
        assert hand.field().value == ""
        assert "A code has letters, digits and hyphens" in hand.error()


@pytest.mark.parametrize(
    "keys", [["escape"], ["tab", "tab", "tab", "enter"]], ids=["Esc", "button"]
)
async def test_one_can_go_back_to_the_phone(
    world: World, start: Start, jo: Member, keys: list[str]
) -> None:
    """The phone turned up: no need to begin again."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.press(*keys)
        await hand.reach("Authentication code")
        await hand.submit(jo.phone.code())
        await hand.reach("Home")


async def test_a_phone_that_is_gone_leads_straight_to_a_new_one(
    world: World, start: Start, jo: Member
) -> None:
    """REC-04, ENR-10: nobody else is needed; a new entry, a whole new set of codes, and in."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.type(jo.recovery[4])
        await hand.press("tab", "tab", "enter")
        await hand.reach("Set up your authenticator")
        scan(hand, jo.phone)
        await hand.submit(jo.phone.code())
        await hand.reach("Recovery codes")
        assert not any(code in hand.text for code in jo.recovery.values())
        assert "10 " in hand.text
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")
        await hand.press("f12")
        await hand.sign_in(jo)


async def test_without_a_code_the_phone_is_not_given_up(
    world: World, start: Start, jo: Member
) -> None:
    """ENR-10: the password alone pairs nothing."""
    async with start(world) as hand:
        await reach_field(hand, jo)
        await hand.press("tab", "tab", "enter")
        assert hand.title == "Recovery code"
        assert hand.error() == "Type one of your recovery codes."
