"""Says that the terminal is about to sign out; any key goes on (rule 26, SES-04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.countdown import Countdown


class IdleWarning(DeskScreen[None]):
    """An opaque screen: what it covers cannot be read from the counter (K28).

    Args:
        seconds_left: Tells the seconds until the sign-out.
    """

    TITLE = "Are you still there?"
    DEFAULT_CSS: ClassVar[str] = """
    IdleWarning Body { align: center middle; }
    IdleWarning Static { width: auto; }
    """

    def __init__(self, seconds_left: Callable[[], float]) -> None:
        super().__init__()
        self._seconds_left = seconds_left

    def compose_body(self) -> ComposeResult:
        """Show the time that is left and the way on."""
        yield Countdown(self._seconds_left, "You will be signed out in {}.")
        yield Static("Press any key to stay signed in.", markup=False)
