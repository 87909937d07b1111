"""Hand the terminal over to the program it is for, and take it back: at its end, at the session's, or with the line."""

from __future__ import annotations

import os
import select
import shutil
import signal
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from tty import setraw
from types import FrameType
from typing import TYPE_CHECKING, Self

from pomfa_tui.terminal.child import Child, size_of
from pomfa_tui.terminal.environment import OURS
from pomfa_tui.terminal.leaving import Leaving
from pomfa_tui.terminal.program_words import (
    CLOSED,
    MISSING,
    reason_of,
    reason_of_error,
    sentence_of,
)
from pomfa_tui.terminal.statuses import LINE_LOST
from pomfa_tui.terminal.tty import INPUT, MODES_BACK, OUTPUT, WIPE, WIPE_WITH_HISTORY

if TYPE_CHECKING:
    from pomfa_tui.domain.errors import SessionEnded
    from pomfa_tui.terminal.session_watch import SessionWatch

PASSED_ON = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "USER",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
)
"""What the program may know of the surroundings; neither places nor anything that changes this program."""

LOOK_SECONDS = 1.0
"""How often the store is asked whether the session still stands."""

_POLL_SECONDS = 0.25
_CHUNK = 4096
_LAST_WORDS_SECONDS = 0.5
_ENDED_HERE = {"idle", "overall", "lost"}


class HandOver:
    """The program of this terminal.

    Args:
        command: Program and arguments.
        name: What people call it.
        at_once: Whether it opens without being asked for.
        grace: Seconds that it may take to end once it has been asked to.
        environ: The surroundings, of which it is told a part.
        wipes_history: Whether what has scrolled away is wiped at its end.
        note_fault: Records a fault of this program's own.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str,
        at_once: bool = False,
        grace: float = 2.0,
        environ: Mapping[str, str],
        wipes_history: bool = False,
        note_fault: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self.name = name
        self.at_once = at_once
        self.note_fault = note_fault
        self._command = tuple(command)
        self._grace = grace
        self._environ = {each: environ[each] for each in PASSED_ON if each in environ}
        self._wipe = WIPE_WITH_HISTORY if wipes_history else WIPE

    @property
    def obstacle(self) -> str:
        """Why the program cannot be started, as far as a look at its file tells; empty when nothing is in the way."""
        path = self._path
        if path is None or not os.path.exists(path):  # noqa: PTH110 - told apart from what may not be looked at
            return sentence_of(MISSING)
        return "" if os.access(path, os.X_OK) and os.path.isfile(path) else sentence_of(CLOSED)  # noqa: PTH113

    def run(self, watch: SessionWatch, bearer: Mapping[str, str]) -> Leaving:
        """Run the program until it ends, the session does, or the line is lost; then end what is left of all three.

        Args:
            watch: The session.
            bearer: Variables that tell the program who is signed in.

        Returns:
            How to go on: afresh with a reason, or not at all when the line is lost.
        """
        lost = threading.Event()
        with _Line(lost, self._wipe) as line:
            reason = self._attend(line, watch, lost, dict(bearer))
        ended = "lost" if lost.is_set() else reason if reason in _ENDED_HERE else "sign_out"
        try:
            watch.record_end(ended)
        except Exception as error:  # noqa: BLE001 - the screen is bare; a session without its end is found stale later
            self.note_fault(error)
        return Leaving(status=LINE_LOST) if lost.is_set() else Leaving(again=True, reason=reason)

    @property
    def _path(self) -> str | None:
        program = self._command[0]
        return program if program.startswith("/") else shutil.which(program, path=OURS["PATH"])

    def _attend(
        self, line: _Line, watch: SessionWatch, lost: threading.Event, bearer: dict[str, str]
    ) -> str:
        environment = self._environ | {"PATH": OURS["PATH"]} | bearer
        path = self._path
        if path is None:
            return MISSING
        try:
            child = Child(path, self._command, environment, line.size)
        except OSError as error:
            return reason_of_error(error)
        sentry = _Sentry(watch, line.wake, self.note_fault)
        try:
            while child.look() and sentry.ended is None and not lost.is_set():
                line.pass_on(child)
            if sentry.ended is None and not lost.is_set():
                line.last_words(child)
            else:
                line.bare()
        finally:
            sentry.stop()
            child.end(self._grace)
        if sentry.ended is not None:
            return sentry.ended.reason
        return reason_of(child.status or 0)


class _Sentry:
    """Asks in a thread of its own whether the session still stands: a busy store must not hold up the keyboard."""

    def __init__(
        self,
        watch: SessionWatch,
        wake: Callable[[], object],
        note_fault: Callable[[BaseException], object],
    ) -> None:
        self.ended: SessionEnded | None = None
        self._watch = watch
        self._wake = wake
        self._note_fault = note_fault
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="sentry", daemon=True).start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS) and self.ended is None:
            self.ended = self._look()
        self._wake()

    def _look(self) -> SessionEnded | None:
        try:
            # Before the next line: a machine that slept for longer than anybody may be idle shows nothing any more.
            if (ended := self._watch.ended_by_time) is not None:
                return ended
            # Whether somebody is there is for the program to find out.
            self._watch.key_pressed()
            return self._watch.look()
        except Exception as error:  # noqa: BLE001 - a session that cannot be looked up does not stand
            self._note_fault(error)
            from pomfa_tui.terminal.session_watch import ending_of  # noqa: PLC0415 - hardly ever

            return ending_of("lost")


class _Line:
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
        self._poll = select.poll()
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
