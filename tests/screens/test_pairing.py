"""`Set up your authenticator`: everything at once on 80x24, proven by a code, gone when it is left."""

from __future__ import annotations

import gc
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from pomfa_tui.otpauth import PairingOffer
from pomfa_tui.screens.pairing import PairingScreen
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.widgets.countdown import Countdown
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.qr_view import QrView
from tests import qr_reader
from tests.members import GOOD_PASSWORD, Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

LONG = "josephine.longname.anderson@example-chemist.uk"
NO_COLOUR = Traits(name="vt100", colours=0)


async def reach_pairing(hand: Hand, member: Member) -> None:
    """Type the activation code and choose a password."""
    await hand.offer_password(member, member.slip)
    await hand.reach("Choose a new password")
    await hand.submit(GOOD_PASSWORD, GOOD_PASSWORD)
    await hand.reach("Set up your authenticator")
    scan(hand, member)


def scan(hand: Hand, member: Member) -> str:
    """Read the QR code off the cells of the screen into the phone; return the URI."""
    uri = qr_reader.read(qr_reader.cells_of_app(hand.app))
    assert uri is not None, "no phone could read this screen"
    parts = urlsplit(uri)
    issuer, _, account = unquote(parts.path.lstrip("/")).partition(":")
    (secret,) = parse_qs(parts.query)["secret"]
    member.phone.scan(PairingOffer(issuer, account, secret))
    member.password = GOOD_PASSWORD
    return uri


@pytest.fixture
def newcomer(world: World) -> Member:
    """Somebody with a slip."""
    return world.newcomer("new@abbey.example")


@pytest.mark.parametrize("email", ["a@b.uk", "new@abbey.example", LONG[-45:], LONG])
@pytest.mark.parametrize("theme", ["default", "high-contrast"])
async def test_everything_is_on_one_page_for_every_usual_address(
    world: World, start: Start, email: str, theme: str
) -> None:
    """ENR-05, ACC-10: QR code, steps, key, entry, field and time at 80x24, in both themes."""
    member = world.newcomer(email)
    async with start(world, theme=theme) as hand:
        await reach_pairing(hand, member)
        offer = hand.widget(QrView).picture
        assert offer is not None
        words = hand.words_in(Form)
        for wanted in ("1 In your", "2 Scan the code", "3 Find the", "4 Type the six", "> Code"):
            assert wanted in words
        assert f"PharmOutcomes:{email}~1" in "".join(words.split())
        assert "This QR code expires in 10:00" in words
        assert "Continue" in words


async def test_the_key_says_the_same_as_the_qr_code(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-03, ENR-05: whoever cannot scan types the very same secret."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        uri = scan(hand, newcomer)
        secret = parse_qs(urlsplit(uri).query)["secret"][0]
        groups = " ".join(secret[start : start + 4] for start in range(0, 32, 4))
        assert groups[:19] in hand.text
        assert groups[20:] in hand.text


async def test_the_first_code_of_the_new_entry_pairs(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-01: active only after a correct code."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        assert world.credentials(newcomer).authenticator is None
        await hand.submit(newcomer.phone.code())
        await hand.reach("Recovery codes")
        assert world.credentials(newcomer).authenticator is not None


async def test_a_wrong_code_is_answered_and_changes_nothing(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-01: the same QR code stays, the field waits for the next code."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        before = world.credentials(newcomer)
        await hand.submit(newcomer.phone.wrong_code())
        assert "That code does not fit the new entry." in hand.error()
        assert hand.field().has_keyboard
        assert hand.field().value == ""
        assert world.credentials(newcomer) == before
        await hand.submit(newcomer.phone.code())
        await hand.reach("Recovery codes")


async def test_a_phone_with_a_wrong_clock_is_told_so(
    world: World, start: Start, newcomer: Member
) -> None:
    """Rule 25: the fix is in the sentence, and all of it is on the screen."""
    newcomer.phone.fast = 240
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        await hand.submit(newcomer.phone.code())
        assert "about 4 minutes fast" in hand.words_in(Form)
        assert "This QR code expires in" in hand.words_in(Form)


async def test_leaving_changes_nothing_and_leaves_nothing(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-06, SES-16: the secret dies with the screen; the next visit shows another."""
    before = world.credentials(newcomer)
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        first = newcomer.phone.secret
        key = hand.text
        await hand.press("escape")
        await hand.reach("Sign in")
        gc.collect()
        left = [each for each in gc.get_objects() if isinstance(each, PairingOffer)]
        assert not [each for each in left if each.account.startswith(newcomer.email)]
        assert not any(line.strip() and line in hand.text for line in key.splitlines()[5:7])
        assert world.credentials(newcomer) == before
        await reach_pairing(hand, newcomer)
        assert newcomer.phone.secret != first


async def test_help_covers_the_qr_code_and_brings_it_back(
    world: World, start: Start, newcomer: Member
) -> None:
    """Reading the answer about scanning loses neither the code nor what was typed."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        await hand.type("123")
        await hand.press("f1")
        assert hand.title == "Help"
        assert qr_reader.read(qr_reader.cells_of_app(hand.app)) is None
        await hand.press("escape")
        assert hand.field().value == "123"
        secret = newcomer.phone.secret
        scan(hand, newcomer)
        assert newcomer.phone.secret == secret


async def test_after_ten_minutes_the_code_is_gone_and_a_fresh_one_is_offered(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-06: a picture that no longer works is not left to be scanned."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        first = newcomer.phone.secret
        world.clock.advance(minutes=10)
        hand.widget(Countdown).count()
        await hand.settle()
        assert "This QR code has expired." in hand.notice
        assert hand.widget(QrView).picture is None
        assert hand.keyboard == "Show a fresh QR code"
        await hand.press("enter")
        scan(hand, newcomer)
        assert newcomer.phone.secret != first
        assert "This QR code expires in 10:00" in hand.words_in(Form)
        await hand.submit(newcomer.phone.code())
        await hand.reach("Recovery codes")


async def test_a_code_typed_in_the_last_moment_is_too_late(
    world: World, start: Start, newcomer: Member
) -> None:
    """ENR-06: the service decides, not the countdown on the screen."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        world.clock.advance(minutes=10)
        await hand.submit(newcomer.phone.code())
        assert "This QR code has expired." in hand.notice
        assert world.credentials(newcomer).authenticator is None


async def test_nobody_there_leads_back_to_the_start(
    world: World, start: Start, newcomer: Member
) -> None:
    """SES-17: an expired code is offered anew for three minutes, not for ever."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        world.clock.advance(minutes=13)
        hand.screen.look_at_clock()  # type: ignore[attr-defined]
        await hand.reach("Sign in")
        assert "This took too long" in hand.notice


async def test_who_pairs_again_is_told_to_delete_the_old_entry(world: World, start: Start) -> None:
    """ENR-04: an old entry with the same beginning would be taken for the new one."""
    member = world.person(LONG)
    world.reset_mfa(member)
    async with start(world) as hand:
        await hand.offer_password(member)
        await hand.reach("Activation code")
        await hand.submit(member.slip)
        await hand.reach("Set up your authenticator")
        scan(hand, member)
        assert "delete this account's old entry" in hand.words_in(Form)
        assert f"PharmOutcomes:{LONG}~2" in "".join(hand.words_in(Form).split())
        await hand.submit(member.phone.wrong_code())
        assert "You have 9 tries left." in hand.words_in(Form)
        assert "This QR code expires in" in hand.words_in(Form)


async def test_without_colours_a_key_turns_the_picture_round(
    world: World, start: Start, newcomer: Member
) -> None:
    """A light screen without colours shows it inverted at first; the key is named on the screen."""
    async with start(world, traits=NO_COLOUR) as hand:
        await reach_pairing(hand, newcomer)
        assert "F4  Turn colours" in hand.hints
        before = hand.text
        await hand.press("f4")
        assert hand.text != before


async def test_with_colours_no_such_key_is_offered(
    world: World, start: Start, newcomer: Member
) -> None:
    """No key that does nothing."""
    async with start(world) as hand:
        await reach_pairing(hand, newcomer)
        assert "Turn" not in hand.hints


async def test_without_blocks_the_key_is_enough(
    world: World, start: Start, newcomer: Member
) -> None:
    """ACC-10, ACC-12: a terminal that cannot draw says so, and the setup key pairs all the same."""
    async with start(world, traits=Traits(name="vt100", colours=0, unicode=False)) as hand:
        await hand.offer_password(newcomer, newcomer.slip)
        await hand.reach("Choose a new password")
        await hand.submit(GOOD_PASSWORD, GOOD_PASSWORD)
        await hand.reach("Set up your authenticator")
        assert "cannot show a QR code" in hand.words_in(QrView)
        keys = [line[-24:].split() for line in hand.text.splitlines()]
        secret = "".join(
            "".join(words) for words in keys if len(words) == 4 and all(len(w) == 4 for w in words)
        )
        newcomer.phone.scan(PairingOffer("PharmOutcomes", "new@abbey.example~1", secret))
        await hand.submit(newcomer.phone.code())
        await hand.reach("Recovery codes")


async def test_a_larger_terminal_draws_larger_modules(
    world: World, start: Start, newcomer: Member
) -> None:
    """Full cells scan from further away."""
    async with start(world, size=(160, 60)) as hand:
        await reach_pairing(hand, newcomer)
        small = hand.screen.query_one(QrView).size
        assert small.width > 80
        assert isinstance(hand.screen, PairingScreen)
