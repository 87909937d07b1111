"""The queue: support finds, sees and closes requests; everybody else is refused and recorded (rule 31)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    BadInput,
    EditedMeanwhile,
    NotFound,
    NotPermitted,
    Refusal,
    RequestClosed,
)
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.requests import Closing, Need, Request, RequestOutcome, spoken
from pomfa_tui.services.request_views import RequestFilter
from tests.house import BRIDGE, HOST
from tests.members import Member
from tests.services.test_request_filing import JO, filed
from tests.world import World, make_world


@pytest.fixture
def world() -> World:
    """Return a world in which a terminal may ask as often as it likes."""
    return make_world(requests_per_hour=60, requests_per_terminal=200)


@pytest.fixture
def sue(world: World) -> Member:
    """Somebody of the helpdesk."""
    return world.person("sue@help.example", role="support", name="Sue Desk")


def ask(world: World, **change: str) -> str:
    """File a request."""
    return world.desk.filing.file(None, replace(JO, **change))


def listed(world: World, wanted: RequestFilter) -> list[str]:
    """Return the e-mails of what the filter finds."""
    return [each.email for each in world.desk.requests.page(HOST, wanted).requests]


# -- Who may


@pytest.mark.parametrize("role", ["staff", "admin", "commissioner"])
def test_only_support_works_through_requests(world: World, role: str) -> None:
    """ROL-02, rule 31: refused and recorded, and nothing of a request is told."""
    reference = ask(world)
    token = world.sign_in(world.person("al@abbey.example", role=role))
    calls: list[Callable[[], object]] = [
        lambda: world.desk.requests.page(token, RequestFilter()),
        lambda: world.desk.requests.show(token, reference),
        lambda: world.desk.requests.show(token, "482-771-938"),
        lambda: world.desk.requests.close(token, reference, "done"),
    ]
    for call in calls:
        with world.recorded() as events, pytest.raises(NotPermitted):
            call()
        (event,) = events
        assert (event.event, event.detail["action"]) == (
            Event.AUTHZ_FAILED,
            "work through requests",
        )
    assert filed(world)[0].is_open
    assert world.desk.home.show(token).requests == 0


def test_support_and_the_command_line_do(world: World, sue: Member) -> None:
    reference = ask(world)
    token = world.sign_in(sue)
    assert world.desk.requests.page(token, RequestFilter()).total == 1
    assert world.desk.requests.show(HOST, spoken(reference)).email == JO.email
    assert world.desk.home.show(token).requests == 1


# -- Finding


def test_the_queue_is_oldest_first_and_comes_by_the_page(world: World) -> None:
    for number in range(7):
        ask(world, email=f"s{number}@abbey.example")
        world.clock.advance(60)
    page = world.desk.requests.page(HOST, RequestFilter(), offset=5, size=5)
    assert [each.email for each in page.requests] == ["s5@abbey.example", "s6@abbey.example"]
    assert (page.offset, page.total, page.waiting) == (5, 7, 7)
    beyond = world.desk.requests.page(HOST, RequestFilter(), offset=500, size=5)
    assert beyond.offset == 5


def test_filters_leave_out_what_was_not_asked_for(world: World) -> None:
    ask(world, email="a@abbey.example")
    ask(world, email="a@abbey.example")
    ask(world, email="b@abbey.example", need="reset", site=BRIDGE)
    world.clock.advance(days=3)
    closed = ask(world, email="c@abbey.example", need="locum", site="")
    world.desk.requests.close(HOST, closed, "not-needed")
    ask(world, email="d@abbey.example", need="other", note="hello")
    expected = {
        RequestFilter(): ["a", "b", "d"],
        RequestFilter(is_open=False): ["c"],
        RequestFilter(is_open=None): ["a", "b", "c", "d"],
        RequestFilter(need=Need.RESET): ["b"],
        RequestFilter(again=True): ["a"],
        RequestFilter(days=2): ["a", "b"],
        RequestFilter(site=" fb222 "): ["b"],
        RequestFilter(search="D@abbey"): ["d"],
    }
    for wanted, names in expected.items():
        assert listed(world, wanted) == [f"{name}@abbey.example" for name in names], wanted


def test_a_request_is_found_by_every_number_on_its_slip(world: World) -> None:
    reference = ask(world, name="Zoë Quill", phone="+44 1632 960 777")
    ask(world, email="other@abbey.example", name="Al", phone="020 7946 0000")
    for search in (
        reference,
        spoken(reference),
        reference[:6],
        "zoë",
        "632960777",
        "jo.hill",
    ):
        assert listed(world, RequestFilter(search=search)) == [JO.email], search
    assert listed(world, RequestFilter(search="nobody")) == []


def test_thousands_of_requests_come_by_the_page() -> None:
    world = make_world()
    ask(world)
    with world.store.transaction() as tx:
        for request in copies(filed(world)[0], 3000):
            tx.requests.put(request)
    page = world.desk.requests.page(HOST, RequestFilter(), offset=2990, size=13)
    assert (page.total, page.offset, len(page.requests)) == (3001, 2990, 11)
    assert listed(world, RequestFilter(search="s2999@")) == ["s2999@flood.example"]


def test_what_is_no_number_is_told_from_a_number_without_a_request(world: World) -> None:
    """ACC-08: a misheard digit is noticed before anything is looked for."""
    reference = ask(world)
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    for text, sentence in (("", "nine digits"), ("12345", "nine digits"), (wrong, "is wrong")):
        with pytest.raises(BadInput, match=sentence):
            world.desk.requests.show(HOST, text)
    with pytest.raises(NotFound, match="482-771-938"):
        world.desk.requests.show(HOST, "482 771 938")


def test_support_sees_whether_there_is_an_account(world: World) -> None:
    """Rule 31: it decides what the right action is."""
    reference = ask(world)
    assert world.desk.requests.show(HOST, reference).person is None
    jo = world.person("jo.hill@nhs.net", name="Jo Hill")
    found = world.desk.requests.show(HOST, reference).person
    assert found is not None
    assert found.id == jo.id


# -- Closing


@pytest.mark.parametrize("outcome", RequestOutcome)
def test_a_request_is_closed_with_its_outcome(
    world: World, sue: Member, outcome: RequestOutcome
) -> None:
    reference = ask(world)
    token = world.sign_in(sue)
    with world.recorded() as events:
        closed = world.desk.requests.close(token, reference, outcome.value, " by phone ")
    assert closed.closing is not None
    assert (closed.closing.outcome, closed.closing.name, closed.closing.note) == (
        outcome,
        "Sue Desk",
        "by phone",
    )
    (event,) = events
    assert (event.event, event.actor, event.reason) == (
        Event.REQUEST_CLOSED,
        sue.id,
        outcome.value,
    )
    assert event.detail == {"request": spoken(reference), "need": "link"}
    assert world.desk.requests.page(HOST, RequestFilter()).total == 0


def test_an_unknown_outcome_or_a_wild_note_closes_nothing(world: World) -> None:
    reference = ask(world)
    for outcome, note, field in (("gone", "", "outcome"), ("done", "x" * 201, "note")):
        with pytest.raises(BadInput) as refused:
            world.desk.requests.close(HOST, reference, outcome, note)
        assert refused.value.field == field
    assert filed(world)[0].is_open


def test_the_second_to_close_is_told_who_was_first(world: World, sue: Member) -> None:
    """ROL-16: one wins, the other's words change nothing."""
    reference = ask(world)
    world.desk.requests.close(world.sign_in(sue), reference, "done")
    with pytest.raises(RequestClosed, match=r"closed already by Sue Desk \(done\)"):
        world.desk.requests.close(HOST, reference, "declined")
    closing = filed(world)[0].closing
    assert closing is not None
    assert closing.outcome is RequestOutcome.DONE


def test_two_who_close_at_once_have_one_winner(world: World) -> None:
    """ROL-16: in the same instant, by real threads."""
    reference = ask(world)
    ready, answers = threading.Barrier(8), list[str]()

    def close() -> None:
        ready.wait()
        try:
            world.desk.requests.close(HOST, reference, "done")
        except Refusal as refusal:
            answers.append(refusal.code)
        else:
            answers.append("won")

    threads = [threading.Thread(target=close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["request_closed"] * 7 + ["won"]


def test_what_was_asked_again_meanwhile_is_looked_at_first(world: World) -> None:
    """ROL-16: nobody closes words they have not read."""
    reference = ask(world)
    seen = world.desk.requests.show(HOST, reference).times
    ask(world, note="and Sundays")
    with pytest.raises(EditedMeanwhile, match="asked for again"):
        world.desk.requests.close(HOST, reference, "done", seen=seen)
    world.desk.requests.close(HOST, reference, "done", seen=seen + 1)


# -- Telling


def told(world: World, member: Member) -> list[tuple[NoticeKind, str | None]]:
    """Return the notices that wait for somebody."""
    return [(each.kind, each.reference) for each in world.account(member).notices]


@pytest.mark.parametrize("outcome", RequestOutcome)
def test_the_next_sign_in_shows_how_it_ended(
    world: World, sue: Member, outcome: RequestOutcome
) -> None:
    """Rule 31, ENR-16: to whom it is about, with the number and by whom."""
    jo = world.person("jo.hill@nhs.net")
    reference = ask(world)
    world.desk.requests.close(world.sign_in(sue), reference, outcome.value)
    token = world.sign_in(jo)
    (notice,) = world.desk.office.account.notices(token)
    done = outcome is RequestOutcome.DONE
    assert notice.kind is (NoticeKind.REQUEST_DONE if done else NoticeKind.REQUEST_NOT_DONE)
    assert spoken(reference) in notice.sentence()
    assert notice.by == "Sue Desk"
    assert world.desk.home.show(token).unread == 1


def test_who_asked_for_somebody_else_is_told_too(world: World) -> None:
    """Rule 5: the administrator whose colleague was to be linked, by the number they were given."""
    anna = world.person("anna@abbey.example", role="admin")
    jo = world.person("jo.hill@nhs.net", BRIDGE)
    first = ask(world)
    hers = world.desk.filing.file(world.sign_in(anna), JO)
    world.desk.requests.close(HOST, first, "done")
    assert told(world, jo) == [(NoticeKind.REQUEST_DONE, spoken(first))]
    assert told(world, anna) == [(NoticeKind.REQUEST_DONE, spoken(hers))]


def test_a_locum_set_up_meanwhile_is_told_at_the_first_sign_in(world: World) -> None:
    reference = ask(world, need="locum")
    jo = world.newcomer("jo.hill@nhs.net")
    world.desk.requests.close(HOST, reference, "done")
    assert told(world, jo) == [(NoticeKind.REQUEST_DONE, spoken(reference))]


def test_nobody_is_told_where_there_is_no_account_or_somebody_has_left(world: World) -> None:
    reference = ask(world)
    left = world.person("gone@abbey.example", state=PersonState.LEFT)
    other = ask(world, email="gone@abbey.example")
    for each in (reference, other):
        world.desk.requests.close(HOST, each, "done")
    assert told(world, left) == []


# -- Keeping


def test_closed_requests_are_kept_for_so_many_days(world: World) -> None:
    """STO-11: the store stays bounded."""
    old = ask(world, email="old@abbey.example")
    world.desk.requests.close(HOST, old, "done")
    world.clock.advance(days=world.numbers.requests_days + 1)
    waiting = ask(world, email="waits@abbey.example")
    young = ask(world, email="young@abbey.example")
    world.desk.requests.close(HOST, young, "done")
    assert [request.id for request in filed(world)] == [waiting, young]


def test_no_more_closed_requests_are_kept_than_there_is_room_for() -> None:
    """STO-11: the last closed ones stay, and open ones always."""
    world = make_world(requests_closed=100)
    waiting = ask(world)
    closing = Closing(at=world.clock.now(), by="x", name="x", outcome=RequestOutcome.DONE)
    with world.store.transaction() as tx:
        for request in copies(filed(world)[0], 110):
            tx.requests.put(msgspec.structs.replace(request, closing=closing))
    world.clock.advance(60)
    last = ask(world, need="reset")
    world.desk.requests.close(HOST, last, "done")
    kept = [request.id for request in filed(world)]
    assert len(kept) == 101
    assert {waiting, last} <= set(kept)


def copies(one: Request, count: int) -> Iterator[Request]:
    """Return so many requests of other people."""
    for number in range(count):
        filing = msgspec.structs.replace(one.first, reference=f"1{number:08}")
        email = f"s{number}@flood.example"
        yield msgspec.structs.replace(
            one, id=filing.reference, email=email, email_key=email, filings=(filing,)
        )
