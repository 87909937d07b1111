"""Threads and processes that get into each other's way at the worst moments."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.store.tinydb import TinyStore
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.onlooker import Onlooker, lock_is_free
from tests.conftest import SOAK
from tests.store.stage import DOCUMENTED, SEAL, commit, event, names, open_store, person, running


def ids(store: TinyStore) -> list[str]:
    """Return the ids of everybody."""
    with store.view() as view:
        return [found.id for found in view.people.all()]


def write_without_sync(store: TinyStore, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit up to the moment before the sync, as another process is at any time."""
    with monkeypatch.context() as patch:
        patch.setattr(store._safety, "make_safe", lambda *_: None)
        patch.setattr(store._upkeep, "fold_when_due", lambda: None)
        commit(store, number)


def test_readers_do_not_see_what_is_not_on_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that a crash could still undo is shown to nobody."""
    store, reader = open_store(folder), open_store(folder)
    commit(store, 1)
    write_without_sync(store, 2, monkeypatch)
    assert ids(reader) == ids(open_store(folder)) == [person(1).id]
    assert reader.changes() == 1
    assert len(list(reader.audit_records())) == 1
    assert reader.verify_audit().records == 1


def test_a_view_of_the_process_that_is_just_writing_makes_it_safe_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reader = open_store(folder), open_store(folder)
    commit(store, 1)
    write_without_sync(store, 2, monkeypatch)
    assert ids(store) == [person(1).id, person(2).id]
    assert ids(reader) == [person(1).id, person(2).id]
    assert reader.verify_audit().records == 2


def test_a_view_of_what_the_disk_then_refuses_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(folder)
    commit(store, 1)
    write_without_sync(store, 2, monkeypatch)

    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", broken)
        with pytest.raises(Unavailable), store.view():
            pass
    assert ids(store) == [person(1).id]
    commit(store, 3)
    assert ids(open_store(folder)) == [person(1).id, person(3).id]


def test_a_view_within_a_transaction_waits_for_no_sync(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds the lock never waits for the sync lock: its holder may be waiting for the lock."""
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    write_without_sync(other, 2, monkeypatch)
    calls: list[str] = []
    real = store._safety.make_safe

    def make_safe(*arguments: Any) -> None:
        calls.append("within" if store._holding.is_mine() else "after")
        real(*arguments)

    monkeypatch.setattr(store._safety, "make_safe", make_safe)
    with store.transaction() as tx:
        assert tx.people.count() == 2
        with store.view() as view:
            assert view.people.count() == 2
    assert calls == ["after"]
    assert ids(open_store(folder)) == [person(1).id, person(2).id]


def test_a_fold_whose_sync_fails_takes_back_what_was_not_safe(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds both locks already and must not wait for itself."""
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    write_without_sync(other, 2, monkeypatch)

    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", broken)
        with pytest.raises(Unavailable, match="does not work"):
            store.fold()
    for each in (store, other, open_store(folder)):
        assert ids(each) == [person(1).id]
    commit(other, 3)
    store.fold()
    assert ids(open_store(folder)) == [person(1).id, person(3).id]
    assert names(folder) == DOCUMENTED


WRITING = """
import sys
from pathlib import Path
from tests.store.stage import event, open_store
from pomfa_tui.store.tinydb import upkeep
upkeep.FOLD_FROM = 10_000
store = open_store(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    with store.transaction() as tx:
        tx.audit.append(event(number))
        tx.audit.append(event(number))
    print(number, flush=True)
"""


def test_checking_the_log_while_others_write_to_it_finds_nothing_wrong(folder: Path) -> None:
    """AUD-06: a record that is just being written is neither missing nor too much."""
    store = open_store(folder)
    with running(WRITING, folder) as writer:
        assert writer.stdout is not None
        told = 0
        while told < (150 if SOAK else 40):
            told = int(writer.stdout.readline())
            verdict = store.verify_audit()
            assert verdict.ok, verdict.problem
            assert verdict.records >= 2 * told
            assert verdict.records <= len(list(store.audit_records()))


def test_a_lock_file_that_is_removed_while_somebody_waits_lets_one_in_after_the_other(
    folder: Path,
) -> None:
    """STO-10: the one who waits for the old file must not think that it has the lock."""
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    commit(other, 2)
    inside, done = threading.Event(), threading.Event()

    def wait_for_turn() -> None:
        inside.set()
        commit(other, 3)
        done.set()

    thread = threading.Thread(target=wait_for_turn)
    with store.transaction() as tx:
        thread.start()
        inside.wait()
        while other._lock._turns is None:
            assert not done.is_set()
        (folder / "store.lock").unlink()
        tx.people.put(person(4))
    thread.join()
    commit(store, 5)
    for each in (store, other, open_store(folder)):
        assert sorted(ids(each)) == [person(number).id for number in (1, 2, 3, 4, 5)]
        assert each.verify_audit().records == 4


def test_marks_are_never_written_into_another_file(folder: Path) -> None:
    """The number of a removed lock file's descriptor must not come to mean the journal."""
    store = open_store(folder)
    commit(store, 1)
    before = store._lock._fd
    (folder / "store.lock").unlink()
    commit(store, 2)
    assert store._lock._fd != before
    assert os.fstat(before).st_nlink == 0
    store.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(before)


def no_locks(*_: object) -> None:
    """Fail as some network disks do."""
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize("call", ["flock", "fcntl"])
def test_a_disk_without_locks_is_refused_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A36: two processes would lose each other's changes there."""
    commit(open_store(folder), 1)
    store = open_store(folder)
    with monkeypatch.context() as patch:
        patch.setattr(fcntl, call, no_locks)
        with pytest.raises(Unavailable, match="No locks available"):
            commit(store, 2)
    assert ids(store) == [person(1).id]
    commit(store, 3)
    assert store.verify_audit().records == 2


def test_a_commit_that_is_written_does_not_hang_on_the_sync_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made safe without, and what then remains is done by whoever comes next."""
    store = open_store(folder, lock_seconds=0.05)
    commit(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "fcntl", no_locks)
        commit(store, 2)
    commit(store, 3)
    assert ids(open_store(folder)) == [person(number).id for number in (1, 2, 3)]
    assert store.verify_audit().records == 3


def test_a_store_is_never_begun_anew_over_another(folder: Path) -> None:
    """A29: whatever a process thinks that it knows."""
    store, other = open_store(folder), open_store(folder)
    commit(other, 1)
    before = (folder / "store.json").read_bytes()
    with pytest.raises(Unavailable, match="has just changed"), store._holding:
        store._writer.commit({}, [event(2)])
    assert (folder / "store.json").read_bytes() == before
    commit(store, 3)
    assert ids(other) == [person(1).id, person(3).id]


def test_a_log_that_was_rotated_away_is_missed(folder: Path, tmp_path: Path) -> None:
    """AUD-06, AUD-08: logrotate must not begin the evidence anew."""
    store = open_store(folder)
    commit(store, 1)
    log = folder / "audit.jsonl"
    shutil.move(log, tmp_path / "audit.jsonl.1")
    log.touch(mode=0o600)
    with pytest.raises(IntegrityFailure, match="cut off"):
        commit(store, 2)
    shutil.move(tmp_path / "audit.jsonl.1", log)
    commit(store, 3)
    assert store.verify_audit().records == 2


# -- Looking on --------------------------------------------------------------------------------------------------------


def test_an_onlooker_reads_what_is_there_and_changes_nothing(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Onlooker(folder, head_seal=SEAL)
    store = open_store(folder)
    commit(store, 1)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    onlooker = Onlooker(folder, head_seal=SEAL)
    assert ids(onlooker) == [person(1).id]
    assert onlooker.verify_audit().ok
    with pytest.raises(Unavailable):
        commit(onlooker, 2)
    with pytest.raises(Unavailable):
        onlooker.fold()
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    commit(store, 3)
    assert ids(onlooker) == [person(1).id, person(3).id]


def test_an_onlooker_sees_the_lock_taken_and_free(folder: Path) -> None:
    store = open_store(folder)
    commit(store, 1)
    assert lock_is_free(folder, 0)
    with store.transaction():
        assert not lock_is_free(folder, 0.03)
    assert lock_is_free(folder, 0)


def test_a_lock_file_that_vanishes_between_two_looks_is_no_mark(folder: Path) -> None:
    store = open_store(folder)
    commit(store, 1)
    lock = LockFile(store._folder)
    assert lock.look(0) is not None
    (folder / "store.lock").unlink()
    assert lock.look(0) is None
    lock.close()
