"""The mark: how far a store has got, kept outside the data folder, so that files that are behind it are noticed (A34).

It is not synced at each commit: after a crash of the host it may be late, but it is never early.
"""

from __future__ import annotations

import errno
import os
import threading
import time
import zlib
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import atomic_replace, create_private, open_private

if TYPE_CHECKING:
    from pathlib import Path

CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What a folder answers that takes no changes."""

_FORM = Struct("<QQ")
_SUM = Struct("<I")
_BYTES = _FORM.size + _SUM.size

# A read beside a write may see both halves; the next ones do not.
_GLANCES, _PAUSE = 10, 0.002


class RolledBack(IntegrityFailure):
    """The store's files are older than what was recorded."""

    def __init__(self, place: str, seq: int, reached: int) -> None:
        """Name the ways on for the owner of the host."""
        super().__init__(
            f"The files in {place} are older than they should be: they end at change {seq}, but {reached} were made. Put the "
            "newest files back, or restore a backup with `pomfa-tui restore FILE --replace`; to go on with these files all the "
            "same, run `pomfa-tui restore --as-found`."
        )


class Reached(NamedTuple):
    """How far a store has got.

    Attributes:
        seq: Number of its newest commit.
        latest: Newest moment that it had recorded, UTC seconds.
    """

    seq: int
    latest: int


class MarkFile:
    """The file of the mark.

    Args:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1
        self._gate = threading.Lock()

    def create(self, reached: Reached) -> None:
        """Make the file, unless another process was quicker.

        Raises:
            OSError: The disk refuses.
        """
        try:
            create_private(self.path, _encoded(reached))
        except FileExistsError:
            return

    def read(self) -> Reached | None:
        """Return the mark; none where there is none.

        Raises:
            IntegrityFailure: It is damaged.
            OSError: It cannot be read.
        """
        try:
            data = os.pread(self._open(), _BYTES, 0)
        except FileNotFoundError:
            return None
        found = self._at_last(data) if data else None
        if found is None and data:
            raise IntegrityFailure(
                f"{shown(self.path)} is damaged, so nobody can tell whether the store is the newest. If it is, run "
                "`pomfa-tui restore --as-found`."
            )
        return found

    def advance(self, reached: Reached) -> None:
        """Move the mark forward, never back; a disk that refuses leaves it late."""
        try:
            fd = self._open()
            found = _decoded(os.pread(fd, _BYTES, 0))
            if found is None or found.seq < reached.seq:
                os.pwrite(fd, _encoded(reached), 0)
        except OSError:
            return

    def reset(self, reached: Reached) -> None:
        """Set the mark whatever it says, and wait until it is on the disk.

        Raises:
            OSError: The disk refuses.
        """
        self.close()
        atomic_replace(self.path, _encoded(reached))

    def close(self) -> None:
        """Let go of the file."""
        with self._gate:
            if self._fd >= 0:
                os.close(self._fd)
            self._fd = -1

    def _at_last(self, data: bytes) -> Reached | None:
        """Decode what was read; where another process was half-way through writing it, look again."""
        found = _decoded(data)
        for _ in range(_GLANCES):
            if found is not None:
                break
            time.sleep(_PAUSE)
            found = _decoded(os.pread(self._open(), _BYTES, 0))
        return found

    def _open(self) -> int:
        with self._gate:
            if self._fd < 0:
                self._fd = self._opened()
            return self._fd

    def _opened(self) -> int:
        try:
            return open_private(self.path, os.O_RDWR)
        except OSError as error:
            if error.errno not in CLOSED:
                raise
            # Late is allowed, so a folder that takes no changes any more keeps a mark that can be read.
            return open_private(self.path, os.O_RDONLY)


def _encoded(reached: Reached) -> bytes:
    data = _FORM.pack(*reached)
    return data + _SUM.pack(zlib.crc32(data))


def _decoded(data: bytes) -> Reached | None:
    if len(data) != _BYTES or data[_FORM.size :] != _SUM.pack(zlib.crc32(data[: _FORM.size])):
        return None
    return Reached(*_FORM.unpack(data[: _FORM.size]))
