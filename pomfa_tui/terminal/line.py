"""The terminal while it belongs to a program: passed on in both directions, and taken back whatever happens."""

from __future__ import annotations

import os
import select
import signal
import termios
import threading
import time
from contextlib import suppress
from tty import setraw
from types import FrameType
from typing import Self

from pomfa_tui.terminal.child import Child, size_of
from pomfa_tui.terminal.tty import INPUT, MODES_BACK, OUTPUT, WIPE

_POLL_SECONDS = 0.25
_CHUNK = 4096
_LAST_WORDS_SECONDS = 0.5


class Line:
    """The terminal while it belongs to a program: raw, never waited for, and given back as it was found."""

    def __init__(self, lost: threading.Event, wipe: bytes) -> None:
        self._lost = lost
        self._wipe = wipe
        self._keys = self._shown = b""
        self._gone = False

    def __enter__(self) -> Self:
        self._found = termios.tcgetattr(INPUT)
        self._terminal = _reopened()
        self._ears, self._bell = os.pipe()
        for descriptor in (self._ears, self._bell):
            os.set_blocking(descriptor, False)
        self._before = {
            number: signal.signal(number, self._hear)
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGCHLD)
        }
        with suppress(termios.error):
            setraw(INPUT, termios.TCSANOW)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(termios.error):
            termios.tcflush(OUTPUT, termios.TCOFLUSH)
        self._shown = MODES_BACK + self._wipe
        until = time.monotonic() + _LAST_WORDS_SECONDS
        while self._shown and time.monotonic() < until and self._show():
            pass
        with suppress(termios.error):
            termios.tcsetattr(INPUT, termios.TCSANOW, self._found)
            termios.tcflush(INPUT, termios.TCIFLUSH)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for descriptor in (self._ears, self._bell, self._terminal):
            os.close(descriptor)

    @property
    def size(self) -> tuple[int, int, int, int]:
        """Rows, columns and pixels."""
        return size_of(INPUT)

    def wake(self) -> None:
        """End the waiting of `pass_on`; from any thread."""
        with suppress(OSError):
            os.write(self._bell, b".")

    def pass_on(self, child: Child) -> None:
        """Wait a moment for either side, and pass on what has come; neither is read while the other does not take it."""
        child.resize(self.size)
        poll = select.poll()
        poll.register(self._ears, select.POLLIN)
        poll.register(self._terminal, _when(reads=not self._keys, writes=bool(self._shown)))
        poll.register(child.master, _when(reads=not self._shown, writes=bool(self._keys)))
        ready = dict(poll.poll(_POLL_SECONDS * 1000))
        if self._ears in ready:
            with suppress(OSError):
                os.read(self._ears, _CHUNK)
        if ready.get(self._terminal, 0) & ~select.POLLOUT:
            self._read_keys()
        if self._keys:
            self._keys = self._keys[child.write(self._keys) :]
        if not self._shown and ready.get(child.master, 0) & ~select.POLLOUT:
            self._shown = child.read()
            if not self._shown:
                # Nobody holds the other end any more, though the program may still run.
                time.sleep(_POLL_SECONDS / 10)
        self._show()

    def last_words(self, child: Child) -> None:
        """Show what the program wrote before it ended."""
        until = time.monotonic() + _LAST_WORDS_SECONDS
        while time.monotonic() < until:
            self._shown = self._shown or child.read()
            if not self._shown or not self._show():
                return

    def bare(self) -> None:
        """Show nothing of the program from now on."""
        with suppress(termios.error):
            termios.tcflush(OUTPUT, termios.TCOFLUSH)
        self._shown = WIPE
        self._show()

    def _read_keys(self) -> None:
        try:
            self._keys = os.read(self._terminal, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._keys = b""
        if not self._keys:
            self._hung_up()

    def _show(self) -> bool:
        """Write what is due, as far as the terminal takes it; tell whether there is a terminal."""
        if self._shown and not self._gone:
            try:
                self._shown = self._shown[os.write(self._terminal, self._shown) :]
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                self._hung_up()
        return not self._gone

    def _hung_up(self) -> None:
        self._gone = True
        self._lost.set()

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number in {signal.SIGTERM, signal.SIGHUP}:
            self._lost.set()
        self.wake()


def _when(*, reads: bool, writes: bool) -> int:
    return (select.POLLIN if reads else 0) | (select.POLLOUT if writes else 0)


def _reopened() -> int:
    """Open the terminal once more, so that not waiting for it changes nothing for others who have it open."""
    for name in ("/dev/tty", f"/proc/self/fd/{INPUT}", os.ttyname(INPUT)):
        with suppress(OSError):
            return os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    return os.dup(INPUT)
