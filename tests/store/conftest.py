"""The engines that must pass the contract, and an empty folder on a disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.domain.ports import Store
from pomfa_tui.store.memory import MemoryStore
from pomfa_tui.store.tinydb import TinyStore
from tests.store.stage import SEAL, KeyedSeal

Opener = Callable[..., Store]


@pytest.fixture(autouse=True)
def _nothing_stays_open(tmp_path: Path) -> Iterator[None]:
    """Close every store that a test opened; none, not even one refused at its opening, keeps a file."""
    opened: list[TinyStore] = []
    begin = TinyStore.__init__

    def begin_and_remember(store: TinyStore, *arguments: Any, **named: Any) -> None:
        begin(store, *arguments, **named)
        opened.append(store)

    # Of its own, as tests undo what they patched half-way.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TinyStore, "__init__", begin_and_remember)
        yield
    for store in opened:
        store.close()
    # Who stood in the queue when the store was closed lets go once the lock is free.
    for thread in threading.enumerate():
        if thread.name == "store-lock":
            thread.join(timeout=10)
    files = (os.path.realpath(link) for link in Path("/proc/self/fd").iterdir())
    assert [file for file in files if file.startswith(str(tmp_path))] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def tiny(folder: Path) -> Iterator[TinyStore]:
    """Return an empty store on disk."""
    store = TinyStore(folder, head_seal=SEAL, lock_seconds=20)
    yield store
    store.close()


@pytest.fixture(params=["memory", "tinydb"])
def opener(request: pytest.FixtureRequest, folder: Path) -> Opener:
    """Return how an engine is opened; the same content each time, where it keeps any."""
    if request.param == "tinydb":

        def open_tiny(*, lock_seconds: float = 20.0, seal: KeyedSeal = SEAL) -> Store:
            return TinyStore(folder, head_seal=seal, lock_seconds=lock_seconds)

        return open_tiny

    def open_memory(*, lock_seconds: float = 20.0, seal: KeyedSeal = SEAL) -> Store:
        return MemoryStore(head_seal=seal, lock_seconds=lock_seconds)

    return open_memory


@pytest.fixture
def store(opener: Opener) -> Iterator[Store]:
    """Return an empty store of each engine."""
    opened = opener()
    yield opened
    opened.close()
