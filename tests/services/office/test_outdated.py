"""What is kept for a while only goes in time, whether or not anybody does anything (PRI-03)."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import Refusal, SignInRefused, Unavailable
from pomfa_tui.domain.notices import Notice
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.services.outdated import (
    METER_DAYS,
    NOTICE_DAYS,
    SESSION_DAYS,
    STRANGER_DAYS,
)
from tests.house import HOST
from tests.members import Member
from tests.office import Picture, why
from tests.services.test_request_filing import JO
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody at a counter."""
    return world.person("jo@abbey.example")


def forget(world: World) -> None:
    """Start the program again."""
    world.restart().office.retention.forget()


def goes_after(world: World, days: int, counts: dict[str, str]) -> None:
    """Make sure that nothing goes up to this many days, and that this goes then, recorded with numbers only."""
    world.clock.advance(days=days)
    before = Picture.of(world)
    forget(world)
    assert Picture.of(world) == before
    world.clock.advance(1)
    with world.recorded() as events:
        forget(world)
        forget(world)
    assert [(each.event, each.reason, each.actor, each.detail) for each in events] == [
        (Event.PURGED, "outdated", "program", counts)
    ]


def test_a_session_goes_thirty_days_after_it_ended(world: World, jo: Member) -> None:
    """PRI-03: a running one stays."""
    ended, running = world.sign_in(jo), world.sign_in(jo)
    world.desk.sessions.sign_out(ended, SessionEnd.SIGN_OUT)
    with world.store.transaction() as tx:
        found = tx.sessions.get(running.session_id)
        assert found is not None
        later = found.last_seen + 2 * SESSION_DAYS * 86400
        tx.sessions.put(msgspec.structs.replace(found, last_seen=later))
    goes_after(world, SESSION_DAYS, {"sessions": "1"})
    with world.store.view() as view:
        assert [each.id for each in view.sessions.all()] == [running.session_id]


def test_a_session_that_was_left_goes_thirty_days_after_it_was_last_in_use(
    world: World, jo: Member
) -> None:
    """PRI-03: of a terminal that lost its power and never came back."""
    world.sign_in(jo)
    goes_after(world, SESSION_DAYS, {"sessions": "1"})


def test_failures_of_an_e_mail_without_account_go_thirty_days_after_the_last(world: World) -> None:
    """PRI-03: the counters that nobody can reset."""
    for _ in range(2):
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password("nobody@abbey.example", "wrong")
        world.clock.advance(days=20)
    with world.store.view() as view:
        assert view.strangers.count() == 1
    goes_after(world, STRANGER_DAYS - 20, {"strangers": "1"})
    with world.store.view() as view:
        assert view.strangers.count() == 0


def test_requests_and_the_counts_of_terminals_go_whether_or_not_anybody_asks_again(
    world: World,
) -> None:
    """PRI-03, rule 29: a closed request after its days, a count after one; an open request that is asked for again stays."""
    reference = world.desk.filing.file(None, JO)
    stays = world.desk.filing.file(None, replace(JO, email="else@abbey.example"))
    world.desk.requests.close(HOST, reference, "done")
    goes_after(world, METER_DAYS, {"meters": "1"})
    world.desk.filing.file(None, replace(JO, email="else@abbey.example"))
    days = world.numbers.requests_days - METER_DAYS
    world.clock.advance(days=days)
    with world.recorded() as events:
        forget(world)
    assert [each.detail for each in events] == [{"meters": "1", "requests": "1"}]
    with world.store.view() as view:
        (left,) = view.requests.all()
    assert left.id == stays
    assert left.is_open


def test_a_terminal_where_no_support_works_is_not_full_of_requests_for_ever(world: World) -> None:
    """Rule 29: what nobody took up and nobody repeated is closed, by whom and why stands there, and new ones are taken again."""
    for number in range(world.numbers.requests_per_terminal):
        world.desk.filing.file(None, replace(JO, email=f"one.{number}@abbey.example"))
        world.clock.advance(hours=1)
    with pytest.raises(Refusal):
        world.desk.filing.file(None, JO)
    world.clock.advance(days=world.numbers.requests_days)
    forget(world)
    with world.store.view() as view:
        closed = list(view.requests.in_state(is_open=False))
    assert len(closed) == world.numbers.requests_per_terminal
    assert {(each.closing.by, each.closing.outcome.value) for each in closed if each.closing} == {
        ("program", "not-needed")
    }
    assert world.desk.filing.file(None, JO)


def test_a_notice_that_nobody_reads_goes_after_a_year(world: World, jo: Member) -> None:
    """PRI-03: and with it who did it; a younger one stays."""
    world.desk.office.resets.reset_password(HOST, jo.email, why())
    world.clock.advance(days=NOTICE_DAYS - 20)
    world.desk.office.resets.reset_password(HOST, jo.email, why())
    world.clock.advance(days=20)
    assert len(_notices(world, jo)) == 2
    forget(world)
    assert len(_notices(world, jo)) == 2
    world.clock.advance(1)
    forget(world)
    assert [each.at for each in _notices(world, jo)] == [world.clock.now() - 1 - 20 * 86400]


def test_where_and_when_failures_were_goes_after_a_year_and_how_many_stays(
    world: World, jo: Member
) -> None:
    """PRI-03, rule 24: the tenth in a row still locks, and the full sign-in still tells of all of them."""
    for _ in range(9):
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(jo.email, "wrong")
    goes_after(world, NOTICE_DAYS, {"people_with_failures": "1"})
    counter = world.credentials(jo).password_counter
    assert (counter.failures, counter.tries) == (9, ())
    with world.recorded() as events, pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(jo.email, "wrong")
    assert events[-1].event is Event.SIGN_IN_FAILED_MAX
    world.clock.advance(days=NOTICE_DAYS + 1)
    forget(world)
    notices = world.desk.home.show(world.sign_in(jo)).notices
    said = "10 wrong passwords since your last sign-in: when and where is no longer kept."
    assert [each.text for each in notices if each.text.startswith(said)]


def _notices(world: World, member: Member) -> tuple[Notice, ...]:
    with world.store.view() as view:
        person = view.people.get(member.id)
    assert person is not None
    return person.notices


def test_where_the_disk_is_full_nothing_goes(world: World, jo: Member) -> None:
    """AUD-08, PRI-03: not without its record."""
    world.sign_in(jo)
    world.clock.advance(days=SESSION_DAYS + 1)
    before = Picture.of(world)
    desk = world.restart()
    world.store.disk_full = True
    with pytest.raises(Unavailable):
        desk.office.retention.forget()
    world.store.disk_full = False
    assert Picture.of(world) == before
