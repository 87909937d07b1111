"""Waiting for a store that others use, for commands that may take their time and must not stop half-way."""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, TextIO, TypeVar

from pomfa_tui.domain.errors import Busy, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 60
"""Seconds without getting a turn, after which the refusal is told after all; each try waits `store_lock_seconds` of them."""

T = TypeVar("T")


class Waiting:
    """Tries a step again while others use the store, and says so where somebody looks.

    Args:
        stream: Where to say it; nowhere when it is no terminal.
        elapsed: Seconds that only grow.
    """

    def __init__(self, stream: TextIO | None, *, elapsed: Callable[[], float] = monotonic) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._elapsed = elapsed

    def __call__(self, step: Callable[[], T]) -> T:
        """Do a step that has changed nothing when it says that the store is busy.

        Raises:
            Busy: It still is after `LONGEST` seconds.
        """
        began = self._elapsed()
        while True:
            try:
                return step()
            except Unavailable:
                raise
            except Busy:
                waited = self._elapsed() - began
                if waited >= LONGEST:
                    raise
                self._say(
                    f"Others are using the store; waiting for a turn ({round(waited)} s). Nothing is lost by it."
                )

    def _say(self, line: str) -> None:
        # Nobody is helped when an exchange ends because its words cannot be written.
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(f"{line}\n")
                self._stream.flush()


def on_standard_error() -> Waiting:
    """Return what says on standard error that it waits."""
    return Waiting(sys.stderr)
