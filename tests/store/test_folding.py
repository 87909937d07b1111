"""Folding the journal into the snapshot: when it is due, beside readers and writers, and without anybody noticing."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.domain.people import Person
from pomfa_tui.store.kinds import PEOPLE
from pomfa_tui.store.tinydb import TinyStore, snapshot, upkeep
from pomfa_tui.store.tinydb.folder import Folder
from pomfa_tui.store.tinydb.marks import SAFE
from pomfa_tui.store.tinydb.rows import Rows
from pomfa_tui.store.tinydb.snapshot import Snapshot
from tests.store.stage import commit, credentials, event, open_store, person, with_email


def ids(store: TinyStore) -> list[str]:
    """Return the ids of everybody."""
    with store.view() as view:
        return [found.id for found in view.people.all()]


def snapshot_reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Count how often a snapshot is read."""
    reads: list[Path] = []
    real = snapshot.read

    def read(folder: Folder) -> Snapshot | None:
        reads.append(folder.path)
        return real(folder)

    monkeypatch.setattr(snapshot, "read", read)
    return reads


def test_the_journal_is_folded_when_it_outgrows_the_snapshot(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "FOLD_FROM", 20_000)
    store = open_store(folder)
    generations = []
    for number in range(1, 151):
        commit(store, number)
        generations.append(store._picture.facts.generation)
    folds = generations[-1] - 1
    assert folds >= 2
    # The snapshot grows, so each journal may grow longer than the one before.
    lengths = [generations.count(generation) for generation in range(1, folds + 1)]
    assert lengths == sorted(lengths)
    assert ids(open_store(folder)) == [person(number).id for number in range(1, 151)]
    assert store.verify_audit().records == 150


def test_a_small_journal_is_left_alone(folder: Path) -> None:
    store = open_store(folder)
    for number in range(1, 100):
        commit(store, number)
    assert store._picture.facts.generation == 1


def test_a_reader_goes_over_a_fold_without_reading_everything_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reader = open_store(folder), open_store(folder)
    commit(store, 1)
    assert ids(reader) == [person(1).id]
    reads = snapshot_reads(monkeypatch)
    for number in range(2, 6):
        commit(store, number)
        store.fold()
        commit(store, 100 + number)
        assert len(ids(reader)) == 2 * number - 1
    assert reads == []


def test_a_reader_that_missed_a_whole_journal_reads_the_snapshot(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reader = open_store(folder), open_store(folder)
    commit(store, 1)
    assert ids(reader) == [person(1).id]
    reads = snapshot_reads(monkeypatch)
    for number in range(2, 5):
        commit(store, number)
        store.fold()
    assert ids(reader) == [person(number).id for number in range(1, 5)]
    assert len(reads) == 1
    commit(reader, 9)
    assert len(ids(store)) == 5


def test_a_view_stays_as_it_was_over_a_fold(folder: Path) -> None:
    store = open_store(folder)
    commit(store, 1)
    with store.view() as view:
        commit(store, 2)
        store.fold()
        commit(store, 3)
        assert [found.id for found in view.people.all()] == [person(1).id]


def test_whoever_has_seen_nothing_of_the_log_can_fold(folder: Path) -> None:
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    other.fold()
    commit(store, 2)
    assert other.verify_audit().records == 2


def test_folding_an_empty_store_does_nothing(folder: Path) -> None:
    store = open_store(folder)
    store.fold()
    assert store.changes() == 0
    commit(store, 1)
    assert ids(store) == [person(1).id]


def test_folding_makes_safe_what_others_have_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(store._safety, "make_safe", lambda *_: None)
        commit(store, 2)
    other.fold()
    assert ids(open_store(folder)) == [person(1).id, person(2).id]
    assert store.verify_audit().records == 2


def test_only_one_folds_at_a_time_and_the_others_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(folder)
    commit(store, 1)
    monkeypatch.setattr(upkeep, "FOLD_FROM", 10)
    store._picture.snapshot_size = 0
    other = open_store(folder, lock_seconds=0.05)
    with other._safety.locked():
        store._upkeep.fold_when_due()
    assert store._picture.facts.generation == 1
    store._upkeep.fold_when_due()
    assert store._picture.facts.generation == 2


def test_folds_beside_threads_that_read_and_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "FOLD_FROM", 3_000)
    store, wrong = open_store(folder), list[str]()
    with store.transaction() as tx:
        for number in (1, 2):
            tx.people.put(person(number, version=0))
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with store.view() as view:
                versions = {found.version for found in view.people.all()}
                if len(versions) != 1:
                    wrong.append(str(versions))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(1, 120):
        store._picture.snapshot_size = 0
        with store.transaction() as tx:
            for number in (1, 2):
                tx.people.put(person(number, version=version))
            tx.audit.append(event(version))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert store._picture.facts.generation > 5
    assert store.verify_audit().records == 119


def test_a_snapshot_that_is_older_than_its_journal_is_refused(folder: Path) -> None:
    """A34: half of an old copy put back."""
    store = open_store(folder)
    commit(store, 1)
    old = (folder / "store.json").read_bytes()
    store.fold()
    commit(store, 2)
    store.close()
    (folder / "store.json").write_bytes(old)
    with pytest.raises(IntegrityFailure, match=r"older copy of store\.json"):
        open_store(folder)


# -- What arrives from other processes -------------------------------------------------------------------------------


def test_what_others_change_is_decoded_when_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty terminals change counters all day; each needs only its own people's."""
    store, other = open_store(folder), open_store(folder)
    with store.transaction() as tx:
        for number in range(1, 21):
            tx.people.put(person(number))
    assert len(ids(other)) == 20
    decoded: list[int] = []
    real = Rows._decoded

    def decode(rows: Rows[Person], number: int) -> Person:
        decoded.append(number)
        return real(rows, number)

    monkeypatch.setattr(Rows, "_decoded", decode)
    for version in range(2, 5):
        for number in range(1, 21):
            with store.transaction() as tx:
                tx.people.put(person(number, version=version))
    with other.view() as view:
        found = view.people.get(person(7).id)
        assert found == person(7, version=4)
        assert decoded == [7]
        assert view.people.by_email(person(8).email_key) == person(8, version=4)
    # The e-mail might be another one by now, so all of them were looked at, once, in their last version.
    assert sorted(decoded) == list(range(1, 21))


def test_nobody_without_a_retired_secret_is_decoded_to_find_those_with_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRI-03: each start looks for them, among ten thousand people; from the snapshot and from other terminals' commits."""
    (past,) = credentials(1).pairings
    kept = credentials(2, pairings=(msgspec.structs.replace(past, sealed="v1.key.b2xk"),))
    store = open_store(folder)
    with store.transaction() as tx:
        for number in range(1, 8):
            tx.credentials.put(credentials(number))
        tx.credentials.put(kept)
    store.fold()
    other, decoded = open_store(folder), []
    real = Rows._decoded

    def decode(rows: Rows[Credentials], number: int) -> Credentials:
        decoded.append(number)
        return real(rows, number)

    monkeypatch.setattr(Rows, "_decoded", decode)
    with other.view() as view:
        assert list(view.credentials.with_retired_secrets()) == [kept]
    assert decoded == [2]
    with store.transaction() as tx:
        tx.credentials.put(credentials(2, epoch=7))
        tx.credentials.put(msgspec.structs.replace(kept, id=credentials(5).id))
    with other.view() as view:
        assert [each.id for each in view.credentials.with_retired_secrets()] == [credentials(5).id]
    assert decoded == [2, 5]


def test_people_who_exchange_their_emails_step_by_step_arrive_all_at_once(folder: Path) -> None:
    """Each step is fine by itself; the last state must not be mistaken for two people with one e-mail."""
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    commit(store, 2)
    assert len(ids(other)) == 2
    for number, mail in ((1, "between"), (2, "person1"), (1, "person2")):
        with store.transaction() as tx:
            tx.people.put(with_email(person(number), f"{mail}@example.org"))
    with other.view() as view:
        swapped = [view.people.by_email(person(number).email_key) for number in (1, 2)]
    assert [found.id if found else None for found in swapped] == [person(2).id, person(1).id]


def test_a_document_that_arrived_and_is_then_removed_is_gone(folder: Path) -> None:
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    assert len(ids(other)) == 1
    with store.transaction() as tx:
        tx.people.put(with_email(person(1), "later@example.org"))
    with store.transaction() as tx:
        tx.people.remove(person(1).id)
    commit(store, 3)
    with other.view() as view:
        assert view.people.get(person(1).id) is None
        assert view.people.by_email("later@example.org") is None
        assert view.people.by_email(person(1).email_key) is None
        assert view.people.count() == 1


def test_a_change_made_here_is_not_overtaken_by_one_that_arrived_before(folder: Path) -> None:
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    assert len(ids(other)) == 1
    with store.transaction() as tx:
        tx.people.put(person(1, name="Theirs"))
    with other.transaction() as tx:
        # Put without looking, so nothing was decoded before.
        tx.people.put(person(1, name="Ours"))
    for each in (store, other, open_store(folder)):
        with each.view() as view:
            assert view.people.get(person(1).id) == person(1, name="Ours")


def test_documents_that_arrive_and_contradict_each_other_are_refused() -> None:
    """STO-11: two people with one e-mail, or two documents with one id, were not written by this program."""
    for wrong in (with_email(person(1), person(2).email), person(2)):
        rows = Rows.load(PEOPLE, {1: person(1), 2: person(2)})
        rows.arrive(1, msgspec.json.encode(wrong), 5, _decode)
        for _ in range(2):
            # Not the second time either: what was there before is not the answer.
            with pytest.raises(IntegrityFailure, match="contradict each other"):
                rows.documents()


def _decode(_: str, text: bytes, __: int) -> Person:
    return msgspec.json.decode(text, type=Person)


@pytest.mark.parametrize("moved", [0, SAFE], ids=["no mark", "the first mark"])
@pytest.mark.parametrize("alone", [True, False])
def test_whoever_folds_and_dies_before_moving_the_marks_is_in_nobodys_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moved: int, *, alone: bool
) -> None:
    """STO-09: what is acknowledged next is on the disk, in the journal that has the name; nobody is told of damage."""
    store, other = open_store(folder), open_store(folder)
    for number in (1, 2):
        commit(store, number)
        commit(other, number + 2)
    lock = folder / "store.lock"
    marks = lock.read_bytes()
    store.fold()
    lock.write_bytes(lock.read_bytes()[:moved] + marks[moved:])
    if not alone:
        with monkeypatch.context() as patch:
            patch.setattr(other._safety, "make_safe", lambda *_: None)
            commit(other, 5)
    synced: list[int] = []
    with monkeypatch.context() as patch:
        for name in ("fdatasync", "fsync"):
            patch.setattr(os, name, lambda fd: synced.append(os.fstat(fd).st_ino))
        commit(other, 6)
    assert synced == [folder.stat().st_ino, (folder / "store.journal").stat().st_ino]
    expected = 5 if alone else 6
    for each in (store, other, open_store(folder)):
        assert each.changes() == expected
        assert each.verify_audit().ok
        assert each.audit_count() == expected
