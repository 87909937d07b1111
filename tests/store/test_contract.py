"""What every engine promises the services: the same suite over all of them."""

from __future__ import annotations

import threading

import msgspec
import pytest

from pomfa_tui.domain.audit import GENESIS, AuditEvent, Head, follows
from pomfa_tui.domain.errors import Busy, EmailExists
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.ports import Store, Transaction, View
from pomfa_tui.store.memory import MemoryStore
from pomfa_tui.store.tinydb import TinyStore
from tests.store.conftest import Opener
from tests.store.stage import (
    commit,
    credentials,
    ended_session,
    event,
    locum,
    member,
    meta,
    meter,
    person,
    request,
    session,
    site,
    stranger,
    with_email,
)

# The type checker holds both engines to the port.
ENGINES: tuple[type[Store], ...] = (MemoryStore, TinyStore)


class Stop(Exception):  # noqa: N818 - stands for whatever goes wrong in a service
    """Something went wrong within a transaction."""


def test_a_new_store_is_empty(store: Store) -> None:
    with store.view() as view:
        assert view.meta is None
        tables = (view.people, view.credentials, view.sites, view.sessions, view.strangers)
        assert [table.count() for table in tables] == [0] * 5
        assert (view.requests.count(), view.request_meters.count()) == (0, 0)
        assert view.people.get("nobody") is None
        assert view.people.by_email("nobody@example.org") is None
    assert list(store.audit_records()) == []
    assert store.changes() == 0


def test_what_is_put_comes_back_as_it_was(store: Store) -> None:
    with store.transaction() as tx:
        tx.put_meta(meta())
        tx.people.put(locum())
        tx.credentials.put(credentials())
        tx.sites.put(site(nhsmail_limit=12))
        tx.sessions.put(ended_session())
        tx.strangers.put(stranger())
        tx.requests.put(request(again=2, closed=True))
        tx.request_meters.put(meter())
    with store.view() as view:
        assert view.meta == meta()
        assert view.people.get(locum().id) == locum()
        assert view.credentials.get(credentials().id) == credentials()
        assert view.sites.get("FZ101") == site(nhsmail_limit=12)
        assert view.sessions.get(ended_session().id) == ended_session()
        assert view.strangers.get(stranger().id) == stranger()
        assert view.requests.get(request().id) == request(again=2, closed=True)
        assert view.request_meters.get(meter().id) == meter()


def test_a_transaction_sees_what_it_has_written(store: Store) -> None:
    with store.transaction() as tx:
        tx.people.put(person(1))
        changed = with_email(person(1), "new@example.org")
        tx.people.put(changed)
        tx.sessions.put(session(1))
        tx.put_meta(meta())
        assert tx.people.get(changed.id) == changed
        assert tx.people.by_email("new@example.org") == changed
        assert tx.people.by_email(person(1).email_key) is None
        assert list(tx.people.all()) == [changed]
        assert list(tx.people.search("NEW@")) == [changed]
        assert list(tx.people.at_site("FZ101")) == [changed]
        assert list(tx.sessions.of_person(person(1).id)) == [session(1)]
        assert tx.meta == meta()
        tx.people.remove(changed.id)
        assert tx.people.count() == 0
        assert tx.people.by_email("new@example.org") is None


def test_put_replaces_and_remove_removes(store: Store) -> None:
    commit(store, 1)
    with store.transaction() as tx:
        tx.people.put(person(1, name="Renamed"))
        tx.people.put(person(2))
        tx.people.remove("nobody")
    with store.view() as view:
        assert [found.name for found in view.people.all()] == ["Renamed", "Person Number 2"]
    with store.transaction() as tx:
        tx.people.remove(person(1).id)
    with store.view() as view:
        assert view.people.get(person(1).id) is None
        assert view.people.count() == 1


def test_documents_come_oldest_first_whatever_happens_to_them(store: Store) -> None:
    with store.transaction() as tx:
        for number in (3, 1, 2):
            tx.people.put(person(number))
    with store.transaction() as tx:
        tx.people.put(person(3, name="Changed"))
        tx.people.remove(person(1).id)
        tx.people.put(person(1))
    with store.view() as view:
        assert [found.id for found in view.people.all()] == [person(n).id for n in (3, 2, 1)]


def test_people_are_found_by_every_site_they_were_ever_tied_to(store: Store) -> None:
    with store.transaction() as tx:
        tx.people.put(person(1))
        tx.people.put(locum(2))
    with store.view() as view:
        assert [found.id for found in view.people.at_site("FZ101")] == [person(1).id, locum(2).id]
        assert [found.id for found in view.people.at_site("FZ303")] == [locum(2).id]
        assert list(view.people.at_site("FZ404")) == []
    with store.transaction() as tx:
        tx.people.put(person(1, memberships=(member("FZ404"),)))
        tx.people.remove(locum(2).id)
    with store.view() as view:
        assert list(view.people.at_site("FZ101")) == []
        assert [found.id for found in view.people.at_site("FZ404")] == [person(1).id]


def test_requests_are_found_by_every_number_by_state_and_by_what_is_open(store: Store) -> None:
    with store.transaction() as tx:
        for number in (3, 1, 2):
            tx.requests.put(request(number, closed=number == 2))
        assert tx.requests.open_like("link", request(1).email_key) == request(1)
    with store.view() as view:
        assert list(view.requests.in_state(is_open=True)) == [request(3), request(1)]
        assert list(view.requests.in_state(is_open=False)) == [request(2, closed=True)]
        assert view.requests.open_like("link", request(3).email_key) == request(3)
        assert view.requests.open_like("reset", request(3).email_key) is None
        assert view.requests.open_like("link", request(2).email_key) is None
        assert view.requests.by_reference("nobody") is None
    with store.transaction() as tx:
        tx.requests.put(request(3, again=2, closed=True))
    with store.view() as view:
        for filing in request(3, again=2).filings:
            assert view.requests.by_reference(filing.reference) == request(3, again=2, closed=True)
        assert view.requests.open_like("link", request(3).email_key) is None
        assert list(view.requests.in_state(is_open=True)) == [request(1)]
        assert [found.id for found in view.requests.in_state(is_open=False)] == [
            request(3).id,
            request(2).id,
        ]
    with store.transaction() as tx:
        tx.requests.remove(request(3).id)
    with store.view() as view:
        assert view.requests.by_reference(request(3).id) is None
        assert view.requests.count() == 2


def test_sessions_are_found_by_person_oldest_first(store: Store) -> None:
    with store.transaction() as tx:
        tx.sessions.put(session(1, owner=7))
        tx.sessions.put(session(2, owner=8))
        tx.sessions.put(session(3, owner=7))
    with store.view() as view:
        found = view.sessions.of_person(person(7).id)
        assert [each.id for each in found] == [session(1).id, session(3).id]
        assert list(view.sessions.of_person("nobody")) == []


@pytest.mark.parametrize(
    "text", ["zoë", "ZOË", "oë MAR", "Zoe\u0308", "zm@", "Straße", "STRASSE", ""]
)
def test_search_looks_into_name_and_email_whatever_the_case(store: Store, text: str) -> None:
    wanted = with_email(person(1, name="Zoë Marsh-Straße"), "ZM@example.org")
    with store.transaction() as tx:
        tx.people.put(wanted)
    with store.view() as view:
        assert list(view.people.search(text)) == [wanted]
        assert list(view.people.search("zoe")) == []
        assert list(view.people.search("FZ101")) == []


def test_retired_secrets_that_are_kept_are_found(store: Store) -> None:
    """PRI-03: what is found is what is there at this moment, within a transaction too."""
    label = 'a label that reads "pairings":[{"sealed":"'
    (past,) = credentials(1).pairings
    kept = msgspec.structs.replace(past, label=label, sealed="v1.key.b2xk")
    with store.transaction() as tx:
        tx.credentials.put(credentials(1, pairings=(msgspec.structs.replace(past, label=label),)))
        tx.credentials.put(credentials(2, pairings=(past, kept, past)))
        tx.credentials.put(credentials(3, pairings=()))
        tx.credentials.put(credentials(4, pairings=(kept,), authenticator=None))
        assert [each.id for each in tx.credentials.with_retired_secrets()] == [
            person(2).id,
            person(4).id,
        ]
    with store.transaction() as tx:
        tx.credentials.put(credentials(4, pairings=(past,)))
        tx.credentials.put(credentials(3, pairings=(kept,)))
        found = list(tx.credentials.with_retired_secrets())
        assert [each.id for each in found] == [person(2).id, person(3).id]
    with store.view() as view:
        assert list(view.credentials.with_retired_secrets()) == found


def test_two_people_cannot_have_the_same_email(store: Store) -> None:
    """Rule 1: unique over all sites, whatever a service forgot to check."""
    commit(store, 1)
    with pytest.raises(EmailExists), store.transaction() as tx:
        tx.people.put(with_email(person(2), person(1).email))
    with store.view() as view:
        assert list(view.people.all()) == [person(1)]


def test_an_email_is_free_again_when_its_person_changes_or_leaves_it(store: Store) -> None:
    with store.transaction() as tx:
        tx.people.put(person(1))
        tx.people.put(person(2))
    with store.transaction() as tx:
        tx.people.put(with_email(person(1), "between@example.org"))
        tx.people.put(with_email(person(2), person(1).email))
        tx.people.put(with_email(person(1), person(2).email))
    with store.transaction() as tx:
        tx.people.remove(person(2).id)
        tx.people.put(with_email(person(3), person(1).email))
    with store.view() as view:
        owners = [view.people.by_email(person(number).email_key) for number in (1, 2)]
    assert [owner.id if owner else None for owner in owners] == [person(3).id, person(1).id]


def test_an_exception_within_the_block_leaves_nothing_behind(store: Store) -> None:
    """STO-09: all or nothing, the audit log included."""
    commit(store, 1)
    before = store.changes()
    with pytest.raises(Stop):
        _do_much_and_stop(store)
    with store.view() as view:
        assert list(view.people.all()) == [person(1)]
        assert view.meta is None
    assert [record.event for record in store.audit_records()] == [event(1)]
    assert store.changes() == before


def _do_much_and_stop(store: Store) -> None:
    with store.transaction() as tx:
        tx.people.put(person(2))
        tx.people.remove(person(1).id)
        tx.put_meta(meta())
        tx.audit.append(event(2))
        raise Stop


def _put(store: Store, document: Person, record: AuditEvent) -> None:
    with store.transaction() as tx:
        tx.people.put(document)
        tx.audit.append(record)


def test_a_document_with_a_field_of_the_wrong_type_is_refused_before_it_is_written(
    store: Store,
) -> None:
    """STO-11: what Python lets pass must not make the store unreadable."""
    wrong = msgspec.structs.replace(person(1), created_at="yesterday")
    with pytest.raises(msgspec.ValidationError):
        _put(store, wrong, event(1))
    commit(store, 2)
    with store.view() as view:
        assert list(view.people.all()) == [person(2)]


def test_an_event_with_a_field_of_the_wrong_type_is_refused_before_it_is_written(
    store: Store,
) -> None:
    """AUD-08: an unreadable record would be no record."""
    wrong = msgspec.structs.replace(event(1), detail={"tries": 3})
    with pytest.raises(msgspec.ValidationError):
        _put(store, person(1), wrong)
    with store.view() as view:
        assert view.people.count() == 0
    assert store.verify_audit().ok


def test_events_are_numbered_and_chained_in_the_order_in_which_they_were_appended(
    store: Store,
) -> None:
    """AUD-06: each record is bound to the one before it."""
    with store.transaction() as tx:
        tx.audit.append(event(1))
        tx.audit.append(event(2))
    with store.transaction() as tx:
        tx.audit.append(event(3))
    records = list(store.audit_records())
    assert [record.seq for record in records] == [1, 2, 3]
    assert [record.event for record in records] == [event(1), event(2), event(3)]
    assert records[0].previous == GENESIS
    heads = [Head(), *(Head(seq=record.seq, hash=record.hash) for record in records)]
    assert all(follows(record, head) for record, head in zip(records, heads, strict=False))
    verdict = store.verify_audit()
    assert (verdict.ok, verdict.records, verdict.head) == (True, 3, records[-1].hash)
    assert (verdict.first_bad, verdict.problem) == (None, None)


def test_an_empty_log_is_in_order(store: Store) -> None:
    verdict = store.verify_audit()
    assert (verdict.ok, verdict.records, verdict.head) == (True, 0, GENESIS)


def test_control_characters_in_an_event_stay_within_its_line(store: Store) -> None:
    """AUD-05: what somebody typed cannot forge a record."""
    forged = 'x\n{"seq":2}\r\x1b[2J\u202e\u2028'
    with store.transaction() as tx:
        tx.audit.append(event(1, reason=forged, detail={"typed": forged}))
    (record,) = store.audit_records()
    assert record.event.detail == {"typed": forged}
    assert store.verify_audit().records == 1


def test_a_view_stays_as_it_was_when_others_commit(store: Store) -> None:
    commit(store, 1)
    with store.view() as old:
        with store.transaction() as tx:
            tx.people.put(with_email(person(1, name="Later"), "later@example.org"))
            tx.people.put(person(2))
            tx.sessions.put(session(1))
            tx.put_meta(meta())
        assert list(old.people.all()) == [person(1)]
        assert old.people.by_email("later@example.org") is None
        assert old.people.by_email(person(1).email_key) == person(1)
        assert [found.id for found in old.people.at_site("FZ101")] == [person(1).id]
        assert list(old.people.search("later")) == []
        assert old.sessions.count() == 0
        assert old.meta is None
        with store.view() as new:
            assert new.people.count() == 2
            assert new.people.by_email("later@example.org") is not None
            assert new.meta == meta()
        assert old.people.count() == 1


def test_a_view_within_a_transaction_shows_what_is_committed(store: Store) -> None:
    commit(store, 1)
    with store.transaction() as tx:
        tx.people.put(person(2))
        with store.view() as view:
            assert list(view.people.all()) == [person(1)]


def test_a_view_that_is_over_refuses_to_answer(store: Store) -> None:
    with store.view() as view:
        people = view.people
    _refuses(view)
    with pytest.raises(RuntimeError, match="over"):
        people.get("x")


def test_a_transaction_that_is_over_refuses_to_lose_a_change(store: Store) -> None:
    with store.transaction() as tx:
        people = tx.people
    _refuses(tx)
    for use in (
        lambda: people.put(person(1)),
        lambda: people.remove("x"),
        lambda: people.by_email("x"),
        lambda: people.at_site("x"),
        lambda: people.search("x"),
        lambda: tx.put_meta(meta()),
        lambda: tx.audit.append(event(1)),
    ):
        with pytest.raises(RuntimeError, match="over"):
            use()


def _refuses(ended: View | Transaction) -> None:
    for use in (
        lambda: ended.meta,
        lambda: list(ended.people.all()),
        lambda: list(ended.credentials.all()),
        lambda: ended.sites.get("x"),
        lambda: ended.sessions.of_person("x"),
        lambda: ended.strangers.get("x"),
    ):
        with pytest.raises(RuntimeError, match="over"):
            use()


def test_changes_grow_with_every_commit_and_with_nothing_else(store: Store) -> None:
    seen = [store.changes()]
    for number in (1, 2, 3):
        commit(store, number)
        seen.append(store.changes())
    with store.transaction() as tx:
        assert tx.people.count() == 3
    with store.view() as view:
        assert view.people.count() == 3
    with pytest.raises(Stop):
        _do_much_and_stop(store)
    assert store.changes() == seen[-1]
    assert seen == sorted(set(seen))


def test_a_transaction_that_only_records_is_a_commit(store: Store) -> None:
    with store.transaction() as tx:
        tx.audit.append(event(1))
    assert store.changes() == 1
    assert store.verify_audit().records == 1


def test_a_second_thread_waits_for_its_turn_and_then_sees_the_first_ones_change(
    store: Store,
) -> None:
    """STO-10: no lost updates within a process."""
    inside, seen = threading.Event(), list[Person]()

    def second() -> None:
        inside.wait()
        with store.transaction() as tx:
            seen.extend(tx.people.all())

    thread = threading.Thread(target=second)
    thread.start()
    with store.transaction() as tx:
        inside.set()
        tx.people.put(person(1))
        assert not seen
    thread.join()
    assert seen == [person(1)]


def test_a_second_thread_is_told_that_the_store_is_busy(opener: Opener) -> None:
    """STO-10: waiting has an end, and nothing was changed."""
    store, told = opener(lock_seconds=0.05), list[str]()

    def second() -> None:
        try:
            commit(store, 2)
        except Busy as busy:
            told.append(busy.message)

    with store.transaction() as tx:
        tx.people.put(person(1))
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert told
    assert "nothing has been changed" in told[0]
    with store.view() as view:
        assert list(view.people.all()) == [person(1)]
    store.close()


def test_transactions_do_not_nest(store: Store) -> None:
    with store.transaction() as tx:
        with pytest.raises(RuntimeError, match="nest"), store.transaction():
            pass
        tx.people.put(person(1))
    commit(store, 2)
    with store.view() as view:
        assert view.people.count() == 2


def test_eight_threads_lose_nothing(store: Store) -> None:
    """STO-10, AUD-13: every change and every record of many threads is there."""

    def work() -> None:
        for _ in range(20):
            with store.transaction() as tx:
                found = tx.people.get(person(1).id) or person(1, version=0)
                tx.people.put(msgspec.structs.replace(found, version=found.version + 1))
                tx.audit.append(event(1))
            with store.view() as view:
                mine = view.people.get(person(1).id)
                assert mine is not None

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.view() as view:
        found = view.people.get(person(1).id)
    assert found is not None
    assert found.version == 160
    assert store.verify_audit().records == 160


def test_closing_twice_is_harmless(store: Store) -> None:
    commit(store, 1)
    store.close()
    store.close()
