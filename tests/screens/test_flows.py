"""Whole ways through the screens, by keyboard alone, and leaving half-way at every step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pomfa_tui.domain.audit import Event
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import GOOD_PASSWORD, OTHER_PASSWORD, Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.screens.test_pairing import scan
from tests.world import World, make_world

Reach = Callable[[Hand], Awaitable[Member]]


async def confirm_codes(hand: Hand) -> None:
    """Tick the box under the recovery codes."""
    await hand.reach("Recovery codes")
    await hand.press("space", "tab", "enter")


async def test_a_first_sign_in_goes_from_the_slip_to_home(world: World, start: Start) -> None:
    """Rules 17 to 19: activation code, own password, pairing, recovery codes, Home; then the ordinary way."""
    new = world.newcomer("new@abbey.example")
    async with start(world) as hand:
        await hand.offer_password(new, new.slip)
        await hand.reach("Choose a new password")
        await hand.submit(GOOD_PASSWORD, GOOD_PASSWORD)
        await hand.reach("Set up your authenticator")
        scan(hand, new)
        await hand.submit(new.phone.code())
        await confirm_codes(hand)
        await hand.reach("Home")
        await hand.press("f12")
        await hand.sign_in(new)
        await hand.press("f12")
        await hand.offer_password(new, new.slip)
        assert hand.title == "Sign in"
        assert "That did not match." in hand.notice


async def test_an_mfa_reset_goes_from_password_and_slip_to_a_new_pairing(
    world: World, start: Start
) -> None:
    """Rule 20, ENR-10: the old entry is dead, the new one lets in, and there is no way around MFA."""
    member = world.person("jo@abbey.example")
    old = member.phone.secret
    world.reset_mfa(member)
    async with start(world) as hand:
        await hand.offer_password(member)
        await hand.reach("Activation code")
        await hand.submit(member.slip)
        await hand.reach("Set up your authenticator")
        scan(hand, member)
        assert member.phone.secret != old
        await hand.submit(member.phone.code())
        await confirm_codes(hand)
        await hand.reach("Home")
        await hand.press("f12")
        await hand.sign_in(member)


async def test_a_password_reset_asks_for_the_phone_before_the_new_password(
    world: World, start: Start
) -> None:
    """Rule 20, ENR-09: slip, code, new password, Home; the old password stays dead."""
    member = world.person("jo@abbey.example")
    world.reset_password(member)
    async with start(world) as hand:
        await hand.offer_password(member)
        assert "That did not match." in hand.notice
        await hand.submit(member.slip)
        await hand.reach("Authentication code")
        await hand.submit(member.phone.code())
        await hand.reach("Choose a new password")
        await hand.submit(OTHER_PASSWORD, OTHER_PASSWORD)
        await hand.reach("Home")
        await hand.press("f12")
        member.password = OTHER_PASSWORD
        await hand.sign_in(member)


async def test_a_locum_pairs_once_and_chooses_the_site(world: World, start: Start) -> None:
    """Rule 12: one login, one authenticator, several sites."""
    locum = world.newcomer("lou@abbey.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await hand.offer_password(locum, locum.slip)
        await hand.reach("Choose a new password")
        await hand.submit(GOOD_PASSWORD, GOOD_PASSWORD)
        await hand.reach("Set up your authenticator")
        scan(hand, locum)
        await hand.submit(locum.phone.code())
        await confirm_codes(hand)
        await hand.reach("Choose a site")
        await hand.press("down", "enter")
        await hand.reach("Home")
        assert "FB222" in hand.text.splitlines()[0]


async def test_a_bound_terminal_asks_nobody_for_a_site(start: Start) -> None:
    """Rule 12: a terminal may be bound to one site."""
    world = make_world(bound_site=BRIDGE)
    locum = world.person("lou@abbey.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await hand.sign_in(locum)
        assert "FB222" in hand.text.splitlines()[0]


async def code(hand: Hand) -> Member:
    """As far as the code."""
    member = hand.world.person("jo@abbey.example")
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    return member


async def recovery(hand: Hand) -> Member:
    """As far as the recovery code, and back to the code."""
    member = await code(hand)
    await hand.press("tab", "tab", "enter")
    await hand.reach("Recovery code")
    await hand.press("escape")
    await hand.reach("Authentication code")
    return member


async def activation(hand: Hand) -> Member:
    """As far as the activation code."""
    member = hand.world.person("jo@abbey.example")
    hand.world.reset_mfa(member)
    await hand.offer_password(member)
    await hand.reach("Activation code")
    return member


async def pairing_anew(hand: Hand) -> Member:
    """As far as the QR code after a reset."""
    member = await activation(hand)
    await hand.submit(member.slip)
    await hand.reach("Set up your authenticator")
    return member


async def password(hand: Hand) -> Member:
    """As far as the new password, typed."""
    member = hand.world.newcomer("new@abbey.example")
    await hand.offer_password(member, member.slip)
    await hand.reach("Choose a new password")
    await hand.type(GOOD_PASSWORD)
    return member


async def pairing(hand: Hand) -> Member:
    """As far as the QR code of the first pairing."""
    member = await password(hand)
    await hand.press("enter")
    await hand.submit(GOOD_PASSWORD)
    await hand.reach("Set up your authenticator")
    return member


@pytest.mark.parametrize(
    "reach", [code, recovery, activation, pairing_anew, password, pairing], ids=lambda f: f.__name__
)
async def test_leaving_half_way_leaves_everything_as_it_was(
    world: World, start: Start, reach: Reach
) -> None:
    """ENR-01, ENR-06, SES-17: no session, no secret, no password; whoever comes back can begin again."""
    async with start(world) as hand:
        member = await reach(hand)
        half_way = world.credentials(member)
        await hand.press("escape")
        await hand.reach("Sign in")
        assert len(hand.app.screen_stack) == 1
        assert world.credentials(member) == half_way
        assert world.sessions(member) == []
        assert Event.PASSWORD_CHANGED not in kinds(world.events())
        assert Event.TOKEN_CREATED not in kinds(world.events())
        again = member.slip if not member.password else member.password
        await hand.offer_password(member, again)
        assert hand.title != "Sign in"
