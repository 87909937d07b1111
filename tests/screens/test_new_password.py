"""`Choose a new password`: judged in words while it is typed, written twice, refused with the reason."""

from __future__ import annotations

import pytest

from pomfa_tui.screens.new_password import REASONS, NewPasswordScreen
from pomfa_tui.services.steps import AttemptId, NeedNewPassword, PasswordCause
from pomfa_tui.widgets import strength_meter
from tests.members import GOOD_PASSWORD, OTHER_PASSWORD, Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

pytestmark = pytest.mark.usefixtures("_judge_at_once")


@pytest.fixture
def _judge_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strength_meter, "PAUSE", 0.001)


@pytest.fixture
def newcomer(world: World) -> Member:
    """Somebody with a slip."""
    return world.newcomer("new@abbey.example")


async def reach_form(hand: Hand, member: Member) -> None:
    """Type e-mail and activation code."""
    await hand.offer_password(member, member.slip)
    await hand.reach("Choose a new password")


async def read_strength(hand: Hand, words: str) -> None:
    """Wait until the judgement says something."""
    meter = hand.widget(strength_meter.StrengthMeter)
    for _ in range(400):
        if words in meter.text:
            return
        await hand.pilot.pause()
    raise AssertionError(meter.text)


@pytest.mark.parametrize("cause", PasswordCause)
async def test_it_says_why_a_password_is_asked_for(
    world: World, start: Start, cause: PasswordCause
) -> None:
    """Nobody wonders what happened to the old one."""
    need = NeedNewPassword(AttemptId("none"), cause)
    async with start(world) as hand:
        await hand.show(lambda givens: NewPasswordScreen(givens, need))
        assert REASONS[cause] in hand.words


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "0 of 4: very weak. That password is too short"),
        ("new@abbey.example", "made of your own or your site's words"),
        ("Abbey Pharmacy 2026", "made of your own or your site's words"),
        ("passwordpassword", "That password is easy to guess"),
        (GOOD_PASSWORD, "[####] 4 of 4: very good. This password can be used."),
    ],
)
async def test_strength_is_told_in_words_and_as_a_number(
    world: World, start: Start, newcomer: Member, password: str, words: str
) -> None:
    """PWD-09: the reason stands there before Enter is pressed; never by colour alone."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.type(password)
        await read_strength(hand, words)


async def test_a_judgement_that_was_overtaken_is_not_shown(
    world: World, start: Start, newcomer: Member
) -> None:
    """What is shown belongs to what is typed."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.type("short")
        await hand.press("ctrl+u")
        await hand.settle()
        assert "At least 12 characters" in hand.words
        assert "Strength" not in hand.text


async def test_both_fields_are_masked_and_can_be_shown(
    world: World, start: Start, newcomer: Member
) -> None:
    """PWD-13, ACC-04: shown on request, masked again when the keyboard leaves."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.type(GOOD_PASSWORD)
        assert GOOD_PASSWORD not in hand.text
        await hand.press("f3")
        assert GOOD_PASSWORD in hand.text
        await hand.press("enter")
        assert GOOD_PASSWORD not in hand.text


async def test_two_different_ones_are_refused_before_anything_is_asked(
    world: World, start: Start, newcomer: Member
) -> None:
    """PWD-12: a slip nobody can see would lock its owner out."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        hashed = world.hasher.hashed
        await hand.submit(GOOD_PASSWORD, OTHER_PASSWORD)
        assert "The two do not match" in hand.error("Repeat password")
        assert hand.field("Repeat password").value == ""
        assert hand.field("Repeat password").has_keyboard
        assert world.hasher.hashed == hashed


async def test_a_weak_one_is_refused_beside_its_field(
    world: World, start: Start, newcomer: Member
) -> None:
    """PWD-07, PWD-09: the reason, a way out, and the keyboard where it is to be mended."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.submit("passwordpassword", "passwordpassword")
        assert "easy to guess" in hand.error("New password")
        assert "Three or four random words" in hand.error("New password")
        assert hand.field("New password").has_keyboard


async def test_an_activation_code_is_no_password(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-07: the slip never becomes the long-term password."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.submit(newcomer.slip, newcomer.slip)
        assert "activation code. Choose a password of your own" in hand.error("New password")


async def test_nothing_typed_is_named(world: World, start: Start, newcomer: Member) -> None:
    """A slip of the finger."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.press("tab", "enter")
        assert hand.error("New password") == "Type a new password."


async def test_a_good_one_leads_to_pairing_and_nothing_is_written_yet(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-01: password and pairing are written together or not at all."""
    before = world.credentials(newcomer)
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.submit(GOOD_PASSWORD, GOOD_PASSWORD)
        await hand.reach("Set up your authenticator")
        assert world.credentials(newcomer) == before
        await hand.press("escape")
        await hand.reach("Sign in")
        assert world.credentials(newcomer) == before


async def test_after_a_password_reset_the_code_comes_first(world: World, start: Start) -> None:
    """ENR-09: the slip replaces the password, never the phone."""
    member = world.person("jo@abbey.example")
    world.reset_password(member)
    async with start(world) as hand:
        await hand.offer_password(member, member.slip)
        await hand.reach("Authentication code")
        await hand.submit(member.phone.code())
        await hand.reach("Choose a new password")
        assert "Your password was reset." in hand.words
        await hand.submit(OTHER_PASSWORD, OTHER_PASSWORD)
        await hand.reach("Home")
        member.password = OTHER_PASSWORD
        world.clock.advance(30)
        world.sign_in(member)


async def test_after_ten_minutes_the_start_is_back(
    world: World, start: Start, newcomer: Member
) -> None:
    """SES-17: a half-typed password is not left standing."""
    async with start(world) as hand:
        await reach_form(hand, newcomer)
        await hand.type(GOOD_PASSWORD)
        world.clock.advance(minutes=10)
        hand.screen.look_at_clock()  # type: ignore[attr-defined]
        await hand.reach("Sign in")
        assert "This took too long" in hand.notice
