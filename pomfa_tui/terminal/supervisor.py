"""A small process that outlives every screen of a kiosk: it clears up after one that was killed and starts the next (K27, K29, K59).

It holds no secret and loads next to nothing; each screen it starts is a process of its own, which replaces itself at every sign-out.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

from pomfa_tui.domain.amounts import counted
from pomfa_tui.terminal.child import adopt_orphans, descendants
from pomfa_tui.terminal.statuses import CRASHED, LINE_LOST, STUCK
from pomfa_tui.terminal.tty import (
    WIPE_WITH_HISTORY,
    Tty,
    ignore_keys_of_the_line,
    missing_terminal,
)

SUPERVISOR_VARIABLE = "POMFA_SUPERVISOR"
"""Tells a fresh process that it has a supervisor, by its number."""

PAUSES = (1, 2, 5, 10, 30)
"""Seconds before the next start, after so many faults in a row; after the last one the supervisor ends too."""

IN_A_ROW_SECONDS = 60.0
"""A screen that lived longer than this has not failed in a row with the one before."""

END_SECONDS = 15.0
"""How long a screen may take to end once it was asked to: the program of the terminal, and a busy store, are waited for."""

_PR_SET_PDEATHSIG = 1
_SIGNALLED = 128
_FAULTS = frozenset({CRASHED, STUCK, _SIGNALLED + signal.SIGALRM})
_GONE_SECONDS = 1.0


def supervise() -> None:
    """Start a process for the screens and return in it alone; this one waits, and never returns."""
    if os.environ.get(SUPERVISOR_VARIABLE) == str(os.getppid()) or missing_terminal():
        return
    ignore_keys_of_the_line()
    _Supervisor().run()


class _Supervisor:
    def __init__(self) -> None:
        self._tty = Tty.take()
        self._pid = 0
        self._asked_to_end = False

    def run(self) -> None:
        """Start one screen after the other; return in each of them."""
        adopt_orphans()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._ask_to_end())
        signal.signal(signal.SIGALRM, lambda *_: self._kill())
        in_a_row = 0
        while True:
            since = time.monotonic()
            ours = os.getpid()
            self._pid = os.fork()
            if self._pid == 0:
                _be_supervised(ours, self._tty)
                return
            status = self._wait()
            if self._asked_to_end or not _is_fault(status):
                self._leave(LINE_LOST if self._asked_to_end else status)
            in_a_row = 0 if time.monotonic() - since > IN_A_ROW_SECONDS else in_a_row + 1
            if in_a_row > len(PAUSES):
                self._leave(status)
            self._pause(PAUSES[in_a_row - 1] if in_a_row else PAUSES[0])

    def _wait(self) -> int:
        """Wait for the screen's process, then end what it left behind; return its status as a shell counts."""
        _, waited = os.waitpid(self._pid, 0)
        self._pid = 0
        signal.setitimer(signal.ITIMER_REAL, 0)
        status = os.waitstatus_to_exitcode(waited)
        _end_descendants()
        if status < 0 or status in _FAULTS - {CRASHED}:
            # It could not clear up itself.
            self._tty.give_back_in_a_hurry(WIPE_WITH_HISTORY)
        return status if status >= 0 else _SIGNALLED - status

    def _pause(self, seconds: int) -> None:
        with suppress(OSError):
            os.write(
                2, f"The sign-in desk starts again in {counted(seconds, 'second')}.\r\n".encode()
            )
        self._tty.silence()
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(left)
            if self._asked_to_end:
                self._leave(LINE_LOST)

    def _leave(self, status: int) -> None:
        self._tty.give_back()
        os._exit(status)

    def _ask_to_end(self) -> None:
        self._asked_to_end = True
        if not self._pid:
            self._leave(LINE_LOST)
        signal.setitimer(signal.ITIMER_REAL, END_SECONDS)
        with suppress(OSError):
            os.kill(self._pid, signal.SIGTERM)

    def _kill(self) -> None:
        with suppress(OSError):
            os.kill(self._pid or os.getpid(), signal.SIGKILL)


def _is_fault(status: int) -> bool:
    return status in _FAULTS or status > _SIGNALLED


def _be_supervised(supervisor: int, tty: Tty) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform.startswith("linux"):
        with suppress(ImportError, OSError, AttributeError):
            import ctypes  # noqa: PLC0415 - only here

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != supervisor:
        os._exit(LINE_LOST)
    os.environ[SUPERVISOR_VARIABLE] = str(supervisor)
    tty.hand_down()


def _end_descendants() -> None:
    """Kill what a screen that was killed has left behind: nobody else could end it."""
    until = time.monotonic() + _GONE_SECONDS
    while (left := descendants()) and time.monotonic() < until:
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
