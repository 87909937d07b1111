"""A folder of the key that takes no changes any more: people still sign in there, and older files are still noticed."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.reached import RolledBack
from pomfa_tui.store.tinydb import TinyStore
from tests.store.stage import SEAL, commit, credentials, meta, person


def opened(base: Path) -> TinyStore:
    """Return the store with its ledger beside the key."""
    ledger = Ledger(base / "keys", "master.key", seal=SEAL)
    return TinyStore(base / "data", head_seal=SEAL, ledger=ledger)


def change(store: TinyStore, number: int) -> None:
    """Add somebody with credentials, which the ledger wants to know of."""
    with store.transaction() as tx:
        tx.people.put(person(number))
        tx.credentials.put(credentials(number))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return the folder above a store and its key."""
    (tmp_path / "keys").mkdir(mode=0o700)
    store = opened(tmp_path)
    with store.transaction() as tx:
        tx.put_meta(meta())
    change(store, 1)
    return tmp_path


@pytest.fixture
def closed(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the same, with everything in the key's folder on a read-only system."""
    _refuse_writing(base, monkeypatch, errno.EROFS)
    return base


def _refuse_writing(base: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    real = os.open

    def open_there(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if "master.key" in str(path) and flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(code, os.strerror(code))
        return real(path, flags, *arguments, **named)

    monkeypatch.setattr(os, "open", open_there)


def test_a_read_only_system_keeps_nobody_out(closed: Path) -> None:
    """STO-12: only the data folder is writable in a locked-down place."""
    change(opened(closed), 2)
    with opened(closed).view() as view:
        assert view.people.count() == 2


def test_older_files_are_noticed_there_too(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A34: the mark is read, although it moves no more."""
    shutil.copytree(base / "data", base / "older")
    commit(opened(base), 2)
    shutil.rmtree(base / "data")
    shutil.move(base / "older", base / "data")
    _refuse_writing(base, monkeypatch, errno.EROFS)
    with pytest.raises(RolledBack):
        opened(base)


def test_a_full_disk_is_no_reason_to_go_on(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BAK-03: a change that the ledger should know of is not made without it."""
    store = opened(base)
    _refuse_writing(base, monkeypatch, errno.ENOSPC)
    with pytest.raises(Unavailable, match="nothing was changed"):
        change(store, 2)
    with store.view() as view:
        assert view.people.count() == 1
