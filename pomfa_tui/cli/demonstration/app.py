"""The app as the demo shows it: marked as one, with a window that tells who can sign in and how."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui import app as desk_app
from pomfa_tui.app import PomfaApp
from pomfa_tui.cli.demonstration.page import people_page
from pomfa_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from pomfa_tui.cli.demonstration.cast import Player

KEY = "f9"
BANNER = "DEMO"
HINT = "F9 shows who can sign in"


class DemoApp(PomfaApp, inherit_bindings=False):
    """The sign-in desk in a demo.

    Args:
        players: Who can sign in.
        parts: Everything that `PomfaApp` takes.
    """

    # Textual looks for style sheets beside the module of a subclass.
    CSS_PATH = str(Path(desk_app.__file__).parent / PomfaApp.CSS_PATH)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(KEY, "demo_people", "Demo people", tooltip="Who can sign in, with today's codes")
    ]

    def __init__(self, *, players: tuple[Player, ...], **parts: Any) -> None:
        super().__init__(**parts)
        self._players = players

    def on_mount(self) -> None:
        """Mark the first screen as a demo."""
        self.badge = ""

    def validate_badge(self, badge: str) -> str:
        """Mark every screen as a demo."""
        return f"{BANNER} · {badge or HINT}"

    def action_demo_people(self) -> None:
        """Show who can sign in, or hide it again."""
        if isinstance(self.screen, DemoPeopleScreen):
            self.screen.dismiss()
        else:
            self.push_screen(DemoPeopleScreen(self._players))


class DemoPeopleScreen(DeskScreen[None]):
    """Everybody invented, with what to type, and the codes of this moment.

    Args:
        players: Who can sign in.
    """

    TITLE = "Demo people"

    def __init__(self, players: tuple[Player, ...]) -> None:
        super().__init__()
        self._players = players

    def compose_body(self) -> ComposeResult:
        """Lay out the page."""
        yield Static(self._page(), markup=False)

    def on_mount(self) -> None:
        """Follow the clock."""
        self.set_interval(0.5, self._draw)

    def _draw(self) -> None:
        self.query_one(Static).update(self._page())

    def _page(self) -> str:
        return people_page(self._players, int(time.time()))
