"""`Requests`: support finds one, gets to the right action by one key with everything filled in, and closes it (rule 31)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.requests import Request, RequestOutcome, spoken
from pomfa_tui.screens.requests import RequestsScreen
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.widgets.choice_list import ChoiceList
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.screens.arrival import arrive, choose, sign_in_beside
from tests.screens.conftest import Start
from tests.screens.counter import do, say
from tests.screens.hand import Hand
from tests.world import World, make_world

JO = NewRequest("locum", "Jo Hill", "jo@locum.example", "01632 960123", ABBEY, "covers Saturdays")


@pytest.fixture
def world() -> World:
    """Return a world in which a terminal may ask as often as it likes."""
    return make_world(requests_per_hour=60, requests_per_terminal=200)


@pytest.fixture
def support(world: World) -> Member:
    """Somebody of the helpdesk."""
    return world.person("sue@help.example", role="support", name="Sue Desk")


def ask(world: World, **change: str) -> str:
    """File a request."""
    return world.desk.filing.file(None, replace(JO, **change))


def stored(world: World, reference: str) -> Request:
    """Return a request as stored."""
    with world.store.view() as view:
        request = view.requests.get(reference)
    assert request is not None
    return request


async def open_queue(hand: Hand, support: Member) -> None:
    """Sign in and list requests."""
    token = await sign_in_beside(hand, support)
    await hand.show(lambda givens: RequestsScreen(givens, token))


async def open_request(hand: Hand, support: Member) -> None:
    """Open the oldest request."""
    await open_queue(hand, support)
    await hand.press("enter")
    await hand.reach("Request")


async def finish(hand: Hand, note: str = "") -> None:
    """Close the request as done."""
    await hand.reach("Close a request")
    assert "< Done >" in hand.text
    await hand.press("enter")
    await hand.submit(note)
    await hand.reach("Requests")


# -- The queue


async def test_home_says_how_many_wait_and_leads_there(
    world: World, start: Start, support: Member
) -> None:
    """Rule 31: and back by Esc."""
    ask(world)
    ask(world, need="reset")
    async with start(world) as hand:
        await arrive(hand, support)
        assert "Requests                     2 open" in hand.text
        await choose(hand, "Requests")
        await hand.reach("Requests")
        assert "2 open" in hand.text
        await hand.press("escape")
        await hand.reach("Home")


@pytest.mark.parametrize("role", ["staff", "admin", "commissioner"])
async def test_nobody_else_is_offered_the_queue(world: World, start: Start, role: str) -> None:
    """ROL-02."""
    ask(world)
    async with start(world) as hand:
        await arrive(hand, world.person("al@abbey.example", role=role))
        assert "Requests" not in hand.text


async def test_a_screen_opened_without_the_right_shows_nothing(world: World, start: Start) -> None:
    """ROL-03: the service decides, and records it."""
    ask(world)
    admin = world.person("al@abbey.example", role="admin")
    async with start(world) as hand:
        with world.recorded() as events:
            await open_queue(hand, admin)
        assert "Your role does not allow this" in hand.notice
        assert "Jo Hill" not in hand.text
        assert {event.event for event in events} >= {Event.AUTHZ_FAILED}


async def test_the_oldest_comes_first_with_its_age_and_how_often_it_was_asked(
    world: World, start: Start, support: Member
) -> None:
    ask(world)
    world.clock.advance(days=3)
    ask(world)
    ask(world, email="lou@bridge.example", name="Lou Bell", need="link", site=BRIDGE)
    async with start(world) as hand:
        await open_queue(hand, support)
        rows = [line for line in hand.text.splitlines() if "Jo Hill" in line or "Lou Bell" in line]
        assert ["3 days" in rows[0], "0 min" in rows[1]] == [True, True]
        assert "Open x2" in rows[0]
        assert "FB222" in rows[1]


async def test_search_and_filters_work_by_keys(world: World, start: Start, support: Member) -> None:
    reference = ask(world)
    ask(world, email="lou@bridge.example", name="Lou Bell", need="link")
    async with start(world) as hand:
        await open_queue(hand, support)
        await hand.press("f3")
        await hand.type(spoken(reference))
        assert ("Jo Hill" in hand.text, "Lou Bell" in hand.text) == (True, False)
        await hand.press("ctrl+u", "tab")
        assert hand.keyboard == "State"
        await hand.press("c")
        assert "Nothing here." in hand.text
        await hand.press("left", "tab", "l")
        assert ("Jo Hill" in hand.text, "Lou Bell" in hand.text) == (False, True)


async def test_hundreds_come_by_the_page(world: World, start: Start, support: Member) -> None:
    for number in range(40):
        ask(world, email=f"s{number}@abbey.example", name=f"Person {number:02}")
    async with start(world) as hand:
        await open_queue(hand, support)
        assert "of 40" in hand.text
        assert "Person 39" not in hand.text
        await hand.press("end")
        assert "Person 39" in hand.text


# -- The right action


async def test_a_locum_without_account_is_added_with_everything_filled_in(
    world: World, start: Start, support: Member
) -> None:
    """Rule 31: Enter, look, add, hand over the slip, close; the locum is told at the first sign-in."""
    reference = ask(world)
    async with start(world) as hand:
        await open_request(hand, support)
        assert "none with this e-mail" in hand.text
        await hand.press("enter")
        await hand.reach("Add a person")
        fields = {label: hand.field(label).value for label in ("Name", "E-mail", "Site code")}
        assert fields == {"Name": "Jo Hill", "E-mail": "jo@locum.example", "Site code": ABBEY}
        assert hand.field("Job title").value == "locum pharmacist"
        hand.screen.query_one("#save").focus()
        await hand.press("enter")
        await hand.reach("Activation code")
        await hand.press("space", "tab", "enter")
        await finish(hand, "rang the pharmacy")
        assert hand.notice == f"Request {spoken(reference)} is closed."
        assert "Nothing here." in hand.text
    closing = stored(world, reference).closing
    assert closing is not None
    assert (closing.outcome, closing.note) == (RequestOutcome.DONE, "rang the pharmacy")
    with world.store.view() as view:
        jo = view.people.by_email("jo@locum.example")
    assert jo is not None
    assert [notice.reference for notice in jo.notices] == [spoken(reference)]


@pytest.mark.parametrize("need", ["locum", "link"])
async def test_who_has_an_account_is_linked_with_the_number_as_ticket(
    world: World, start: Start, support: Member, need: str
) -> None:
    """Rule 12, 21: site and ticket are filled in; the log of the link names the request."""
    lou = world.person("lou@bridge.example", BRIDGE, name="Lou Bell")
    reference = ask(world, email="LOU@bridge.example", need=need)
    async with start(world) as hand:
        await open_request(hand, support)
        assert "Lou Bell, Active, FB222" in hand.text
        await hand.press("enter")
        await hand.reach("Link a person")
        assert (hand.field("Site code").value, hand.field("Ticket").value) == (
            ABBEY,
            spoken(reference),
        )
        hand.field("Identity check").focus_entry()
        await hand.press("right", "enter")
        await hand.submit("covers Saturdays")
        with world.recorded() as events:
            await hand.press("enter")
            await finish(hand)
        assert [each.detail.get("ticket") for each in events if each.reason == "linked"] == [
            spoken(reference)
        ]
    assert set(world.account(lou).linked_sites()) == {ABBEY, BRIDGE}
    assert not stored(world, reference).is_open


async def test_a_reset_goes_by_the_persons_screen_with_the_number_as_ticket(
    world: World, start: Start, support: Member
) -> None:
    """Rule 21, 31: the same identity check as ever."""
    lou = world.person("lou@bridge.example", BRIDGE, name="Lou Bell")
    reference = ask(world, email="lou@bridge.example", need="reset")
    async with start(world) as hand:
        await open_request(hand, support)
        await hand.press("enter")
        await hand.reach("Person")
        await do(hand, "Reset MFA QR code")
        assert hand.field("Ticket").value == spoken(reference)
        hand.field("Identity check").focus_entry()
        await hand.press("right", "enter")
        await hand.submit("lost phone")
        await hand.press("enter")
        await say(hand, "Yes, reset")
        await hand.reach("Activation code")
        await hand.press("space", "tab", "enter")
        await hand.reach("Person")
        await hand.press("escape")
        await finish(hand)
    assert world.credentials(lou).authenticator is None
    assert not stored(world, reference).is_open


async def test_what_was_not_done_does_not_ask_to_be_closed(
    world: World, start: Start, support: Member
) -> None:
    """Could not verify is recorded; the request waits for whoever rings back."""
    world.person("lou@bridge.example", BRIDGE, name="Lou Bell")
    reference = ask(world, email="lou@bridge.example", need="reset")
    async with start(world) as hand:
        await open_request(hand, support)
        await hand.press("enter")
        await hand.reach("Person")
        await do(hand, "Reset password")
        hand.screen.query_one("#not-verified").focus()
        await hand.press("enter")
        await hand.reach("Person")
        await hand.press("escape")
        await hand.reach("Request")
        assert hand.widget(ChoiceList).display
    assert stored(world, reference).is_open


async def test_leaving_a_form_leaves_the_request_open(
    world: World, start: Start, support: Member
) -> None:
    reference = ask(world)
    async with start(world) as hand:
        await open_request(hand, support)
        for title in ("Add a person", "Close a request"):
            await choose(hand, "Add" if title == "Add a person" else "Close")
            await hand.reach(title)
            await hand.press("escape")
            await hand.reach("Request")
    assert stored(world, reference).is_open


async def test_an_account_of_the_helpdesk_is_only_looked_at(
    world: World, start: Start, support: Member
) -> None:
    """Rule 9: support belongs to no site, so there is nothing to link."""
    world.person("cora@icb.example", role="commissioner", name="Cora")
    ask(world, email="cora@icb.example", need="link")
    async with start(world) as hand:
        await open_request(hand, support)
        assert "Link a person" not in hand.text
        assert "Open the person" in hand.text


# -- Closing


async def test_the_second_to_close_is_told_who_was_first(
    world: World, start: Start, support: Member
) -> None:
    """ROL-16: nothing is lost, and the screen shows how it stands."""
    reference = ask(world)
    async with start(world) as hand:
        await open_request(hand, support)
        await choose(hand, "Close")
        await hand.reach("Close a request")
        world.desk.requests.close(HOST, reference, "declined")
        await hand.press("enter")
        await hand.submit("")
        assert "closed already by the helpdesk (declined)" in hand.notice
        await hand.press("escape")
        await hand.reach("Request")
        assert "Declined" in hand.text
        assert not hand.widget(ChoiceList).display


async def test_what_was_asked_again_meanwhile_is_read_first(
    world: World, start: Start, support: Member
) -> None:
    """ROL-16."""
    ask(world)
    async with start(world) as hand:
        await open_request(hand, support)
        await choose(hand, "Close")
        await hand.reach("Close a request")
        ask(world, note="and Sundays")
        await hand.press("enter")
        await hand.submit("")
        assert "asked for again" in hand.notice
        await hand.press("escape")
        await hand.reach("Request")
        assert "and Sundays" in hand.text


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "[/"])
async def test_names_are_shown_as_they_are(
    world: World, start: Start, support: Member, name: str
) -> None:
    """GEN-05: in the queue, in the request, in its form."""
    ask(world, name=name, note=name)
    async with start(world) as hand:
        await open_queue(hand, support)
        assert name[:14] in hand.text
        await hand.press("enter")
        await hand.reach("Request")
        assert hand.text.count(name) == 2
        await choose(hand, "Close")
        await hand.reach("Close a request")
        assert name in hand.text


# -- The administrator's request


async def test_an_account_elsewhere_can_be_asked_for_at_once(world: World, start: Start) -> None:
    """Rule 5: the refusal offers the request, filled in; it tells neither name nor site."""
    from tests.screens.counter import open_people

    lou = world.person("lou@bridge.example", BRIDGE, name="Louise Bell")
    admin = world.person("anna@abbey.example", role="admin", name="Anna Patel")
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.press("f3")
        await hand.reach("Add a person")
        assert "Ask helpdesk to link" not in hand.text
        hand.field("Name").value = "Lou"
        hand.field("E-mail").value = "lou@bridge.example"
        hand.screen.query_one("#save").focus()
        await hand.press("enter")
        assert "Ask the helpdesk to link it." in hand.error("E-mail")
        assert "Louise" not in hand.text
        hand.screen.query_one("#ask").focus()
        await hand.press("enter")
        await hand.reach("Contact us")
        assert hand.field("What is needed").value == "Link my accounts"
        assert (hand.field("E-mail").value, hand.field("Site code").value) == (
            "lou@bridge.example",
            ABBEY,
        )
        assert hand.field("Telephone").has_keyboard
        await hand.submit("01632 960123")
        await hand.press("enter", "enter")
        await hand.reach("Request sent")
        await hand.press("enter")
        await hand.reach("Add a person")
    with world.store.view() as view:
        (request,) = view.requests.all()
    assert (request.need, request.first.by, request.first.site) == ("link", admin.id, ABBEY)
    world.desk.requests.close(HOST, request.id, "done")
    for told in (lou, admin):
        assert [each.reference for each in world.account(told).notices] == [spoken(request.id)]
