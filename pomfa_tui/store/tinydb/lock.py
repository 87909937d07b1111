"""The lock file `store.lock`: two locks for all processes, and the marks.

The lock itself is a `flock`, held while a transaction runs and its line is written. The sync lock is held while lines are made safe, by one
process for all that have written meanwhile. Whoever dies loses both. Order: first the sync lock, then the lock; who holds the lock alone
never waits for the other.

Waiting for the lock is done in the kernel's queue (see `turns`), waiting for a sync by looking again: mostly it is somebody else who syncs.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import threading
import time

from pomfa_tui.domain.errors import Busy
from pomfa_tui.store.tinydb.folder import (
    NOTHING,
    File,
    Folder,
    file_of,
    looks_of,
    unavailable,
    write_at,
)
from pomfa_tui.store.tinydb.marks import LENGTH, SAFE, WRITTEN, Mark
from pomfa_tui.store.tinydb.turns import Turns

NAME = "store.lock"

_GLANCES = 5
_NO_FILE: File = ()

# The first byte of the file, for this opening of it alone; a `flock` does not get into its way.
_LOCK, _UNLOCK = (
    struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 1, 0) for kind in (fcntl.F_WRLCK, fcntl.F_UNLCK)
)


class LockFile:
    """The locks and the marks.

    Args:
        folder: Where the file is.
        read_only: Take no lock, ever.
    """

    def __init__(self, folder: Folder, *, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only
        self._fd = self._look_fd = -1
        self._looks = self._look_file = _NO_FILE
        self._glancing = threading.Lock()
        self._retired: list[int] = []
        self._turns: Turns | None = None
        self._by_turn = False
        # What this process wrote last; what is still there need not be decoded.
        self._known: dict[int, tuple[bytes, Mark]] = {}

    def take(self, deadline: float) -> None:
        """Wait for the lock.

        Args:
            deadline: On the monotonic clock, seconds.

        Raises:
            Busy: Somebody else holds it beyond the deadline.
            Unavailable: The folder or the file cannot be used.
            UnsafeEnvironment: The folder or the file is not ours alone.
        """
        if self._try_flock():
            return
        while not self._wait_for_turn(deadline):
            # Somebody removed the file: whoever holds its old self excludes nobody.
            self._use(-1)
            self._open()

    def give(self) -> None:
        """Let the next one in."""
        if self._by_turn and self._turns is not None:
            self._by_turn = False
            self._turns.give()
        else:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def try_sync(self) -> bool:
        """Take the sync lock, or tell that somebody else has it."""
        if self._fd < 0:
            self._open()
        return self._ofd(_LOCK)

    def give_sync(self) -> None:
        """Let the next one sync."""
        if self._fd >= 0:
            self._ofd(_UNLOCK)

    def mark(self, which: int) -> Mark | None:
        """Return a mark, for the holder of one of the locks; none when there is none that can be believed."""
        try:
            data = os.pread(self._fd, LENGTH, which)
        except OSError as error:
            raise unavailable(error, self._folder.path) from error
        known = self._known.get(which)
        return known[1] if known is not None and known[0] == data else Mark.decode(data)

    def look(self, which: int) -> Mark | None:
        """Return a mark without any lock; none when there is none that can be believed."""
        found = self._folder.find(NAME)
        with self._glancing:
            if self._look_fd < 0 or file_of(found) != self._look_file:
                _close(self._look_fd)
                self._look_fd = -1 if found is NOTHING else self._folder.open(NAME)
                if self._look_fd < 0:
                    return None
                self._look_file = file_of(os.fstat(self._look_fd))
            try:
                # A writer may be half-way through it.
                for _ in range(_GLANCES):
                    mark = Mark.decode(os.pread(self._look_fd, LENGTH, which))
                    if mark is not None:
                        return mark
            except OSError as error:
                raise unavailable(error, self._folder.path) from error
        return None

    def put(self, which: int, mark: Mark, *, back: bool = False) -> None:
        """Write a mark; the caller holds the lock that goes with it.

        Args:
            which: Where it stands.
            mark: What it says.
            back: Whether it moves back.

        Raises:
            OSError: The disk refuses one that moves back.
        """
        data = mark.encode()
        try:
            write_at(self._fd, data, which)
        except OSError:
            if back:
                raise
            # Late is allowed: whoever comes next finds what is beyond it.
        self._known[which] = (data, mark)

    def forget(self) -> None:
        """Wipe both marks, for the holder of both locks: whoever comes next finds out what is there.

        Raises:
            OSError: The disk refuses.
        """
        self._known.clear()
        for which in (WRITTEN, SAFE):
            write_at(self._fd, bytes(LENGTH), which)

    def after_fork(self) -> None:
        """In a child process: share no opening of the file with the parent, whose thread does not exist here."""
        if self._turns is not None:
            _close(self._turns.fd)
            self._turns, self._by_turn = None, False
        self._glancing = threading.Lock()
        self.close()

    def close(self) -> None:
        """Let go of the file and of the locks."""
        self._use(-1)
        for fd in self._retired:
            os.close(fd)
        self._retired.clear()
        _close(self._look_fd)
        self._look_fd = -1

    def _wait_for_turn(self, deadline: float) -> bool:
        """Queue up; tell whether it was for the file that has the name now."""
        turns = self._turns or Turns(self._open_file())
        self._turns = turns
        try:
            if not turns.wait(deadline - time.monotonic()):
                raise Busy
        except OSError as error:
            self._use(-1)
            raise unavailable(error, self._folder.path) from error
        self._by_turn = self._in_place() and looks_of(os.fstat(turns.fd)) == self._looks
        return self._by_turn

    def _try_flock(self) -> bool:
        if self._fd < 0:
            self._open()
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise unavailable(error, self._folder.path) from error
        if self._in_place():
            return True
        # Somebody removed the file: whoever holds its old self excludes nobody, but must not be in the way of those who find that out.
        fcntl.flock(self._fd, fcntl.LOCK_UN)
        self._use(-1)
        return False

    def _ofd(self, request: bytes) -> bool:
        try:
            fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, request)
        except OSError as error:
            if error.errno in {errno.EAGAIN, errno.EACCES}:
                return False
            raise unavailable(error, self._folder.path) from error
        return True

    def _in_place(self) -> bool:
        """Tell whether the open file still has its name, and looks as it did when it was opened."""
        if looks_of(self._folder.find_by_path(NAME)) == self._looks:
            return True
        self._folder.check()
        return False

    def _open(self) -> None:
        if self._read_only:
            raise unavailable(OSError(errno.EROFS, NAME), self._folder.path)
        self._folder.check()
        self._use(self._open_file())
        # A disk that has the one kind of lock and not the other is found out before anything is written to it.
        if self._ofd(_LOCK):
            self._ofd(_UNLOCK)

    def _open_file(self) -> int:
        fd = self._folder.open(NAME, os.O_RDWR | os.O_CREAT)
        if fd < 0:
            raise unavailable(FileNotFoundError(errno.ENOENT, NAME), self._folder.path)
        return fd

    def _use(self, fd: int) -> None:
        if self._fd >= 0:
            # Another thread may be about to write a mark by this number, which must not come to mean another file.
            self._retired.append(self._fd)
        if self._turns is not None:
            self._turns.close()
            self._turns, self._by_turn = None, False
        self._fd = fd
        self._looks = _NO_FILE if fd < 0 else looks_of(os.fstat(fd))


def _close(fd: int) -> None:
    if fd >= 0:
        os.close(fd)
