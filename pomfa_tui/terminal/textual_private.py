"""Every private name of Textual this program leans on, in one place; a test holds each against the pinned release.

Textual has no public way to replace how it reads the terminal or what it prints when it crashes.
"""

from __future__ import annotations

import signal
import termios
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from rich.console import RenderableType
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual.actions import ActionParseResult
from textual.app import ActionError, App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key
from textual.messages import TerminalSupportsSynchronizedOutput
from textual.screen import Screen

from pomfa_tui.terminal.pointing import PointingApp
from pomfa_tui.terminal.statuses import CRASHED

Result = TypeVar("Result")


def known_sequences() -> Mapping[str, object]:
    """Return what terminals send for keys."""
    return {
        sequence: keys
        for sequence, keys in ANSI_SEQUENCES_KEYS.items()
        if keys is not IGNORE_SEQUENCE
    }


def keys_of(sequence: str) -> list[Key]:
    """Return the key events of one character or one known sequence."""
    keys = ANSI_SEQUENCES_KEYS.get(sequence, sequence)
    if isinstance(keys, tuple):
        character = sequence if len(sequence) == 1 else None
        return [Key(key.value, character) for key in keys]
    if not isinstance(keys, str) or len(keys) != 1:
        return []
    name = keys if keys.isalnum() else _character_to_key(keys)
    return [Key(KEY_NAME_REPLACEMENTS.get(name, name), keys)]


class QuietApp(PointingApp[Result], Generic[Result], inherit_bindings=False):
    """An app that never prints a traceback, asks before it runs an action, and pops nothing up."""

    def __init__(self, driver_class: type[Driver]) -> None:
        super().__init__(driver_class=driver_class)
        # Nothing is shown in the way of what stands on the screen, so each screen does without the widgets for it.
        self._disable_notifications = True
        self._disable_tooltips = True

    def action_may_run(self, target: DOMNode, name: str) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether an action may run; none may by default."""
        return False

    def fault_happened(self, error: BaseException) -> None:
        """Take note of a fault that ends the app."""

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action that may run; refuse every other."""
        namespace = self if default_namespace is None else default_namespace
        try:
            target, name, _ = self._parse_action(action, namespace, namespaces)
        except ActionError:
            return False
        if not self.action_may_run(target, name):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002 - what Textual would print
        """End the app without a word of Textual's."""
        self._fatal_error()

    async def replace_first_screen(self, screen: Screen[Any]) -> None:
        """Put another screen in the place of the one underneath all others; only while nothing covers that, and not from a screen.

        Textual's own `switch_screen` expects the screen it takes away to have been pushed.
        """
        self.screen._push_result_callback(self, None)  # noqa: SLF001 - what a push would have left
        await self.switch_screen(screen)

    def _set_pointer_shape(self, shape: str) -> None:
        """Send no OSC sequence for a mouse that is off; not every console knows how to ignore it."""

    def _handle_exception(self, error: Exception) -> None:
        self.fault_happened(error)
        if self.is_headless and self._exception is None:
            # A test sees the exception itself.
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        self._return_code = CRASHED
        self._exit_renderables.clear()
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()

    def wake(self, callback: Any) -> bool:
        """Run `callback` in the app's loop from a signal handler or another thread, if there is a loop."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(callback)
        return True


class QuietDriver(LinuxDriver):
    """A driver with its own input and output, that no signal suspends and no sequence resizes."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        del debug, mouse, size  # `debug` would write every key to a file
        super().__init__(app, mouse=False)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        self._file = self.open_output()
        self._size = self._get_terminal_size()

    @abstractmethod
    def open_output(self) -> Any:
        """Return where frames are written."""

    @abstractmethod
    def terminal_size(self) -> tuple[int, int]:
        """Return columns and rows."""

    @abstractmethod
    def read_keyboard(self) -> None:
        """Read until `exit_event` is set; runs in a thread of its own."""

    @property
    def can_suspend(self) -> bool:
        """Refuse: nobody is to be left in front of a shell, or of a stopped terminal (K47)."""
        return False

    def frames_supported(self) -> None:
        """Tell the app that the terminal shows whole frames at once."""
        self.process_message(TerminalSupportsSynchronizedOutput())

    def start_application_mode(self) -> None:
        """Take the terminal."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)

    @classmethod
    def _patch_lflag(cls, attrs: int) -> int:
        return attrs & ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)

    def _get_terminal_size(self) -> tuple[int, int]:
        return self.terminal_size()

    def _query_in_band_window_resize(self) -> None:
        pass

    def _enable_in_band_window_resize(self) -> None:
        pass

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - a fault here would leave a deaf terminal
            fault = error
            self._app.call_later(lambda: self._app._handle_exception(fault))  # noqa: SLF001 - as Textual does

    def run_input_thread(self) -> None:
        """Read the keyboard."""
        self.read_keyboard()
