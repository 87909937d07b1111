"""The lock file `store.lock`: one `flock` for all processes, and in the file the mark of how far the store has been made safe.

The mark is written after the journal is on the disk and never synced itself, so it may be late but never early: everything up to it
was acknowledged to somebody. Readers believe the journal up to the mark only; what lies beyond it may be half written. Whoever takes the
lock finds out what is beyond the mark and settles it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from pomfa_tui.domain.errors import Busy, Unavailable
from pomfa_tui.store.tinydb.folder import Folder

NAME = "store.lock"

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the store has been made safe.

    Attributes:
        generation: Of the journal.
        seq: Number of the last commit that is on the disk.
        end: Bytes of the journal up to it.
        audit_size: Bytes of the audit log that had been written then, not necessarily to the disk.
        boot: The host's boot in which `audit_size` was true.
    """

    generation: int
    seq: int
    end: int
    audit_size: int
    boot: str

    def encode(self) -> bytes:
        """Return the mark as one line of fixed length."""
        text = (
            f"{self.generation:016d} {self.seq:016d} {self.end:016d} {self.audit_size:016d} "
            f"{self.boot:36.36} "
        ).encode("ascii")
        return b"%s%08x\n" % (text, zlib.crc32(text))

    @classmethod
    def decode(cls, data: bytes) -> Mark | None:
        """Read a mark; none when it is missing, half written or damaged."""
        text = data[:-9]
        if len(data) != LENGTH or data[-9:] != b"%08x\n" % zlib.crc32(text):
            return None
        generation, seq, end, audit_size, boot = text.decode("ascii").split()
        return cls(int(generation), int(seq), int(end), int(audit_size), boot)


LENGTH = len(Mark(0, 0, 0, 0, "-").encode())


def this_boot() -> str:
    """Return what identifies the host's boot; something new each time where the system does not tell."""
    with suppress(OSError):
        return _BOOT.read_text("ascii").strip()
    return os.urandom(16).hex()


class StoreLock:
    """Takes the lock with a time-out, and reads and writes the mark.

    Args:
        folder: Where the file is.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._fd = -1
        self._mark_fd = -1

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
                self._fd = self._open()
            with self._folder.sentences():
                if not _try(self._fd):
                    self._wait(deadline)
            if self._is_in_place(self._fd):
                return
            # Somebody removed the file: whoever holds its old self excludes nobody.
            self._fd = _closed(self._fd)

    def give(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def read_mark(self) -> Mark | None:
        """Return the mark; none when there is none that can be believed."""
        if self._mark_fd < 0 or not self._is_in_place(self._mark_fd):
            self._mark_fd = _closed(self._mark_fd)
            fd = self._folder.open(NAME)
            if fd is None:
                return None
            self._mark_fd = fd
        with self._folder.sentences():
            # A writer may be half-way through the line.
            for _ in range(_LOOKS):
                mark = Mark.decode(os.pread(self._mark_fd, LENGTH, 0))
                if mark is not None:
                    return mark
        return None

    def write_mark(self, mark: Mark) -> None:
        """Write the mark; the caller holds the lock."""
        # Late is allowed: the next one who takes the lock settles it.
        with suppress(OSError):
            os.pwrite(self._fd, mark.encode(), 0)

    def close(self) -> None:
        """Let go of the file and of the lock."""
        self._fd = _closed(self._fd)
        self._mark_fd = _closed(self._mark_fd)

    def _open(self) -> int:
        fd = self._folder.open(NAME, os.O_RDWR | os.O_CREAT)
        if fd is None:
            self._folder.check()
            raise Unavailable
        return fd

    def _is_in_place(self, fd: int) -> bool:
        found = self._folder.stat(NAME)
        mine = os.fstat(fd)
        return found is not None and (found.st_dev, found.st_ino) == (mine.st_dev, mine.st_ino)

    def _wait(self, deadline: float) -> None:
        """Queue up in the kernel, in a thread, because only a blocking `flock` wakes up in time and in turn."""
        waiter = _Waiter(self._open())
        if not waiter.wait(deadline - monotonic()):
            raise Busy
        _closed(self._fd)
        self._fd = waiter.fd


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


def _closed(fd: int) -> int:
    if fd >= 0:
        os.close(fd)
    return -1
