"""A folder that is gone when the demo is, however that ends."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.filewords import shown
from pomfa_tui.host import HostProcesses
from pomfa_tui.safefiles import check_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE = 20
"""Seconds that removing the folder may take."""

_NAME = re.compile(r"pomfa-demo-([1-9][0-9]{0,9})-[0-9a-f]{16}")
_OTHERS = 0o077
# Waits until nobody holds the other end of its standard input any more, which the system sees to also after kill -9.
_WATCHER = (
    "import shutil, sys; sys.stdin.buffer.read(); shutil.rmtree(sys.argv[1], ignore_errors=True)"
)


def temporary_base(environ: Mapping[str, str]) -> Path:
    """Return where temporary folders belong."""
    return Path(environ.get("TMPDIR") or "/tmp")  # noqa: S108 - a private folder of a random name is made in it


@contextmanager
def throw_away_folder(base: Path) -> Iterator[Path]:
    """Make a folder (mode 0700) and remove it at the end, also when this process is killed.

    Args:
        base: Where to make it; what demos that were killed have left there is removed first.

    Raises:
        Unavailable: It cannot be made.
        UnsafeEnvironment: Somebody else could swap it.
    """
    remove_stale(base)
    path = base / f"pomfa-demo-{os.getpid()}-{secrets.token_hex(8)}"
    try:
        path.mkdir(0o700)
    except OSError as error:
        raise Unavailable(
            f"The demo needs a temporary folder, but {shown(base)} does not take one: {error.strerror}. "
            "Name another place with TMPDIR."
        ) from None
    try:
        check_folder(path)
        with _held(path), _watched(path):
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_stale(base: Path) -> None:
    """Remove folders of demos that are over: ours, private, of a process that is gone, and held by nobody."""
    with suppress(OSError):
        for path in base.iterdir():
            with suppress(OSError):
                if _is_stale(path):
                    shutil.rmtree(path, ignore_errors=True)


def _is_stale(path: Path) -> bool:
    match = _NAME.fullmatch(path.name)
    if match is None:
        return False
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
        return False
    pid = int(match[1])
    return (pid == os.getpid() or not HostProcesses().alive(pid)) and not _is_held(path)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a lock on the folder, since process numbers mean nothing across containers that share a temporary folder."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _is_held(path: Path) -> bool:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


@contextmanager
def _watched(path: Path) -> Iterator[None]:
    """Let a small process of its own remove the folder as soon as this one is gone."""
    try:
        watcher = subprocess.Popen(  # noqa: S603 - our own interpreter and our own line
            [sys.executable, "-I", "-S", "-c", _WATCHER, os.fspath(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    except OSError:
        # Not allowed here; the folder is removed all the same unless this process is killed.
        yield
        return
    try:
        yield
    finally:
        with suppress(subprocess.TimeoutExpired, OSError):
            watcher.communicate(timeout=PATIENCE)
