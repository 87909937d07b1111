"""A disk that is full, read-only or broken: refused in a sentence, nothing changed, and all well when it is mended."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.domain.errors import Unavailable, UnsafeEnvironment
from pomfa_tui.store.tinydb import TinyStore, upkeep
from tests.store.stage import DOCUMENTED, commit, event, names, open_store, person

# -- Faults, one system call at a time ---------------------------------------------------------------------------------


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, call: str, code: int, *, name: str = "", after: int = 0
) -> Iterator[list[str]]:
    """Let a system call fail, on the file with that name or on any.

    Args:
        monkeypatch: Puts things back.
        call: Name in `os`.
        code: The error.
        name: Of the file; any by default.
        after: How many calls go well first.

    Yields:
        The files on which it failed.
    """
    real: Callable[..., Any] = getattr(os, call)
    failed: list[str] = []
    left = after

    def fail(target: Any, *arguments: Any, **named: Any) -> Any:
        nonlocal left
        where = (
            target if not isinstance(target, int) else Path(f"/proc/self/fd/{target}").readlink()
        )
        if name in Path(where).name:
            left -= 1
            if left < 0:
                failed.append(Path(where).name)
                raise OSError(code, os.strerror(code))
        return real(target, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        yield failed
    assert failed, "the fault was never reached"


def people(store: TinyStore) -> list[str]:
    """Return the ids of everybody."""
    with store.view() as view:
        return [found.id for found in view.people.all()]


@pytest.fixture
def two(folder: Path) -> tuple[TinyStore, TinyStore]:
    """Return two processes' views of a store with one person in it."""
    store, other = open_store(folder), open_store(folder)
    commit(store, 1)
    assert people(other) == [person(1).id]
    return store, other


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (("pwrite", "store.journal", errno.ENOSPC), "full"),
        (("pwrite", "store.journal", errno.EDQUOT), "full"),
        (("pwrite", "store.journal", errno.EROFS), "read-only"),
        (("pwrite", "store.journal", errno.EFBIG), "largest size"),
        (("pwrite", "store.journal", errno.EIO), "does not work"),
        (("fdatasync", "store.journal", errno.EIO), "does not work"),
        (("fdatasync", "store.journal", errno.ENOSPC), "full"),
        (("write", "audit.jsonl", errno.EPERM), "closed to changes"),
        (("write", "audit.jsonl", errno.EROFS), "read-only"),
        (("pread", "store.lock", errno.EIO), "does not work"),
        (("pread", "store.journal", errno.EIO), "does not work"),
        (("stat", "store.journal", errno.ESTALE), "vanished"),
    ],
)
def test_a_change_that_the_disk_refuses_never_happened(
    two: tuple[TinyStore, TinyStore],
    monkeypatch: pytest.MonkeyPatch,
    fault: tuple[str, str, int],
    words: str,
) -> None:
    """A36, AUD-08, STO-09: a sentence, the old state, and no record of what did not happen."""
    store, other = two
    call, name, code = fault
    with failing(monkeypatch, call, code, name=name), pytest.raises(Unavailable, match=words):
        commit(store, 2)
    for each in (store, other, open_store(store._folder.path)):
        assert people(each) == [person(1).id]
        assert each.verify_audit().records == 1
        assert each.changes() == 1
    commit(store, 3)
    commit(other, 4)
    assert people(store) == [person(number).id for number in (1, 3, 4)]
    assert store.verify_audit().records == 3
    assert names(store._folder.path) == DOCUMENTED


def test_a_portion_of_a_line_is_taken_back(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A36: a nearly full disk takes the first bytes and refuses the rest."""
    store, other = two
    real = os.pwrite

    def stingy(fd: int, data: bytes, start: int) -> int:
        if len(data) > 200:
            return real(fd, data[:100], start)
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "pwrite", stingy)
    with pytest.raises(Unavailable, match="full"):
        commit(store, 2)
    monkeypatch.undo()
    assert people(other) == [person(1).id]
    commit(other, 3)
    assert people(store) == [person(1).id, person(3).id]


def test_bytes_that_are_taken_in_portions_arrive(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, real_write, real_read = os.pwrite, os.write, os.pread
    monkeypatch.setattr(os, "pwrite", lambda fd, data, start: real(fd, data[:50], start))
    monkeypatch.setattr(os, "write", lambda fd, data: real_write(fd, bytes(data)[:50]))
    monkeypatch.setattr(os, "pread", lambda fd, size, start: real_read(fd, min(size, 200), start))
    store = open_store(folder)
    commit(store, 1)
    commit(store, 2)
    assert people(open_store(folder)) == [person(1).id, person(2).id]
    assert store.verify_audit().records == 2


def test_everybody_whose_commit_was_taken_back_is_told_and_nobody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process syncs for two: when the disk refuses, both commits are gone and both are told so."""
    first, second, reader = (open_store(folder) for _ in range(3))
    commit(first, 1)
    commit(second, 2)
    make_safe = second._safety.make_safe

    def meanwhile(mark: Any, records: bytes | None = None) -> None:
        # The first process writes after the second, and its sync, which is for both, fails.
        monkeypatch.undo()
        with failing(monkeypatch, "fdatasync", errno.EIO), pytest.raises(Unavailable):
            commit(first, 11)
        make_safe(mark, records)

    monkeypatch.setattr(second._safety, "make_safe", meanwhile)
    with pytest.raises(Unavailable, match="did not take the change"):
        commit(second, 12)
    for store in (first, second, reader, open_store(folder)):
        assert people(store) == [person(1).id, person(2).id]
        assert store.verify_audit().records == 2
    commit(second, 13)
    commit(first, 14)
    assert people(reader) == [person(number).id for number in (1, 2, 13, 14)]
    assert reader.verify_audit().records == 4


def test_what_was_safe_before_a_failure_stays_safe_for_whoever_waits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that somebody else made safe just before the disk broke is not called lost."""
    first, second = open_store(folder), open_store(folder)
    commit(first, 1)
    make_safe = second._safety.make_safe

    def meanwhile(mark: Any, records: bytes | None = None) -> None:
        monkeypatch.undo()
        commit(first, 11)
        with failing(monkeypatch, "fdatasync", errno.EIO), pytest.raises(Unavailable):
            commit(first, 12)
        make_safe(mark, records)

    monkeypatch.setattr(second._safety, "make_safe", meanwhile)
    commit(second, 2)
    assert people(second) == [person(1).id, person(2).id, person(11).id]


def test_a_process_that_cannot_take_its_line_back_does_nothing_more(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail closed: it does not know any more what is on the disk."""
    store, _ = two
    with (
        failing(monkeypatch, "fdatasync", errno.EIO),
        failing(monkeypatch, "ftruncate", errno.EIO),
        pytest.raises(Unavailable),
    ):
        commit(store, 2)
    with pytest.raises(Unavailable, match="start pomfa-tui again"):
        commit(store, 3)


def test_a_refused_answer_rests_on_nothing_that_is_undone_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told "exists already" is told so of something that is on the disk."""
    first, second = open_store(folder), open_store(folder)
    commit(first, 1)
    synced: list[int] = []
    monkeypatch.setattr(first._safety, "make_safe", lambda *_: None)
    monkeypatch.setattr(first._upkeep, "fold_when_due", lambda: None)
    commit(first, 2)
    real = os.fdatasync

    def sync(fd: int) -> None:
        synced.append(fd)
        real(fd)

    def look_and_stop() -> None:
        with second.transaction() as tx:
            raise LookupError(tx.people.count())

    monkeypatch.setattr(os, "fdatasync", sync)
    with pytest.raises(LookupError, match="2"):
        look_and_stop()
    assert synced
    with open_store(folder).view() as view:
        assert view.people.count() == 2


# -- The audit log -----------------------------------------------------------------------------------------------------


def test_a_record_that_the_log_cannot_take_is_kept_and_nothing_follows_until_it_can(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-08: the change is on the disk with its record, in the journal; but no second change before the first one's record."""
    store, other = two
    with failing(monkeypatch, "write", errno.ENOSPC, name="audit.jsonl", after=1):
        commit(store, 2)
        log = (store._folder.path / "audit.jsonl").read_bytes()
        assert log.count(b"\n") == 1
        assert [record.event for record in other.audit_records()] == [event(1), event(2)]
        for each in (store, other):
            with pytest.raises(Unavailable, match="full"):
                commit(each, 3)
        assert people(other) == [person(1).id, person(2).id]
    commit(other, 4)
    log = (store._folder.path / "audit.jsonl").read_bytes()
    assert log.count(b"\n") == 3
    assert [record.event for record in store.audit_records()] == [event(1), event(2), event(4)]
    assert store.verify_audit().records == 3


def test_checking_the_log_first_adds_what_a_full_disk_kept_out(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = two
    with failing(monkeypatch, "write", errno.ENOSPC, name="audit.jsonl", after=1):
        commit(store, 2)
        found = other.verify_audit()
        assert (found.ok, found.first_bad) == (False, 2)
    assert other.verify_audit().ok
    assert (store._folder.path / "audit.jsonl").read_bytes().count(b"\n") == 2


def test_nothing_is_folded_while_the_log_lacks_a_record(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-08: a record is in the log or in the journal at every moment."""
    store, _ = two
    journal = (store._folder.path / "store.journal").stat().st_ino
    monkeypatch.setattr(upkeep, "FOLD_FROM", 10)
    store._picture.snapshot_size = 0
    with failing(monkeypatch, "write", errno.ENOSPC, name="audit.jsonl", after=1):
        commit(store, 2)
    assert (store._folder.path / "store.journal").stat().st_ino == journal
    assert store.verify_audit().records == 2


def test_an_audit_log_that_cannot_be_opened_changes_nothing(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-08, A36: a new process finds the log closed to it."""
    folder = two[0]._folder.path
    fresh = open_store(folder)
    with (
        failing(monkeypatch, "open", errno.EACCES, name="audit.jsonl"),
        pytest.raises(UnsafeEnvironment, match=r"audit\.jsonl is closed"),
    ):
        commit(fresh, 2)
    assert people(fresh) == [person(1).id]
    commit(fresh, 3)


# -- Folding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".store.json.new", ".store.journal.new"])
@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_fold_that_the_disk_refuses_leaves_everything_as_it_is(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch, call: str, name: str
) -> None:
    """STO-09, A36: old snapshot and journal stay, nothing is left lying about, and the next fold does it."""
    store, other = two
    commit(store, 2)
    with failing(monkeypatch, call, errno.ENOSPC, name=name), pytest.raises(Unavailable):
        store.fold()
    assert names(store._folder.path) == DOCUMENTED
    for each in (store, other, open_store(store._folder.path)):
        assert people(each) == [person(1).id, person(2).id]
    commit(other, 3)
    commit(store, 4)
    store.fold()
    assert people(other) == people(open_store(store._folder.path))
    assert store.verify_audit().records == 4


def test_folding_by_the_way_never_fails_a_commit_and_is_put_off(
    two: tuple[TinyStore, TinyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A36: the commit stands, and a full disk is not asked again at every commit."""
    store, other = two
    monkeypatch.setattr(upkeep, "FOLD_FROM", 10)
    store._picture.snapshot_size = 0
    with failing(monkeypatch, "replace", errno.ENOSPC) as failed:
        commit(store, 2)
        commit(store, 3)
        assert len(failed) == 1
    for number in range(4, 12):
        commit(store, number)
    assert people(other) == [person(number).id for number in range(1, 12)]
    assert b'"people":{"1"' in (store._folder.path / "store.json").read_bytes()


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_store_that_cannot_be_begun_stays_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A36, A29: half a beginning is none."""
    for after in range(3):
        store = open_store(folder)
        real: Callable[..., Any] = getattr(os, call)
        left = after

        def fail(*arguments: Any, real: Callable[..., Any] = real, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(errno.ENOSPC, "full")
            return real(*arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            try:
                commit(store, 1)
            except Unavailable:
                assert people(store) == []
                assert people(open_store(folder)) == []
        store.close()
    store = open_store(folder)
    if not people(store):
        commit(store, 1)
    assert people(open_store(folder)) == [person(1).id]
    assert store.verify_audit().records == 1


# -- Real disks --------------------------------------------------------------------------------------------------------

LIMITED = """
import resource, signal, sys
from pathlib import Path
from pomfa_tui.domain.errors import Unavailable
from tests.store.stage import commit, open_store
folder = Path(sys.argv[1])
store = open_store(folder)
commit(store, 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, resource.RLIM_INFINITY))
done = 1
try:
    while True:
        commit(store, done + 1)
        done += 1
except Unavailable as refusal:
    print(done, refusal.message, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
commit(store, done + 1)
print(done + 1, store.verify_audit().records, flush=True)
"""


def test_a_file_that_may_not_grow_any_more_is_refused_in_a_sentence(folder: Path) -> None:
    """A36, K55: a real limit of the system, which any account can have."""
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, folder],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    first, second = told.stdout.splitlines()
    assert "largest size" in first
    done = int(first.split()[0])
    assert second == f"{done + 1} {done + 1}"
    assert people(open_store(folder)) == [person(number).id for number in range(1, done + 2)]


MOUNTED = """
import shutil, subprocess, sys
from pathlib import Path
from pomfa_tui.domain.errors import Refusal
from tests.store.stage import DOCUMENTED, commit, names, open_store, person

place = Path(sys.argv[1])
folder = place / "data"

def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)

def refusal(number):
    try:
        commit(open_store(folder), number)
    except Refusal as refused:
        return refused.message
    return "done"

mount("-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", place)
store = open_store(folder)
commit(store, 1)
filler = place / "filler"
filler.write_bytes(bytes(700_000))
done = 1
try:
    while True:
        commit(store, done + 1)
        done += 1
except Refusal as refused:
    print("full:", refused.message)
with open_store(folder).view() as view:
    print("kept:", view.people.count() - done)
filler.unlink()
commit(store, done + 1)
store.fold()
verdict = store.verify_audit()
print("after:", verdict.ok, verdict.records - done, names(folder) == DOCUMENTED)
store.close()

mount("--bind", place, place)
mount("-o", "remount,bind,ro", place)
print("read-only:", refusal(900))
with open_store(folder).view() as view:
    print("read:", view.people.count() - done, view.people.get(person(1).id) == person(1))
subprocess.run(["umount", "--lazy", place], check=True)

log = folder / "audit.jsonl"
mount("--bind", log, log)
mount("-o", "remount,bind,ro", log)
print("log:", refusal(901))
subprocess.run(["umount", log], check=True)
print("mended:", refusal(902))
store = open_store(folder)
print("end:", store.verify_audit().records - done)
"""


def test_a_real_disk_that_is_full_or_read_only_changes_nothing(tmp_path: Path) -> None:
    """A36, AUD-08, STO-09: a disk of 1 MiB in memory, full, then read-only, then with a log that is."""
    place = tmp_path / "disk"
    place.mkdir(mode=0o700)
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip(
            "no disk can be mounted here; the test above uses a limit of the system instead"
        )
    told = subprocess.run(
        [*alone, sys.executable, "-c", MOUNTED, place],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr
    lines = dict(line.split(": ", 1) for line in told.stdout.splitlines())
    assert "is full, so nothing was changed" in lines["full"]
    assert lines["kept"] == "0"
    assert lines["after"] == "True 1 True"
    assert "is read-only, so nothing was changed" in lines["read-only"]
    assert lines["read"] == "1 True"
    assert "is read-only, so nothing was changed" in lines["log"]
    assert lines["mended"] == "done"
    assert lines["end"] == "2"
