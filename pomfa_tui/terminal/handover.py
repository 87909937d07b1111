"""Hand the terminal over to the program it is for, and take it back: at its end, at the session's, or with the line."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from pomfa_tui.terminal.child import Child
from pomfa_tui.terminal.environment import OURS
from pomfa_tui.terminal.leaving import Leaving
from pomfa_tui.terminal.line import Line
from pomfa_tui.terminal.program_words import (
    CLOSED,
    MISSING,
    reason_of,
    reason_of_error,
    sentence_of,
)
from pomfa_tui.terminal.sentry import Sentry
from pomfa_tui.terminal.statuses import LINE_LOST
from pomfa_tui.terminal.tty import WIPE, WIPE_WITH_HISTORY

if TYPE_CHECKING:
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
        with Line(lost, self._wipe) as line:
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
        self, line: Line, watch: SessionWatch, lost: threading.Event, bearer: dict[str, str]
    ) -> str:
        environment = self._environ | {"PATH": OURS["PATH"]} | bearer
        path = self._path
        if path is None:
            return MISSING
        try:
            child = Child(path, self._command, environment, line.size)
        except OSError as error:
            return reason_of_error(error)
        sentry = Sentry(watch, line.wake, self.note_fault)
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
