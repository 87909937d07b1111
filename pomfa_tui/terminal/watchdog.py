"""Ends a process whose messages no longer move: a dead screen that cannot lock is worse than none (K49, K51)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 20
"""Beats of the watchdog, one a second, without one of the app's."""

HURRY = 2.5
"""Seconds an app may take to end once it has been told to; before the hard stop."""

RUNAWAY_SECONDS = 20.0
"""Processor time that may be used up while not even the watchdog gets a turn; then the kernel ends the process by SIGPROF."""


class Watchdog:
    """Call `bark` once, from a thread of its own, when `beat` has not been called for too long.

    Counts its own seconds instead of reading a clock: a process that was stopped for an hour is not stuck. Where one thread lets no
    other run, such as a pattern that takes for ever, the kernel is the watchdog: a timer over processor time, wound up at each turn.

    Args:
        bark: Ends the process.
        patience: Seconds without a beat.
        period: Length of such a second; for tests.
    """

    def __init__(
        self, bark: Callable[[], object], *, patience: int = PATIENCE, period: float = 1.0
    ) -> None:
        self._bark = bark
        self._patience = patience
        self._period = period
        self._missed = 0
        self._hurried = threading.Event()
        self._done = threading.Event()

    def start(self) -> None:
        """Start watching."""
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def beat(self) -> None:
        """Say that messages move."""
        self._missed = 0

    def hurry(self) -> None:
        """Expect the end within `HURRY` seconds; may be called by a signal handler."""
        self._hurried.set()

    def stop(self) -> None:
        """Stop watching."""
        self._done.set()
        self._hurried.set()
        _allow(0)

    def _run(self) -> None:
        while not self._hurried.wait(self._period):
            self._wind_up()
            self._missed += 1
            if self._missed > self._patience:
                break
        else:
            if self._done.wait(HURRY):
                return
        _allow(0)
        if not self._done.is_set():
            self._bark()

    def _wind_up(self) -> None:
        _allow(RUNAWAY_SECONDS)
        if self._done.is_set():
            # What comes after the screens is not watched, and may run for days.
            _allow(0)


def _allow(seconds: float) -> None:
    with suppress(OSError):
        signal.setitimer(signal.ITIMER_PROF, seconds)
