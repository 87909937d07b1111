"""What stands on `Authentication code` after a refused code, so that nobody is left with the sentence alone."""

from __future__ import annotations

import pytest

from pomfa_tui.domain import totp
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

IPHONE = "iPhone: Settings, General, Date & Time, Set Automatically."
ANDROID = "Android: Settings, System, Date & time, Set automatically."
STUCK = "Still refused? Use a recovery code, or press F1: Help opens at the reason. F2 has the helpdesk: 0345 450 6279."


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody who can sign in."""
    return world.person("jo@abbey.example")


async def reach_code(hand: Hand, member: Member) -> None:
    """Get as far as the code."""
    await hand.offer_password(member)
    await hand.reach("Authentication code")


@pytest.mark.parametrize(("fast", "way"), [(-180, "slow"), (180, "fast")])
async def test_a_wrong_clock_is_set_right_by_what_the_screen_says(
    world: World, start: Start, jo: Member, fast: int, way: str
) -> None:
    """Rule 25: by how much, which way, and where the setting is on both kinds of phone."""
    jo.phone.fast = fast
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit(jo.phone.code())
        assert f"about 3 minutes {way}" in hand.words
        assert IPHONE in hand.words
        assert ANDROID in hand.words


async def test_two_codes_in_a_row_are_offered_only_where_they_can_help(
    world: World, start: Start, jo: Member
) -> None:
    """TOTP-12: not before a code has shown the clock, and not when it is too far off."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        assert "It cannot be set" not in hand.text
        jo.phone.fast = 600
        await hand.submit(jo.phone.code())
        assert "about 10 minutes fast" in hand.words
        assert "It cannot be set" not in hand.text


async def test_advice_about_the_clock_goes_with_the_next_reason(
    world: World, start: Start, jo: Member
) -> None:
    """What stands there is about the newest code."""
    jo.phone.fast = -180
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit(jo.phone.code())
        await hand.submit(jo.phone.wrong_code())
        assert "iPhone" not in hand.text


async def test_from_the_third_failure_on_the_ways_on_are_named(
    world: World, start: Start, jo: Member
) -> None:
    """THR-07: with everything on the screen at once, and again for whoever begins anew."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        for tries in range(1, 4):
            await hand.submit(jo.phone.wrong_code())
            assert (STUCK in hand.words) is (tries == 3)
        await hand.press("escape")
        await reach_code(hand, jo)
        assert STUCK in hand.words
        assert hand.screen.query_one("#body").max_scroll_y == 0


async def test_without_recovery_codes_an_administrator_is_named(
    world: World, start: Start, jo: Member
) -> None:
    """No way on that is not there."""
    world.set_credentials(jo, recovery=())
    async with start(world) as hand:
        await reach_code(hand, jo)
        for _ in range(3):
            await hand.submit(jo.phone.wrong_code())
        assert "Ask an administrator for an MFA reset" in hand.words
        assert "recovery code" not in hand.text


async def test_five_digits_are_no_failure(world: World, start: Start, jo: Member) -> None:
    """A slip that is not counted leads nowhere else."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        for _ in range(4):
            await hand.submit("12345")
        assert "Still refused?" not in hand.text


@pytest.mark.parametrize(
    ("cause", "question"),
    [
        ("none", "My code is refused. Why?"),
        ("wrong", "My code is refused. Why?"),
        ("skewed", "It says that my phone's clock is fast or slow."),
        ("used", "How long can I use a code?"),
        ("old", "There are two PharmOutcomes entries on my phone. Which one?"),
    ],
)
async def test_help_opens_at_the_question_that_fits_what_happened(
    world: World, start: Start, jo: Member, cause: str, question: str
) -> None:
    """Rule 28: the answer is on the screen with F1 alone."""
    code = jo.phone.wrong_code()
    if cause == "skewed":
        code = jo.phone.code(-6)
    elif cause == "used":
        world.sign_in(jo)
        code = jo.phone.code()
    elif cause == "old":
        code = totp.code_at(jo.phone.secret, jo.phone.step())
        pair_anew(world, jo)
    async with start(world) as hand:
        await reach_code(hand, jo)
        if cause != "none":
            await hand.submit(code)
        await hand.press("f1")
        assert hand.text.count(question) == 2


def pair_anew(world: World, member: Member) -> None:
    """Replace the entry by way of a recovery code."""
    attempt = world.reach_code(member).attempt
    world.desk.sign_in.offer_recovery_code(attempt, member.recovery[1], phone_gone=True)
    member.phone.scan(world.desk.pairing.offer(attempt).entry)
    world.desk.pairing.confirm(attempt, member.phone.code())
    world.desk.recovery.confirm(attempt)
