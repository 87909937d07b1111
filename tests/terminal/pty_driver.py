"""Run a real program in a pty and look at its screen through a terminal emulator.

with Program([sys.executable, "-m", "pomfa_tui", "run"]) as program:
program.wait_for("Sign in")
program.send("anna@example.org").press("tab")
program.press("enter").wait_for("That did not match")
program.terminate()
assert program.wait_exit() == 75
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

import pyte

from tests.terminal.processes import at_work, descendants

TIMEOUT = 30.0
"""Seconds that anything may take; a machine under load is slow, a test that hangs is wrong."""

STARVED = 5.0
"""Seconds that a silent program is waited for while it wants a processor; some want one for ever."""

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f11": "\x1b[23~",
    "f12": "\x1b[24~",
    **{f"ctrl+{chr(96 + number)}": chr(number) for number in range(1, 27)},
    "ctrl+backslash": "\x1c",
}

# The shell opens the terminal after it has become session leader, which makes it the controlling one.
_TAKE_TERMINAL = 'exec "$@" <>"$0" >&0 2>&0'

# Queries the emulator would show as text.
_UNKNOWN_TO_EMULATOR = re.compile(r"\x1b\[\?[0-9;]*\$p|\x1b\[[<>=][0-9;]*u")
_UNFINISHED = re.compile(r"\x1b(?:\[[<>=?]?[0-9;]*\$?)?\Z")


class Arrival(NamedTuple):
    """Something the program wrote.

    Attributes:
        at: When it arrived, by `time.perf_counter`.
        data: What.
        resident: KiB the program held then.
    """

    at: float
    data: bytes
    resident: int


class NotSeenError(AssertionError):
    """What was waited for did not appear; shows the screen as it was."""


class Program:
    """A program in a terminal of its own.

    Args:
        arguments: The program and its arguments.
        environment: All its variables, beside a usable default for `TERM` and the locale.
        columns: Width of the terminal.
        rows: Height of the terminal.
        folder: Working folder.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        columns: int = 80,
        rows: int = 24,
        folder: Path | None = None,
    ) -> None:
        self.raw = bytearray()
        """Everything the program has written."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held_back = ""
        self._ended = False
        self._master, slave = pty.openpty()
        self.terminal = os.ttyname(slave)
        self._set_size(columns, rows)
        self.attributes_before = termios.tcgetattr(slave)
        variables = {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | dict(environment or {})
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _TAKE_TERMINAL, self.terminal, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=variables,
            cwd=folder,
            start_new_session=True,
        )
        # Kept open so that the terminal can be looked at after the program has ended.
        self._slave = slave

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- Looking ----------------------------------------------------------------------------------------------------

    @property
    def screen_text(self) -> str:
        """The screen as text, line by line, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def screen(self) -> pyte.Screen:
        """The screen with its cells, for whoever reads pictures off it."""
        return self._screen

    def line(self, number: int) -> str:
        """Return one line of the screen, 0 at the top, negative from the bottom."""
        return str(self._screen.display[number]).rstrip()

    def cell(self, column: int, row: int) -> pyte.screens.Char:
        """Return one cell with its colours."""
        return self._screen.buffer[row][column]

    @property
    def rows(self) -> list[dict[int, pyte.screens.Char]]:
        """Every row of cells."""
        return [self._screen.buffer[row] for row in range(self._screen.lines)]

    @property
    def line_end(self) -> int:
        """A descriptor of the end that the program writes to."""
        return self._slave

    @property
    def attributes(self) -> list[object]:
        """The settings of the terminal now."""
        found: list[object] = termios.tcgetattr(self._slave)
        return found

    def resident_kib(self, pid: int = 0) -> int:
        """Return how much memory the program holds, or another process of it, in KiB."""
        status = Path(f"/proc/{pid or self.process.pid}/status").read_text(encoding="ascii")
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(match.group(1)) if match else 0

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = TIMEOUT) -> Self:
        """Wait until the screen shows a text, or fulfils a condition."""
        seen = wanted if callable(wanted) else lambda text: wanted in text

        def shown() -> bool:
            if seen(self.screen_text):
                return True
            if not self.running and not self._read(0):
                raise NotSeenError(f"{wanted!r} did not appear before the end:\n{self.screen_text}")
            return False

        self._wait(shown, timeout, f"{wanted!r} did not appear")
        return self

    def wait_gone(self, unwanted: str, timeout: float = TIMEOUT) -> Self:
        """Wait until the screen no longer shows a text."""
        self._wait(lambda: unwanted not in self.screen_text, timeout, f"{unwanted!r} stayed")
        return self

    def wait_until(self, condition: Callable[[], bool], timeout: float = TIMEOUT) -> Self:
        """Wait until a condition holds, reading what the program writes meanwhile."""
        self._wait(condition, timeout, "the condition did not come true")
        return self

    def settle(self, quiet: float = 0.15, timeout: float = TIMEOUT) -> Self:
        """Read until the program has written nothing for `quiet` seconds, and has nothing more to do."""
        now = time.monotonic()
        until, starved = now + timeout, now + STARVED
        while (now := time.monotonic()) < until:
            if self._read(quiet):
                starved = time.monotonic() + STARVED
            elif now > starved or not at_work(self.process.pid):
                break
        return self

    def record(self, seen: bytes, quiet: float = 0.05, timeout: float = TIMEOUT) -> list[Arrival]:
        """Read until these bytes have come and nothing more for `quiet` seconds, drawing nothing meanwhile; `show` draws it."""
        found: list[Arrival] = []
        whole = b""
        until = time.monotonic() + timeout
        while self._ready(select.POLLIN, quiet if seen in whole else timeout):
            try:
                data = os.read(self._master, 65536)
            except OSError:
                break
            found.append(Arrival(time.perf_counter(), data, self.resident_kib()))
            whole += data
            if time.monotonic() > until:
                break
        return found

    def show(self, data: bytes) -> None:
        """Draw what was recorded."""
        self.raw += data
        text = self._held_back + self._decode(data)
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._held_back = text[cut:]
        self._stream.feed(_UNKNOWN_TO_EMULATOR.sub("", text[:cut]))

    def wait_exit(self, timeout: float = TIMEOUT) -> int:
        """Wait for the end and return the exit status, negative for a signal."""
        self._wait(lambda: self.process.poll() is not None, timeout, "the program did not end")
        while self._read(0):
            pass
        return int(self.process.returncode)

    @property
    def running(self) -> bool:
        """Whether the program still runs."""
        return self.process.poll() is None

    # -- Typing -----------------------------------------------------------------------------------------------------

    def send(self, data: str | bytes) -> Self:
        """Type something, or send any bytes; reads meanwhile, so that neither side waits for the other."""
        rest = memoryview(data.encode() if isinstance(data, str) else data)
        while rest:
            ready = self._ready(select.POLLIN | select.POLLOUT, TIMEOUT)
            if ready & ~select.POLLOUT:
                self._read(0)
            if ready & select.POLLOUT:
                rest = rest[os.write(self._master, rest[:1024]) :]
            elif not ready:
                raise NotSeenError("the program reads nothing any more\n" + self.screen_text)
        return self

    def press(self, *keys: str) -> Self:
        """Press named keys or single characters."""
        for key in keys:
            self.send(KEYS.get(key, key))
        return self

    def paste(self, text: str) -> Self:
        """Paste a text as terminals do (bracketed)."""
        return self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, rows: int, *, draw: bool = True) -> Self:
        """Change the size of the terminal; `draw` is off where the emulator could not keep up."""
        if draw:
            self._screen.resize(rows, columns)
        self._set_size(columns, rows)
        return self

    def kill(self, number: int) -> Self:
        """Send a signal to the program."""
        os.kill(self.process.pid, number)
        return self

    def terminate(self) -> Self:
        """Ask the program to end."""
        return self.kill(signal.SIGTERM)

    def hang_up(self) -> None:
        """Drop the line: close the terminal's other end."""
        os.close(self._slave)
        os.close(self._master)
        self._slave = self._master = -1

    def close(self) -> None:
        """End the program, if it has not ended, with all that it has started, and its terminal."""
        if self.process.poll() is None:
            started = descendants(self.process.pid)
            self.process.kill()
            for pid in started:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()
        for descriptor in (self._slave, self._master):
            if descriptor >= 0:
                os.close(descriptor)
        self._slave = self._master = -1

    # -- Inside -----------------------------------------------------------------------------------------------------

    def _wait(self, condition: Callable[[], bool], timeout: float, complaint: str) -> None:
        until = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > until:
                raise NotSeenError(f"{complaint} within {timeout} s:\n{self.screen_text}")
            self._read(0.02)

    def _ready(self, wanted: int, wait: float) -> int:
        """Wait in seconds until the terminal can be read or written; poll, as select() knows only 1,024 descriptors."""
        poll = select.poll()
        poll.register(self._master, wanted)
        return next((found for _, found in poll.poll(wait * 1000)), 0)

    def _read(self, wait: float) -> bool:
        if self._ended or self._master < 0:
            # Nothing more will come; do not spin.
            self.process.poll() is None and select.poll().poll(max(wait, 0.01) * 1000)
            return False
        if not self._ready(select.POLLIN, wait):
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            self._ended = True
            return False
        self.show(data)
        return True

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
