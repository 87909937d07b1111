"""Older files put in the place of newer ones, under stores that stay open: nobody goes on with an older state, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.reached import MarkFile, Reached, RolledBack
from pomfa_tui.store.tinydb import TinyStore
from tests.store.stage import SEAL, commit, event, meta, person

ALL = ("store.json", "store.journal", "audit.jsonl", "store.lock")
HARMLESS = (("store.json",), ("store.lock",))
"""What the journal makes up for: the snapshot may be older than the store, and marks may be late."""

REFUSED = (("store.journal",), ("audit.jsonl",), ALL[:2], ALL[:3], ALL)

Put = Callable[[Path, Path], None]


def over(source: Path, target: Path) -> None:
    """Write into the file that is there, as `cp` does."""
    target.write_bytes(source.read_bytes())


def instead(source: Path, target: Path) -> None:
    """Put another file in its place, as `tar` and `rsync` do."""
    beside = target.with_name("beside")
    shutil.copy2(source, beside)
    beside.replace(target)


class Scene:
    """A data folder, the key's folder and a copy of the data folder."""

    def __init__(self, root: Path) -> None:
        self.data, self.keys = root / "data", root / "keys"
        self.keys.mkdir(0o700)
        self.root = root

    def open(self) -> TinyStore:
        """Open the store as one terminal of several."""
        return TinyStore(
            self.data, head_seal=SEAL, ledger=Ledger(self.keys, "master.key", seal=SEAL)
        )

    def copy(self, name: str = "copy") -> Path:
        """Copy all files aside."""
        shutil.copytree(self.data, self.root / name)
        return self.root / name

    def swap(self, copy: Path, names: tuple[str, ...], put: Put) -> None:
        """Put files of a copy back."""
        for name in names:
            put(copy / name, self.data / name)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a place for a store."""
    return Scene(tmp_path)


def begun(scene: Scene) -> TinyStore:
    """Open a store and make three commits."""
    store = scene.open()
    with store.transaction() as tx:
        tx.put_meta(meta())
        tx.audit.append(event(1))
    for number in (2, 3):
        commit(store, number)
    return store


def ids(store: TinyStore) -> list[str]:
    """Return the ids of everybody."""
    with store.view() as view:
        return [found.id for found in view.people.all()]


def people(last: int) -> list[str]:
    """Return the ids of those whom so many commits made."""
    return [person(number).id for number in range(2, last + 1)]


@pytest.mark.parametrize("put", [over, instead])
@pytest.mark.parametrize("folded", [False, True], ids=["same journal", "folded since"])
@pytest.mark.parametrize("names", REFUSED, ids="+".join)
def test_nobody_goes_on_with_older_files(
    scene: Scene, names: tuple[str, ...], put: Put, *, folded: bool
) -> None:
    """A34, STO-09: no change is taken, again and again; no older state is shown; with the newest files back all is there."""
    store = begun(scene)
    other = scene.open()
    copy = scene.copy()
    for number in (4, 5):
        commit(store, number)
    if folded:
        store.fold()
    commit(other, 6)
    newest = scene.copy("newest")
    scene.swap(copy, names, put)
    for terminal in (store, other, other, store):
        with pytest.raises(IntegrityFailure):
            commit(terminal, 7)
        try:
            # What it saw last, at least: who read nothing since cannot know of more.
            assert ids(terminal) in (people(5), people(6))
        except IntegrityFailure:
            continue
    scene.swap(newest, ALL, put)
    again = scene.open()
    assert ids(again) == people(6)
    commit(again, 7)
    assert again.verify_audit().ok


@pytest.mark.parametrize("put", [over, instead])
@pytest.mark.parametrize("names", HARMLESS, ids="+".join)
@pytest.mark.parametrize("folded", [False, True], ids=["same journal", "folded since"])
def test_an_older_snapshot_or_lock_file_is_made_up_for(
    scene: Scene, names: tuple[str, ...], put: Put, *, folded: bool
) -> None:
    """Nothing is lost and nobody refused: the journal of the open store has it all."""
    store = begun(scene)
    other = scene.open()
    copy = scene.copy()
    commit(store, 4)
    if folded:
        store.fold()
    commit(other, 5)
    scene.swap(copy, names, put)
    commit(store, 6)
    commit(other, 7)
    store.fold()
    for terminal in (store, other, scene.open()):
        assert ids(terminal) == people(7)
        assert terminal.verify_audit().ok


def test_whoever_saw_nothing_of_the_newest_is_stopped_by_the_mark_beside_the_key(
    scene: Scene,
) -> None:
    """A34: an idle terminal cannot know by itself what others did meanwhile; the refusal is noted for the audit log."""
    store = begun(scene)
    idle = scene.open()
    commit(store, 4)
    copy = scene.copy()
    commit(store, 5)
    newest = scene.copy("newest")
    scene.swap(copy, ALL, over)
    for _ in range(2):
        with pytest.raises(RolledBack):
            commit(idle, 6)
    assert len(list(scene.keys.glob("*.refused"))) == 1
    scene.swap(newest, ALL, over)
    for terminal in (idle, store):
        commit(terminal, 6)
        assert ids(terminal) == people(6)


def test_the_same_journal_put_back_as_another_file_is_gone_on_with(scene: Scene) -> None:
    """As the sentence of the refusal asks for; nobody has to start anew."""
    store = begun(scene)
    other = scene.open()
    copy = scene.copy()
    commit(store, 4)
    newest = scene.copy("newest")
    for aside in (copy, newest):
        scene.swap(aside, ALL, instead)
        if aside is copy:
            for terminal in (store, other):
                with pytest.raises(IntegrityFailure):
                    commit(terminal, 5)
    commit(other, 5)
    commit(store, 6)
    for terminal in (store, other, scene.open()):
        assert ids(terminal) == people(6)


def test_an_old_lock_file_that_one_terminal_has_open_is_in_nobodys_way(scene: Scene) -> None:
    """STO-10: who finds that the lock file is another one lets go of the old one at once."""
    store, other = begun(scene), scene.open()
    commit(other, 4)
    for number in (5, 7):
        instead(scene.copy(str(number)) / "store.lock", scene.data / "store.lock")
        commit(other, number)
        commit(store, number + 1)
    assert ids(scene.open()) == people(8)


def test_a_mark_that_was_set_anew_is_the_one_that_counts(scene: Scene) -> None:
    """The owner of the host has settled the files as found, while a terminal was open."""
    store = begun(scene)
    idle = scene.open()
    commit(idle, 4)
    (mark,) = scene.keys.glob("*.mark")
    beside = mark.with_name("beside")
    shutil.copy2(mark, beside)
    with closing(MarkFile(mark)) as ahead:
        ahead.advance(Reached(99, 0))
    with pytest.raises(RolledBack):
        commit(idle, 5)
    beside.replace(mark)
    commit(idle, 5)
    commit(store, 6)
    assert ids(idle) == people(6)
