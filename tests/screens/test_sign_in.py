"""`Sign in`: one answer for everything that does not fit, and nothing of the person before."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.desk import Desk
from pomfa_tui.widgets import busy
from pomfa_tui.widgets.field import Field
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

ONE_ANSWER = "That did not match. Check your e-mail and password and try again. After 10 failed tries in a row, wait 15 minutes."


def locked(world: World) -> Member:
    """Somebody who has guessed too often."""
    member = world.person("locked@abbey.example")
    elsewhere = world.another_terminal()
    for _ in range(10):
        with pytest.raises(SignInRefused):
            elsewhere.sign_in.offer_password(member.email, "wrong")
    return member


def stranger(world: World) -> Member:
    """Somebody without an account."""
    member = world.person("someone@abbey.example")
    member.email = "stranger@abbey.example"
    return member


STATES: dict[str, Callable[[World], tuple[Member, str]]] = {
    "unknown": lambda world: (stranger(world), "any words will do"),
    "wrong": lambda world: (world.person("jo@abbey.example"), "any words will do"),
    "locked": lambda world: (locked(world), "any words will do"),
    "disabled": lambda world: (
        member := world.person("gone@abbey.example", state=PersonState.DISABLED),
        member.password,
    ),
    "not activated": lambda world: (world.newcomer("new@abbey.example"), "any words will do"),
}


async def test_it_starts_empty_with_the_keyboard_in_the_e_mail(world: World, start: Start) -> None:
    """ENU-04: nobody is remembered."""
    world.person("jo@abbey.example")
    async with start(world) as hand:
        assert hand.title == "Sign in"
        assert hand.field("E-mail").value == hand.field("Password").value == ""
        assert hand.field("E-mail").has_keyboard
        assert "Help" in hand.text
        assert "Contact us" in hand.text


@pytest.mark.parametrize("state", STATES)
async def test_there_is_one_screen_for_everything_that_does_not_fit(
    world: World, start: Start, state: str
) -> None:
    """ENU-01, A16: unknown, wrong, locked, disabled and not activated look alike, all over the screen."""
    member, password = STATES[state](world)
    async with start(world) as hand:
        await hand.offer_password(member, password)
        assert hand.notice == ONE_ANSWER
        assert hand.field("Password").value == ""
        assert hand.field("Password").has_keyboard
        shown = hand.text.replace(member.email, "")
        await hand.press("shift+tab", *["backspace"] * len(member.email))
        await hand.submit("nobody@nowhere.example", "guess")
        assert hand.text.replace("nobody@nowhere.example", "").split() == shown.split()


@pytest.mark.parametrize("tries", [1, 10])
@pytest.mark.parametrize("state", STATES)
async def test_every_character_of_the_screen_is_that_of_an_unknown_e_mail(
    world: World, start: Start, state: str, tries: int
) -> None:
    """ENU-01, A16: at the first try and at the tenth, when the wait is counted, before the password is proven."""
    member, password = STATES[state](world)
    unknown = "x" * (len(member.email) - len("@abbey.example")) + "@abbey.example"
    screens = []
    for email in (member.email, unknown):
        for _ in range(tries - 1):
            with pytest.raises(Exception, match="did not match"):
                world.desk.sign_in.offer_password(email, "wrong")
        async with start(world) as hand:
            await hand.reach("Sign in")
            await hand.submit(email, password)
            assert ("Wait 15 minutes;" in hand.notice) is (tries == 10)
            screens.append(hand.text.replace(email, unknown))
    assert screens[0] == screens[1]


@pytest.mark.parametrize(
    ("tries", "question"), [(1, "I have forgotten my password."), (10, "I am locked out")]
)
async def test_help_opens_at_what_a_refusal_is_about(
    world: World, start: Start, tries: int, question: str
) -> None:
    """Rule 28: whoever is refused here finds the way on with one key, whether there is such an account or not."""
    for _ in range(tries - 1):
        with pytest.raises(Exception, match="did not match"):
            world.desk.sign_in.offer_password("nobody@abbey.example", "wrong")
    async with start(world) as hand:
        await hand.submit("nobody@abbey.example", "wrong")
        await hand.press("f1")
        assert hand.text.count(question) == 2


async def test_the_right_password_leads_to_the_code_and_leaves_nothing_behind(
    world: World, start: Start
) -> None:
    """A32: the fields are emptied as soon as they are not needed."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        first = hand.screen
        await hand.offer_password(member)
        await hand.reach("Authentication code")
        assert [field.value for field in first.query(Field)] == ["", ""]


async def test_enter_three_times_makes_one_verification(world: World, start: Start) -> None:
    """T12: whoever presses Enter in haste is not counted thrice."""
    member = world.person("jo@abbey.example")
    gate = threading.Event()
    verify = world.hasher.verify

    def wait(stored: str, secret: str) -> bool:
        gate.wait(10)
        return verify(stored, secret)

    world.hasher.verify = wait  # type: ignore[method-assign]
    async with start(world) as hand:
        await hand.fill(member.email, "wrong")
        await hand.pilot.press("enter", "enter", "enter")
        gate.set()
        await hand.settle()
        assert hand.notice == ONE_ANSWER
        assert world.credentials(member).password_counter.failures == 1


async def test_what_lasts_says_so(
    world: World, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a second without a word is enough."""
    monkeypatch.setattr(busy, "DELAY", 0.01)
    member = world.person("jo@abbey.example")
    gate = threading.Event()
    verify = world.hasher.verify

    def wait(stored: str, secret: str) -> bool:
        gate.wait(10)
        return verify(stored, secret)

    world.hasher.verify = wait  # type: ignore[method-assign]
    async with start(world) as hand:
        await hand.fill(member.email, member.password)
        await hand.pilot.press("enter")
        while "Please wait." not in hand.text:
            await hand.pilot.pause(0.01)
        assert "Checking your password." in hand.text
        gate.set()
        await hand.reach("Authentication code")


@pytest.mark.parametrize(
    ("typed", "label", "sentence"),
    [
        (("", "some password"), "E-mail", "Type your e-mail address."),
        (("jo@abbey.example", ""), "Password", "Type your password."),
    ],
)
async def test_an_empty_field_is_named_and_nothing_is_asked(
    world: World, start: Start, typed: tuple[str, str], label: str, sentence: str
) -> None:
    """A slip of the finger is no failed try."""
    async with start(world) as hand:
        await hand.submit(*typed)
        assert hand.error(label) == sentence
        assert hand.field(label).has_keyboard
        assert world.hasher.calls == 0


async def test_tab_goes_through_everything_and_around(world: World, start: Start) -> None:
    """ACC-07: fields, the switch, the buttons and the keys below; no function key is needed, and nothing holds the keyboard."""
    async with start(world) as hand:
        seen = [hand.keyboard]
        for _ in range(8):
            await hand.press("tab")
            seen.append(hand.keyboard)
        assert seen == [
            "E-mail",
            "Password",
            "F3 Show",
            "Sign in",
            "Help",
            "Contact us",
            "No administrator here",
            "keys",
            "E-mail",
        ]


async def test_the_keys_below_are_worked_by_arrows_and_enter(world: World, start: Start) -> None:
    """ACC-07: a terminal without function keys reaches Help from every screen."""
    async with start(world) as hand:
        await hand.press("shift+tab")
        assert hand.keyboard == "keys"
        assert ">" in hand.hints
        await hand.press("right", "enter")
        assert hand.title == "Contact us"


async def test_help_opens_by_its_button_and_comes_back_to_what_was_typed(
    world: World, start: Start
) -> None:
    """Whoever looks something up goes on where they were."""
    async with start(world) as hand:
        await hand.fill("jo@abbey.example", "half a pass")
        await hand.press("tab", "tab", "tab", "enter")
        await hand.reach("Help")
        await hand.press("escape")
        await hand.reach("Sign in")
        assert hand.field("E-mail").value == "jo@abbey.example"
        assert hand.field("Password").value == "half a pass"


@pytest.mark.parametrize(("key", "title"), [("f1", "Help"), ("f2", "Contact us")])
async def test_function_keys_open_help_and_contact(
    world: World, start: Start, key: str, title: str
) -> None:
    """Also with the keyboard in a field."""
    async with start(world) as hand:
        await hand.type("jo@abbey.example")
        await hand.press(key)
        assert hand.title == title
        await hand.press("escape")
        assert hand.title == "Sign in"
        assert hand.field("E-mail").value == "jo@abbey.example"


async def test_after_signing_out_the_reason_is_shown_and_nobody_is_remembered(
    world: World, start: Start
) -> None:
    """ENU-04, SES-16: the next person finds empty fields and a sentence."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.sign_in(member)
        await hand.press("f12")
        await hand.reach("Sign in")
        assert hand.notice == "You have signed out."
        assert hand.field("E-mail").value == hand.field("Password").value == ""
        assert member.email not in hand.text
        assert hand.field("E-mail").has_keyboard


async def test_the_reason_of_the_process_before_is_shown(world: World, start: Start) -> None:
    """K27: a sign-out ends the process; the next one says why."""
    async with start(world, greeting="Your time is up.") as hand:
        assert hand.notice == "Your time is up."


async def test_what_was_typed_and_left_is_forgotten(world: World, start: Start) -> None:
    """Nothing of a person stays on a shared screen, signed in or not."""
    async with start(world) as hand:
        await hand.fill("jo@abbey.example", "half a pass")
        world.clock.advance(minutes=2, seconds=59)
        hand.screen.look_at_clock()  # type: ignore[attr-defined]
        assert hand.field("Password").value == "half a pass"
        world.clock.advance(1)
        hand.screen.look_at_clock()  # type: ignore[attr-defined]
        assert hand.field("E-mail").value == hand.field("Password").value == ""


async def test_a_kiosk_cannot_be_closed(world: World, start: Start) -> None:
    """K01: there is no way out of the terminal's only program."""
    async with start(world, kiosk=True) as hand:
        await hand.press("escape", "escape")
        assert hand.app.is_running
        assert "Close" not in hand.hints


async def test_elsewhere_the_program_closes_when_asked_twice(world: World, start: Start) -> None:
    """Leaving is always possible, and never by one stray key."""
    async with start(world) as hand:
        assert "Esc  Close" in hand.hints
        await hand.press("escape")
        assert "Press Esc again" in hand.notice
        await hand.pilot.press("escape")
        await hand.pilot.pause()
        assert hand.app.return_value is not None


async def test_the_desk_is_opened_beside_the_first_frame(world: World, start: Start) -> None:
    """Who types at once waits with the form at rest, not in front of an empty screen."""
    gate = threading.Event()

    def open_desk() -> Desk:
        gate.wait(10)
        return world.desk

    member = world.person("jo@abbey.example")
    async with start(world, open_desk=open_desk, settled=False) as hand:
        await hand.pilot.press(*member.email, "tab", *"quartz")
        await hand.pilot.press("enter")
        assert hand.title == "Sign in"
        gate.set()
        await hand.settle()
        assert hand.notice == ONE_ANSWER


async def signed_in_twice(hand: Hand, member: Member) -> None:
    """Sign in, out and in again."""
    await hand.sign_in(member)
    await hand.press("f12")
    await hand.sign_in(member)


async def test_one_can_sign_in_again_after_signing_out(world: World, start: Start) -> None:
    """The desk serves one person after the other."""
    async with start(world) as hand:
        await signed_in_twice(hand, world.person("jo@abbey.example"))
        assert hand.title == "Home"
