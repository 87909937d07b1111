"""Waiting in the kernel's queue for a `flock`, with an end.

A `flock` that blocks wakes whoever is next at the moment the lock is free, but it cannot be given up, so a thread does the blocking. It
queues with an opening of the file of its own: when it gets the lock after its caller has gone, it hands it back by itself.
"""

from __future__ import annotations

import fcntl
import os
import threading
from enum import Enum


class _State(Enum):
    IDLE = "idle"
    WAITING = "waiting"
    GIVEN_UP = "given up"
    HELD = "held"


class Turns:
    """One process's place in the queue.

    Args:
        fd: The lock file, opened for this purpose alone; it is closed by `close`.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._state = _State.IDLE
        self._closed = False
        self._error: OSError | None = None
        self._guard = threading.Lock()
        # Two plain locks as signals: the cheapest there are.
        self._asked, self._granted = threading.Lock(), threading.Lock()
        self._asked.acquire()
        self._granted.acquire()
        self._thread = threading.Thread(target=self._run, name="store-lock", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the lock; tell whether it is held now.

        Raises:
            OSError: The system refuses.
        """
        with self._guard:
            if self._state is _State.IDLE:
                self._asked.release()
            self._state = _State.WAITING
        if not self._granted.acquire(timeout=max(seconds, 0)):
            with self._guard:
                if self._state is _State.WAITING:
                    self._state = _State.GIVEN_UP
                    return False
            self._granted.acquire()
        if self._error is not None:
            raise self._error
        return True

    def give(self) -> None:
        """Let the next one in."""
        with self._guard:
            self._state = _State.IDLE
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave the queue, and let go of the lock."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            blocked = self._state in {_State.WAITING, _State.GIVEN_UP}
            if not blocked:
                os.close(self.fd)
        if not blocked:
            self._asked.release()

    def _is_closed(self) -> bool:
        return self._closed

    def _run(self) -> None:
        while True:
            self._asked.acquire()
            if self._is_closed():
                return
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX)
            except OSError as error:
                self._error = error
            with self._guard:
                if self._is_closed():
                    os.close(self.fd)
                    return
                if self._state is _State.WAITING:
                    self._state = _State.HELD
                    self._granted.release()
                else:
                    self._state = _State.IDLE
                    fcntl.flock(self.fd, fcntl.LOCK_UN)
