"""Filing a request: taken from anybody, before and after sign-in, bounded, and telling nothing about accounts (rule 29)."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    BadInput,
    NotInitialised,
    SessionEnded,
    SignInRefused,
    TooManyRequests,
    Unavailable,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.requests import FILINGS_KEPT, Need, Request, parse_reference, spoken
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.request_filing import METERS_KEPT, NewRequest
from pomfa_tui.services.request_views import RequestFilter
from tests.house import ABBEY, HOST
from tests.world import World, make_world

SOAK = os.environ.get("POMFA_SOAK") == "1"
FLOOD = 10_000 if SOAK else 400

JO = NewRequest(
    need="link",
    name="Jo Hill",
    email="Jo.Hill@nhs.net",
    phone="01632 960123",
    site="fa111",
    note="covers Saturdays",
)


def filed(world: World) -> list[Request]:
    """Return every request that is kept."""
    with world.store.view() as view:
        return list(view.requests.all())


def test_a_request_is_filed_before_anybody_has_signed_in(world: World) -> None:
    """Rule 29: it answers with a number that can be said over the telephone."""
    reference = world.desk.filing.file(None, JO)
    (request,) = filed(world)
    assert parse_reference(reference) == request.id
    assert (request.need, request.email, request.email_key) == (
        Need.LINK,
        "Jo.Hill@nhs.net",
        "jo.hill@nhs.net",
    )
    (filing,) = request.filings
    assert (filing.name, filing.phone, filing.site) == ("Jo Hill", "01632 960123", ABBEY)
    assert (filing.at, filing.terminal, filing.by) == (world.clock.now(), "pts/7", None)
    assert request.is_open


def test_a_request_after_sign_in_says_who_asked(world: World) -> None:
    anna = world.person("anna@abbey.example", role="admin")
    token = world.sign_in(anna)
    with world.recorded() as events:
        world.desk.filing.file(token, JO)
    (request,) = filed(world)
    assert request.first.by == anna.id
    (event,) = events
    assert (event.event, event.actor, event.session) == (
        Event.REQUEST_FILED,
        anna.id,
        token.session_id,
    )


def test_the_form_begins_with_what_is_known_of_whoever_is_signed_in(world: World) -> None:
    anna = world.person("anna@abbey.example", role="admin", name="Anna Patel")
    draft = world.desk.filing.draft(world.sign_in(anna))
    assert (draft.name, draft.email, draft.site) == ("Anna Patel", "anna@abbey.example", ABBEY)


def test_a_session_that_is_over_files_nothing(world: World) -> None:
    anna = world.person("anna@abbey.example")
    token = world.sign_in(anna)
    world.clock.advance(hours=9)
    with pytest.raises(SessionEnded):
        world.desk.filing.file(token, JO)
    assert filed(world) == []


def test_the_record_holds_neither_name_nor_e_mail_nor_telephone(world: World) -> None:
    """PRI-01, AUD-04: the log has the number, the need and a keyed digest."""
    with world.recorded() as events:
        reference = world.desk.filing.file(None, JO)
    (event,) = events
    assert event.actor.startswith("unknown:")
    assert event.detail == {"request": spoken(reference), "need": "link", "times": "1"}
    text = str(event).casefold()
    for private in ("jo.hill", "jo hill", "960123", "saturdays"):
        assert private not in text


@pytest.mark.parametrize("state", [*PersonState, None])
def test_filing_tells_nothing_about_accounts(state: PersonState | None) -> None:
    """ENU-03, C14: for nobody, and for somebody in every state, the same answer, writes and record."""
    world = make_world()
    if state is not None:
        world.person("jo.hill@nhs.net", state=state)
    before = world.store.transactions
    calls = world.hasher.calls
    with world.recorded() as events:
        reference = world.desk.filing.file(None, JO)
    assert len(reference) == 9
    assert world.store.transactions - before == 1
    assert world.hasher.calls == calls
    assert [(each.event, each.subject, each.site, each.reason) for each in events] == [
        (Event.REQUEST_FILED, None, None, None)
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"need": "money"}, "need"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "J\x1bo"}, "name"),
        ({"email": "no address"}, "email"),
        ({"email": "x" * 1_000_000}, "email"),
        ({"phone": ""}, "phone"),
        ({"phone": "ring me"}, "phone"),
        ({"phone": "0" * 31}, "phone"),
        ({"site": "FFFFF"}, "site"),
        ({"site": "abbey"}, "site"),
        ({"note": "x" * 201}, "note"),
        ({"note": "x" * 1_000_000}, "note"),
        ({"note": "\u202eevil"}, "note"),
        ({"note": "patient 943 476 5919 waits"}, "note"),
        ({"need": "other", "note": " "}, "note"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    world: World, change: dict[str, str], field: str
) -> None:
    """GEN-05, GEN-07, ACC-08."""
    with world.recorded() as events, pytest.raises(BadInput) as refused:
        world.desk.filing.file(None, replace(JO, **change))
    assert refused.value.field == field
    assert (filed(world), events) == ([], [])


def test_the_site_and_the_note_may_be_left_out(world: World) -> None:
    world.desk.filing.file(None, replace(JO, site=" ", note=""))
    (request,) = filed(world)
    assert (request.first.site, request.first.note) == (None, "")


def test_text_with_markup_is_kept_as_it_is(world: World) -> None:
    """GEN-05: user text is data."""
    world.desk.filing.file(None, replace(JO, name="[@click=app.quit]x[/]"))
    assert filed(world)[0].first.name == "[@click=app.quit]x[/]"


def test_nothing_is_filed_before_the_store_is_set_up() -> None:
    world = make_world(initialised=False)
    with pytest.raises(NotInitialised):
        world.desk.filing.file(None, JO)


def test_a_full_disk_files_nothing(world: World) -> None:
    """AUD-08: no record, no change."""
    world.store.disk_full = True
    with pytest.raises(Unavailable):
        world.desk.filing.file(None, JO)
    world.store.disk_full = False
    assert filed(world) == []


# -- Asking again


def test_asking_again_for_the_same_adds_to_what_is_open(world: World) -> None:
    """Rule 31: the queue has one line, every number leads to it, and what was said first stays."""
    first = world.desk.filing.file(None, JO)
    world.clock.advance(minutes=5)
    again = world.desk.filing.file(
        None, replace(JO, email="JO.HILL@nhs.net ", phone="01632 960999", note="please")
    )
    assert again != first
    (request,) = filed(world)
    assert (request.times, request.first.phone, request.newest.phone) == (
        2,
        "01632 960123",
        "01632 960999",
    )
    for reference in (first, again):
        assert world.desk.requests.show(HOST, reference).first.reference == first


@pytest.mark.parametrize("change", [{"need": "reset"}, {"email": "jo@abbey.example"}])
def test_another_need_or_another_address_is_another_request(
    world: World, change: dict[str, str]
) -> None:
    world.desk.filing.file(None, JO)
    world.desk.filing.file(None, replace(JO, **change))
    assert len(filed(world)) == 2


def test_what_was_closed_is_not_added_to(world: World) -> None:
    reference = world.desk.filing.file(None, JO)
    world.desk.requests.close(HOST, reference, "done")
    world.desk.filing.file(None, JO)
    assert [request.is_open for request in filed(world)] == [False, True]


def test_however_often_it_is_asked_a_request_stays_small(world: World) -> None:
    """The first filing and the newest ones are kept; the others are counted."""
    references = []
    for _ in range(3 * FILINGS_KEPT):
        references.append(world.desk.filing.file(None, JO))
        world.clock.advance(minutes=10)
    (request,) = filed(world)
    assert request.times == 3 * FILINGS_KEPT
    kept = [filing.reference for filing in request.filings]
    assert kept == [references[0], *references[1 - FILINGS_KEPT :]]


# -- Limits


def flood(desk: Desk, tries: int, *, same: bool = False) -> int:
    """Throw requests at a terminal; return how many were taken."""
    taken = 0
    for number in range(tries):
        email = "jo@flood.example" if same else f"stranger{number}@flood.example"
        try:
            desk.filing.file(None, replace(JO, email=email))
        except TooManyRequests:
            continue
        taken += 1
    return taken


@pytest.mark.parametrize("same", [False, True])
def test_a_flood_at_one_terminal_leaves_a_bounded_store_and_an_unharmed_queue(same: bool) -> None:
    """THR-09, ASVS 2.4.1: ten an hour are taken, the rest costs neither a request nor a record nor a write."""
    world = make_world()
    honest = world.another_terminal(terminal="pts/8").filing.file(None, JO)
    before = len(world.events())
    assert flood(world.desk, FLOOD, same=same) == world.numbers.requests_per_hour
    assert len(filed(world)) == 1 + (1 if same else world.numbers.requests_per_hour)
    assert len(world.events()) - before == world.numbers.requests_per_hour + 1
    assert world.events()[-1].event is Event.RATE_LIMIT
    page = world.desk.requests.page(HOST, RequestFilter())
    assert page.requests[0].first.reference == honest
    late = world.another_terminal(terminal="pts/9").filing.file(None, replace(JO, need="other"))
    assert world.desk.requests.show(HOST, late).email == JO.email


def test_an_hour_later_the_terminal_may_ask_again(world: World) -> None:
    flood(world.desk, 12)
    world.clock.advance(minutes=59)
    assert flood(world.desk, 1) == 0
    world.clock.advance(minutes=1, seconds=1)
    assert flood(world.desk, 1) == 1


def test_a_restart_forgives_nothing(world: World) -> None:
    """THR-05: the count is kept in the store."""
    flood(world.desk, 12)
    assert flood(world.restart(), 1) == 0


def test_one_terminal_cannot_fill_the_queue_over_days() -> None:
    world = make_world(requests_per_terminal=12)
    for day in range(3):
        for number in range(10):
            new = replace(JO, email=f"s{day}.{number}@flood.example")
            with suppress(TooManyRequests):
                world.desk.filing.file(None, new)
        world.clock.advance(days=1)
    assert len(filed(world)) == 12
    with pytest.raises(TooManyRequests, match="from this terminal"):
        world.desk.filing.file(None, JO)
    world.another_terminal(terminal="pts/9").filing.file(None, JO)
    assert len(filed(world)) == 13


def test_a_full_queue_takes_no_more_but_keeps_what_it_has() -> None:
    """Rule 29: in total as well; who asks again for the same is still heard."""
    world = make_world(requests_open=50, requests_per_terminal=50, requests_per_hour=60)
    for number in range(50):
        world.desk.filing.file(None, replace(JO, email=f"s{number}@abbey.example"))
    other = world.another_terminal(terminal="pts/9")
    with pytest.raises(TooManyRequests, match="waiting already"):
        other.filing.file(None, JO)
    other.filing.file(None, replace(JO, email="s7@abbey.example"))
    assert len(filed(world)) == 50
    world.desk.requests.close(HOST, filed(world)[0].id, "done")
    other.filing.file(None, JO)


def test_terminals_are_counted_in_bounded_space() -> None:
    """However many origins file, no more are remembered than there is room for, and quiet ones go first."""
    world = make_world(requests_open=2000)
    count = METERS_KEPT + 20 if SOAK else 60
    for number in range(count):
        desk = world.another_terminal(pid=5000 + number, terminal=f"ssh:192.0.2.{number}")
        desk.filing.file(None, replace(JO, email=f"s{number}@abbey.example"))
    with world.store.view() as view:
        assert view.request_meters.count() == min(count, METERS_KEPT)
    world.clock.advance(hours=2)
    world.desk.filing.file(None, JO)
    with world.store.view() as view:
        assert [meter.id for meter in view.request_meters.all()] == ["pts/7"]


def test_a_flood_of_unknown_e_mails_at_sign_in_leaves_a_bounded_store_and_the_queue() -> None:
    """THR-09, ASVS 2.4.1: no more counters than there is room for, and what was asked waits in its place."""
    world = make_world(strangers_kept=100)
    reference = world.desk.filing.file(None, JO)
    for number in range(FLOOD):
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(f"stranger{number}@flood.example", "guess")
    with world.store.view() as view:
        assert view.strangers.count() == 100
        assert view.people.count() == 0
    assert [request.id for request in filed(world)] == [reference]
    assert world.desk.requests.show(HOST, reference).email == JO.email
    world.desk.filing.file(None, replace(JO, need="other"))
