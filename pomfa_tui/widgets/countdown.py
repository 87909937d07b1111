"""A time that runs out, in digits (ACC-09)."""

from __future__ import annotations

import math
from collections.abc import Callable

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static


class Countdown(Static):
    """Count seconds down once a second, only while its screen can be seen.

    Args:
        seconds_left: Tells the seconds that are left, by a clock that it knows.
        words: Around the digits; `{}` stands for them.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    class Elapsed(Message):
        """Posted once when no time is left."""

    def __init__(
        self,
        seconds_left: Callable[[], float],
        words: str = "{}",
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(markup=False, id=id, classes=classes)
        self._seconds_left = seconds_left
        self._words = words
        self._timer: Timer | None = None
        self._elapsed = False

    @property
    def text(self) -> str:
        """What is shown now."""
        seconds = max(0, math.ceil(self._seconds_left()))
        return self._words.format(in_digits(seconds))

    def on_mount(self) -> None:
        """Start counting."""
        self._timer = self.set_interval(1, self.count)
        self.count()

    def pause(self) -> None:
        """Stop drawing while the screen is covered; time goes on."""
        if self._timer is not None:
            self._timer.pause()

    def resume(self) -> None:
        """Draw again."""
        if self._timer is not None:
            self._timer.resume()
            self.count()

    def start_over(self) -> None:
        """Count again towards a later end."""
        self._elapsed = False
        self.resume()

    def count(self) -> None:
        """Draw what is left."""
        self.update(Content(self.text))
        if self._seconds_left() <= 0 and not self._elapsed:
            self._elapsed = True
            self.post_message(self.Elapsed())


def in_digits(seconds: int) -> str:
    """Return seconds as `0:27`, or `1:05:00` from an hour on."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
