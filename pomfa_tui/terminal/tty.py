"""The terminal's own settings: taken at the start, given back at the end, whatever happened between (K03, K26, K46)."""

from __future__ import annotations

import os
import select
import signal
import termios
from contextlib import suppress
from typing import Any, NamedTuple

INPUT, OUTPUT = 0, 2

FLAGS_VARIABLE = "POMFA_TTY_FLAGS"
"""Carries the original settings to a fresh process, which finds the terminal silenced."""

_LOCAL_FLAGS = 3
_SILENCED = termios.ECHO | termios.ISIG
_MOST_FLAGS = 2**32

MODES_BACK = (
    b"\x18\x1b\\\x1b[?1049l\x1b[r\x1b[0m\x1b(B\x0f\x1b[4l\x1b[?1l\x1b>\x1b[?6l\x1b[?7h"
    b"\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[=0u\x1b[?25h"
)
"""Ends what a program may have switched on: other pages, margins, character sets, mouse, pastes, keys, a hidden cursor."""

WIPE = b"\x1b[H\x1b[2J"
"""Clears the page."""

WIPE_WITH_HISTORY = b"\x1b[H\x1b[2J\x1b[3J"
"""Clears the page and what has scrolled away."""

_IGNORED = (
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGPIPE,
)


def ignore_keys_of_the_line() -> None:
    """Ignore what the line discipline makes of keys: interrupting, quitting and suspending."""
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)


def missing_terminal() -> str:
    """Return a sentence when standard input, output or error is no terminal, or nothing."""
    names = ("standard input", "standard output", "standard error")
    missing = [name for number, name in enumerate(names) if not os.isatty(number)]
    if not missing:
        return ""
    return (
        f"pomfa-tui needs a terminal, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} none. "
        "Start it in a terminal, or use its other commands (see pomfa-tui --help)."
    )


class Tty(NamedTuple):
    """The settings of the terminal as they were found."""

    attributes: list[Any] | None

    @classmethod
    def take(cls) -> Tty:
        """Remember the settings, then stop echoing and drop what was typed before anybody was asked (K26)."""
        flags = os.environ.pop(FLAGS_VARIABLE, "")
        try:
            attributes = termios.tcgetattr(INPUT)
        except termios.error:
            return cls(None)
        if flags.isdecimal() and int(flags) < _MOST_FLAGS:
            attributes[_LOCAL_FLAGS] = int(flags)
        found = cls(attributes)
        found.silence()
        with suppress(termios.error):
            termios.tcflush(INPUT, termios.TCIFLUSH)
        return found

    @property
    def flags(self) -> str:
        """The original flags for `FLAGS_VARIABLE`."""
        return "" if self.attributes is None else str(self.attributes[_LOCAL_FLAGS])

    def silence(self) -> None:
        """Echo nothing and make no signals of keys."""
        if self.attributes is not None:
            silenced = list(self.attributes)
            silenced[_LOCAL_FLAGS] &= ~_SILENCED
            self._set(silenced)

    def give_back(self) -> None:
        """Restore the settings at once, without waiting for output that may be stalled (K49)."""
        if self.attributes is not None:
            self._set(self.attributes)

    def hand_down(self) -> None:
        """Let a process that is forked from this one find the settings as this one found them."""
        os.environ[FLAGS_VARIABLE] = self.flags

    def give_back_in_a_hurry(self, wipe: bytes = WIPE) -> None:
        """Restore settings and modes when nothing else in the process can be relied on.

        Args:
            wipe: What clears the page.
        """
        with suppress(OSError, termios.error):
            termios.tcflush(OUTPUT, termios.TCOFLUSH)
            if select.select([], [OUTPUT], [], 0)[1]:
                os.write(OUTPUT, wipe + MODES_BACK + wipe)
        self.give_back()

    def _set(self, attributes: list[Any]) -> None:
        with suppress(termios.error):
            termios.tcsetattr(INPUT, termios.TCSANOW, attributes)
