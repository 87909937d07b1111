"""`Authentication code`: one field, the entry's name, and exact answers after the right password."""

from __future__ import annotations

import pytest

from pomfa_tui.screens.authentication_code import AuthenticationCodeScreen
from pomfa_tui.services.steps import AttemptId, NeedCode
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

HOSTILE = ("[@click=app.quit]x[/]", "bob[/x]", "[/", "a\\", "$name")


async def reach_code(hand: Hand, member: Member) -> None:
    """Get as far as the code."""
    await hand.offer_password(member)
    await hand.reach("Authentication code")


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody who can sign in."""
    return world.person("jo@abbey.example")


async def test_it_names_the_entry_to_look_for(world: World, start: Start, jo: Member) -> None:
    """Rule 18, ACC-11: several entries say PharmOutcomes; this is the one."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        assert "PharmOutcomes:jo@abbey.example~1" in hand.text
        assert hand.field("Code").has_keyboard


@pytest.mark.parametrize("written", ["{}{}", "{} {}", "{}-{}", " {}{} ", "{}{}\r\n"])
async def test_a_pasted_code_lets_in_with_spaces_or_without(
    world: World, start: Start, jo: Member, written: str
) -> None:
    """ACC-01, ACC-02: one field takes the code as people have it."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        code = jo.phone.code()
        await hand.submit(written.format(code[:3], code[3:]))
        await hand.reach("Home")


async def test_a_typed_code_lets_in_with_a_space(world: World, start: Start, jo: Member) -> None:
    """ACC-02: a typed space is passed over."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        code = jo.phone.code()
        await hand.press(*code[:3], "space", *code[3:], "enter")
        await hand.reach("Home")


async def test_a_wrong_code_is_answered_beside_the_field(
    world: World, start: Start, jo: Member
) -> None:
    """THR-07, ACC-08: says what to look for and how many tries are left; the field waits for the next one."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit(jo.phone.wrong_code())
        assert "Look for the entry PharmOutcomes:jo@abbey.example~1" in hand.error("Code")
        assert "You have 9 tries left" in hand.words
        assert hand.field("Code").value == ""
        assert hand.field("Code").has_keyboard
        await hand.submit(jo.phone.code())
        await hand.reach("Home")


async def test_a_used_code_asks_for_the_next_one(world: World, start: Start, jo: Member) -> None:
    """TOTP-06: exact after the password, so nobody hunts for a fault that is none."""
    world.sign_in(jo)
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit(jo.phone.code())
        assert "has been used already. Wait for the next code, 30 seconds" in hand.words


async def test_a_slow_phone_is_told_its_clock(world: World, start: Start, jo: Member) -> None:
    """Rule 25: the fix is in the sentence."""
    jo.phone.fast = -180
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit(jo.phone.code())
        assert "The clock of your phone is about 3 minutes slow" in hand.words


async def test_five_digits_are_no_guess(world: World, start: Start, jo: Member) -> None:
    """A slip is told what a code looks like and is not counted."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit("12345")
        assert "A code has six digits" in hand.error("Code")
        assert world.credentials(jo).code_counter.failures == 0


@pytest.mark.parametrize("period", [30, 60])
@pytest.mark.parametrize("into", [0, 13, 29])
async def test_the_time_left_is_told_in_digits(
    world: World, start: Start, period: int, into: int
) -> None:
    """ACC-09: digits, not a bar alone; truthful for both periods."""
    member = world.person("jo@abbey.example", period=60 if period == 60 else 30)
    world.clock.advance(into)
    async with start(world) as hand:
        await reach_code(hand, member)
        left = period - into
        assert f"They change in {left // 60}:{left % 60:02}." in hand.words


async def test_esc_leaves_and_forgets_the_half_done_sign_in(
    world: World, start: Start, jo: Member
) -> None:
    """A32, SES-17: going back is going back to the very start."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        attempt = hand.screen._need.attempt  # type: ignore[attr-defined]
        await hand.press("escape")
        await hand.reach("Sign in")
        assert hand.field("E-mail").value == hand.field("Password").value == ""
        with pytest.raises(Exception, match="Sign in again"):
            world.desk.sign_in.offer_code(attempt, jo.phone.code())


async def test_too_many_wrong_codes_end_the_sign_in_with_the_wait(
    world: World, start: Start, jo: Member
) -> None:
    """A13: a locked account is not guessed at from an open screen."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        for _ in range(10):
            await hand.submit(jo.phone.wrong_code())
        await hand.reach("Sign in")
        assert "Too many wrong codes. Wait 15 minutes" in hand.notice


async def test_after_three_minutes_the_start_is_back_and_empty(
    world: World, start: Start, jo: Member
) -> None:
    """SES-17: nobody goes on where somebody else stopped."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        world.clock.advance(minutes=3)
        hand.screen.look_at_clock()  # type: ignore[attr-defined]
        await hand.reach("Sign in")
        assert "This took too long" in hand.notice
        assert hand.field("E-mail").value == ""


async def test_a_reset_meanwhile_ends_the_sign_in(world: World, start: Start, jo: Member) -> None:
    """A28: what changed the account is noticed at the very next step."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        world.reset_mfa(jo)
        await hand.submit("123456")
        await hand.reach("Sign in")
        assert "your account changed meanwhile" in hand.notice


async def test_help_in_between_keeps_what_was_typed(world: World, start: Start, jo: Member) -> None:
    """Whoever looks something up goes on where they were."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.type("123")
        await hand.press("f1")
        assert hand.title == "Help"
        await hand.press("escape")
        assert hand.title == "Authentication code"
        assert hand.field("Code").value == "123"
        assert hand.field("Code").has_keyboard


async def test_time_that_runs_out_under_help_ends_the_sign_in_once_help_is_closed(
    world: World, start: Start, jo: Member
) -> None:
    """K52: what is read is not snatched away, and no wrong screen is closed."""
    async with start(world) as hand:
        await reach_code(hand, jo)
        step = hand.screen
        await hand.press("f1")
        world.clock.advance(minutes=3)
        step.look_at_clock()  # type: ignore[attr-defined]
        await hand.settle()
        assert hand.title == "Help"
        await hand.press("escape")
        await hand.reach("Sign in")
        assert "This took too long" in hand.notice


async def test_without_recovery_codes_none_are_offered(
    world: World, start: Start, jo: Member
) -> None:
    """No button that leads nowhere."""
    world.set_credentials(jo, recovery=())
    async with start(world) as hand:
        await reach_code(hand, jo)
        assert "recovery code" not in hand.text


async def test_somebody_without_a_valid_pass_is_told_so_at_the_start(
    world: World, start: Start, jo: Member
) -> None:
    """Rule 13: both factors were right, so the answer is exact."""
    world.close_site("FA111")
    async with start(world) as hand:
        await reach_code(hand, jo)
        await hand.submit(jo.phone.code())
        await hand.reach("Sign in")
        assert "You have no pharmacy to sign in to today" in hand.notice


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_is_shown_as_it_is(world: World, start: Start, name: str) -> None:
    """GEN-05: no name is a link, and none breaks the screen."""
    need = NeedCode(AttemptId("none"), entry=f"PharmOutcomes:{name}", period=30, recovery_left=3)
    async with start(world) as hand:
        await hand.show(lambda givens: AuthenticationCodeScreen(givens, need))
        assert f"PharmOutcomes:{name}" in hand.text
