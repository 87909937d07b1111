"""`Contact us`: a request from anybody, before and after sign-in, answered with a number to write down or print (rule 29)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.requests import Request, spoken
from pomfa_tui.screens.contact_us import NEEDS
from pomfa_tui.screens.left_alone import LeftAlone
from pomfa_tui.screens.set_up import SetUpScreen
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.widgets.field import Field
from tests.house import ABBEY, BRIDGE
from tests.members import Member
from tests.screens.arrival import arrive
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

JO = ("Jo Hill", "jo@locum.example", "01632 960123", "fb222", "covers Saturdays")


@pytest.fixture
def anna(world: World) -> Member:
    return world.person("anna@abbey.example", role="admin", name="Anna Patel")


def filed(world: World) -> list[Request]:
    """Return every request that is kept."""
    with world.store.view() as view:
        return list(view.requests.all())


async def open_form(hand: Hand) -> None:
    """Open the form and go to the name."""
    await hand.press("f2")
    await hand.reach("Contact us")
    await hand.press("enter")


async def test_a_request_is_sent_before_anybody_has_signed_in(world: World, start: Start) -> None:
    """Rule 29: by keyboard alone, with the number on the screen."""
    async with start(world) as hand:
        await hand.press("f2")
        assert hand.keyboard == "What is needed"
        await hand.press("l", "l", "enter")
        await hand.submit(*JO)
        await hand.reach("Request sent")
        (request,) = filed(world)
        assert (request.need, request.email, request.first.site) == (
            "link",
            "jo@locum.example",
            BRIDGE,
        )
        for words in ("Jo Hill", "jo@locum.example", spoken(request.id), "0345 450 6279"):
            assert words in hand.text
        await hand.press("enter")
        await hand.reach("Sign in")


async def test_every_need_can_be_asked_for(world: World, start: Start) -> None:
    async with start(world) as hand:
        await hand.press("f2")
        for words, need in NEEDS.items():
            assert f"< {words} >" in hand.text
            assert need in {"locum", "link", "reset", "other"}
            await hand.press("right")


async def test_the_three_ways_in_are_there_with_every_error(world: World, start: Start) -> None:
    """ACC-08: each error beside its field; ACC-12: nothing is scrolled away at 80x24."""
    async with start(world) as hand:
        await open_form(hand)
        await hand.submit("", "x", "y", "z" * 5)
        await hand.press("enter")
        assert hand.error("Name") == "The name is missing. Fill it in."
        assert hand.field("Name").has_keyboard
        assert hand.screen.query_one("#body").max_scroll_y == 0
        await hand.type("Jo")
        for label, text in (("E-mail", JO[1]), ("Telephone", JO[2]), ("Site code", "")):
            hand.field("What it is about").focus_entry()
            await hand.press("enter")
            assert hand.field(label).has_keyboard, label
            assert hand.error(label)
            assert "0345 450 6279" in hand.text
            await hand.press("ctrl+u")
            await hand.type(text)
        hand.field("What it is about").focus_entry()
        await hand.press("enter")
        await hand.reach("Request sent")


@pytest.mark.parametrize("known", [True, False])
async def test_the_answer_is_the_same_whether_or_not_there_is_an_account(
    world: World, start: Start, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENU-03: character by character."""
    monkeypatch.setattr("pomfa_tui.services.request_filing.new_reference", lambda: "482771938")
    if known:
        world.person("jo@locum.example", BRIDGE, name="Somebody Else")
    async with start(world) as hand:
        await open_form(hand)
        await hand.submit(*JO)
        await hand.reach("Request sent")
        assert hand.words == (
            "Request sent Your request was sent. Write this down: "
            "╭──────────────────────────────────────────────────────────────────────────╮ "
            "Request to the helpdesk of PharmOutcomes For Jo Hill E-mail jo@locum.example Number 482-771-938 "
            "sent 5 Jan 2026, 08:00 London time Ring 0345 450 6279 if it is urgent, and say this number. "
            "The helpdesk asks who you are before it changes anything. Nobody ever needs your password or your codes. "
            "╰──────────────────────────────────────────────────────────────────────────╯ "
            "Nobody here, or pass ended? The helpdesk can let you in now, by telephone. "
            "╔═══════════════════╗ ┌──────────┐ ║ Call the helpdesk ║ Done ╚═══════════════════╝ └──────────┘ F1 Help F2 Contact us Esc Back"
        )


async def test_a_terminal_that_asks_too_often_is_told_what_else_there_is(
    world: World, start: Start
) -> None:
    """Rule 29: and what was typed stays."""
    async with start(world) as hand:
        for number in range(world.numbers.requests_per_hour):
            other = NewRequest("link", "Al", f"s{number}@abbey.example", "01632 960999")
            world.desk.filing.file(None, other)
        await open_form(hand)
        await hand.submit(*JO)
        assert hand.title == "Contact us"
        assert "Too many requests were sent from this terminal" in hand.notice
        assert "Ring or write" in hand.notice
        assert hand.field("Name").value == "Jo Hill"


async def test_whoever_is_signed_in_finds_the_form_begun(
    world: World, start: Start, anna: Member
) -> None:
    """ACC-11: nothing known is asked for again; and the request says who asked."""
    async with start(world) as hand:
        await arrive(hand, anna)
        await hand.press("f2")
        await hand.settle()
        values = {each.label: each.value for each in hand.screen.query(Field)}
        assert (values["Name"], values["E-mail"], values["Site code"]) == (
            "Anna Patel",
            "anna@abbey.example",
            ABBEY,
        )
        await hand.press("enter", "enter", "enter")
        await hand.submit("01632 960123")
        await hand.press("enter", "enter")
        await hand.reach("Request sent")
        assert filed(world)[0].first.by == anna.id
        await hand.press("escape")
        await hand.reach("Home")


async def test_before_sign_in_the_form_remembers_nobody(
    world: World, start: Start, anna: Member
) -> None:
    """ENU-04: neither who was signed in before, nor who asked before."""
    async with start(world) as hand:
        await arrive(hand, anna)
        await hand.press("f2", "f12")
        await hand.reach("Sign in")
        await hand.press("f2")
        await hand.settle()
        assert [each.value for each in hand.screen.query(Field)][1:] == [""] * 5


@pytest.mark.parametrize("sent", [False, True])
async def test_what_a_stranger_leaves_behind_goes_by_itself(
    world: World, start: Start, sent: bool
) -> None:
    """ENU-04, SES-17: a name and a telephone number do not stand there for the next one at the counter."""
    async with start(world) as hand:
        await open_form(hand)
        await hand.submit(*(JO if sent else JO[:3]))
        title = "Request sent" if sent else "Contact us"
        await hand.reach(title)
        eye = hand.widget(LeftAlone)
        eye.look()
        world.clock.advance(minutes=4, seconds=59)
        eye.look()
        await hand.settle()
        assert hand.title == title
        world.clock.advance(1)
        eye.look()
        await hand.reach("Sign in")
        await hand.press("f2")
        assert hand.field("Name").value == ""


async def test_whoever_still_types_keeps_the_form(world: World, start: Start) -> None:
    """WCAG 2.2.1: a key begins the time anew."""
    async with start(world) as hand:
        await open_form(hand)
        eye = hand.widget(LeftAlone)
        for letter in "Jo Hill":
            eye.look()
            world.clock.advance(minutes=4)
            await hand.type(letter)
        eye.look()
        await hand.settle()
        assert hand.title == "Contact us"


async def test_whoever_is_signed_in_is_left_to_the_session(
    world: World, start: Start, anna: Member
) -> None:
    """Rule 26: which warns before it ends."""
    async with start(world) as hand:
        await arrive(hand, anna)
        await hand.press("f2")
        await hand.settle()
        eye = hand.widget(LeftAlone)
        eye.look()
        world.clock.advance(minutes=5)
        eye.look()
        assert hand.title == "Contact us"


async def test_a_session_that_ends_takes_the_form_away(
    world: World, start: Start, anna: Member
) -> None:
    """SES-08: a request is never sent in the name of a session that is over."""
    async with start(world) as hand:
        await arrive(hand, anna)
        await hand.press("f2")
        await hand.settle()
        world.clock.advance(hours=9)
        hand.app.tick()
        await hand.reach("Sign in")
        assert filed(world) == []


async def test_an_empty_store_takes_no_request_and_says_why(empty: World, start: Start) -> None:
    async with start(empty, SetUpScreen) as hand:
        await open_form(hand)
        await hand.submit(*JO)
        assert "has not been set up yet" in hand.notice


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "bob[/x]"])
async def test_names_are_shown_as_they_are(world: World, start: Start, name: str) -> None:
    """GEN-05: on the slip as well."""
    async with start(world) as hand:
        await open_form(hand)
        await hand.submit(name, *JO[1:])
        await hand.reach("Request sent")
        assert name in hand.text


# -- On paper


async def test_without_a_printer_there_is_no_button_for_one(world: World, start: Start) -> None:
    async with start(world) as hand:
        await open_form(hand)
        await hand.submit(*JO)
        await hand.reach("Request sent")
        assert "Print" not in hand.text
        await hand.press("f9")
        assert world.printer.printed == []


@pytest.mark.parametrize("key", ["f9", "tab"])
async def test_the_slip_is_printed_as_it_stands_there(world: World, start: Start, key: str) -> None:
    """Rule 29: by a key or by the button, which arrows and Enter reach."""
    async with start(world, printing=("lp",)) as hand:
        await open_form(hand)
        await hand.submit(*JO)
        await hand.reach("Request sent")
        await hand.press(*(("f9",) if key == "f9" else ("tab", "tab", "enter")))
        (text,) = world.printer.printed
        assert text.startswith("Request to the helpdesk of PharmOutcomes\n")
        assert spoken(filed(world)[0].id) in text
        assert "printer has taken the slip" in hand.notice


async def test_a_printer_that_fails_is_told_and_the_number_stays(
    world: World, start: Start
) -> None:
    """GEN-01: what happened and what to do next; it can be tried again."""
    async with start(world, printing=("lp",)) as hand:
        world.printer.trouble = "The printer did not answer in time."
        await open_form(hand)
        await hand.submit(*JO)
        await hand.reach("Request sent")
        await hand.press("f9")
        assert hand.notice.startswith("The printer did not answer in time. Write it down instead")
        assert spoken(filed(world)[0].id) in hand.text
        world.printer.trouble = ""
        await hand.press("f9")
        assert len(world.printer.printed) == 1
