"""A bar for what lasts, on standard error, and only where somebody looks at it."""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 1.0
"""Seconds after which something lasts."""

_BETWEEN = 0.1
_WIDTH = 30


class Progress:
    """Draws how many of how many are done, in ASCII and with nothing but carriage returns, which every terminal has.

    Args:
        what: What is being done.
        stream: Where to draw; nowhere when it is no terminal.
        elapsed: Seconds that only grow.
    """

    def __init__(
        self, what: str, stream: TextIO | None, *, elapsed: Callable[[], float] = monotonic
    ) -> None:
        self._what = what
        self._stream = stream if stream is not None and stream.isatty() else None
        self._elapsed = elapsed
        self._next = elapsed() + PATIENCE
        self._drawn = 0

    def __call__(self, done: int, total: int) -> None:
        """Draw it, unless it has only just begun or was drawn only just now."""
        if self._stream is None or self._elapsed() < self._next:
            return
        self._next = self._elapsed() + _BETWEEN
        bar = ("#" * (_WIDTH * done // total)).ljust(_WIDTH, ".")
        line = f"{self._what} [{bar}] {done} of {total}"
        # Known before it is drawn, so that an interruption in between leaves nothing behind.
        shown, self._drawn = line.ljust(self._drawn), len(line)
        self._write(shown)

    def clear(self) -> None:
        """Leave an empty line."""
        if self._drawn:
            self._write(" " * self._drawn)
            self._write("")
            self._drawn = 0

    def _write(self, line: str) -> None:
        # Nobody is helped when an import ends because its bar cannot be drawn.
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(f"\r{line}")
                self._stream.flush()


def on_standard_error(what: str, *, wanted: bool) -> Progress:
    """Return a bar on standard error, or one that draws nothing."""
    return Progress(what, sys.stderr if wanted else None)
