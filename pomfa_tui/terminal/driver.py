"""The driver of the sign-in desk: reads by `Reader`, writes by itself, and ends the program when the line is lost."""

from __future__ import annotations

import codecs
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from textual import events

from pomfa_tui.terminal.textual_private import QuietDriver

if TYPE_CHECKING:
    from textual.widget import Widget

    from pomfa_tui.terminal.reader import Read

# ruff: noqa: PLC0415 - nothing is read before the first frame, which does not wait for what reading needs

WIDEST, TALLEST = 240, 80
"""Columns and rows that are drawn at most, whatever the other end of the line claims (K41, K42)."""

_BATCH = 32
_ROUNDS = 4
_PATIENCE = 1.0
_POLL = 0.1
_QUICK_POLL = 0.03
_READ_SIZE = 4096

_WIPE = "\x1b[0m\x1b[2J\x1b[H"
_WIPE_WITH_HISTORY = "\x1b[0m\x1b[2J\x1b[3J\x1b[H"


class DrivenApp(Protocol):
    """What the driver needs of its app."""

    wipes_history: bool
    is_shown: bool

    @property
    def focused(self) -> Widget | None:
        """The widget that has the keyboard."""

    def call_later(self, callback: Callable[[], object]) -> bool:
        """Run a callback after what is queued."""

    def line_lost(self) -> None:
        """End: nobody is at the other end of the line any more."""

    def paste_dropped(self) -> None:
        """Tell the person that a paste was too long."""


class Line:
    """A terminal as a file for Textual's writer: UTF-8 whatever the locale, and no exception when it is gone (K50)."""

    def __init__(self, descriptor: int, lost: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._lost = lost
        self._gone = False

    def write(self, text: str) -> int:
        """Write all of `text`, or report the line lost."""
        data = memoryview(text.encode("utf-8", "replace"))
        while data and not self._gone:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [], _PATIENCE)
            except OSError:
                self._gone = True
                self._lost()
        return len(text)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def isatty(self) -> bool:
        """Claim to be a terminal."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor


class DeskDriver(QuietDriver):
    """Drive a terminal that cannot be trusted."""

    @property
    def desk(self) -> DrivenApp:
        """The app."""
        return cast("DrivenApp", self._app)

    def open_output(self) -> Line:
        """Write to standard error, as Textual does, so that a redirected standard output disturbs nothing."""
        return Line(2, self.desk.line_lost)

    def terminal_size(self) -> tuple[int, int]:
        """Ask the kernel, not the environment, and keep within what is drawn."""
        try:
            columns, rows = os.get_terminal_size(2)
        except OSError:
            columns, rows = 80, 24
        return max(1, min(columns or 80, WIDEST)), max(1, min(rows or 24, TALLEST))

    def stop_application_mode(self) -> None:
        """Give the terminal back, wiped: not every terminal has a second page to return from (K29)."""
        self.write(_WIPE)
        super().stop_application_mode()
        if self.desk.wipes_history:
            self.write(_WIPE_WITH_HISTORY)

    def read_keyboard(self) -> None:
        """Read keys and pastes until the end of the app or of the line."""
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        while not self.exit_event.is_set() and not poll.poll(_POLL * 1000):
            pass
        from pomfa_tui.terminal.reader import Reader
        from pomfa_tui.terminal.textual_private import known_sequences

        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        reader = Reader(known_sequences())
        while not self.exit_event.is_set():
            wait = _QUICK_POLL if reader.waiting else _POLL
            if not poll.poll(wait * 1000):
                self._deliver(list(reader.tick(time.monotonic())))
                continue
            try:
                data = os.read(self.fileno, _READ_SIZE)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                self.desk.line_lost()
                return
            self._deliver(reader.feed(decode(data), time.monotonic()))

    def _deliver(self, found: Sequence[Read]) -> None:
        from pomfa_tui.terminal.reader import Pressed

        for number, item in enumerate(found, start=1):
            self._deliver_one(item)
            if isinstance(item, Pressed) and (len(item.sequence) > 1 or item.sequence < " "):
                # Tab, Enter, Escape and the like move the keyboard elsewhere: what follows must not land in the field before.
                self._wait_for_app(_ROUNDS)
            elif number % _BATCH == 0:
                self._wait_for_app(1)

    def _deliver_one(self, item: Read) -> None:
        from pomfa_tui.terminal.reader import FramesSupported, Pasted, PasteDropped, Pressed
        from pomfa_tui.terminal.textual_private import keys_of

        match item:
            case FramesSupported():
                self.frames_supported()
            case _ if not self.desk.is_shown:
                # Nobody has been asked for anything yet (K26).
                pass
            case Pressed(sequence):
                for key in keys_of(sequence):
                    self.process_message(key)
            case Pasted(text):
                self.process_message(events.Paste(text))
            case PasteDropped():
                self.desk.call_later(self.desk.paste_dropped)

    def _wait_for_app(self, rounds: int) -> None:
        """Let the app catch up; a flood of keys waits in the kernel and not in memory (K43).

        Args:
            rounds: How often to go through the queues from the focused widget up to its screen; a key becomes a message, and that
                another one, each at the end of a queue.
        """
        until = time.monotonic() + _PATIENCE
        for _ in range(rounds):
            caught_up = threading.Event()
            self.desk.call_later(partial(self._climb, caught_up.set))
            while not caught_up.wait(_POLL):
                if self.exit_event.is_set() or time.monotonic() > until:
                    return

    def _climb(self, arrived: Callable[[], object]) -> None:
        """Pass a call on from the focused widget up to its screen, behind everything that waits there."""
        focused = self.desk.focused
        path = list(focused.ancestors_with_self)[:-1] if focused is not None else []

        def step() -> None:
            while path:
                if path.pop(0).call_later(step):
                    return
            arrived()

        step()
