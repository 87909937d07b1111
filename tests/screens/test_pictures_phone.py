"""`No administrator here` and the way over the telephone as pictures, at 80x24; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from pomfa_tui.domain.phone_help import RESPONSE, Matter, PhoneAct
from tests.house import ABBEY, HOST
from tests.members import Member
from tests.office import refused
from tests.screens.arrival import arrive, choose
from tests.screens.counter import say
from tests.screens.hand import Hand
from tests.world import World

Reach = Callable[[Hand], Awaitable[None]]

JO = "jo.hill@abbey.example"


def jo(hand: Hand) -> Member:
    """Somebody whose phone is gone, at a pharmacy whose key the helpdesk has."""
    written: list[str] = []
    keys = hand.world.desk.office.site_keys
    keys.export(HOST, ABBEY, before_commit=written.append)
    return hand.world.person(JO, name="Jo Hill")


async def before(hand: Hand) -> None:
    """From `Sign in`."""
    await hand.press("f4")
    await hand.reach("No administrator here")


async def stuck(hand: Hand) -> None:
    """After the password."""
    await hand.offer_password(jo(hand))
    await hand.reach("Authentication code")
    await hand.press("f4")
    await hand.reach("No administrator here")


async def not_ready(hand: Hand) -> None:
    """A pharmacy whose key nobody has: the longest answer there."""
    await hand.offer_password(hand.world.person(JO))
    await hand.reach("Authentication code")
    await hand.press("f4", "enter")


async def call(hand: Hand) -> None:
    """Both choices."""
    member = jo(hand)
    step = hand.world.reach_code(member)
    for _ in range(10):
        refused(lambda: hand.world.desk.sign_in.offer_code(step.attempt, member.phone.wrong_code()))
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.press("f4", "enter")
    await hand.reach("Call the helpdesk")


async def challenge(hand: Hand) -> None:
    """What to read out."""
    await stuck(hand)
    await hand.press("enter")
    await hand.reach("Call the helpdesk")
    await hand.press("enter")
    await hand.settle()
    await hand.settle()


async def challenge_wrong(hand: Hand) -> None:
    """A group that was misheard."""
    await challenge(hand)
    await hand.submit("4F1D-7HMW-9K2S")


async def challenge_not_this(hand: Hand) -> None:
    """The longest answer."""
    await challenge(hand)
    await hand.submit(RESPONSE.write(5))


async def phone_reset(hand: Hand) -> None:
    """The empty form."""
    sam = hand.world.person("sam@desk.example", role="support", name="Sam Support")
    await arrive(hand, sam)
    await choose(hand, "Phone reset")
    await hand.reach("Phone reset")


async def phone_reset_filled(hand: Hand) -> None:
    """Everything typed, with the check that needs the most room."""
    member = jo(hand)
    step = hand.world.reach_code(member)
    shown = hand.world.desk.phone_calls.challenge(step.attempt, PhoneAct.MFA_RESET)
    await phone_reset(hand)
    await hand.submit(shown.text, JO)
    await hand.press("c", "enter")
    await hand.submit("lost her phone", "")


async def phone_response(hand: Hand) -> None:
    """What to read back."""
    member = jo(hand)
    step = hand.world.reach_code(member)
    shown = hand.world.desk.phone_calls.challenge(step.attempt, PhoneAct.MFA_RESET)
    await phone_reset(hand)
    await hand.submit(shown.text, JO)
    await hand.press("c", "enter")
    await hand.submit("lost her phone", "HD-4711")
    await say(hand, "Yes, give it")
    await hand.settle()
    await hand.settle()


async def request_of_locum(hand: Hand) -> None:
    """What a locum without an account is offered."""
    jo(hand)
    await hand.press("f2", "enter")
    await hand.submit("Lee Locum", "lee@locum.example", "01632 960123", ABBEY, "")
    await hand.reach("Request sent")


async def locum(hand: Hand) -> None:
    """What a locum reads out."""
    await request_of_locum(hand)
    await hand.press("enter")
    await hand.settle()
    await hand.settle()


async def locum_wrong(hand: Hand) -> None:
    """The longest answer."""
    await locum(hand)
    await hand.submit(RESPONSE.write(5))


async def locum_elsewhere(hand: Hand) -> None:
    """Where nobody is set up after all."""
    hand.world.person("lee@locum.example", name="Lee Locum")
    await locum(hand)
    await hand.submit(response_to_locum())


async def locum_again(hand: Hand) -> None:
    """Somebody whose pass had ended."""
    hand.world.person("lee@locum.example", name="Lee Locum", ends=date(2026, 1, 2))
    await locum(hand)
    await hand.submit(response_to_locum())


async def locum_slip(hand: Hand) -> None:
    """The activation code of a locum."""
    await locum(hand)
    await hand.submit(response_to_locum())
    await hand.settle()
    await hand.settle()


def response_to_locum() -> str:
    """Return the one response that fits."""
    matter = Matter(PhoneAct.NEW_LOCUM, ABBEY, 1_234_567_890, "lee@locum.example")
    return matter.response(bytes(range(32)))


async def phone_reset_locum(hand: Hand) -> None:
    """What the helpdesk is told of a challenge for a locum."""
    jo(hand)
    await phone_reset(hand)
    matter = Matter(PhoneAct.NEW_LOCUM, ABBEY, 1_234_567_890, "lee@locum.example")
    await hand.submit(matter.challenge(bytes(range(32))).text)


STATES: dict[str, Reach] = {
    "no administrator here": before,
    "no administrator here, password proven": stuck,
    "no administrator here, no key": not_ready,
    "call the helpdesk": call,
    "call the helpdesk, challenge": challenge,
    "call the helpdesk, response wrong": challenge_wrong,
    "call the helpdesk, response not this one": challenge_not_this,
    "phone reset": phone_reset,
    "phone reset, filled in": phone_reset_filled,
    "phone reset, response": phone_response,
    "phone reset, new locum": phone_reset_locum,
    "request sent, new locum": request_of_locum,
    "new locum, challenge": locum,
    "new locum, response wrong": locum_wrong,
    "new locum, has an account": locum_elsewhere,
    "locum, pass given": locum_again,
    "new locum, activation code": locum_slip,
}


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze what would differ each time."""
    monkeypatch.setattr("pomfa_tui.domain.phone_help.new_nonce", lambda: 1_234_567_890)
    monkeypatch.setattr("pomfa_tui.services.site_keys.new_key", lambda: bytes(range(32)))
    monkeypatch.setattr("pomfa_tui.services.request_filing.new_reference", lambda: "482771938")


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, snap_whole: Callable[..., bool], world: World) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off, all of it on the screen at once."""
    assert snap_whole(world, STATES[state])
