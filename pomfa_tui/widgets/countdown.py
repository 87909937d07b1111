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
        """Start counting; not while the screen is covered (T11)."""
        self._timer = self.set_interval(1, self.count)
        self.watch(self.screen, "stack_updates", self._screen_came_or_went)

    @property
    def is_counting(self) -> bool:
        """Whether what is shown follows the time."""
        return self.screen.is_active

    def start_over(self) -> None:
        """Count again towards a later end."""
        self._elapsed = False
        self.count()

    def count(self) -> None:
        """Draw what is left."""
        self.update(Content(self.text))
        if self._seconds_left() <= 0 and not self._elapsed:
            self._elapsed = True
            self.post_message(self.Elapsed())

    def _screen_came_or_went(self) -> None:
        if self._timer is None:
            return
        if self.is_counting:
            self._timer.resume()
            self.count()
        else:
            self._timer.pause()


def in_digits(seconds: int) -> str:
    """Return seconds as `0:27`, or `1:05:00` from an hour on."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
