"""Says that something takes its time, once it does (more than half a second)."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

DELAY = 0.5
"""Seconds before anything is shown; what is quicker needs no words."""

_FRAMES = ("|", "/", "-", "\\")
_FRAME_SECONDS = 0.25


class Busy(Static):
    """A line that appears when work lasts.

    Args:
        animate: Whether a sign turns; otherwise the words stand still.
        id: Id in the DOM.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Busy { height: 1; width: 100%; color: $quiet; }
    """

    def __init__(self, *, animate: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(markup=False, id=id)
        self._turns = animate
        self._what = ""
        self._frame = 0
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        """What is shown; empty while there is nothing to say."""
        return str(self.content)

    def start(self, what: str) -> None:
        """Announce `what` after `DELAY` seconds unless it is over by then."""
        self.stop()
        self._what = what
        self._timer = self.set_timer(DELAY, self._appear)

    def stop(self) -> None:
        """Say nothing more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.update("")

    def _appear(self) -> None:
        self._draw()
        if self._turns:
            self._timer = self.set_interval(_FRAME_SECONDS, self._draw)

    def _draw(self) -> None:
        sign = f"{_FRAMES[self._frame]} " if self._turns else ""
        self._frame = (self._frame + 1) % len(_FRAMES)
        self.update(Content(f"{sign}{self._what} Please wait."))
