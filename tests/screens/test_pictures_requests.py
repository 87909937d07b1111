"""Requests to the helpdesk as pictures, at 80x24, in four variants; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from pomfa_tui.screens import listing
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.services.request_views import RequestFilter
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.screens.arrival import choose
from tests.screens.counter import open_people
from tests.screens.hand import Hand
from tests.screens.test_requests import open_queue
from tests.world import World, make_world

Reach = Callable[[Hand], Awaitable[None]]

JO = NewRequest("locum", "Jo Hill", "jo@locum.example", "01632 960123", ABBEY, "covers Saturdays")


def support(hand: Hand) -> Member:
    """Somebody at the helpdesk."""
    return hand.world.person("sue.port@desk.example", role="support", name="Sue Port")


def ask(world: World) -> None:
    """Fill the queue with requests of every kind and age."""
    world.person("lou@bridge.example", BRIDGE, name="Lou Bell")
    file = world.desk.filing.file
    file(None, JO)
    long = "Deirdre Featherstonehaugh-Cholmondeley of the Dales"
    file(None, replace(JO, need="other", name=long, email="dee@dales.example", site=""))
    world.clock.advance(days=2)
    file(None, replace(JO, need="link", email="lou@bridge.example", name="Lou Bell"))
    world.clock.advance(hours=3)
    file(None, replace(JO, need="link", email="lou@bridge.example", note="and Sundays, please"))
    file(None, replace(JO, need="reset", email="gus@x.example", name="[@click=app.quit]Gus[/]"))
    world.clock.advance(minutes=7)


async def contact_us_refused(hand: Hand) -> None:
    """As many errors as there can be at once."""
    await hand.press("f2", "enter")
    await hand.submit("Jo Hill", "nobody")
    hand.field("What it is about").focus_entry()
    await hand.press("enter")


async def request_sent(hand: Hand) -> None:
    """The slip, printed."""
    await hand.press("f2", "enter")
    await hand.submit("Jo Hill", "jo@locum.example", "01632 960123", ABBEY, "covers Saturdays")
    await hand.reach("Request sent")
    await hand.press("f9")


async def requests(hand: Hand) -> None:
    """The queue, the keyboard in it."""
    ask(hand.world)
    await open_queue(hand, support(hand))
    await hand.press("down")


async def requests_found(hand: Hand) -> None:
    """A search for nobody."""
    ask(hand.world)
    await open_queue(hand, support(hand))
    await hand.press("f3")
    await hand.type("zzz")


async def request(hand: Hand) -> None:
    """Asked for twice, by somebody who has an account."""
    ask(hand.world)
    await open_queue(hand, support(hand))
    await hand.press("down", "down", "enter")
    await hand.reach("Request")


async def request_closed(hand: Hand) -> None:
    """How it ended."""
    ask(hand.world)
    (first, *_) = hand.world.desk.requests.page(HOST, RequestFilter()).requests
    note = "The pharmacy knows nobody of this name."
    hand.world.desk.requests.close(HOST, first.reference, "not-verified", note)
    await open_queue(hand, support(hand))
    await hand.press("f3", "tab", "c", "tab", "tab", "tab", "tab", "tab", "enter")
    await hand.reach("Request")


async def close_request(hand: Hand) -> None:
    """The outcome."""
    await request(hand)
    await choose(hand, "Close")
    await hand.reach("Close a request")


async def account_elsewhere(hand: Hand) -> None:
    """The refusal that offers the request."""
    hand.world.person("lou@bridge.example", BRIDGE, name="Lou Bell")
    anna = hand.world.person("anna.patel@abbey.example", role="admin", name="Anna Patel")
    await open_people(hand, anna)
    await hand.press("f3")
    hand.field("Name").value, hand.field("E-mail").value = "Lou Bell", "lou@bridge.example"
    hand.screen.query_one("#save").focus()
    await hand.press("enter")


async def ask_to_link(hand: Hand) -> None:
    """The request, begun."""
    await account_elsewhere(hand)
    hand.screen.query_one("#ask").focus()
    await hand.press("enter")
    await hand.reach("Contact us")


STATES: dict[str, Reach] = {
    "contact us, refused": contact_us_refused,
    "contact us, to link somebody": ask_to_link,
    "request sent, printed": request_sent,
    "requests": requests,
    "requests, nothing found": requests_found,
    "request": request,
    "request, closed": request_closed,
    "close a request": close_request,
    "add a person, has an account": account_elsewhere,
}


@pytest.fixture
def world() -> World:
    """Return a world in which a terminal may ask as often as it likes."""
    return make_world(requests_per_hour=60)


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze what would differ each time."""
    references = iter(["482771938", "916230477", "735118205", "268450916", "503967126"])
    monkeypatch.setattr("pomfa_tui.services.request_filing.new_reference", lambda: next(references))
    monkeypatch.setattr(listing, "PAUSE", 0.001)


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap_whole: Callable[..., bool]) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off, all of it on the screen at once."""
    assert snap_whole(world, STATES[state], printing=("lp",))
