"""The lock file `store.lock`: one `flock` for all processes, and in the file the mark of how far the store has been made safe.

The mark is written after the journal is on the disk and never synced itself, so it may be late but never early: everything up to it
was acknowledged to somebody. Readers believe the journal up to the mark only; what lies beyond it may be half written. Whoever takes the
lock finds out what is beyond the mark and settles it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from struct import Struct
from time import monotonic
from typing import NamedTuple

from pomfa_tui.domain.errors import Busy
from pomfa_tui.store.tinydb.folder import File, Folder, file_of, unavailable

NAME = "store.lock"

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_GLANCES = 5
_NONE: File = ()


class Mark(NamedTuple):
    """How far the store has been made safe.

    Attributes:
        generation: Of the journal.
        seq: Number of the last commit that is on the disk.
        end: Bytes of the journal up to it.
        audit_size: Bytes of the audit log that had been written then, not necessarily to the disk.
        boot: The host's boot in which `audit_size` was true, 16 bytes.
    """

    generation: int
    seq: int
    end: int
    audit_size: int
    boot: bytes

    def encode(self) -> bytes:
        """Return the mark as it stands in the file, with a checksum."""
        data = _MARK.pack(*self)
        return data + _SUM.pack(zlib.crc32(data))

    @classmethod
    def decode(cls, data: bytes) -> Mark | None:
        """Read a mark; none when it is missing, half written or damaged."""
        if len(data) != LENGTH or data[-4:] != _SUM.pack(zlib.crc32(data[:-4])):
            return None
        return cls(*_MARK.unpack(data[:-4]))


_MARK = Struct("<QQQQ16s")
_SUM = Struct("<I")
LENGTH = _MARK.size + _SUM.size


def this_boot() -> bytes:
    """Return what identifies the host's boot; something new each time where the system does not tell."""
    with suppress(OSError, ValueError):
        return bytes.fromhex(_BOOT.read_text("ascii").strip().replace("-", ""))
    return os.urandom(16)


class StoreLock:
    """Takes the lock with a time-out, and reads and writes the mark.

    Args:
        folder: Where the file is.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._fd = self._mark_fd = -1
        self._file = self._mark_file = _NONE

    def take(self, deadline: float) -> None:
        """Wait for the lock.

        Args:
            deadline: On the monotonic clock, seconds.

        Raises:
            Busy: Somebody else holds it beyond the deadline.
            Unavailable: The file cannot be opened for writing.
            UnsafeEnvironment: The file is not ours alone.
        """
        while True:
            if self._fd < 0:
                self._use(self._open())
            try:
                if not _try(self._fd):
                    self._wait(deadline)
            except OSError as error:
                raise unavailable(error, self._folder.path) from error
            if file_of(self._folder.find(NAME)) == self._file:
                return
            # Somebody removed the file: whoever holds its old self excludes nobody.
            self._use(-1)

    def give(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def own_mark(self) -> Mark | None:
        """Return the mark; none when there is none that can be believed. For the holder of the lock alone."""
        try:
            return Mark.decode(os.pread(self._fd, LENGTH, 0))
        except OSError as error:
            raise unavailable(error, self._folder.path) from error

    def read_mark(self) -> Mark | None:
        """Return the mark; none when there is none that can be believed. Needs no lock."""
        if self._mark_fd < 0 or file_of(self._folder.find(NAME)) != self._mark_file:
            _close(self._mark_fd)
            self._mark_fd = self._folder.open(NAME)
            if self._mark_fd < 0:
                return None
            self._mark_file = _identity(self._mark_fd)
        try:
            # A writer may be half-way through it.
            for _ in range(_GLANCES):
                mark = Mark.decode(os.pread(self._mark_fd, LENGTH, 0))
                if mark is not None:
                    return mark
        except OSError as error:
            raise unavailable(error, self._folder.path) from error
        return None

    def write_mark(self, mark: Mark) -> None:
        """Write the mark; the caller holds the lock."""
        try:
            os.pwrite(self._fd, mark.encode(), 0)
        except OSError:
            # Late is allowed: the next one who takes the lock settles it.
            return

    def close(self) -> None:
        """Let go of the file and of the lock."""
        self._use(-1)
        _close(self._mark_fd)
        self._mark_fd = -1

    def _open(self) -> int:
        fd = self._folder.open(NAME, os.O_RDWR | os.O_CREAT)
        if fd < 0:
            raise unavailable(FileNotFoundError(errno.ENOENT, NAME), self._folder.path)
        return fd

    def _use(self, fd: int) -> None:
        _close(self._fd)
        self._fd = fd
        self._file = _NONE if fd < 0 else _identity(fd)

    def _wait(self, deadline: float) -> None:
        """Queue up in the kernel, in a thread, because only a blocking `flock` wakes up in time and in turn."""
        waiter = _Waiter(self._open())
        if not waiter.wait(deadline - monotonic()):
            raise Busy
        self._use(waiter.fd)


class _Waiter:
    """Waits for the lock with a file description of its own, so that giving up leaves nothing behind."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._settled = threading.Lock()
        self._has_it = self._gave_up = False
        self._error: OSError | None = None
        self._done = threading.Event()
        threading.Thread(target=self._block, name="store-lock", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Tell whether the lock was had in time."""
        self._done.wait(max(seconds, 0))
        with self._settled:
            if self._error is not None:
                raise self._error
            self._gave_up = not self._has_it
            return self._has_it

    def _block(self) -> None:
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX)
        except OSError as error:
            self._error = error
        with self._settled:
            if self._gave_up or self._error is not None:
                os.close(self.fd)
            else:
                self._has_it = True
        self._done.set()


def _try(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _identity(fd: int) -> File:
    return file_of(os.fstat(fd))


def _close(fd: int) -> None:
    if fd >= 0:
        os.close(fd)
