"""Every screen and state as a picture, at 80x24, in four variants; looked at by eye before it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from pomfa_tui.screens.first import FirstScreen
from pomfa_tui.screens.set_up import SetUpScreen
from pomfa_tui.screens.sign_in import SignInScreen
from pomfa_tui.widgets import strength_meter
from pomfa_tui.widgets.countdown import Countdown
from tests.house import ABBEY, BRIDGE, CASTLE
from tests.members import GOOD_PASSWORD, Member
from tests.screens.hand import Hand
from tests.world import World, make_world

EMAIL = "anna.patel@abbey.example"

Reach = Callable[[Hand], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class State:
    """One picture.

    Attributes:
        reach: Brings the screen there.
        first: The first screen.
        initialised: Whether the store is set up.
    """

    reach: Reach
    first: type[FirstScreen] = SignInScreen
    initialised: bool = True


def anna(hand: Hand, *sites: str, role: str = "staff") -> Member:
    """Somebody who can sign in."""
    return hand.world.person(EMAIL, *sites, role=role, name="Anna Patel")


async def nothing(hand: Hand) -> None:
    """Leave it as it starts."""


async def sign_in_refused(hand: Hand) -> None:
    """A wrong password."""
    await hand.offer_password(anna(hand), "not the one")


async def sign_in_missing(hand: Hand) -> None:
    """Enter without a password."""
    await hand.submit(EMAIL, "")


async def signed_out(hand: Hand) -> None:
    """The reason of the last session."""
    await hand.sign_in(anna(hand))
    await hand.press("f12")
    await hand.reach("Sign in")


async def keys_marked(hand: Hand) -> None:
    """The keyboard in the last line."""
    await hand.press("shift+tab", "right")


async def code(hand: Hand) -> None:
    """Asks for the code, 13 seconds into it."""
    member = anna(hand)
    hand.world.clock.advance(13)
    await hand.offer_password(member)
    await hand.reach("Authentication code")


async def code_wrong(hand: Hand) -> None:
    """A wrong code."""
    member = anna(hand)
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.wrong_code())


async def code_slow_phone(hand: Hand) -> None:
    """The longest answer to a code."""
    member = anna(hand)
    member.phone.fast = -180
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())


async def code_stuck(hand: Hand) -> None:
    """The third code from a fast phone, and the longest e-mail."""
    member = hand.world.person("anna.patel-robinson@castle-pharmacy.example", name="Anna Patel")
    member.phone.fast = 240
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    for _ in range(3):
        await hand.submit(member.phone.code())


async def match_clock(hand: Hand) -> None:
    """Asks for two codes in a row."""
    await code_slow_phone(hand)
    await hand.press("tab", "tab", "tab", "enter")
    await hand.reach("Match your phone's clock")


async def match_clock_refused(hand: Hand) -> None:
    """Two codes that do not follow each other."""
    await match_clock(hand)
    await hand.submit("000000", "000001")


async def recovery_code(hand: Hand) -> None:
    """The field for paper."""
    await hand.offer_password(anna(hand))
    await hand.reach("Authentication code")
    await hand.press("tab", "tab", "enter")
    await hand.reach("Recovery code")


async def recovery_code_wrong(hand: Hand) -> None:
    """A code that does not fit."""
    await recovery_code(hand)
    await hand.submit("4 ABCD-EFGH-JKMN-PQRS")


async def recovery_code_replaced(hand: Hand) -> None:
    """The one code in place of the one that was used."""
    member = anna(hand)
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.press("tab", "tab", "enter")
    await hand.reach("Recovery code")
    await hand.submit(member.recovery[4])
    await hand.reach("Recovery codes")


async def activation_code(hand: Hand) -> None:
    """After an MFA reset."""
    member = anna(hand)
    hand.world.reset_mfa(member)
    await hand.offer_password(member)
    await hand.reach("Activation code")


async def activation_code_wrong(hand: Hand) -> None:
    """A slip from last week."""
    await activation_code(hand)
    await hand.submit("ABCD-EFGH-JKMN-PQRS")


async def new_password(hand: Hand) -> None:
    """The first sign-in."""
    member = hand.world.newcomer(EMAIL)
    await hand.offer_password(member, member.slip)
    await hand.reach("Choose a new password")


async def judged(hand: Hand, password: str) -> None:
    """Type a password and wait for the verdict."""
    await hand.type(password)
    while "Strength" not in hand.text:
        await hand.pilot.pause()


async def new_password_weak(hand: Hand) -> None:
    """A bad one while it is typed."""
    await new_password(hand)
    await judged(hand, "passwordpassword")


async def new_password_good(hand: Hand) -> None:
    """A good one, shown."""
    await new_password(hand)
    await judged(hand, GOOD_PASSWORD)
    await hand.press("f3")


async def new_password_different(hand: Hand) -> None:
    """Two that do not match."""
    await new_password(hand)
    await judged(hand, GOOD_PASSWORD)
    await hand.press("enter")
    await hand.submit("something else")


async def pairing(hand: Hand) -> None:
    """The QR code beside the steps."""
    await new_password(hand)
    await hand.submit(GOOD_PASSWORD, GOOD_PASSWORD)
    await hand.reach("Set up your authenticator")


async def pairing_wrong(hand: Hand) -> None:
    """A code of another entry."""
    await pairing(hand)
    await hand.submit("000000")


async def pairing_expired(hand: Hand) -> None:
    """Ten minutes later."""
    await pairing(hand)
    hand.world.clock.advance(minutes=10)
    hand.widget(Countdown).count()


async def pairing_again(hand: Hand) -> None:
    """With an old entry to be deleted, and the longest address that fits."""
    member = hand.world.person("josephine.longname.anderson@example-shop.uk", name="Jo")
    hand.world.reset_mfa(member)
    await hand.offer_password(member)
    await hand.reach("Activation code")
    await hand.submit(member.slip)
    await hand.reach("Set up your authenticator")
    await hand.submit("000000")


async def recovery_codes(hand: Hand) -> None:
    """Ten codes."""
    member = hand.world.newcomer(EMAIL)
    hand.world.pair(member)
    hand.world.clock.advance(30)
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    await hand.reach("Recovery codes")


async def recovery_codes_not_ticked(hand: Hand) -> None:
    """Continue without the tick."""
    await recovery_codes(hand)
    await hand.press("tab", "enter")


async def choose_site(hand: Hand) -> None:
    """Three sites."""
    member = anna(hand, ABBEY, BRIDGE, CASTLE)
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    await hand.reach("Choose a site")


async def switch_site(hand: Hand) -> None:
    """The same from Home, marked where one is."""
    await choose_site(hand)
    await hand.press("down", "enter")
    await hand.reach("Home")
    await hand.choose("Switch site")
    await hand.reach("Choose a site")


async def set_up_refused(hand: Hand) -> None:
    """A shared mailbox as the administrator's address."""
    await hand.submit("FZ101", "Oak Pharmacy", "Ann Dale", "pharmacy.fz101@nhs.net", GOOD_PASSWORD)


async def set_up_weak(hand: Hand) -> None:
    """A password made of the other answers."""
    await hand.submit("FZ101", "Oak Pharmacy", "Ann Dale", "ann@oak.example")
    await judged(hand, "Oak Pharmacy 2026")


async def add_administrator(hand: Hand) -> None:
    """The empty form."""
    await hand.sign_in(anna(hand, role="admin"))
    await hand.choose("Add a second administrator")
    await hand.reach("Add a second administrator")


async def add_administrator_reason(hand: Hand) -> None:
    """With an address that needs a reason."""
    await add_administrator(hand)
    await hand.submit("Ben Dale", "info@abbey.example", "")


async def issued_code(hand: Hand) -> None:
    """The code to hand over."""
    await add_administrator(hand)
    await hand.submit("Ben Dale", "ben@abbey.example", "")
    await hand.reach("Activation code")


async def home(hand: Hand) -> None:
    """Staff, nothing to know."""
    member = anna(hand)
    hand.world.sign_in(member)
    await hand.sign_in(member)


async def home_with_notices(hand: Hand) -> None:
    """An administrator with much to know."""
    member = anna(hand, role="admin")
    hand.world.set_credentials(member, recovery=hand.world.credentials(member).recovery[:2])
    await hand.offer_password(member, "not the one")
    await hand.submit(member.password)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    await hand.reach("Home")


async def help_opened(hand: Hand) -> None:
    """Help over Sign in."""
    await hand.press("f1")


async def help_search(hand: Hand) -> None:
    """Help with a word to look for."""
    await hand.press("f1", "shift+tab")
    await hand.type("locum")


async def contact_us(hand: Hand) -> None:
    """The ways to the helpdesk."""
    await hand.press("f2")


STATES = {
    "sign in": State(nothing),
    "sign in, refused": State(sign_in_refused),
    "sign in, password missing": State(sign_in_missing),
    "sign in, after signing out": State(signed_out),
    "sign in, keys marked": State(keys_marked),
    "authentication code": State(code),
    "authentication code, wrong": State(code_wrong),
    "authentication code, slow phone": State(code_slow_phone),
    "authentication code, stuck": State(code_stuck),
    "match your phone's clock": State(match_clock),
    "match your phone's clock, refused": State(match_clock_refused),
    "recovery code": State(recovery_code),
    "recovery code, wrong": State(recovery_code_wrong),
    "recovery codes, replaced": State(recovery_code_replaced),
    "activation code": State(activation_code),
    "activation code, wrong": State(activation_code_wrong),
    "choose a new password": State(new_password),
    "choose a new password, weak": State(new_password_weak),
    "choose a new password, good": State(new_password_good),
    "choose a new password, different": State(new_password_different),
    "set up your authenticator": State(pairing),
    "set up your authenticator, wrong": State(pairing_wrong),
    "set up your authenticator, expired": State(pairing_expired),
    "set up your authenticator, again": State(pairing_again),
    "recovery codes": State(recovery_codes),
    "recovery codes, not ticked": State(recovery_codes_not_ticked),
    "choose a site": State(choose_site),
    "choose a site, switching": State(switch_site),
    "set up this terminal": State(nothing, SetUpScreen, initialised=False),
    "set up this terminal, refused": State(set_up_refused, SetUpScreen, initialised=False),
    "set up this terminal, weak": State(set_up_weak, SetUpScreen, initialised=False),
    "add a second administrator": State(add_administrator),
    "add a second administrator, reason": State(add_administrator_reason),
    "activation code, issued": State(issued_code),
    "home": State(home),
    "home, notices": State(home_with_notices),
    "help": State(help_opened),
    "help, search": State(help_search),
    "contact us": State(contact_us),
}


@pytest.fixture
def world(state: str) -> World:
    """Return a world for the state."""
    return make_world(initialised=STATES[state].initialised)


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze what would differ each time."""
    monkeypatch.setattr(strength_meter, "PAUSE", 0.001)


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap: Callable[..., bool]) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off."""
    assert snap(world, STATES[state].reach, STATES[state].first)
