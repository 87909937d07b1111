"""The audit log on disk: complete, chained, sealed; and whoever changes it is found out."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.domain.audit import AuditRecord, Head, chain
from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.domain.ports import AuditVerdict
from pomfa_tui.store.tinydb import TinyStore, auditreader
from tests.store.stage import KeyedSeal, commit, event, open_store, person

LINES = 9


@pytest.fixture(params=["in the journal too", "folded", "both"])
def log(request: pytest.FixtureRequest, folder: Path) -> Path:
    """Return the log of a store with nine records, whether or not the journal still has them."""
    store = open_store(folder)
    for number in range(1, LINES + 1):
        commit(store, number)
        if request.param == "both" and number == 5:
            store.fold()
    if request.param == "folded":
        store.fold()
    store.close()
    return folder / "audit.jsonl"


def rewrite(log: Path, change: Callable[[list[bytes]], object]) -> None:
    """Change the log's lines in place."""
    lines = log.read_bytes().splitlines(keepends=True)
    change(lines)
    log.write_bytes(b"".join(lines))


def verdict(log: Path) -> AuditVerdict:
    """Return what checking the log finds, in a process that has just started."""
    store = open_store(log.parent)
    found = store.verify_audit()
    store.close()
    return found


def test_the_log_is_one_private_json_object_a_line(log: Path) -> None:
    """AUD-06: any tool can read it, nobody else may."""
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    records = msgspec.json.Decoder(AuditRecord).decode_lines(log.read_bytes())
    assert [record.seq for record in records] == list(range(1, LINES + 1))
    assert records == list(open_store(log.parent).audit_records())


CHANGES: dict[str, tuple[int, Callable[[list[bytes]], object]]] = {
    "a byte of a record": (
        4,
        lambda lines: lines.__setitem__(3, lines[3].replace(b"FZ101", b"FZ102")),
    ),
    "its time": (6, lambda lines: lines.__setitem__(5, lines[5].replace(b'"at":17', b'"at":16'))),
    "its hash": (2, lambda lines: lines.__setitem__(1, lines[1][:-5] + b'0"}\n')),
    "a space": (3, lambda lines: lines.__setitem__(2, lines[2].replace(b",", b", ", 1))),
    "a key twice": (7, lambda lines: lines.__setitem__(6, lines[6].replace(b"{", b'{"seq":1,', 1))),
    "a record that is nothing": (5, lambda lines: lines.__setitem__(4, b"\n")),
    "bytes that are no text": (8, lambda lines: lines.__setitem__(7, b"\xff\xfe\n")),
    "two records swapped": (4, lambda lines: lines.insert(3, lines.pop(4))),
    "a middle record gone": (5, lambda lines: lines.pop(4)),
    "the first record gone": (1, lambda lines: lines.pop(0)),
    "a record twice": (3, lambda lines: lines.insert(2, lines[1])),
    "the last record gone": (9, lambda lines: lines.pop()),
    "the last records gone": (5, lambda lines: lines.__delitem__(slice(4, None))),
    "half of the last record gone": (9, lambda lines: lines.__setitem__(8, lines[8][:40])),
    "the last newline gone": (9, lambda lines: lines.__setitem__(8, lines[8][:-1])),
    "everything gone": (1, lambda lines: lines.clear()),
    "a record too many": (10, lambda lines: lines.append(lines[-1])),
    "something else after it": (10, lambda lines: lines.append(b"x")),
    "an endless line": (4, lambda lines: lines.__setitem__(3, b"x" * 200_000 + b"\n")),
}


@pytest.mark.parametrize(("first_bad", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_any_change_to_the_log_is_named_by_its_line(
    log: Path, first_bad: int, change: Callable[[list[bytes]], object]
) -> None:
    """AUD-06, A39: flipped, deleted, re-ordered, inserted, cut, added."""
    rewrite(log, change)
    found = verdict(log)
    assert (found.ok, found.first_bad) == (False, first_bad)
    assert found.records == first_bad - 1
    assert found.problem


@pytest.mark.parametrize(
    "name",
    ["the last record gone", "everything gone", "a record too many", "something else after it"],
)
def test_nothing_is_changed_while_the_log_is_not_what_was_written(log: Path, name: str) -> None:
    """AUD-08, A39: no commit over a log that was cut or added to; it is not mended in silence either."""
    rewrite(log, CHANGES[name][1])
    changed = log.read_bytes()
    store = open_store(log.parent)
    with pytest.raises(IntegrityFailure, match="audit verify"):
        commit(store, 20)
    assert log.read_bytes() == changed
    with store.view() as view:
        assert view.people.get(person(20).id) is None
    assert store.verify_audit().ok is False


def test_a_log_that_was_removed_is_not_begun_again(log: Path) -> None:
    """AUD-06, AUD-08."""
    log.unlink()
    store = open_store(log.parent)
    assert verdict(log).first_bad == 1
    with pytest.raises(IntegrityFailure, match="missing"):
        commit(store, 20)
    assert not log.exists()


def test_a_log_that_was_hashed_anew_is_found_out_by_the_sealed_head(log: Path) -> None:
    """AUD-06: a chain alone can be forged by anybody; the seal cannot."""
    head, lines = Head(), list[bytes]()
    for number in range(1, LINES + 1):
        record = chain(head, event(number, actor="host:somebody-else", pid=1))
        head = Head(seq=record.seq, hash=record.hash)
        lines.append(msgspec.json.encode(record) + b"\n")
    data = b"".join(lines)
    log.write_bytes(data)
    found = verdict(log)
    assert (found.ok, found.first_bad) == (False, LINES)


def test_another_key_does_not_fit_the_head_and_does_not_seal_over_it(log: Path) -> None:
    """AUD-06, STO-07: a wrong key file, or a forged store."""
    store = TinyStore(log.parent, head_seal=KeyedSeal(b"another key"))
    found = store.verify_audit()
    assert (found.ok, found.records, found.first_bad) == (False, LINES - 1, LINES)
    with pytest.raises(IntegrityFailure, match="not sealed with this key"):
        commit(store, 20)
    assert verdict(log).ok


@pytest.mark.parametrize("folded", [False, True])
def test_an_old_copy_of_the_store_put_back_beside_the_log_is_noticed(
    folder: Path, tmp_path: Path, folded: bool
) -> None:
    """A34: used codes would live again. The log knows more than the store."""
    store = open_store(folder)
    commit(store, 1)
    store.close()
    shutil.copytree(folder, tmp_path / "old")
    store = open_store(folder)
    commit(store, 2)
    if folded:
        store.fold()
    store.close()
    for name in ("store.json", "store.journal", "store.lock"):
        shutil.copy2(tmp_path / "old" / name, folder / name)
    store = open_store(folder)
    with pytest.raises(IntegrityFailure, match="older copy of the store was put back"):
        commit(store, 3)
    found = store.verify_audit()
    assert (found.ok, found.first_bad) == (False, 2)


def test_an_old_copy_put_back_under_the_marks_of_the_new_one_is_noticed(
    folder: Path, tmp_path: Path
) -> None:
    """A34: whatever the audit log says."""
    store = open_store(folder)
    commit(store, 1)
    shutil.copytree(folder, tmp_path / "old")
    commit(store, 2)
    store.close()
    for name in ("store.json", "store.journal", "audit.jsonl"):
        shutil.copy2(tmp_path / "old" / name, folder / name)
    with pytest.raises(IntegrityFailure, match="damaged at line 3"):
        open_store(folder)


def test_an_old_copy_put_back_while_the_store_is_open_is_noticed(
    folder: Path, tmp_path: Path
) -> None:
    """A34: in the terminals that are running."""
    store = open_store(folder)
    commit(store, 1)
    shutil.copytree(folder, tmp_path / "old")
    commit(store, 2)
    store.fold()
    shutil.copy2(tmp_path / "old" / "store.json", folder / "store.json")
    (tmp_path / "old" / "store.journal").rename(folder / "store.journal")
    with pytest.raises(IntegrityFailure, match="older copy"):
        commit(store, 3)


def test_a_log_beside_an_empty_store_is_not_overwritten(log: Path) -> None:
    """A29, A39: deleting the store's files does not begin the evidence anew."""
    for name in ("store.json", "store.journal", "store.lock"):
        (log.parent / name).unlink()
    before = log.read_bytes()
    store = open_store(log.parent)
    with pytest.raises(IntegrityFailure, match="older copy"):
        commit(store, 1)
    assert log.read_bytes() == before
    assert store.verify_audit().first_bad == 1


def test_records_are_read_from_the_log_and_a_damaged_one_is_named(log: Path) -> None:
    """AUD-06: what is before it can still be read."""
    rewrite(log, lambda lines: lines.__setitem__(7, b"\xff" * (len(lines[7]) - 1) + b"\n"))
    records = open_store(log.parent).audit_records()
    assert [next(records).seq for _ in range(7)] == [1, 2, 3, 4, 5, 6, 7]
    with pytest.raises(IntegrityFailure, match=r"audit\.jsonl is damaged at line 8"):
        next(records)


def test_a_long_log_is_read_in_portions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditreader, "_PORTION", 100)
    store = open_store(folder)
    for number in range(1, 30):
        commit(store, number)
    assert [record.seq for record in store.audit_records()] == list(range(1, 30))
    assert store.verify_audit().records == 29
