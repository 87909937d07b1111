"""What is noted beside the key when older files are refused (A34)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from pomfa_tui.domain.setbacks import Setback
from pomfa_tui.store import setbacks
from pomfa_tui.store.setbacks import Noted, SetbackFile
from tests.store.stage import SEAL


@pytest.fixture
def notes(tmp_path: Path) -> SetbackFile:
    return SetbackFile(tmp_path / "key.refused", "ab" * 16, seal=SEAL)


def setback(at: int = 0, ends_at: int = 3, reached: int = 9) -> Setback:
    return Setback(at=at, ends_at=ends_at, reached=reached)


def waiting(notes: SetbackFile) -> Noted:
    """Return what waits, without taking it."""
    taking = notes.taken()
    found = taking.__enter__()
    with suppress(KeyboardInterrupt):
        taking.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    return found


def test_a_refusal_is_noted_until_it_was_recorded(notes: SetbackFile) -> None:
    """A34: whoever fails to record it leaves it to the next."""
    notes.note(setback(7))
    assert waiting(notes) == Noted([setback(7)], 0)
    with notes.taken() as found:
        assert found.setbacks == [setback(7)]
    with notes.taken() as found:
        assert found == Noted()


def test_the_same_refusal_is_noted_once_an_hour_and_another_at_once(notes: SetbackFile) -> None:
    """AUD-12: a terminal that tries every second does not fill the key's disk."""
    for at in range(0, 3700, 10):
        notes.note(setback(at))
    notes.note(setback(3700, ends_at=4))
    assert [each.at for each in waiting(notes).setbacks] == [0, 3600, 3700]


def test_it_stops_growing(notes: SetbackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """AUD-12."""
    monkeypatch.setattr(setbacks, "LARGEST", 1000)
    for number in range(50):
        notes.note(setback(ends_at=number))
    assert 5 < len(waiting(notes).setbacks) < 15


def test_lines_of_another_store_or_key_and_damaged_ones_are_counted(
    notes: SetbackFile, tmp_path: Path
) -> None:
    """A34: they say nothing, but that they are there is told."""
    notes.note(setback(1))
    SetbackFile(tmp_path / "key.refused", "cd" * 16, seal=SEAL).note(setback(2))
    with (tmp_path / "key.refused").open("ab") as file:
        file.write(b"half a li")
    assert waiting(notes) == Noted([setback(1)], 2)


def test_while_one_process_has_it_another_neither_takes_nor_waits(notes: SetbackFile) -> None:
    """STO-10: so nothing is recorded twice."""
    notes.note(setback(1))
    with notes.taken() as first, notes.taken() as second:
        assert (len(first.setbacks), second) == (1, Noted())


def test_a_folder_that_takes_no_files_is_no_reason_to_fail(tmp_path: Path) -> None:
    """STO-07: the refusal itself is what counts."""
    nowhere = SetbackFile(tmp_path / "missing" / "key.refused", "ab" * 16, seal=SEAL)
    nowhere.note(setback())
    with nowhere.taken() as found:
        assert found == Noted()
