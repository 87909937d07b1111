"""`Match your phone's clock`: two codes in a row from a phone that is off and cannot be set right."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.throttle import Counter
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody whose phone is four minutes slow."""
    member = world.person("jo@abbey.example")
    member.phone.fast = -240
    return member


async def reach_fields(hand: Hand, member: Member) -> None:
    """Get as far as the two fields, by keyboard."""
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    assert "It cannot be set" in hand.text
    await hand.press("tab", "tab", "tab", "enter")
    await hand.reach("Match your phone's clock")


async def test_two_codes_in_a_row_let_in_and_the_next_sign_in_needs_one(
    world: World, start: Start, jo: Member
) -> None:
    """TOTP-12, ACC-11: the entry is named here too, and what was found is remembered."""
    async with start(world) as hand:
        await reach_fields(hand, jo)
        assert "PharmOutcomes:jo@abbey.example~1" in hand.text
        assert "at most 30 seconds" in hand.words
        await hand.submit(jo.phone.code())
        assert hand.keyboard == "Next code"
        world.clock.advance(30)
        await hand.submit(jo.phone.code())
        await hand.reach("Home")
        await hand.press("f12")
        world.clock.advance(minutes=20)
        await hand.sign_in(jo)


async def test_codes_that_do_not_follow_each_other_are_answered_beside_the_second(
    world: World, start: Start, jo: Member
) -> None:
    """THR-07, ACC-08: counted, both fields empty, the keyboard in the first."""
    async with start(world) as hand:
        await reach_fields(hand, jo)
        await hand.submit(jo.phone.code(), jo.phone.code(+2))
        assert "You have 8 tries left before a wait." in hand.words
        assert hand.field("First code").value == hand.field("Next code").value == ""
        assert hand.keyboard == "First code"
        assert world.credentials(jo).code_counter.failures == 2


async def test_the_same_code_twice_is_a_slip_and_no_try(
    world: World, start: Start, jo: Member
) -> None:
    """The commonest slip is told from a guess."""
    async with start(world) as hand:
        await reach_fields(hand, jo)
        await hand.submit(jo.phone.code(), jo.phone.code())
        assert "That is the same code again." in hand.error("Next code")
        assert hand.keyboard == "Next code"
        assert world.credentials(jo).code_counter.failures == 1


@pytest.mark.parametrize(("typed", "missing"), [("", "First code"), ("123456", "Next code")])
async def test_a_field_without_a_code_is_named(
    world: World, start: Start, jo: Member, typed: str, missing: str
) -> None:
    """ACC-08: the sentence stands beside the field that is empty."""
    async with start(world) as hand:
        await reach_fields(hand, jo)
        await hand.submit(typed, "")
        assert hand.error(missing).startswith("Type the six")
        assert hand.keyboard == missing
        assert world.credentials(jo).code_counter.failures == 1


@pytest.mark.parametrize(
    "keys", [["escape"], ["tab", "tab", "tab", "enter"]], ids=["Esc", "button"]
)
async def test_one_can_go_back_to_a_single_code(
    world: World, start: Start, jo: Member, keys: list[str]
) -> None:
    """The clock could be set after all."""
    async with start(world) as hand:
        await reach_fields(hand, jo)
        await hand.press(*keys)
        await hand.reach("Authentication code")
        jo.phone.fast = 0
        await hand.submit(jo.phone.code())
        await hand.reach("Home")


async def test_the_tenth_failure_ends_the_sign_in_with_the_wait(
    world: World, start: Start, jo: Member
) -> None:
    """THR-10, A13: the same lock as for single codes."""
    world.set_credentials(jo, code_counter=Counter(failures=8))
    async with start(world) as hand:
        await reach_fields(hand, jo)
        await hand.submit("000000", "000001")
        await hand.reach("Sign in")
        assert "Too many wrong codes. Wait 15 minutes" in hand.notice


async def test_a_reset_meanwhile_ends_the_sign_in(world: World, start: Start, jo: Member) -> None:
    """A28: what changed the account is noticed here as well."""
    async with start(world) as hand:
        await reach_fields(hand, jo)
        world.reset_mfa(jo)
        await hand.submit("123456", "234567")
        await hand.reach("Sign in")
        assert "your account changed meanwhile" in hand.notice
