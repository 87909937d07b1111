"""A program in a terminal of its own, and the end of it with everything that it has started (K09).

It gets a pty and not the terminal itself: what it leaves running cannot read the next person's keys, type into the next screen or keep the
line's settings, and closing the pty takes the terminal away from it whatever account it has changed to.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PR_SET_CHILD_SUBREAPER = 36
_READ_SIZE = 65536
_GONE_SECONDS = 1.0
_PAUSE = 0.02
_KEPT_BY_SIGNALS = {signal.SIGKILL, signal.SIGSTOP}

Size = tuple[int, int, int, int]
"""Rows, columns and two numbers of pixels, as the kernel keeps them."""


def size_of(descriptor: int) -> Size:
    """Return the size of a terminal; 24 by 80 where it has none."""
    try:
        packed = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return (24, 80, 0, 0)
    rows, columns, width, height = struct.unpack("HHHH", packed)
    return (rows or 24, columns or 80, width, height)


def adopt_orphans() -> None:
    """Become the parent of whatever the children of this process leave behind, so that it can be found and ended."""
    if sys.platform.startswith("linux"):
        with suppress(ImportError, OSError, AttributeError):
            import ctypes  # noqa: PLC0415 - only here

            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> set[int]:
    """Return the processes that this one has started, and those that they have started; the dead left out."""
    children: dict[int, list[int]] = {}
    names: list[str] = []
    with suppress(OSError):
        names = os.listdir("/proc")  # noqa: PTH208 - as below
    for name in filter(str.isdigit, names):
        with suppress(OSError, ValueError, IndexError):
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - thousands of files
                state, parent = file.read().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                children.setdefault(int(parent), []).append(int(name))
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        fresh = [pid for pid in children.get(waiting.pop(), ()) if pid not in found]
        found.update(fresh)
        waiting += fresh
    return found


class Child:
    """A program that has been started.

    Args:
        path: The program.
        arguments: Its whole command line, the name it is called by first.
        environment: All its variables.
        size: Of its terminal.

    Raises:
        OSError: It cannot be started; the number tells why.
    """

    def __init__(
        self,
        path: str,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        size: Size,
    ) -> None:
        adopt_orphans()
        for descriptor in _inherited():
            os.set_inheritable(descriptor, False)
        self.master, slave = os.openpty()
        self.status: int | None = None
        """How it ended, as `os.waitpid` tells it; none while it runs."""
        self._size: Size | None = None
        try:
            self.resize(size)
            self._speak_utf8(environment)
            terminal = os.ttyname(slave)
            # A session of its own comes first, so that opening the terminal makes it the one whose keys become signals.
            self.pid = os.posix_spawn(
                path,
                arguments,
                environment,
                setsid=True,
                setsigmask=(),
                setsigdef=[each for each in signal.Signals if each not in _KEPT_BY_SIGNALS],
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0),
                    (os.POSIX_SPAWN_DUP2, 0, 1),
                    (os.POSIX_SPAWN_DUP2, 0, 2),
                ],
            )
        except BaseException:
            os.close(self.master)
            raise
        finally:
            os.close(slave)
        os.set_blocking(self.master, False)

    def resize(self, size: Size) -> None:
        """Give its terminal another size."""
        if size != self._size:
            self._size = size
            with suppress(OSError):
                fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", *size))

    def read(self) -> bytes:
        """Return what it has written; nothing where nothing is there, or nothing more will come."""
        try:
            return os.read(self.master, _READ_SIZE)
        except OSError:
            return b""

    def write(self, data: bytes) -> int:
        """Type at it; return how many bytes its terminal took."""
        try:
            return os.write(self.master, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)

    def look(self) -> bool:
        """Tell whether it runs; one that has stopped itself is ended, as nobody here could wake it."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            except ChildProcessError:
                self.status = self.status or 0
                pid, status = 0, 0
            if not pid:
                return self.status is None
            if os.WIFSTOPPED(status):
                _send(pid, signal.SIGKILL)
            elif pid == self.pid:
                self.status = status

    def end(self, grace: float) -> None:
        """Ask it and everything that it has started to end, then kill what is left, and take its terminal away.

        Args:
            grace: Seconds between the two; less when everything is gone before.
        """
        self._tell(signal.SIGTERM, signal.SIGCONT)
        self._wait(grace)
        # Hangs up whoever is left, also those that have become another account and cannot be killed.
        os.close(self.master)
        self.master = -1
        until = time.monotonic() + _GONE_SECONDS
        while self._tell(signal.SIGKILL) and time.monotonic() < until:
            self.look()
            time.sleep(_PAUSE)
        self.look()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (self.look() or descendants()) and time.monotonic() < until:
            # A program that waits until its last words are read could not end.
            if select.select([self.master], [], [], _PAUSE)[0] and not self.read():
                time.sleep(_PAUSE)

    def _tell(self, *signals: int) -> int:
        found = descendants()
        for number in signals:
            # The group at once, so that nobody starts another before their turn comes; then those who have left it.
            with suppress(OSError):
                os.killpg(self.pid, number)
            for pid in found:
                _send(pid, number)
        return len(found)

    def _speak_utf8(self, environment: Mapping[str, str]) -> None:
        locale = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG")
        if "utf8" in (locale or "").lower().replace("-", ""):
            attributes = termios.tcgetattr(self.master)
            attributes[0] |= getattr(termios, "IUTF8", 0o40000)
            termios.tcsetattr(self.master, termios.TCSANOW, attributes)


def _inherited() -> list[int]:
    """Return the descriptors beyond the three that whoever started this program may have left open."""
    try:
        return [
            found
            for found in map(int, os.listdir("/proc/self/fd"))  # noqa: PTH208 - names alone
            if found > 2 and _is_inheritable(found)  # noqa: PLR2004 - the three standard ones
        ]
    except OSError:
        return [found for found in range(3, 256) if _is_inheritable(found)]


def _is_inheritable(descriptor: int) -> bool:
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False


def _send(pid: int, number: int) -> None:
    with suppress(OSError):
        os.kill(pid, number)
