"""`Move to a new phone`: both factors, a QR code, its first code; the old entry works until then (ENR-14)."""

from __future__ import annotations

import gc
from typing import Any, cast

import pytest
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.otpauth import PairingOffer
from pomfa_tui.widgets.countdown import Countdown
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.qr_view import QrView
from tests import qr_reader
from tests.members import GOOD_PASSWORD, Member, Phone
from tests.office import runs
from tests.screens.arrival import arrive_at_account, choose
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.screens.scanning import scan
from tests.world import World

TITLE = "Move to a new phone"
LONG = "josephine.longname.anderson@example-chemist.uk"


@pytest.fixture
def member(world: World) -> Member:
    """Somebody with a new phone in their pocket."""
    return world.person("jo@abbey.example", name="Jo Hill")


@pytest.fixture
def new_phone(world: World) -> Phone:
    """The new phone."""
    return Phone(world.clock)


async def open_form(hand: Hand, member: Member) -> SessionToken:
    """Go from `My account` to the form, and wait until there is a code that has not been used."""
    token = await arrive_at_account(hand, member)
    await choose(hand, TITLE)
    await hand.reach(TITLE)
    hand.world.wait_for_fresh_code(member)
    return token


async def reach_qr(hand: Hand, member: Member) -> SessionToken:
    """Prove both factors."""
    token = await open_form(hand, member)
    await hand.submit(GOOD_PASSWORD, member.phone.code())
    assert hand.widget(QrView).picture is not None
    return token


async def stay(hand: Hand, token: SessionToken, *, minutes: int) -> None:
    """Let time pass with somebody at the keyboard: the idle lock is not what is tried here."""
    for _ in range(minutes):
        hand.world.clock.advance(minutes=1)
        hand.world.desk.sessions.touch(token)
        await hand.pilot.press("home")


def waiting(world: World) -> dict[str, object]:
    """Return what the service keeps for moves that nobody has confirmed."""
    return cast("dict[str, object]", world.desk.office.moves._moves)


@pytest.mark.parametrize("email", ["jo@abbey.example", LONG])
async def test_everything_is_on_one_page(
    world: World, start: Start, email: str, new_phone: Phone
) -> None:
    """ENR-05, ACC-10: QR code, key, steps, field and time at 80x24; the entry has a new generation mark."""
    member = world.person(email)
    async with start(world) as hand:
        await reach_qr(hand, member)
        scan(hand, new_phone)
        steps = hand.words_in(Form)
        for wanted in ("1 In the app on your", "2 Scan the code", "3 Find the", "4 Type the six"):
            assert wanted in steps
        assert f"PharmOutcomes:{email}~2" in steps.replace(" ", "")
        assert "This QR code expires in 10:00" in hand.words
        assert "delete" not in hand.words


async def test_the_first_code_of_the_new_entry_swaps_the_two(
    world: World, start: Start, member: Member, new_phone: Phone
) -> None:
    """ENR-14, SES-09: the old one is dead from here on, other sign-ins end, and the person is told to delete it."""
    other = world.sign_in(member)
    async with start(world) as hand:
        await reach_qr(hand, member)
        scan(hand, new_phone)
        await hand.submit(new_phone.code())
        await hand.reach("My account")
        assert "Delete the old entry PharmOutcomes:jo@abbey.example~1" in hand.notice
        assert "PharmOutcomes:jo@abbey.example~2" in hand.text
        assert not runs(world, other)
        world.clock.advance(60)
        step = world.reach_code(member)
        with pytest.raises(Refusal):
            world.desk.sign_in.offer_code(step.attempt, member.phone.code())
        member.phone = new_phone
        world.sign_in(member)


async def test_the_old_entry_works_until_then(
    world: World, start: Start, member: Member, new_phone: Phone
) -> None:
    """ENR-14: a QR code that was merely scanned changes nothing."""
    async with start(world) as hand:
        await reach_qr(hand, member)
        scan(hand, new_phone)
        world.clock.advance(30)
        world.sign_in(member)


async def test_a_wrong_first_code_is_answered_and_changes_nothing(
    world: World, start: Start, member: Member, new_phone: Phone
) -> None:
    """ENR-01: the same QR code stays; the next right code does it."""
    async with start(world) as hand:
        await reach_qr(hand, member)
        scan(hand, new_phone)
        await hand.submit(new_phone.wrong_code())
        assert "That code does not fit the new entry." in hand.error()
        assert "This QR code expires in" in hand.words
        await hand.submit(new_phone.code())
        await hand.reach("My account")


async def test_a_wrong_password_shows_no_qr_code(
    world: World, start: Start, member: Member
) -> None:
    """THR-10: it counts, and the code that was typed with it is not used up."""
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit("a wrong one", member.phone.code())
        assert "That is not your current password" in hand.error("Password")
        assert hand.field("Password").has_keyboard
        assert waiting(world) == {}
        await hand.submit(GOOD_PASSWORD, "")
        assert hand.widget(QrView).picture is not None


async def test_a_wrong_code_shows_no_qr_code(world: World, start: Start, member: Member) -> None:
    """ENR-14: a password alone moves nobody's phone; the entry to look for is named."""
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit(GOOD_PASSWORD, member.phone.wrong_code())
        assert "Look for the entry PharmOutcomes:jo@abbey.example~1" in hand.error("Code")
        assert hand.field("Code").has_keyboard
        assert hand.field("Code").value == ""
        assert waiting(world) == {}


async def test_the_code_of_the_sign_in_is_not_taken_again(
    world: World, start: Start, member: Member
) -> None:
    """TOTP-06: the sentence counts the seconds to the next one."""
    async with start(world) as hand:
        await arrive_at_account(hand, member)
        await choose(hand, TITLE)
        await hand.reach(TITLE)
        await hand.submit(GOOD_PASSWORD, member.phone.code())
        assert "That code has been used already." in hand.error("Code")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "123456"), ("Password", "Type your password.")),
        ((GOOD_PASSWORD, ""), ("Code", "Type the six digits that the old phone shows.")),
    ],
)
async def test_what_is_missing_is_named(
    world: World, start: Start, member: Member, typed: tuple[str, str], said: tuple[str, str]
) -> None:
    """Enter in haste costs no try."""
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit(*typed)
        assert hand.error(said[0]) == said[1]
        assert world.credentials(member).password_counter.failures == 0


async def test_after_ten_minutes_the_code_is_gone_and_both_factors_are_asked_for_again(
    world: World, start: Start, member: Member, new_phone: Phone
) -> None:
    """ENR-06: a fresh QR code is not given to whoever happens to stand there."""
    async with start(world) as hand:
        token = await reach_qr(hand, member)
        scan(hand, new_phone)
        await stay(hand, token, minutes=10)
        hand.widget(Countdown).count()
        await hand.settle()
        assert "Your old phone still works." in hand.notice
        assert hand.widget(QrView).picture is None
        assert qr_reader.read(qr_reader.cells_of_app(hand.app)) is None
        assert hand.keyboard == "Start again"
        await hand.press("enter")
        assert hand.field("Password").has_keyboard
        assert hand.field("Password").value == ""
        await hand.submit(GOOD_PASSWORD, member.phone.code())
        old = new_phone.secret
        scan(hand, new_phone)
        assert new_phone.secret != old


async def test_a_code_sent_in_the_last_moment_is_too_late(
    world: World, start: Start, member: Member, new_phone: Phone
) -> None:
    """ENR-06: the service decides, not the countdown on the screen."""
    async with start(world) as hand:
        token = await reach_qr(hand, member)
        scan(hand, new_phone)
        await stay(hand, token, minutes=9)
        await hand.type(new_phone.code())
        world.clock.advance(minutes=1)
        await hand.press("enter")
        assert "This QR code has expired." in hand.notice
        assert waiting(world) == {}
        world.clock.advance(30)
        world.sign_in(member)


@pytest.mark.parametrize("way", ["Esc", "F12", "ended elsewhere"])
async def test_nothing_of_the_qr_code_stays(
    world: World, start: Start, member: Member, way: str, new_phone: Phone
) -> None:
    """ENR-06, SES-16: neither on the screen, nor in an object, nor in the service, however the page is left."""
    async with start(world) as hand:
        await reach_qr(hand, member)
        scan(hand, new_phone)
        before = world.credentials(member)
        key = setup_key(hand)
        assert len(waiting(world)) == 1
        await leave(hand, way)
        assert await gone(hand)
        assert key_holders(key) == []
        assert not [each for each in gc.get_objects() if isinstance(each, PairingOffer)]
        assert qr_reader.read(qr_reader.cells_of_app(hand.app)) is None
        assert key not in hand.text
        assert world.credentials(member).authenticator == before.authenticator


async def leave(hand: Hand, way: str) -> None:
    """Leave the page with the QR code."""
    if way == "Esc":
        await hand.press("escape")
        assert hand.title == TITLE
        assert hand.field("Password").has_keyboard
        return
    if way == "F12":
        await hand.press("f12")
    else:
        from pomfa_tui.terminal.session_watch import ending_of

        hand.app.sign_out(ending_of("ended_by_other"))
    await hand.reach("Sign in")


async def gone(hand: Hand) -> bool:
    """Wait until the service has forgotten the move."""
    for _ in range(400):
        if not waiting(hand.world):
            return True
        await hand.pilot.pause()
    return False


def setup_key(hand: Hand) -> str:
    """Return the first half of the key on the screen."""
    lines = [line[44:].strip() for line in hand.text.splitlines()]
    return lines[lines.index("2 Scan the code, or type this key:") + 1]


def key_holders(key: str) -> list[Any]:
    """Return the texts in memory that show the key."""
    gc.collect()
    statics = [each for each in gc.get_objects() if isinstance(each, Static)]
    return [each for each in statics if key in str(each.content)]


async def test_help_covers_the_qr_code_and_brings_it_back(
    world: World, start: Start, member: Member, new_phone: Phone
) -> None:
    """Reading the answer about scanning loses nothing."""
    async with start(world) as hand:
        await reach_qr(hand, member)
        scan(hand, new_phone)
        await hand.press("f1")
        assert hand.title == "Help"
        assert qr_reader.read(qr_reader.cells_of_app(hand.app)) is None
        await hand.press("escape")
        await hand.submit(new_phone.code())
        await hand.reach("My account")
