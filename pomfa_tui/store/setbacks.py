"""What is noted beside the key when the store's files are refused for being older than they should be (A34).

The store itself can take no record then. The notes wait here until the store is in order again, and go into its audit log.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pomfa_tui.domain.errors import UnsafeEnvironment
from pomfa_tui.domain.setbacks import Setback
from pomfa_tui.safefiles import open_private, write_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pomfa_tui.domain.ports import HeadSeal

AGAIN = 3600
"""Seconds within which the same refusal is not noted once more."""

LARGEST = 1 << 16
"""Bytes after which no more is noted: what is there says enough."""

_encode = msgspec.json.Encoder().encode


class Noted(NamedTuple):
    """What waits to be recorded.

    Attributes:
        setbacks: Oldest first.
        unreadable: Lines that are damaged, or were sealed with another key.
    """

    setbacks: Sequence[Setback] = ()
    unreadable: int = 0


class SetbackFile:
    """The notes of one store.

    Args:
        path: Where they are.
        store: The store's identifier.
        seal: Seals each line.
    """

    def __init__(self, path: Path, store: str, *, seal: HeadSeal) -> None:
        self._path = path
        self._store = store.encode()
        self._seal = seal

    def note(self, setback: Setback) -> None:
        """Add a refusal, unless the same was noted not long ago; where the folder takes no files, it is not noted."""
        with suppress(OSError, UnsafeEnvironment), self._locked(os.O_CREAT) as fd:
            if fd is None:
                return
            data = os.pread(fd, LARGEST, 0)
            before = self._read(data).setbacks
            if len(data) < LARGEST and not any(_is_same(each, setback) for each in before[-1:]):
                encoded = _encode(setback)
                seal = self._seal.seal(self._store + encoded).encode()
                write_all(fd, b"%s %s\n" % (seal, encoded))
                os.fsync(fd)

    @contextmanager
    def taken(self) -> Iterator[Noted]:
        """Give out what waits, and forget it once the block has ended well; nothing while another process has it."""
        with self._locked(0) as fd:
            if fd is None:
                yield Noted()
                return
            yield self._read(os.pread(fd, LARGEST, 0))
            self._path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, flags: int) -> Iterator[int | None]:
        """Open the file for this process alone; none where there is none, or somebody else has it."""
        try:
            fd = open_private(self._path, os.O_RDWR | os.O_APPEND | flags)
        except FileNotFoundError:
            yield None
            return
        try:
            yield fd if _is_free(fd) else None
        finally:
            os.close(fd)

    def _read(self, data: bytes) -> Noted:
        found: list[Setback] = []
        lines = data.splitlines()
        for line in lines:
            seal, _, encoded = line.partition(b" ")
            if self._seal.check(self._store + encoded, seal.decode("ascii", "replace")):
                with suppress(msgspec.DecodeError):
                    found.append(msgspec.json.decode(encoded, type=Setback))
        return Noted(found, len(lines) - len(found))


def _is_same(before: Setback, now: Setback) -> bool:
    return (before.ends_at, before.reached) == (
        now.ends_at,
        now.reached,
    ) and 0 <= now.at - before.at < AGAIN


def _is_free(fd: int) -> bool:
    """Take the lock; tell whether that went well and the file is still the one of that name."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(fd).st_nlink > 0
