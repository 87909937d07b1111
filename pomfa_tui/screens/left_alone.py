"""Closes a screen that somebody who never signed in has left with their name on it (SES-17, ENU-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.widget import Widget

from pomfa_tui.widgets.field import Field

if TYPE_CHECKING:
    from pomfa_tui.screens.base import Desk, DeskScreen
    from pomfa_tui.screens.givens import Givens


class LeftAlone(Widget):
    """Takes its screen away when nothing is typed and nothing is moved for as long as a session may be idle.

    Whoever is signed in has a session that ends by itself; then this does nothing.

    Args:
        givens: Settings and clocks.
    """

    DEFAULT_CSS: ClassVar[str] = """
    LeftAlone { display: none; }
    """

    def __init__(self, givens: Givens) -> None:
        super().__init__()
        self._clocks = givens.clocks
        self._seconds = 60 * givens.settings.limits.idle_minutes
        self._seen: object = None
        self._since = givens.clocks.now()

    def on_mount(self) -> None:
        """Look every second."""
        self.set_interval(1, self.look)

    def look(self) -> None:
        """Close the screen when it is as it was for too long."""
        screen = cast("DeskScreen[object]", self.screen)
        seen = (screen.focused, tuple(field.value for field in screen.query(Field)))
        if seen != self._seen or cast("Desk", self.app).is_signed_in:
            self._seen, self._since = seen, self._clocks.now()
        elif self._clocks.since(self._since) >= self._seconds:
            # By the app, since a screen's timer may not change screens (K51).
            self.app.call_later(screen.dismiss)
