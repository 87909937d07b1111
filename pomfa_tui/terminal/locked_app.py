"""An app that gives nothing away: default deny for keys and actions, no export, no tracebacks (decisions 2 to 5 of the kiosk study)."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from pomfa_tui.terminal.driver import DeskDriver
from pomfa_tui.terminal.faults import FaultRecorder, new_incident, place_of, record_nowhere, stopped
from pomfa_tui.terminal.filters import ControlFilter, PlainFilter
from pomfa_tui.terminal.keys import action_allowed, key_allowed
from pomfa_tui.terminal.statuses import LINE_LOST
from pomfa_tui.terminal.textual_private import QuietApp
from pomfa_tui.terminal.traits import Traits

Result = TypeVar("Result")

DEAF_SECONDS = 0.3

HARD_STOP_SECONDS = 3.0
"""How long the app may take to end once the line is lost."""


class LockedApp(QuietApp[Result], Generic[Result], inherit_bindings=False):
    """The part of the app that does not know what it is for.

    Args:
        traits: What the terminal can show.
        themes: The only themes there are, by name.
        theme: Name of the one to start with.
        kiosk: Whether this is the terminal's only program.
        record_fault: Where faults are written.
    """

    ENABLE_COMMAND_PALETTE = False
    COMMANDS: ClassVar[set[Any]] = set()
    BINDINGS: ClassVar[list[BindingType]] = []
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    SUSPENDED_SCREEN_CLASS = ""

    def __init__(
        self,
        *,
        traits: Traits,
        themes: Mapping[str, Theme],
        theme: str,
        kiosk: bool = False,
        record_fault: FaultRecorder = record_nowhere,
    ) -> None:
        self._themes = themes
        self._first_theme = themes[theme]
        super().__init__(driver_class=DeskDriver)
        for ours in themes.values():
            self.register_theme(ours)
        self.set_reactive(LockedApp.theme, theme)
        self.traits = traits
        self.kiosk = kiosk
        self.wipes_history = kiosk or traits.keeps_pages
        self.farewell = ""
        """What to print once the terminal is restored."""
        self.hurried: Callable[[], None] = lambda: None
        """Called when the line is lost, for a watchdog; from whatever thread noticed."""
        self.is_shown = False
        """Whether the first frame is on the terminal; what was typed before is dropped (K26)."""
        self.deaf_seconds = DEAF_SECONDS
        """How long typing does nothing after a screen has followed a secret (K26)."""
        self._deaf_until = 0.0
        self._secret_typed = False
        self._record_fault = record_fault
        self._line_lost = False
        # One instance each: Textual caches what has been filtered by it.
        self._output_filters = [ControlFilter(), *([] if traits.unicode else [PlainFilter()])]

    # -- Input: what is not known does nothing ----------------------------------------------------------------------

    def on_mount(self) -> None:
        """Watch for screens that follow a secret."""
        self.screen_change_signal.subscribe(self, self._screen_changed, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes through that are allowed, and no mouse."""
        if isinstance(event, events.MouseEvent):
            return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if isinstance(event, events.Key) and not key_allowed(event):
                return
            if not self.admit_input(event) or self._is_late(event):
                return
            if self.focused is not None:
                # While a secret is being checked nothing has the keyboard, and its rest may still be typed.
                self._secret_typed = bool(getattr(self.focused, "secret", False))
        await super().on_event(event)

    def admit_input(self, event: events.Key | events.Paste) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether a key or paste may reach the screen now."""
        return True

    def _is_late(self, event: events.Key | events.Paste) -> bool:
        types = isinstance(event, events.Paste) or event.is_printable or event.key == "enter"
        return types and time.monotonic() < self._deaf_until

    def _screen_changed(self, _screen: Screen[Any]) -> None:
        if self._secret_typed:
            self._secret_typed = False
            self._deaf_until = time.monotonic() + self.deaf_seconds

    def action_may_run(self, target: DOMNode, name: str) -> bool:
        """Let our own actions run and a few of Textual's."""
        return action_allowed(target, name)

    def paste_dropped(self) -> None:
        """Say in the field that what was pasted was too long."""
        refuse = getattr(self.focused, "refuse_paste", None)
        if callable(refuse):
            refuse()

    # -- Themes: only ours ------------------------------------------------------------------------------------------

    def register_theme(self, theme: Theme) -> None:
        """Take our own themes and none of those that Textual brings (T36)."""
        if theme.name in self._themes:
            super().register_theme(theme)

    def get_theme(self, theme_name: str) -> Theme:
        """Return one of our themes, the first one while Textual still asks for its own."""
        return self._themes.get(theme_name, self._first_theme)

    # -- Output: nothing a terminal could obey, nothing to take away -----------------------------------------------

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters and ours, ours last."""
        return [*super().get_line_filters(), *self._output_filters]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002 - Textual's signature
        """Offer none."""
        return ()

    def copy_to_clipboard(self, text: str) -> None:
        """Keep secrets out of the terminal's clipboard (OSC 52)."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Start no browser."""

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Write no picture of the screen."""
        del filename, path, time_format
        return ""

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Write no picture of the screen."""
        del filename, path, time_format
        return None

    def bell(self) -> None:
        """Stay silent: a counter is a public place."""

    # -- The end ----------------------------------------------------------------------------------------------------

    def note_fault(self, error: BaseException) -> str:
        """Record a fault that the program survives, and return its incident number."""
        incident = new_incident()
        # A log that fails must not hide the fault.
        with suppress(Exception):
            self._record_fault(incident, place_of(error))
        return incident

    def fault_happened(self, error: BaseException) -> None:
        """Record a fault that ends the app, and say so once the terminal is restored."""
        if not self.farewell:
            self.farewell = stopped(self.note_fault(error))

    def line_lost(self) -> None:
        """End within `HARD_STOP_SECONDS`; may be called by a signal handler and from any thread (K45, K46)."""
        if self._line_lost:
            return
        self._line_lost = True
        signal.setitimer(signal.ITIMER_REAL, HARD_STOP_SECONDS)
        self.hurried()
        self.wake(self.end_without_line)

    def end_without_line(self) -> None:
        """End the app; subclasses end the session first."""
        self.exit(return_code=LINE_LOST)
