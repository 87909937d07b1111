"""The journal, byte by byte: a torn end is cut off, everything else that changed is found and named."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import example, given

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store.tinydb import journal
from pomfa_tui.store.tinydb.journal import PADDING, PORTION, Line, Position
from tests.store.stage import commit, event, open_store, person

PLACE = "store.journal"

texts = st.text(st.characters(codec="utf-8"), max_size=30)
lines_of_text = st.lists(st.tuples(texts, st.lists(texts, max_size=3)), min_size=1, max_size=6)


def written(content: list[tuple[str, list[str]]]) -> tuple[bytes, list[Line], list[int]]:
    """Return a journal, its lines and where each line begins; the first line is the header."""
    data, position = journal.new(3, 7)
    data, begins, lines = data[: position.end], [0], []
    for name, records in content:
        line = Line(
            seq=position.seq + 1,
            changes=(("people", 5, msgspec.Raw(msgspec.json.encode({"name": name}))),),
            audit=tuple(msgspec.Raw(msgspec.json.encode(record)) for record in records),
            log=len(records),
        )
        begins.append(len(data))
        added, position = journal.extend(line, position)
        data += added
        lines.append(line)
    return data, lines, [*begins, len(data)]


def plain(lines: list[Line]) -> list[object]:
    """Return lines so that they can be compared."""
    return [msgspec.to_builtins(msgspec.json.decode(msgspec.json.encode(line))) for line in lines]


def read(data: bytes) -> journal.Tail:
    """Read a journal from its beginning."""
    start = journal.start(data, PLACE)
    return journal.read(data[start.end :], start, PLACE)


@given(lines_of_text, st.integers(0, 300))
def test_what_is_written_is_read_whatever_padding_follows(
    content: list[tuple[str, list[str]]], padding: int
) -> None:
    data, lines, begins = written(content)
    tail = read(data + PADDING * padding)
    assert plain(tail.lines) == plain(lines)
    assert tail.position.seq == 7 + len(lines)
    assert tail.position.end == begins[-1] == len(data)
    assert (tail.torn, tail.damaged) == (False, False)
    start = journal.start(data, PLACE)
    at_once = journal.read_whole(data[start.end :], start, tail.position, PLACE)
    assert at_once is not None
    assert plain(at_once) == plain(lines)


@given(lines_of_text, st.data())
def test_any_cut_of_the_last_line_leaves_the_lines_before_it(
    content: list[tuple[str, list[str]]], draw: st.DataObject
) -> None:
    """STO-09: a torn last line never happened."""
    data, lines, begins = written(content)
    cut = draw.draw(st.integers(begins[-2] + 1, begins[-1] - 1))
    padding = draw.draw(st.integers(0, 50))
    tail = read(data[:cut] + PADDING * padding)
    # Padding looks just like the newline at the end of a line.
    whole = cut == begins[-1] - 1 and padding > 0
    assert plain(tail.lines) == plain(lines if whole else lines[:-1])
    assert tail.torn is not whole
    assert tail.damaged is False


@given(lines_of_text, st.data())
def test_any_flipped_byte_is_found_and_its_line_named(
    content: list[tuple[str, list[str]]], draw: st.DataObject
) -> None:
    """STO-11, K55: bit rot, or somebody with an editor."""
    data, lines, begins = written(content)
    at = draw.draw(st.integers(0, len(data) - 1))
    flipped = bytearray(data)
    flipped[at] ^= draw.draw(st.integers(1, 255))
    bad = max(line for line, begin in enumerate(begins[:-1], start=1) if begin <= at)
    if bad == 1:
        with pytest.raises(IntegrityFailure, match="line 1"):
            read(bytes(flipped))
        return
    tail = read(bytes(flipped))
    assert plain(tail.lines) == plain(lines[: bad - 2])
    assert tail.position.next_line == bad
    assert tail.torn
    # Only the very last line can be taken for a commit that was never finished; the marks tell that it was.
    assert tail.damaged is (bad <= len(lines))
    start = journal.start(data, PLACE)
    assert (
        journal.read_whole(bytes(flipped[start.end :]), start, read(data).position, PLACE) is None
    )


@given(lines_of_text, st.data())
def test_a_line_that_is_lost_doubled_or_moved_is_found(
    content: list[tuple[str, list[str]]], draw: st.DataObject
) -> None:
    data, lines, begins = written([*content, ("last", [])])
    each = [data[begin:end] for begin, end in pairwise(begins[1:])]
    at = draw.draw(st.integers(0, len(each) - 2))
    how = draw.draw(st.sampled_from(["lost", "doubled", "moved"]))
    if how == "lost":
        del each[at]
        good = at
    elif how == "doubled":
        each.insert(at, each[at])
        good = at + 1
    else:
        each.append(each.pop(at))
        good = at
    tail = read(data[: begins[1]] + b"".join(each))
    assert plain(tail.lines) == plain(lines[:good])
    assert tail.position.next_line == good + 2


@given(st.binary(max_size=400))
@example(b"[" * 300)
@example(b'[{"seq":8},"00000000"]\n')
@example(b'[{"seq":99},"00000000"]\n' * 3)
def test_any_bytes_after_the_last_line_are_no_commit(rubbish: bytes) -> None:
    data, lines, _ = written([("a", ["b"])])
    tail = read(data + rubbish)
    assert plain(tail.lines) == plain(lines)
    assert tail.torn is bool(rubbish.strip(PADDING))


def test_reading_stops_where_it_is_told_to() -> None:
    data, lines, begins = written([("a", []), ("b", []), ("c", [])])
    start = journal.start(data, PLACE)
    tail = journal.read(data[start.end :] + b"half a line", start, PLACE, limit=9)
    assert plain(tail.lines) == plain(lines[:2])
    assert (tail.position.end, tail.torn) == (begins[3], False)


def test_the_checksum_starts_anew_with_each_generation() -> None:
    """A line of an old journal does not fit the next one, even under the right number."""
    _, old = journal.new(3, 7)
    data, _ = journal.new(4, 7)
    line, _ = journal.extend(Line(seq=8), old)
    start = journal.start(data, PLACE)
    assert journal.read(line, start, PLACE).lines == []


def test_the_file_grows_by_portions_and_a_commit_within_one_changes_no_length(folder: Path) -> None:
    store = open_store(folder)
    path, sizes = folder / "store.journal", []
    for number in range(1, 120):
        commit(store, number)
        sizes.append(path.stat().st_size)
    assert set(sizes) == {PORTION, 2 * PORTION, 3 * PORTION}
    assert path.read_bytes().rstrip(PADDING).count(b"\n") == 119


def test_a_line_longer_than_a_portion_is_written_and_read(folder: Path) -> None:
    store, other = open_store(folder), open_store(folder)
    with store.transaction() as tx:
        for number in range(1, 1001):
            tx.people.put(person(number))
    commit(store, 2000)
    with other.view() as view:
        assert view.people.count() == 1001
    assert (folder / "store.journal").stat().st_size % PORTION == 0


def test_a_document_that_is_too_large_is_refused_before_it_is_written(folder: Path) -> None:
    """STO-11: a cap for each document, not only for the files."""
    store = open_store(folder)
    with pytest.raises(ValueError, match="larger than"), store.transaction() as tx:
        tx.people.put(person(1, name="x" * journal.LARGEST_DOCUMENT))
    with pytest.raises(ValueError, match="larger than"), store.transaction() as tx:
        tx.audit.append(event(1, detail={"long": "x" * 100_000}))
    with store.view() as view:
        assert view.people.count() == 0


def test_positions_name_lines_as_an_editor_does() -> None:
    assert Position(generation=1, base=7, seq=7, crc=0, end=0).next_line == 2
    assert Position(generation=1, base=7, seq=9, crc=0, end=0).next_line == 4


# -- Through the store -------------------------------------------------------------------------------------------------


@pytest.fixture
def five(folder: Path) -> Path:
    """Return the journal of a store with five commits."""
    store = open_store(folder)
    for number in range(1, 6):
        commit(store, number)
    store.close()
    return folder / "store.journal"


def test_a_damaged_newline_does_not_make_two_commits_one_torn_line(five: Path) -> None:
    """STO-11: also where the marks are lost, and both lines hold audit records of their own numbers."""
    data = bytearray(five.read_bytes())
    newlines = [at for at, byte in enumerate(data.rstrip(PADDING)) if byte == ord("\n")]
    (five.parent / "store.lock").unlink()
    for line, at in enumerate(newlines[1:], start=2):
        data[at] = ord(" ")
        five.write_bytes(data)
        with pytest.raises(IntegrityFailure, match=rf"damaged at line {line}\b"):
            open_store(five.parent)
        data[at] = ord("\n")


def test_a_torn_line_with_records_of_higher_numbers_is_torn_all_the_same(folder: Path) -> None:
    """One commit may have many records, so their numbers run ahead of the commits'."""
    store = open_store(folder)
    with store.transaction() as tx:
        for number in range(1, 9):
            tx.audit.append(event(number))
    store.close()
    journal_ = folder / "store.journal"
    data = journal_.read_bytes().rstrip(PADDING) + PADDING
    line = data.splitlines(keepends=True)[1].replace(b'"seq":1,"audit"', b'"seq":2,"audit"')
    journal_.write_bytes((data + line[:-40]).ljust(PORTION, PADDING))
    (folder / "store.lock").unlink()
    assert open_store(folder).changes() == 1
    assert journal_.read_bytes().rstrip(PADDING) + PADDING == data


def test_any_flipped_byte_of_an_acknowledged_commit_is_refused_by_its_line(five: Path) -> None:
    """STO-11: also in the last line, because the marks tell that it was acknowledged."""
    data = bytearray(five.read_bytes())
    end = len(bytes(data).rstrip(PADDING)) + 1
    for at in range(0, end, 23):
        data[at] ^= 4
        five.write_bytes(data)
        line = bytes(data[:at]).count(b"\n") + 1
        with pytest.raises(IntegrityFailure, match=rf"store\.journal.*line {line}\b"):
            open_store(five.parent)
        data[at] ^= 4


@pytest.mark.parametrize("lost", [1, 2, 60, 700, 2000])
def test_an_acknowledged_commit_that_was_cut_off_is_refused(five: Path, lost: int) -> None:
    """A34: cutting the journal is no way back to an older state."""
    data = five.read_bytes().rstrip(PADDING) + PADDING
    five.write_bytes(data[:-lost])
    with pytest.raises(IntegrityFailure, match=r"store\.journal is damaged at line"):
        open_store(five.parent)


def test_a_torn_line_after_the_last_commit_is_cut_off_at_the_next_change(five: Path) -> None:
    """STO-09: what a dead process had begun; readers pass over it, and the next writer removes it."""
    data = five.read_bytes().rstrip(PADDING) + PADDING
    for torn in (b'[{"seq":6,"chan', b'[{"seq":6}', b'[{"seq":6},"00000000"]\n', b"\0" * 100):
        five.write_bytes((data + torn).ljust(PORTION, PADDING))
        store = open_store(five.parent)
        with store.view() as view:
            assert view.people.count() == 5
        with store.transaction() as tx:
            assert tx.people.count() == 5
        assert five.read_bytes().rstrip(PADDING) + PADDING == data
        store.close()
    store = open_store(five.parent)
    commit(store, 6)
    assert store.verify_audit().records == 6


def test_lines_of_later_commits_after_a_torn_one_are_damage(five: Path) -> None:
    data = five.read_bytes().rstrip(PADDING) + PADDING
    five.write_bytes(data + b'[{"seq":6,"torn\n[{"seq":7},"00000000"]\n')
    store = open_store(five.parent)
    with pytest.raises(IntegrityFailure, match="damaged at line 7"):
        commit(store, 6)


def test_a_whole_line_that_nobody_marked_is_kept(five: Path) -> None:
    """STO-09: its writer died before anybody was told; from the next change on everybody sees it."""
    data = five.read_bytes().rstrip(PADDING) + PADDING
    start = journal.start(data, PLACE)
    position = journal.read(data[start.end :], start, PLACE).position
    raw = msgspec.Raw(msgspec.json.encode(person(6)))
    line, _ = journal.extend(Line(seq=6, changes=(("people", 6, raw),)), position)
    five.write_bytes((data + line).ljust(PORTION, PADDING))
    store, other = open_store(five.parent), open_store(five.parent)
    with store.view() as view:
        assert view.people.count() == 5
    with store.transaction() as tx:
        assert tx.people.get(person(6).id) == person(6)
    for each in (store, other, open_store(five.parent)):
        with each.view() as view:
            assert view.people.count() == 6
        assert each.changes() == 6
