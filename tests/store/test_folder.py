"""The data folder and its files: whose they are, who may look, and what may lie there."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import msgspec
import pytest
from tinydb import TinyDB, where

from pomfa_tui.domain.errors import IntegrityFailure, Unavailable, UnsafeEnvironment
from pomfa_tui.store.migrations import FORMAT
from tests.store.stage import (
    DOCUMENTED,
    commit,
    credentials,
    event,
    meta,
    names,
    open_store,
    person,
    running,
)

FILES = sorted(DOCUMENTED)


@pytest.fixture
def filled(folder: Path) -> Path:
    """Return the folder of a store with two people in it."""
    store = open_store(folder)
    commit(store, 1)
    store.fold()
    commit(store, 2)
    store.close()
    return folder


WIDE_OPEN = """
import os, sys
from pathlib import Path
os.umask(0)
from tests.store.stage import commit, open_store
store = open_store(Path(sys.argv[1]))
for number in (1, 2):
    commit(store, number)
    store.fold()
print("done", flush=True)
"""


def test_everything_is_private_whatever_the_umask(folder: Path) -> None:
    """STO-02, K34: plain TinyDB makes its file 0644."""
    with running(WIDE_OPEN, folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == (
        dict.fromkeys(DOCUMENTED, 0o600)
    )


def test_a_folder_that_is_missing_is_made_with_those_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "lib" / "pharmacy"
    with open_store(folder).view() as view:
        assert view.meta is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert names(folder) == set()


def test_opening_an_empty_folder_writes_nothing_into_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    store = open_store(tmp_path)
    with store.view() as view:
        assert view.people.count() == 0
    assert store.changes() == 0
    assert names(tmp_path) == set()


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o777])
def test_a_folder_that_others_may_look_into_is_refused(filled: Path, mode: int) -> None:
    """STO-02, A35."""
    filled.chmod(mode)
    with pytest.raises(UnsafeEnvironment, match="chmod 700"):
        open_store(filled)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused_by_name(filled: Path, name: str, mode: int) -> None:
    """STO-02, A35: whichever of the files it is."""
    (filled / name).chmod(mode)
    with pytest.raises(UnsafeEnvironment, match=rf"{name}.*chmod 600"):
        commit(open_store(filled), 3)


@pytest.mark.parametrize("name", FILES)
def test_a_mode_that_changes_while_the_store_is_open_is_noticed(filled: Path, name: str) -> None:
    """STO-02: also by a program that started when everything was in order."""
    store = open_store(filled)
    commit(store, 3)
    (filled / name).chmod(0o644)
    if name == "store.json":
        with pytest.raises(UnsafeEnvironment, match=name):
            store.fold()
    else:
        with pytest.raises(UnsafeEnvironment, match=name):
            commit(store, 4)


def test_a_folder_that_is_opened_to_others_while_the_store_is_open_is_noticed(filled: Path) -> None:
    store = open_store(filled)
    filled.chmod(0o755)
    with pytest.raises(UnsafeEnvironment, match="chmod 700"), store.view():
        pass


@pytest.mark.parametrize("name", FILES)
def test_a_symbolic_link_is_refused_and_its_target_left_alone(
    filled: Path, tmp_path: Path, name: str
) -> None:
    """STO-02, K35, A35: whoever owns the link would decide what is overwritten."""
    target = tmp_path / "target"
    (filled / name).rename(target)
    before = target.read_bytes()
    (filled / name).symlink_to(target)
    with pytest.raises(UnsafeEnvironment, match=rf"{name} is a symbolic link"):
        commit(open_store(filled), 3)
    assert target.read_bytes() == before


@pytest.mark.parametrize("name", FILES)
def test_a_dangling_link_does_not_become_a_file_elsewhere(
    folder: Path, tmp_path: Path, name: str
) -> None:
    """K35: plain TinyDB creates the target."""
    folder.mkdir(mode=0o700)
    (folder / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises((UnsafeEnvironment, IntegrityFailure)):
        commit(open_store(folder), 1)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", FILES)
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(filled: Path, name: str) -> None:
    """K35: plain TinyDB hangs."""
    (filled / name).unlink()
    os.mkfifo(filled / name, 0o600)
    with pytest.raises(UnsafeEnvironment, match=rf"{name} is not an ordinary file"):
        commit(open_store(filled), 3)


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_a_second_name_is_refused(filled: Path, tmp_path: Path, name: str) -> None:
    """A35: through a hard link it can be changed from elsewhere."""
    os.link(filled / name, tmp_path / "second")
    with pytest.raises(UnsafeEnvironment, match=rf"{name} has a second name"):
        commit(open_store(filled), 3)


def test_a_store_of_another_account_is_refused_with_both_ways_out(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-01, A35: started by the wrong user, also by root."""
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(UnsafeEnvironment, match=r"belongs to .* start pomfa-tui as"):
        open_store(filled)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_account_is_refused(
    filled: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A35: somebody put a file of theirs into the place of ours."""
    theirs, fstat = (filled / name).stat().st_ino, os.fstat

    def foreign(fd: int) -> os.stat_result:
        found = fstat(fd)
        if found.st_ino != theirs:
            return found
        return os.stat_result((*found[:4], 54321, *found[5:]))

    monkeypatch.setattr(os, "fstat", foreign)
    with pytest.raises(UnsafeEnvironment, match=rf"{name} belongs to"):
        commit(open_store(filled), 3)


def test_a_link_in_the_place_of_the_folder_is_refused(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(filled)
    with pytest.raises(UnsafeEnvironment, match="symbolic link"):
        open_store(tmp_path / "link")


def test_a_folder_that_vanishes_is_told_and_not_made_again(filled: Path) -> None:
    """A36: an unmounted disk must not look like a new store."""
    store = open_store(filled)
    shutil.rmtree(filled)
    with pytest.raises(Unavailable, match="vanished"):
        commit(store, 3)
    with pytest.raises(Unavailable, match="vanished"), store.view():
        pass
    with pytest.raises(Unavailable, match="vanished"):
        store.changes()
    assert not filled.exists()


def test_a_folder_that_is_swapped_for_another_is_told(filled: Path, tmp_path: Path) -> None:
    store = open_store(filled)
    filled.rename(tmp_path / "aside")
    shutil.copytree(tmp_path / "aside", filled)
    filled.chmod(0o700)
    with pytest.raises(Unavailable, match="replaced"):
        commit(store, 3)
    with pytest.raises(Unavailable, match="replaced"), store.view():
        pass
    commit(open_store(filled), 3)


def test_any_tinydb_opens_the_snapshot(folder: Path) -> None:
    store = open_store(folder)
    with store.transaction() as tx:
        tx.put_meta(meta())
        tx.people.put(person(1))
        tx.people.put(person(2))
        tx.credentials.put(credentials(1))
        tx.audit.append(event(1))
    store.fold()
    with TinyDB(folder / "store.json", access_mode="r") as database:
        assert {"people", "credentials", "sites", "sessions"} <= database.tables()
        assert database.table("people").count(where("name") == "Person Number 2") == 1
        (kept,) = database.table("credentials").all()
        assert kept["code_counter"]["locked_until"] == 1767600900
        (facts,) = database.table("store").all()
        assert facts["format"] == FORMAT


def test_only_documented_names_are_left_after_all_kinds_of_work(folder: Path) -> None:
    """STO-09, K55: no temporary files, which would hold secrets."""
    store = open_store(folder)
    for number in range(1, 6):
        commit(store, number)
        store.fold()
    wrong = msgspec.structs.replace(person(9), created_at="soon")
    with pytest.raises(msgspec.ValidationError), store.transaction() as tx:
        tx.people.put(wrong)
    assert store.verify_audit().ok
    store.close()
    open_store(folder).close()
    assert names(folder) == DOCUMENTED


def test_what_a_crash_left_of_a_replaced_file_is_removed_at_the_next_start(filled: Path) -> None:
    """K55: it holds secrets."""
    for name in (".store.json.new", ".store.journal.new"):
        (filled / name).write_bytes(b"half of it")
        (filled / name).chmod(0o600)
    open_store(filled).close()
    assert names(filled) == DOCUMENTED
