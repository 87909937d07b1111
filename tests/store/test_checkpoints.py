"""A log whose oldest records were dropped: what goes on as before, and what does not pass for it (AUD-10)."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.store.checkpoint import line_of, sealed_checkpoint, start_of
from pomfa_tui.store.tinydb import TinyStore
from pomfa_tui.store.tinydb.auditplaces import EVERY
from pomfa_tui.store.tinydb.onlooker import Onlooker
from tests.store.stage import (
    DOCUMENTED,
    SEAL,
    KeyedSeal,
    checkpoint_at,
    commit,
    drop,
    event,
    meta,
    names,
    open_store,
    running,
)
from tests.store.test_disk import failing

PEOPLE, DROPPED = 8, 5


def numbers(store: TinyStore, first: int = 1) -> list[int]:
    """Return the numbers of the records from one on."""
    return [record.seq for record in store.audit_records(first)]


@pytest.fixture
def log(folder: Path) -> Path:
    """Return the log of a store that has eight records."""
    store = open_store(folder)
    with store.transaction() as tx:
        tx.put_meta(meta())
    for number in range(1, PEOPLE + 1):
        commit(store, number)
    store.close()
    return folder / "audit.jsonl"


def test_what_is_left_is_verified_from_the_checkpoint_by_everybody(log: Path, folder: Path) -> None:
    """AUD-10: by who dropped, by who has the store open, by who opens it later; the log goes on growing for all of them."""
    one, other = open_store(folder), open_store(folder)
    reading = other.audit_records()
    assert next(reading).seq == 1
    drop(one, DROPPED)
    # Whoever was reading reads on to the end.
    assert [record.seq for record in reading] == list(range(2, PEOPLE + 1))
    commit(other, PEOPLE + 1)
    for store in (one, other, open_store(folder)):
        verdict = store.verify_audit()
        assert (verdict.ok, verdict.dropped, verdict.records) == (True, DROPPED, 5)
        assert numbers(store) == numbers(store, DROPPED) == list(range(DROPPED + 1, PEOPLE + 3))
        assert numbers(store, PEOPLE) == [8, 9, 10]
        gone = store.audit_checkpoint()
        assert gone is not None
        assert (gone.seq, gone.at) == (DROPPED, event(DROPPED).at)
    assert names(folder) == DOCUMENTED
    assert log.read_bytes().count(b"\n") == 1 + 5


def test_dropped_records_stand_in_no_file_any_more(log: Path, folder: Path) -> None:
    """AUD-10, PRI-03: the journal forgets them in the same moment."""
    store = open_store(folder)
    drop(store, DROPPED)
    held = b"".join(path.read_bytes() for path in folder.iterdir())
    moments = [b'"at":%d,' % event(number).at for number in range(1, PEOPLE + 1)]
    assert [each in held.replace(line_of_checkpoint(log), b"") for each in moments] == [
        number > DROPPED for number in range(1, PEOPLE + 1)
    ]


def line_of_checkpoint(log: Path) -> bytes:
    """Return what the checkpoint states, as it stands in log and store."""
    sealed = start_of(log.read_bytes()).sealed
    assert sealed is not None
    return msgspec.json.encode(sealed.checkpoint)


def test_more_is_dropped_later_and_nothing_twice(log: Path, folder: Path) -> None:
    """AUD-10: places in the log go on meaning the same, in every process."""
    store, other = open_store(folder), open_store(folder)
    with store.transaction() as tx:
        for number in range(3 * EVERY):
            tx.audit.append(event(number))
    last = store.audit_count()
    for upto in (DROPPED, EVERY, EVERY + 1, 2 * EVERY + 3):
        drop(store, upto)
        last += 1
        for each in (store, other):
            assert numbers(each)[0] == upto + 1
            assert numbers(each, last - 2) == [last - 2, last - 1, last]
            assert numbers(each, upto + EVERY)[0] == upto + EVERY
            assert each.verify_audit().dropped == upto
    gone = next(store.audit_records())
    with pytest.raises(ValueError, match="not in the log"), store.transaction() as tx:
        tx.audit.drop(msgspec.structs.replace(checkpoint_at(gone), seq=3))
    with pytest.raises(IntegrityFailure, match="another record"), store.transaction() as tx:
        tx.audit.drop(msgspec.structs.replace(checkpoint_at(gone), hash="0" * 64))
    assert store.verify_audit().ok
    assert log.exists()


def test_a_store_without_a_checkpoint_is_written_as_before(log: Path, folder: Path) -> None:
    """STO-13: the format is the same until something is dropped, and stays readable after that."""
    store = open_store(folder)
    store.fold()
    assert b'"cut"' not in (folder / "store.json").read_bytes()
    assert start_of(log.read_bytes()).sealed is None
    drop(store, DROPPED)
    store.fold()
    again = open_store(folder)
    assert again.verify_audit().ok
    assert numbers(again)[0] == DROPPED + 1


# -- what does not pass


def _cut_without_checkpoint(log: Path, old: bytes) -> bytes:
    return log.read_bytes().partition(b"\n")[2]


def _old_log_put_back(log: Path, old: bytes) -> bytes:
    rest = log.read_bytes().splitlines(keepends=True)[1:]
    return old + rest[-1]


def _forged(log: Path, old: bytes) -> bytes:
    line, _, rest = log.read_bytes().partition(b"\n")
    return line.replace(b'"made_at":', b'"made_at":1') + b"\n" + rest


def _of_another_key(log: Path, old: bytes) -> bytes:
    _, _, rest = log.read_bytes().partition(b"\n")
    sealed = start_of(log.read_bytes()).sealed
    assert sealed is not None
    forged = sealed_checkpoint(
        sealed.checkpoint, sealed.store, sealed.size, KeyedSeal(b"another key")
    )
    return line_of(forged) + rest


def _of_another_store(log: Path, old: bytes) -> bytes:
    _, _, rest = log.read_bytes().partition(b"\n")
    sealed = start_of(log.read_bytes()).sealed
    assert sealed is not None
    return line_of(sealed_checkpoint(sealed.checkpoint, "cd" * 16, sealed.size, SEAL)) + rest


def _cut_further(log: Path, old: bytes) -> bytes:
    """Return what somebody with the key of a later time could leave: a newer checkpoint and a shorter log."""
    lines = log.read_bytes().splitlines(keepends=True)
    sealed = start_of(lines[0]).sealed
    assert sealed is not None
    at = msgspec.json.decode(lines[1])
    checkpoint = msgspec.structs.replace(sealed.checkpoint, seq=at["seq"], hash=at["hash"])
    newer = sealed_checkpoint(checkpoint, sealed.store, sealed.size + len(lines[1]), SEAL)
    return b"".join([line_of(newer), *lines[2:]])


def _without_the_records_after_it(log: Path, old: bytes) -> bytes:
    return log.read_bytes().splitlines(keepends=True)[0]


WAYS = [
    _cut_without_checkpoint,
    _old_log_put_back,
    _forged,
    _of_another_key,
    _of_another_store,
    _cut_further,
    _without_the_records_after_it,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_another_beginning_does_not_pass(
    log: Path, folder: Path, way: Callable[[Path, bytes], bytes]
) -> None:
    """AUD-10, AUD-06, A34, A39: told with its place by `verify`, and, but for the newer one that is told by it alone, nothing is written behind it."""
    old = log.read_bytes()
    store = open_store(folder)
    drop(store, DROPPED)
    store.close()
    log.write_bytes(way(log, old))

    for look in (open_store(folder), Onlooker(folder, head_seal=SEAL)):
        verdict = look.verify_audit()
        assert not verdict.ok
        assert verdict.first_bad == (DROPPED + 1 if way is _without_the_records_after_it else 1)
        assert verdict.problem
    if way is not _cut_further:
        with pytest.raises(IntegrityFailure, match=r"audit\.jsonl"):
            commit(open_store(folder), 99)


def test_an_older_checkpoint_with_its_older_log_does_not_pass(log: Path, folder: Path) -> None:
    """AUD-10, A34: also when the records that came since are added to it, so that the chain is whole."""
    store = open_store(folder)
    drop(store, 2)
    older = log.read_bytes()
    drop(store, DROPPED)
    store.close()
    newest = log.read_bytes().splitlines(keepends=True)[-1]
    log.write_bytes(older + newest)

    verdict = open_store(folder).verify_audit()

    assert (verdict.ok, verdict.first_bad) == (False, 1)
    assert verdict.problem is not None
    assert "after record 2, but the store's own is after record 5" in verdict.problem
    with pytest.raises(IntegrityFailure, match="damaged at line 1"):
        commit(open_store(folder), 99)


def test_an_older_copy_of_the_store_before_a_newer_log_is_told(log: Path, folder: Path) -> None:
    """AUD-10, A34: a checkpoint that this store never made."""
    shutil.copytree(folder, folder.with_name("older"))
    store = open_store(folder)
    drop(store, DROPPED)
    store.close()
    for name in ("store.json", "store.journal", "store.lock"):
        shutil.copy(folder.with_name("older") / name, folder / name)

    verdict = open_store(folder).verify_audit()

    assert (verdict.ok, verdict.first_bad) == (False, 1)
    assert "did not make" in str(verdict.problem)


def test_a_disk_that_refuses_leaves_the_log_whole_and_the_next_start_goes_on(
    log: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-08, AUD-10: the record is there, the log verifies, and the records go later."""
    store = open_store(folder)

    def refuse() -> bool:
        raise Unavailable("no room")

    with monkeypatch.context() as patch:
        patch.setattr(store._upkeep, "cut_log", refuse)
        drop(store, DROPPED)
    assert log.read_bytes().count(b"\n") == PEOPLE + 1
    for look in (store, Onlooker(folder, head_seal=SEAL)):
        verdict = look.verify_audit()
        assert (verdict.ok, verdict.records) == (True, PEOPLE + 1)
    commit(store, PEOPLE + 1)
    again = open_store(folder)
    assert numbers(again) == numbers(store) == list(range(DROPPED + 1, PEOPLE + 3))
    assert store.verify_audit().ok
    assert names(folder) == DOCUMENTED


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("open", errno.EROFS),
        ("write", errno.ENOSPC),
        ("fsync", errno.EIO),
        ("replace", errno.EACCES),
    ],
)
def test_a_disk_that_refuses_the_shorter_log_does_no_harm(
    log: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    """A36, AUD-10: whoever dropped goes on working with the whole log; nothing half-made stays."""
    store = open_store(folder)
    with failing(monkeypatch, call, code, name=".audit.jsonl.new"):
        drop(store, DROPPED)
        commit(store, PEOPLE + 1)
    assert log.read_bytes().startswith(b'{"seq":1,')
    assert names(folder) == DOCUMENTED
    assert store.verify_audit().ok
    assert numbers(open_store(folder)) == numbers(store) == list(range(DROPPED + 1, PEOPLE + 3))


def test_what_a_dropper_who_died_has_prepared_is_removed(log: Path, folder: Path) -> None:
    """BAK-05: no half-written copy of the log stays."""
    (folder / ".audit.jsonl.new").write_bytes(b"half a copy")
    (folder / ".audit.jsonl.new").chmod(0o600)
    drop(open_store(folder), DROPPED)
    assert names(folder) == DOCUMENTED
    assert log.read_bytes().startswith(b'{"checkpoint"')


def test_two_who_prepare_it_at_once_do_not_mix(
    log: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-13: the one who was tidied away leaves it to the other."""
    one = open_store(folder)
    hold = one._upkeep._hold

    def another_first() -> object:
        monkeypatch.setattr(one._upkeep, "_hold", hold)
        (folder / ".audit.jsonl.new").unlink()
        (folder / ".audit.jsonl.new").write_bytes(b"of somebody else")
        (folder / ".audit.jsonl.new").chmod(0o600)
        return hold()

    monkeypatch.setattr(one._upkeep, "_hold", another_first)
    drop(one, DROPPED)
    assert log.read_bytes().startswith(b'{"seq":1,')
    open_store(folder)
    assert one.verify_audit().dropped == DROPPED
    assert log.read_bytes().startswith(b'{"checkpoint"')
    assert names(folder) == DOCUMENTED


WRITER = """
import sys
from pathlib import Path
from tests.store.stage import commit, open_store
store = open_store(Path(sys.argv[1]))
print("ready", flush=True)
number = 1000
for line in sys.stdin:
    for _ in range(int(line)):
        number += 1
        commit(store, number)
    print(store.verify_audit().ok, number, flush=True)
"""


def test_another_process_writes_and_reads_on_while_records_are_dropped(
    log: Path, folder: Path
) -> None:
    """AUD-10, AUD-13: with a real process that has the log open: nothing is lost, nothing comes twice."""
    store = open_store(folder)
    with running(WRITER, folder) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        for upto in (2, DROPPED, 20, 40):
            other.stdin.write("20\n")
            other.stdin.flush()
            if upto <= DROPPED:
                drop(store, upto)
            assert other.stdout.readline().split()[0] == "True"
            if upto > DROPPED:
                drop(store, upto)
    assert numbers(store) == list(range(41, PEOPLE + 4 + 80 + 1))
    verdict = store.verify_audit()
    assert (verdict.ok, verdict.dropped) == (True, 40)
    assert log.read_bytes().count(b"\n") == 1 + PEOPLE + 4 + 80 - 40
