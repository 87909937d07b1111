"""Several processes on one folder, each a real one."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.domain.errors import Busy, Unavailable
from tests.conftest import SOAK
from tests.store.stage import commit, event, open_store, person, running

PROCESSES = 32 if SOAK else 8
EACH = 200 if SOAK else 40

COUNTING = """
import sys
from pathlib import Path
import msgspec
from tests.store.stage import event, open_store, person
from pomfa_tui.store.tinydb import upkeep
upkeep.FOLD_FROM = 20_000
store = open_store(Path(sys.argv[1]), lock_seconds=100)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with store.transaction() as tx:
        found = tx.people.by_email(person(1).email_key)
        tx.people.put(msgspec.structs.replace(found, version=found.version + 1))
        tx.audit.append(event(1))
print("done", flush=True)
"""


def test_many_processes_lose_no_update_and_no_record(folder: Path) -> None:
    """STO-10, AUD-13: read-modify-write of one person by all of them, over several folds."""
    with open_store(folder).transaction() as tx:
        tx.people.put(person(1, version=0))
    with ExitStack() as stack:
        processes = [stack.enter_context(running(COUNTING, folder, EACH)) for _ in range(PROCESSES)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "done\n"
    store = open_store(folder)
    with store.view() as view:
        found = view.people.get(person(1).id)
    assert found is not None
    assert found.version == PROCESSES * EACH
    records = list(store.audit_records())
    assert [record.seq for record in records] == list(range(1, PROCESSES * EACH + 1))
    assert store.verify_audit().ok
    assert store.changes() == PROCESSES * EACH + 1


PAIRS = """
import sys
from pathlib import Path
import msgspec
from tests.store.stage import open_store, person
from pomfa_tui.store.tinydb import upkeep
upkeep.FOLD_FROM = 5_000
store = open_store(Path(sys.argv[1]))
version = 0
while True:
    version += 1
    with store.transaction() as tx:
        for number in (1, 2, 3):
            tx.people.put(person(number, version=version, name=f"Version {version}"))
    print(version, flush=True)
"""


def test_readers_beside_a_writer_never_see_half_of_a_commit_or_go_back(folder: Path) -> None:
    """STO-09: 785 of 2,018 reads were torn with plain TinyDB."""
    with open_store(folder).transaction() as tx:
        for number in (1, 2, 3):
            tx.people.put(person(number, version=0))
    reader, seen = open_store(folder), [0]
    with running(PAIRS, folder) as writer:
        assert writer.stdout is not None
        while seen[-1] < (5000 if SOAK else 500):
            told = int(writer.stdout.readline())
            with reader.view() as view:
                versions = {found.version for found in view.people.all()}
                found = view.people.by_email(person(2).email_key)
            assert len(versions) == 1, versions
            assert found is not None
            assert versions == {found.version}
            # What the writer was told is done is seen by everybody at once.
            assert found.version >= told
            seen.append(found.version)
    assert seen == sorted(seen)


HOLDING = """
import sys
from pathlib import Path
from tests.store.stage import open_store, person
store = open_store(Path(sys.argv[1]))
with store.transaction() as tx:
    tx.people.put(person(5))
    print("holding", flush=True)
    sys.stdin.readline()
print("committed", flush=True)
"""


def test_waiting_for_another_process_ends_with_busy_and_reading_goes_on(folder: Path) -> None:
    """STO-10: the lock has a time-out, and readers need no lock."""
    store = open_store(folder, lock_seconds=0.05)
    commit(store, 1)
    with running(HOLDING, folder) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "holding\n"
        with pytest.raises(Busy, match="busy") as busy:
            commit(store, 2)
        assert not isinstance(busy.value, Unavailable)
        with store.view() as view:
            assert [found.id for found in view.people.all()] == [person(1).id]
        holder.stdin.write("go\n")
        assert holder.stdout.readline() == "committed\n"
        commit(store, 2)
    with store.view() as view:
        assert view.people.count() == 3


def test_a_holder_that_dies_frees_the_lock_and_changes_nothing(folder: Path) -> None:
    """STO-10: kill -9 within a transaction."""
    store = open_store(folder)
    commit(store, 1)
    with running(HOLDING, folder) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        commit(store, 2)
    with store.view() as view:
        assert [found.id for found in view.people.all()] == [person(1).id, person(2).id]


def test_a_process_that_is_stopped_while_it_syncs_holds_nobody_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync lock has a time-out too: the commit is made safe without it."""
    store, other = open_store(folder), open_store(folder, lock_seconds=0.05)
    commit(store, 1)
    with store._safety.locked():
        commit(other, 2)
    commit(store, 3)
    with open_store(folder).view() as view:
        assert view.people.count() == 3
    assert store.verify_audit().records == 3


def test_a_change_of_another_process_is_noticed_at_once_and_cheaply(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 26: the five seconds of a revocation start with a look that reads no document."""
    one, two = open_store(folder), open_store(folder)
    commit(one, 1)
    assert two.changes() == one.changes() == 1
    commit(one, 2)
    monkeypatch.setattr(two._picture, "follow", None)
    assert two.changes() == 2
    monkeypatch.undo()
    with two.view() as view:
        assert view.people.count() == 2


def test_changes_never_go_back_over_a_fold(folder: Path) -> None:
    one, two = open_store(folder), open_store(folder)
    seen = []
    for number in range(1, 6):
        commit(one, number)
        seen.append(two.changes())
        one.fold()
        seen.append(two.changes())
    assert seen == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


FORKING = """
import os, sys
from pathlib import Path
from tests.store.stage import commit, open_store
store = open_store(Path(sys.argv[1]))
commit(store, 1)
children = []
for child in range(4):
    pid = os.fork()
    if pid == 0:
        for number in range(10):
            commit(store, 100 * child + number + 10)
        os._exit(0)
    children.append(pid)
for number in range(500, 510):
    commit(store, number)
print([os.waitpid(pid, 0)[1] for pid in children], flush=True)
"""


def test_a_store_that_was_open_when_the_process_forked_works_in_every_child(folder: Path) -> None:
    """A lock that is shared with the parent would keep nobody out."""
    with running(FORKING, folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "[0, 0, 0, 0]\n"
    store = open_store(folder)
    with store.view() as view:
        assert view.people.count() == 51
    assert store.verify_audit().records == 51


def test_removing_the_lock_file_lets_nobody_in_beside_the_holder(folder: Path) -> None:
    """Whoever comes after that makes a new one; what was acknowledged stays, also without the marks in the old."""
    one, two = open_store(folder), open_store(folder)
    commit(one, 1)
    commit(two, 2)
    (folder / "store.lock").unlink()
    with two.view() as view:
        assert view.people.count() == 2
    commit(one, 3)
    with two.transaction() as tx:
        tx.people.put(msgspec.structs.replace(person(1), version=2))
        tx.audit.append(event(4))
    commit(one, 5)
    for store in (one, two, open_store(folder)):
        with store.view() as view:
            assert view.people.count() == 4
        assert store.verify_audit().records == 5


def test_the_lock_is_given_up_within_the_time_out(folder: Path) -> None:
    """STO-10: not much later than promised, whatever the pauses between two tries."""
    store, other = open_store(folder), open_store(folder, lock_seconds=0.3)
    commit(store, 1)
    with store.transaction():
        start = time.monotonic()
        with pytest.raises(Busy):
            commit(other, 2)
        assert 0.3 <= time.monotonic() - start < 2
