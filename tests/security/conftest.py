"""Keys, cheap hashes and other people's files for the tests of the security adapters."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui import safefiles
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing, MasterKey, Purpose

CHECKOUT = Path(__file__).parent.parent.parent
NOBODY = 65534

Script = Callable[[str], "subprocess.CompletedProcess[str]"]
GiveAway = Callable[[Path], None]


@pytest.fixture
def ring() -> KeyRing:
    """Return a ring of one fresh key."""
    return KeyRing([MasterKey.fresh()])


@pytest.fixture
def hasher(ring: KeyRing) -> Argon2Hasher:
    """Return a hasher that protects nothing and costs next to nothing."""
    return Argon2Hasher(ring.sub_keys(Purpose.PEPPER), HashCost.unsafe_for_tests())


@pytest.fixture
def script() -> Script:
    """Run a piece of Python in a process of its own."""

    def run(source: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", source],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> GiveAway:
    """Make a file or folder somebody else's: really where the tests run as root, else by changing who we are."""

    def give(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        else:
            other = os.geteuid() + 1
            monkeypatch.setattr(os, "geteuid", lambda: other)

    return give


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of mode 0700."""
    place = tmp_path / "own"
    place.mkdir(0o700)
    return place


@pytest.fixture
def file(folder: Path) -> Path:
    """Return a private file that holds `old`."""
    path = folder / "store.json"
    safefiles.create_private(path, b"old")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return an empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir(0o700)
    return folder


@pytest.fixture
def key_file(tmp_path: Path, data: Path) -> Path:
    """Return a fresh key file outside the data folder."""
    path = tmp_path / "keys" / "master.key"
    KeyRing.create(path, data)
    return path
