"""From `No administrator here` over the telephone to a new pairing, at two terminals with two stores; and everything that goes wrong."""

from __future__ import annotations

import re

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.phone_help import LIFETIME, RESPONSE, PhoneAct
from pomfa_tui.screens.phone_challenge import PhoneChallengeScreen
from pomfa_tui.screens.phone_reset import PhoneResetScreen
from pomfa_tui.screens.phone_response import PhoneResponseScreen
from tests.screens.arrival import arrive
from tests.screens.conftest import Start
from tests.screens.counter import age_proof, say
from tests.screens.hand import PATIENCE, Hand
from tests.telephone import Telephone
from tests.world import make_world

GROUP = re.compile(
    r"^ +[1-5]  ([0-9A-HJKMNP-TV-Z]{4})   \w|[│|] +[1-5]  ([0-9A-HJKMNP-TV-Z]{4})   \w",
    re.MULTILINE,
)


@pytest.fixture
def line() -> Telephone:
    """Return a pharmacy and the helpdesk, the key of Abbey handed over."""
    return Telephone()


def read_out(hand: Hand) -> str:
    """Return the groups on the screen, as somebody reads them out."""
    return " ".join(one or other for one, other in GROUP.findall(hand.text))


async def reach_challenge(hand: Hand, line: Telephone) -> str:
    """Go from `Sign in` to the challenge, by keyboard alone."""
    await hand.offer_password(line.jo)
    await hand.reach("Authentication code")
    while hand.keyboard != "No administrator here":
        await hand.press("tab")
    await hand.press("enter")
    await hand.reach("No administrator here")
    assert hand.keyboard == "Call the helpdesk"
    await hand.press("enter")
    await hand.reach("Call the helpdesk")
    await hand.press("enter")
    await shown(hand, PhoneChallengeScreen)
    return read_out(hand)


async def shown(hand: Hand, kind: type) -> None:
    """Wait for a screen whose title others have too."""
    for _ in range(PATIENCE):
        if isinstance(hand.screen, kind) and hand.screen.is_mounted:
            await hand.settle()
            return
        await hand.pilot.pause()
    raise AssertionError(f"no {kind.__name__}: {hand.words}")


async def reach_phone_reset(hand: Hand, line: Telephone) -> None:
    """Sign support in and open `Phone reset`."""
    await arrive(hand, line.sam)
    await hand.choose("Phone reset")
    await hand.reach("Phone reset")


async def answer(hand: Hand, line: Telephone, challenge: str, email: str = "") -> None:
    """Fill the form in up to the question."""
    await hand.submit(challenge)
    await hand.submit(email or line.jo.email)
    await hand.press("c", "enter")
    await hand.submit("lost her phone")
    await hand.submit("HD-4711")


async def test_somebody_whose_phone_is_gone_gets_in_over_the_telephone(
    line: Telephone, start: Start
) -> None:
    """Rules 19 to 22, 30: what is on one screen is typed at the other, and back."""
    async with start(line.pharmacy) as hand:
        challenge = await reach_challenge(hand, line)
        assert "MFA reset by telephone, for FA111" in hand.words
        assert "It stands for 10:00" in hand.words
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await hand.submit(challenge.lower())
        assert "MFA reset is asked for at FA111 (Abbey Pharmacy)" in hand.words
        await hand.submit(line.jo.email)
        await hand.press("c", "enter")
        await hand.submit("lost her phone", "HD-4711")
        assert "Give jo@abbey.example the response: MFA reset at FA111?" in hand.words
        await say(hand, "Yes, give it")
        await shown(hand, PhoneResponseScreen)
        response = read_out(hand)
        await hand.press("enter")
        await hand.reach("Home")
    line.pharmacy.restart()
    async with start(line.pharmacy) as hand:
        assert await reach_challenge(hand, line) == challenge
        await hand.submit(response)
        await hand.reach("Set up your authenticator")
        assert line.pharmacy.credentials(line.jo).mfa is MfaState.RESET


async def test_an_unlock_leads_back_to_the_code(line: Telephone, start: Start) -> None:
    """Rule 24: the same phone, at once."""
    line.lock()
    line.pharmacy.clock.advance(30)
    async with start(line.pharmacy) as hand:
        await hand.offer_password(line.jo)
        await hand.reach("Authentication code")
        await hand.press("f4")
        await hand.reach("No administrator here")
        await hand.press("enter")
        await hand.reach("Call the helpdesk")
        assert "Locked after wrong codes" in hand.words
        await hand.press("down", "enter")
        await shown(hand, PhoneChallengeScreen)
        await hand.submit(line.answer(read_out(hand)).response)
        await hand.reach("Authentication code")
        await hand.submit(line.jo.phone.code())
        await hand.reach("Notices")
        assert "Your account was unlocked. By the helpdesk" in hand.words


async def test_a_misheard_group_is_named_at_both_ends(line: Telephone, start: Start) -> None:
    """ACC-08: beside the field, with what was typed; nothing is lost."""
    async with start(line.pharmacy) as hand:
        challenge = await reach_challenge(hand, line)
        await hand.submit("7KQ2 7KQ2 7KQ2")
        assert re.match(r"Group [123] \(7KQ2\) cannot be right", hand.error("Response"))
        assert hand.field("Response").value == "7KQ2 7KQ2 7KQ2"
        await hand.press("ctrl+u", "enter")
        assert hand.error("Response").startswith("Type the three groups")
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await hand.submit(challenge[:4] + " ZZZZ" + challenge[9:])
        assert hand.error("Challenge").startswith("Group 2 (ZZZZ) cannot be right")
        assert hand.field("Challenge").has_keyboard


async def test_guesses_are_counted_down_and_then_the_challenge_is_over(
    line: Telephone, start: Start
) -> None:
    async with start(line.pharmacy) as hand:
        await reach_challenge(hand, line)
        for number, left in enumerate(("4 tries", "3 tries", "2 tries", "1 try")):
            await hand.press("ctrl+u")
            await hand.submit(RESPONSE.write(number))
            assert f"You have {left} left" in hand.error("Response")
        await hand.press("ctrl+u")
        await hand.submit(RESPONSE.write(9))
        assert "This challenge is over" in hand.error("Response")
        await hand.press("escape")
        await hand.reach("No administrator here")
        await hand.press("escape")
        await hand.reach("Authentication code")


async def test_nothing_stands_on_the_screen_when_the_ten_minutes_are_over(
    line: Telephone, start: Start
) -> None:
    """SES-17."""
    async with start(line.pharmacy) as hand:
        await reach_challenge(hand, line)
        line.pharmacy.clock.advance(seconds=LIFETIME)
        hand.screen.look_at_clock()  # type: ignore[attr-defined]
        await hand.reach("Sign in")
        assert "took too long" in hand.notice


async def test_after_a_reset_the_telephone_helps_where_the_slip_is_missing(
    line: Telephone, start: Start
) -> None:
    """Rule 17: at `Activation code` as well."""
    line.pharmacy.reset_mfa(line.jo)
    async with start(line.pharmacy) as hand:
        await hand.offer_password(line.jo)
        await hand.reach("Activation code")
        await hand.press("f4")
        await hand.reach("No administrator here")
        assert "Use a recovery code" not in hand.words
        await hand.press("enter")
        await hand.reach("Call the helpdesk")
        await hand.press("enter")
        await shown(hand, PhoneChallengeScreen)
        await hand.submit(line.answer(read_out(hand)).response)
        await hand.reach("Set up your authenticator")


async def test_a_terminal_whose_key_nobody_has_says_so_at_once(start: Start) -> None:
    world = make_world()
    jo = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.offer_password(jo)
        await hand.reach("Authentication code")
        await hand.press("f4")
        await hand.reach("No administrator here")
        await hand.press("enter")
        assert "The helpdesk has no key of this pharmacy" in hand.notice
        await hand.press("escape")
        await hand.reach("Authentication code")


async def test_going_back_step_by_step_ends_at_the_code(line: Telephone, start: Start) -> None:
    """Leaving is always possible, and nothing was changed."""
    async with start(line.pharmacy) as hand:
        await reach_challenge(hand, line)
        while hand.keyboard != "Back":
            await hand.press("tab")
        await hand.press("enter")
        await hand.reach("No administrator here")
        await hand.press("enter")
        await hand.reach("Call the helpdesk")
        await hand.press("escape")
        await hand.reach("No administrator here")
        await hand.press("tab", "enter")
        await hand.reach("Authentication code")
        await hand.submit(line.jo.phone.code())
        await hand.reach("Home")
    assert line.pharmacy.credentials(line.jo).mfa is MfaState.ACTIVE


# -- Before sign-in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "f1", "f2", "f4"])
async def test_it_is_there_before_sign_in_from_everywhere(
    line: Telephone, start: Start, way: str
) -> None:
    """Rule 30: from `Sign in`, Help and Contact us, with the helpdesk's ways in from the settings."""
    async with start(line.pharmacy) as hand:
        if way == "button":
            while hand.keyboard != "No administrator here":
                await hand.press("tab")
            await hand.press("enter")
        else:
            await hand.press(*dict.fromkeys((way, "f4")))
        await hand.reach("No administrator here")
        assert "0345 450 6279" in hand.text
        assert "helpdesk@phpartnership.com" in hand.text
        assert "Have ready: your name, your GPhC number" in hand.words
        await hand.press("f4")
        assert hand.title == "No administrator here"
        await hand.press("escape")
        assert hand.title != "No administrator here"


async def test_it_names_nobody(start: Start) -> None:
    """ENU-04: which administrators a site has is not shown before sign-in, nor after the password."""
    world = make_world()
    world.person("ann@abbey.example", role="admin", name="Ann Administrator")
    jo = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.press("f4")
        await hand.reach("No administrator here")
        before = hand.text
        assert "Ann" not in before
        await hand.press("escape")
        await hand.offer_password(jo)
        await hand.reach("Authentication code")
        await hand.press("f4")
        await hand.reach("No administrator here")
        assert "Ann" not in hand.text
    async with start(make_world()) as hand:
        await hand.press("f4")
        await hand.reach("No administrator here")
        assert hand.text == before


# -- At the helpdesk ----------------------------------------------------------------------------------------------------


async def test_another_e_mail_than_the_callers_gets_no_response(
    line: Telephone, start: Start
) -> None:
    """Who knows a colleague's password proves who they are themselves, and gets nothing."""
    challenge = line.call().text
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await answer(hand, line, challenge, "kim@abbey.example")
        await say(hand, "Yes, give it")
        await hand.reach("Phone reset")
        assert "made for another e-mail" in hand.error("Caller's e-mail")


async def test_a_fresh_code_is_asked_for_and_then_it_goes_on(line: Telephone, start: Start) -> None:
    """Rule 22."""
    challenge = line.call().text
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        age_proof(line.helpdesk, line.sam)
        await answer(hand, line, challenge)
        await say(hand, "Yes, give it")
        for _ in range(PATIENCE):
            if hand.title not in {"Are you sure?", "Phone reset"}:
                break
            await hand.pilot.pause()
        await hand.settle()
        line.helpdesk.clock.advance(30)
        await hand.submit(line.sam.phone.code())
        await shown(hand, PhoneResponseScreen)


async def test_saying_no_gives_nothing(line: Telephone, start: Start) -> None:
    challenge = line.call().text
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        with line.helpdesk.recorded() as events:
            await answer(hand, line, challenge)
            await say(hand, "No, go back")
            await hand.reach("Phone reset")
        assert events == []
        assert isinstance(hand.screen, PhoneResetScreen)


async def test_could_not_verify_is_recorded_and_gives_nothing(
    line: Telephone, start: Start
) -> None:
    """Rule 21."""
    challenge = line.call().text
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await hand.submit(challenge)
        while hand.keyboard != "Could not verify":
            await hand.press("tab")
        with line.helpdesk.recorded() as events:
            await hand.press("enter")
            await hand.reach("Home")
    assert [(each.event, each.reason) for each in events] == [
        (Event.AUTHZ_ADMIN, "identity_not_verified")
    ]


async def test_what_is_missing_is_said_beside_its_field(line: Telephone, start: Start) -> None:
    """ACC-08."""
    challenge = line.call(act=PhoneAct.MFA_RESET).text
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await hand.submit("")
        assert hand.error("Challenge").startswith("The challenge has 5 groups of four")
        await hand.submit(challenge, "jo")
        await hand.press("enter")
        await hand.submit("", "")
        assert hand.error("Caller's e-mail").startswith("Type the e-mail address")


async def test_a_challenge_that_is_changed_is_not_taken_for_the_one_that_was_read(
    line: Telephone, start: Start
) -> None:
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await hand.submit(line.call().text)
        assert "is asked for at FA111" in hand.words
        await hand.press("shift+tab", "backspace")
        assert "is asked for at" not in hand.words


async def test_administrators_have_no_phone_reset(line: Telephone, start: Start) -> None:
    """ROL-01: shown to support alone; the services refuse it anyway."""
    ann = line.helpdesk.person("ann@abbey.example", role="admin")
    async with start(line.helpdesk) as hand:
        await arrive(hand, ann)
        assert "Phone reset" not in hand.text


async def test_nothing_that_was_shown_stays_in_the_closed_screens(
    line: Telephone, start: Start
) -> None:
    """SES-16."""
    challenge = line.call().text
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await answer(hand, line, challenge)
        await say(hand, "Yes, give it")
        await shown(hand, PhoneResponseScreen)
        screen = hand.screen
        await hand.press("enter")
        await hand.reach("Home")
        assert screen._response == ""  # type: ignore[attr-defined]


async def test_hostile_texts_are_shown_as_they_are(line: Telephone, start: Start) -> None:
    """GEN-05: markup in an e-mail and in a site's name."""
    line.helpdesk.site("FA111", "Abbey [@click=app.quit]x[/]")
    async with start(line.helpdesk) as hand:
        await reach_phone_reset(hand, line)
        await answer(hand, line, line.call().text, "bob[/x]@abbey.example")
        assert "Give bob[/x]@abbey.example the response" in hand.words
        await hand.press("enter")
        await hand.reach("Phone reset")
