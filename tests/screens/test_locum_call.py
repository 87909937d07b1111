"""A locum at the counter, from `Contact us` over the telephone to `Sign in`; and everything that goes wrong."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

import pytest

from pomfa_tui.domain.phone_help import LIFETIME, RESPONSE, TRIES
from pomfa_tui.screens.left_alone import LeftAlone
from pomfa_tui.screens.locum_call import GRACE, LocumCallScreen
from pomfa_tui.screens.locum_slip import LocumSlipScreen
from pomfa_tui.screens.phone_response import PhoneResponseScreen
from tests.house import ABBEY, BRIDGE
from tests.screens.arrival import arrive
from tests.screens.conftest import Start
from tests.screens.counter import say
from tests.screens.hand import Hand
from tests.screens.test_phone_reset import reach_phone_reset, read_out, shown
from tests.telephone import Telephone

LEE = ("Lee Locum", "lee@locum.example", "01632 960123", ABBEY, "")
EMAIL = LEE[1]
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")


@pytest.fixture
def line() -> Telephone:
    """Return a pharmacy and the helpdesk, the key of Abbey handed over."""
    return Telephone()


async def send(hand: Hand, *texts: str) -> None:
    """Send the request, by keyboard alone."""
    await hand.press("f2")
    await hand.reach("Contact us")
    await hand.press("enter")
    await hand.submit(*(texts or LEE))
    await hand.reach("Request sent")


async def ring(hand: Hand, *texts: str) -> str:
    """Go on from there to the telephone, and return the challenge."""
    await send(hand, *texts)
    assert hand.keyboard == "Call the helpdesk"
    await hand.press("enter")
    await shown(hand, LocumCallScreen)
    await hand.settle()
    return read_out(hand)


async def test_a_locum_is_set_up_over_the_telephone(line: Telephone, start: Start) -> None:
    """Rules 13, 17, 21, 28 to 31: what is on one screen is typed at the other, and back; then Sign in has the e-mail."""
    async with start(line.pharmacy) as hand:
        challenge = await ring(hand)
        assert "Locum pass by telephone, for FA111" in hand.words
        assert "It stands for 10:00" in hand.words
        async with start(line.helpdesk) as far:
            await reach_phone_reset(far, line)
            await far.submit(challenge.lower())
            assert "A locum pass until midnight is asked for at FA111" in far.words
            await far.submit(EMAIL)
            await far.press("v", "enter")
            await far.submit("covers today", "HD-4712")
            assert f"Give {EMAIL} the response: Locum pass at FA111?" in far.words
            await say(far, "Yes, give it")
            await shown(far, PhoneResponseScreen)
            response = read_out(far)
            assert "activation code" in far.words
        await hand.submit(response)
        await shown(hand, LocumSlipScreen)
        (code,) = CODE.findall(hand.text)
        assert "Lee Locum" in hand.words
        assert "until midnight today" in hand.words
        assert "Hand over" not in hand.text
        await hand.press("tab", "enter")
        assert "paper first" in hand.notice
        await hand.press("space", "tab", "enter")
        await hand.reach("Sign in")
        assert hand.field("E-mail").value == EMAIL
        assert hand.keyboard == "Password"
        await hand.submit(code)
        await hand.reach("Choose a new password")


async def test_a_misheard_group_and_a_wrong_response_are_said_beside_the_field(
    line: Telephone, start: Start
) -> None:
    """ACC-08: whole sentences; the fifth wrong one ends the challenge, and a new one is a key away."""
    async with start(line.pharmacy) as hand:
        challenge = await ring(hand)
        await hand.press("enter")
        assert hand.error("Response").startswith("Type the three groups")
        await hand.submit("7KQ2 7KQ2 7KQ2")
        assert "cannot be right" in hand.error("Response")
        for left in range(TRIES - 1, 0, -1):
            await hand.press("ctrl+u")
            await hand.submit(RESPONSE.write(left))
            assert f"You have {left} tr" in hand.words
            assert " left." in hand.words
        await hand.press("ctrl+u")
        await hand.submit(RESPONSE.write(9))
        assert "This challenge is over" in hand.notice
        assert "Continue" not in hand.text
        assert hand.keyboard == "New challenge"
        await hand.press("enter")
        await hand.settle()
        assert read_out(hand) not in {"", challenge}
        assert hand.field("Response").has_keyboard


async def test_an_account_that_exists_is_said_only_after_the_right_response(
    line: Telephone, start: Start
) -> None:
    """ENU-03, rule 5: nothing was changed, and what to do instead."""
    line.pharmacy.person(EMAIL, name="Somebody Else")
    async with start(line.pharmacy) as hand:
        challenge = await ring(hand)
        await hand.submit(line.answer(challenge, EMAIL).response)
        assert "has an account here that is good for today" in hand.notice
        assert "Somebody Else" not in hand.text
        assert hand.keyboard == "Back"
        await hand.press("enter")
        await hand.reach("Sign in")


async def test_a_locum_whose_pass_has_ended_is_sent_to_sign_in(
    line: Telephone, start: Start
) -> None:
    """Rule 13: no code to write down; Sign in has the e-mail, and password and authenticator are as they were."""
    member = line.pharmacy.person(EMAIL, name="Lee Somebody", ends=date(2026, 1, 2))
    async with start(line.pharmacy) as hand:
        await hand.submit(EMAIL, "not my password")
        assert hand.notice
        challenge = await ring(hand)
        await hand.submit(line.answer(challenge, EMAIL).response)
        assert hand.notice.startswith("You have a pass for FA111 until midnight.")
        assert "Lee Somebody" not in hand.text
        assert "New challenge" not in hand.text
        assert hand.keyboard == "Go on to Sign in"
        await hand.press("enter")
        await hand.reach("Sign in")
        assert not hand.notice
        assert hand.field("E-mail").value == EMAIL
        assert hand.keyboard == "Password"
        await hand.submit(member.password)
        await hand.reach("Authentication code")


async def test_a_pharmacy_whose_key_nobody_has_says_so(line: Telephone, start: Start) -> None:
    async with start(line.pharmacy) as hand:
        assert await ring(hand, *LEE[:3], BRIDGE, "") == ""
        assert "no key of this pharmacy" in hand.notice
        assert "It stands for" not in hand.text
        await hand.press("escape")
        await hand.reach("Sign in")


async def test_a_shared_mailbox_is_refused_beside_its_field(line: Telephone, start: Start) -> None:
    """Rule 2."""
    async with start(line.pharmacy) as hand:
        await hand.press("f2")
        await hand.reach("Contact us")
        await hand.press("enter")
        await hand.submit("Lee Locum", "pharmacy.fa111@nhs.net", *LEE[2:])
        assert hand.title == "Contact us"
        assert hand.error("E-mail").startswith("That is a shared NHSmail mailbox")


async def test_only_a_stranger_who_asks_to_be_set_up_is_offered_the_call(
    line: Telephone, start: Start
) -> None:
    async with start(line.pharmacy) as hand:
        await hand.press("f2")
        await hand.reach("Contact us")
        await hand.press("l", "l", "enter")
        await hand.submit(*LEE)
        await hand.reach("Request sent")
        assert "Call the helpdesk" not in hand.text
        await hand.press("enter")
        await hand.reach("Sign in")
        await arrive(hand, line.jo)
        await hand.press("f2")
        await hand.reach("Contact us")
        await hand.press("enter", "enter", "enter")
        await hand.submit("01632 960123")
        await hand.press("enter", "enter")
        await hand.reach("Request sent")
        assert "Call the helpdesk" not in hand.text


async def test_a_challenge_that_nobody_answers_goes_from_the_screen(
    line: Telephone, start: Start
) -> None:
    """SES-17, ENU-04: not while somebody may still be on the line."""
    async with start(line.pharmacy) as hand:
        await ring(hand)
        screen = cast("LocumCallScreen", hand.screen)
        line.pharmacy.clock.advance(seconds=LIFETIME + GRACE - 1)
        screen.look_at_clock()
        await hand.settle()
        assert hand.screen is screen
        line.pharmacy.clock.advance(seconds=1)
        screen.look_at_clock()
        await hand.reach("Sign in")


async def test_an_activation_code_that_is_left_alone_goes_from_the_screen(
    line: Telephone, start: Start
) -> None:
    """SES-16, SES-17: at a counter, where anybody may come by."""
    async with start(line.pharmacy) as hand:
        challenge = await ring(hand)
        await hand.submit(line.answer(challenge, EMAIL).response)
        await shown(hand, LocumSlipScreen)
        eye = hand.widget(LeftAlone)
        eye.look()
        line.pharmacy.clock.advance(minutes=5)
        eye.look()
        await hand.reach("Sign in")
        assert not CODE.findall(hand.text)
