"""After a restart of the host the marks say nothing for certain: what is on the disk is found out anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.store.tinydb import TinyStore, marks, writer
from pomfa_tui.store.tinydb.journal import PADDING, PORTION
from pomfa_tui.store.tinydb.marks import LENGTH, SAFE, WRITTEN, Mark
from tests.store.stage import DOCUMENTED, SEAL, commit, event, names, open_store, person


@pytest.fixture
def four(folder: Path) -> Path:
    """Return the folder of a store with four commits, two of them folded."""
    store = open_store(folder)
    commit(store, 1)
    commit(store, 2)
    store.fold()
    commit(store, 3)
    commit(store, 4)
    store.close()
    return folder


@pytest.fixture
def restarted(four: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the same after a restart of the host."""
    monkeypatch.setattr(writer, "this_boot", lambda: b"another boot....")
    return four


def good(folder: Path, people: int) -> TinyStore:
    """Check that the store is in order, has so many people, and takes another."""
    store = open_store(folder)
    with store.view() as view:
        assert [found.id for found in view.people.all()] == [
            person(number).id for number in range(1, people + 1)
        ]
    commit(store, people + 1)
    assert [record.event.at for record in store.audit_records()] == [
        event(number).at for number in range(1, people + 2)
    ]
    verdict = store.verify_audit()
    assert verdict.ok, verdict.problem
    assert names(folder) == DOCUMENTED
    return store


def test_a_restart_changes_nothing(restarted: Path) -> None:
    good(restarted, 4)


def test_marks_that_never_reached_the_disk_are_found_anew(restarted: Path) -> None:
    """STO-09: what was acknowledged is there, however late the marks are."""
    with (restarted / "store.lock").open("r+b") as file:
        late = Mark.decode(file.read(LENGTH))
        assert late is not None
        for where in (WRITTEN, SAFE):
            file.seek(where)
            file.write(late._replace(seq=3, end=1, crc=5).encode())
    good(restarted, 4)


@pytest.mark.parametrize("content", [b"", b"\0" * 300, b"not a mark at all" * 20])
def test_a_lock_file_without_marks_is_marked_anew(four: Path, content: bytes) -> None:
    (four / "store.lock").write_bytes(content)
    good(four, 4)


@pytest.mark.parametrize("lost", [1, 50, 400, 800])
def test_the_end_of_the_audit_log_that_never_reached_the_disk_is_written_again(
    restarted: Path, lost: int
) -> None:
    """AUD-08: the journal still has every record since the last fold, and the log was synced before that."""
    log = restarted / "audit.jsonl"
    log.write_bytes(log.read_bytes()[:-lost])
    good(restarted, 4)


def test_an_end_of_the_audit_log_that_came_back_as_zeros_is_written_again(restarted: Path) -> None:
    log = restarted / "audit.jsonl"
    data = log.read_bytes()
    log.write_bytes(data[:-300] + bytes(300))
    good(restarted, 4)


def test_a_log_that_lost_what_had_been_synced_is_not_mended_in_silence(restarted: Path) -> None:
    """AUD-06: a restart is no excuse for records that were on the disk long before."""
    log = restarted / "audit.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:1]))
    store = open_store(restarted)
    assert store.verify_audit().first_bad == 2
    with pytest.raises(IntegrityFailure, match="cut off"):
        commit(store, 5)


def test_a_last_line_that_reached_the_disk_in_part_is_cut_off(restarted: Path) -> None:
    journal = restarted / "store.journal"
    data = journal.read_bytes().rstrip(PADDING) + PADDING
    # The second page of a line came, the first did not.
    journal.write_bytes((data + PADDING * 500 + b'"FZ101"},"0a0b0c0d"]').ljust(PORTION, PADDING))
    good(restarted, 4)
    assert b"0a0b0c0d" not in journal.read_bytes()


def test_damage_before_the_last_line_is_damage_after_a_restart_too(restarted: Path) -> None:
    journal = restarted / "store.journal"
    journal.write_bytes(journal.read_bytes().replace(b"Person Number 3", b"Person Number 8"))
    with pytest.raises(IntegrityFailure, match="line 2"):
        open_store(restarted)


def test_looking_needs_no_right_to_write(restarted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A36: after a restart with a read-only disk, whatever is whole can still be read."""
    real = os.open

    def read_only(path: str, flags: int, *rest: int, **named: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(30, "Read-only file system")
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", read_only)
    store = open_store(restarted)
    with store.view() as view:
        assert view.people.count() == 4
    assert store.changes() == 4
    assert store.verify_audit().records == 4
    assert len(list(store.audit_records())) == 4


def test_a_read_only_store_creates_and_repairs_nothing(restarted: Path) -> None:
    before = {path.name: path.read_bytes() for path in restarted.iterdir()}
    store = TinyStore(restarted, head_seal=SEAL, read_only=True)
    with store.view() as view:
        assert view.people.count() == 4
    assert store.verify_audit().ok
    with pytest.raises(Unavailable, match="read-only"):
        commit(store, 5)
    assert {path.name: path.read_bytes() for path in restarted.iterdir()} == before


def test_each_boot_has_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert marks.this_boot() == marks.this_boot()
    assert len(marks.this_boot()) == 16
    monkeypatch.setattr(marks, "_BOOT", tmp_path / "missing")
    assert marks.this_boot() != marks.this_boot()
    assert len(marks.this_boot()) == 16


def test_a_mark_that_is_half_written_is_not_believed() -> None:
    mark = Mark(1, 2, 3, 4, 5, 6, 7, 8, 9, bytes(range(16)))
    data = mark.encode()
    assert Mark.decode(data) == mark
    assert Mark.decode(data[:-1]) is None
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        assert Mark.decode(bytes(changed)) is None
