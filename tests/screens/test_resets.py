"""`Reset password` and `Reset MFA QR code`, from the identity check to the slip and the hand-over at the counter."""

from __future__ import annotations

import re
from typing import cast

import pytest
from textual.pilot import Pilot

from pomfa_tui.content.slips import SlipKind, slip_lines
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.sessions import ENDINGS, SessionEnd
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.services.steps import NeedActivation, NeedCode
from pomfa_tui.terminal.leaving import Leaving
from tests.house import BRIDGE
from tests.members import Member
from tests.office import Picture
from tests.screens.arrival import arrive, choose
from tests.screens.conftest import MakeApp, Start
from tests.screens.counter import do, open_person, say
from tests.screens.hand import Hand
from tests.world import World

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture
def jo(world: World) -> Member:
    return world.person("jo@abbey.example", name="Jo Hill")


def code_on(hand: Hand) -> str:
    """Return the code that is on the slip."""
    found = CODE.search(hand.text)
    assert found is not None, hand.text
    return found[0]


async def reach_slip(hand: Hand, admin: Member, jo: Member, deed: str) -> str:
    """Reset something of somebody seen in person, and return the code."""
    await open_person(hand, admin, jo)
    await do(hand, deed)
    await hand.press("i", "enter")
    await hand.submit("new phone")
    await say(hand, "Yes, reset")
    await hand.reach("Activation code")
    return code_on(hand)


async def test_a_password_reset_leads_to_a_slip_whose_code_works(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rules 17, 20, 21: with how the identity was checked, and why."""
    async with start(world) as hand:
        with world.recorded() as events:
            code = await reach_slip(hand, admin, jo, "Reset password")
        slip = hand.words
        assert "For Jo Hill" in slip
        assert "E-mail jo@abbey.example" in slip
        assert "works once, until 6 Jan 2026, 08:00 London time" in slip
        assert "Type the six digits that your authenticator shows." in slip
        await hand.press("space", "tab", "enter")
        await hand.reach("Person")
        assert hand.notice == "There is a new activation code in place of the password."
        assert code not in hand.text
        assert "Password none now" in hand.words
    (reset,) = [event for event in events if event.event is Event.PASSWORD_CHANGED]
    assert reset.detail == {"identity": "in-person", "why": "new phone"}
    assert isinstance(world.desk.sign_in.offer_password(jo.email, code), NeedCode)


async def test_an_mfa_reset_leads_to_a_slip_that_goes_beside_the_password(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 20: never a QR code, never a password."""
    async with start(world) as hand:
        code = await reach_slip(hand, admin, jo, "Reset MFA QR code")
        assert "your e-mail and your password, as always" in hand.words
        assert "\u2580" not in hand.text
    step = world.desk.sign_in.offer_password(jo.email, jo.password)
    assert isinstance(step, NeedActivation)
    world.desk.sign_in.offer_activation_code(step.attempt, code)


async def test_somebody_invited_gets_a_new_code_without_being_asked_twice(
    world: World, start: Start, admin: Member
) -> None:
    """Rule 17: newest wins; there is nothing to lose."""
    new = world.newcomer("new@abbey.example")
    async with start(world) as hand:
        await open_person(hand, admin, new)
        await do(hand, "New activation code", "Reset password")
        assert "the one before stops working" in hand.words
        await hand.press("k", "enter")
        await hand.submit("lost the slip")
        await hand.reach("Activation code")
        assert "Pair the authenticator app on your phone" in hand.words


async def test_the_harmless_answer_has_the_keyboard_and_changes_nothing(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        before = Picture.of(world)
        await do(hand, "Reset password")
        await hand.press("i", "enter")
        await hand.submit("forgot it")
        assert hand.title == "Are you sure?"
        assert hand.keyboard == "No, go back"
        await hand.press("enter")
        await hand.reach("Reset password")
        assert hand.field("Reason").value == "forgot it"
        await hand.press("escape")
        await hand.reach("Person")
        assert Picture.of(world) == before


async def test_nothing_is_done_without_identity_check_and_reason(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 21: no answer is given in advance."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "Reset password")
        await hand.press("tab", "tab", "enter")
        assert hand.error("Identity check") == "Say how you checked who this is."
        assert hand.keyboard == "Identity check"
        await hand.press("v", "enter", "enter")
        assert hand.error("Reason") == "The reason is missing. Fill it in."
        assert "Ticket" not in hand.text


async def test_support_names_a_ticket(world: World, start: Start, jo: Member) -> None:
    """Rule 21: before it is asked whether they are sure."""
    support = world.person("help@desk.example", role="support")
    async with start(world) as hand:
        await open_person(hand, support, jo)
        await do(hand, "Reset password")
        await hand.press("i", "enter")
        await hand.submit("forgot it", "")
        assert hand.title == "Reset password"
        assert hand.error("Ticket").startswith("The ticket number is missing.")
        await hand.submit("HD-7")
        assert hand.title == "Are you sure?"


async def test_a_recovery_code_is_asked_for_only_when_that_is_the_check(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 21, REC-05: a wrong one is said beside its field, the right one is used up."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "Reset password")
        assert "Recovery code" not in hand.text
        await hand.press("r", "enter", "enter")
        await hand.submit("why not")
        assert hand.error("Recovery code") == "Type the recovery code that is read out to you."
        await hand.submit("4 0000-0000-0000-0000", "")
        await say(hand, "Yes, reset")
        await hand.reach("Reset password")
        assert "not one of this person's unused recovery codes" in hand.error("Recovery code")
        await hand.press("ctrl+u")
        await hand.submit(f"4 {jo.recovery[4]}", "")
        await say(hand, "Yes, reset")
        await hand.reach("Activation code")
        assert 4 not in {each.number for each in world.credentials(jo).recovery}


async def test_an_identity_that_could_not_be_verified_is_recorded_and_changes_nothing(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 21."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        before = Picture.of(world)
        await do(hand, "Reset MFA QR code")
        await hand.press("tab")
        await hand.type("could not say the site")
        with world.recorded() as events:
            await hand.press("tab", "tab", "enter")
            await hand.reach("Person")
        assert "could not be verified. Nothing was changed." in hand.notice
        assert Picture.of(world) == before
        told = next(event for event in events if event.event is Event.AUTHZ_ADMIN)
        assert told.reason == "identity_not_verified"
        assert told.detail == {"action": "reset MFA", "why": "could not say the site"}


async def test_both_factors_at_once_need_the_person_at_the_counter(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 20, ENR-12: said beside the check; the slip then starts all over."""
    world.reset_mfa(jo)
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "Reset password")
        await hand.press("k", "enter")
        await hand.submit("forgot it too")
        await say(hand, "Yes, reset")
        await hand.reach("Reset password")
        assert "has to be checked in person" in hand.error("Identity check")
        await hand.press("i", "enter", "enter")
        await say(hand, "Yes, reset")
        await hand.reach("Activation code")
        assert "Pair the authenticator app on your phone" in hand.words


async def test_the_slip_is_left_once_it_is_on_paper_or_on_purpose(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 17, SES-16: one Enter too many loses nothing, and nothing of it stays."""
    async with start(world) as hand:
        await reach_slip(hand, admin, jo, "Reset password")
        slip = hand.screen
        assert isinstance(slip, SlipScreen)
        await hand.press("tab", "enter")
        assert hand.notice == "Put the code on paper first, then tick the box with Space."
        assert hand.keyboard == "[ ] It is on paper"
        await hand.press("f8")
        assert hand.title == "Activation code"
        await hand.press("escape")
        assert hand.notice.startswith("Leaving loses this code.")
        await hand.press("escape")
        await hand.reach("Person")
        assert slip._code == ""


async def test_the_terminal_is_handed_over_at_the_counter(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 17: the administrator is signed out, and whoever the code is for goes on at once; the e-mail stays for them alone."""
    async with start(world) as hand:
        code = await reach_slip(hand, admin, jo, "Reset password")
        await hand.press("space", "f8")
        await hand.reach("Sign in")
        assert not hand.app.is_signed_in
        assert hand.field("E-mail").value == "jo@abbey.example"
        assert hand.keyboard == "Password"
        assert code not in hand.text
        await hand.submit(code)
        await hand.reach("Authentication code")
        await hand.press("escape")
        await hand.reach("Sign in")
        assert hand.field("E-mail").value == ""
    assert [each.ended for each in world.sessions(admin)] == [SessionEnd.SIGN_OUT]


async def test_a_fresh_process_is_told_whom_to_expect(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """K27: the session's process ends, the e-mail alone goes on."""
    async with start(world, fresh_process=True) as hand:
        await reach_slip(hand, admin, jo, "Reset password")
        await hand.press("space")
        await hand.pilot.press("f8")
        await hand.pilot.pause(0.2)
        left = hand.app.return_value
    assert left == Leaving(again=True, reason="sign_out", expected="jo@abbey.example")


async def test_the_fresh_process_fills_the_e_mail_in(
    world: World, make_app: MakeApp, jo: Member
) -> None:
    app = make_app(world)
    app.greeting, app.expected = ENDINGS[SessionEnd.SIGN_OUT], jo.email
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(cast("Pilot[object]", pilot), world)
        await hand.settle()
        assert hand.field("E-mail").value == jo.email
        assert hand.keyboard == "Password"


# -- Commissioners --------------------------------------------------------------------------------------------------


async def test_commissioners_name_the_e_mail_and_see_nobody(world: World, start: Start) -> None:
    """Rule 9: MFA and nothing else."""
    member = world.person("far@bridge.example", BRIDGE, name="Far Away")
    city = world.person("city@board.example", role="commissioner", name="City")
    async with start(world) as hand:
        await arrive(hand, city)
        assert "People" not in hand.text
        await choose(hand, "Reset MFA QR code")
        await hand.reach("Reset MFA QR code")
        await hand.submit("nobody")
        await hand.press("i", "enter")
        await hand.submit("new phone")
        assert hand.error("E-mail") == "Type the person's e-mail address."
        await hand.submit("@bridge.example", "", "")
        await say(hand, "Yes, reset")
        await hand.reach("Reset MFA QR code")
        assert hand.error("E-mail").startswith("Nothing found for nobody@bridge.example.")
        await hand.press("ctrl+u")
        await hand.submit(member.email, "", "")
        assert "Reset the MFA QR code of far@bridge.example?" in hand.text
        await say(hand, "Yes, reset")
        await hand.reach("Activation code")
        code = code_on(hand)
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")
    step = world.desk.sign_in.offer_password(member.email, member.password)
    assert isinstance(step, NeedActivation)
    world.desk.sign_in.offer_activation_code(step.attempt, code)


# -- The slip as text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SlipKind)
def test_a_slip_is_plain_narrow_text_with_the_code_on_a_line_of_its_own(kind: SlipKind) -> None:
    """Rule 17: any printer takes it, and nobody reads the code wrong."""
    lines = slip_lines(
        kind,
        issuer="PharmOutcomes",
        name="Jo Hill",
        email="jo@abbey.example",
        code="ABCD-EFGH-JKMN-PQRS",
        until="6 Jan 2026, 08:00 London time",
    )
    assert "Code    ABCD-EFGH-JKMN-PQRS" in lines
    assert all(len(line) <= 64 and line.isascii() for line in lines)
    assert len(lines) <= 14
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3."]
