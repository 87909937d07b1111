"""Holding the lock: one thread of one process at a time."""

from __future__ import annotations

import threading
from time import monotonic

from pomfa_tui.domain.errors import Busy
from pomfa_tui.store.tinydb.lock import LockFile


class Holding:
    """The lock, against threads and processes.

    Args:
        lock: Against processes.
        seconds: How long to wait for it.
    """

    def __init__(self, lock: LockFile, seconds: float) -> None:
        self._lock = lock
        self._seconds = seconds
        self._gate = threading.Lock()
        self._holder: int | None = None

    def take(self) -> None:
        """Wait for the lock.

        Raises:
            Busy: Somebody else holds it for too long.
            Unavailable: The folder or the lock file cannot be used.
            UnsafeEnvironment: The folder or the lock file is not ours alone.
        """
        if self.is_mine():
            message = "Transactions do not nest: finish one before you begin another."
            raise RuntimeError(message)
        deadline = monotonic() + self._seconds
        if not self._gate.acquire(timeout=self._seconds):
            raise Busy
        try:
            self._lock.take(deadline)
        except BaseException:
            self._gate.release()
            raise
        self._holder = threading.get_ident()

    def end(self) -> None:
        """Let the next one in."""
        self._holder = None
        try:
            self._lock.give()
        finally:
            self._gate.release()

    def is_mine(self) -> bool:
        """Tell whether this thread holds the lock."""
        return self._holder == threading.get_ident()

    def after_fork(self) -> None:
        """In a child process: hold nothing, and share no opening of the file with the parent."""
        self._gate, self._holder = threading.Lock(), None
        self._lock.after_fork()

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_: object) -> None:
        self.end()
