"""Watches over a session while a program of its own has the terminal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pomfa_tui.domain.errors import SessionEnded
    from pomfa_tui.terminal.session_watch import SessionWatch

LOOK_SECONDS = 1.0
"""How often the store is asked whether the session still stands."""


class Sentry:
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
