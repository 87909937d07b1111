"""A field that takes one of a few words: the arrows change it, a letter jumps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from pomfa_tui.widgets.field import Field


class Wheel(Widget, can_focus=True):
    """Shows one word at a time.

    Args:
        words: In their order.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Wheel { width: 1fr; height: 1; border-left: solid $edge; border-right: solid $edge; }
    Wheel:focus { border-left: outer $focus; border-right: outer $focus; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", "Next word", show=False),
        Binding("left", "turn(-1)", "Word before", show=False),
        Binding("enter", "submit", "Go on", show=False),
    ]

    position: reactive[int] = reactive(0)

    class Submitted(Message):
        """Posted when Enter is pressed."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.words = tuple(words)

    def render(self) -> Content:
        """Return the word between the signs of the keys that change it."""
        return Content(f"< {self.words[self.position]} >")

    def on_key(self, event: events.Key) -> None:
        """Jump to the next word that begins with a letter."""
        letter = (event.character or "").casefold()
        if not letter.isalpha():
            return
        after = [(self.position + step) % len(self.words) for step in range(1, len(self.words) + 1)]
        found = next(
            (each for each in after if self.words[each].casefold().startswith(letter)), None
        )
        if found is not None:
            self.position = found
            event.stop()

    def action_turn(self, steps: int) -> None:
        """Go so many words on."""
        self.position = (self.position + steps) % len(self.words)

    def action_submit(self) -> None:
        """Go on, as Enter does in a line of text."""
        self.post_message(self.Submitted())


class ChoiceField(Field):
    """A labelled wheel.

    Args:
        label: The exact words on the screen.
        words: To choose from; the first one stands there at first.
        hint: Shown below while there is no error.
        id: Id in the DOM.
    """

    def __init__(
        self,
        label: str,
        words: Sequence[str],
        *,
        hint: str = "Left and right change it; a letter jumps to it.",
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(label, hint=hint, id=id)
        self._wheel = Wheel(words)

    @property
    def line(self) -> Widget:
        """The wheel, in place of a line of text."""
        return self._wheel

    @property
    def value(self) -> str:
        """The word that stands there."""
        return self._wheel.words[self._wheel.position]

    @value.setter
    def value(self, text: str) -> None:
        self._wheel.position = self._wheel.words.index(text)

    def clear(self) -> None:
        """Go back to the first word."""
        self._wheel.position = 0
        self.accept()

    @on(Wheel.Submitted)
    def _pass_on(self, event: Wheel.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self))
