"""One line of typed text, from which nothing can be copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

LONGEST_PASTE = 1024
"""Most characters that can be pasted at once."""

_EXPORTS = ("copy", "cut", "paste", "select_all")


class TextInput(Input, inherit_bindings=False, inherit_css=False):
    """A line of text of bounded length, without copying, cutting, selecting, blinking or bells (K22, K64).

    Args:
        longest: Most characters.
        id: Id in the DOM.
        placeholder: Shown while it is empty.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in Input.BINDINGS
        if isinstance(binding, Binding)
        and not binding.action.startswith(_EXPORTS)
        and "(True)" not in binding.action
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "input--cursor",
        "input--placeholder",
        "input--selection",
        "input--suggestion",
    }
    DEFAULT_CSS: ClassVar[str] = """
    TextInput {
        width: 1fr; height: 1; scrollbar-size-horizontal: 0; color: $text; background: $background;
        border-left: solid $edge; border-right: solid $edge;
    }
    TextInput:focus { border-left: outer $focus; border-right: outer $focus; }
    TextInput.-refused { border-left: solid $error; border-right: solid $error; }
    TextInput.-refused:focus { border-left: outer $error; border-right: outer $error; }
    TextInput.-boxed { height: 3; padding: 0 1; border: solid $edge; border-title-color: $text; }
    TextInput.-boxed:focus { border: double $focus; border-title-color: $focus; border-title-style: bold; }
    TextInput:disabled { color: $quiet; }
    TextInput > .input--cursor { color: $background; background: $text; }
    TextInput:nocolor > .input--cursor { color: $text; background: $background; text-style: reverse; }
    TextInput > .input--placeholder { color: $quiet; }
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """How much room the text takes; without the layout of the whole screen that Textual does for it after each key."""

    secret: ClassVar[bool] = False
    """Whether what is typed here must not be seen or land anywhere else."""

    @dataclass
    class Refused(Message):
        """Posted when something typed or pasted was not taken.

        Attributes:
            entry: Where.
            sentence: Why, in words.
        """

        entry: TextInput
        sentence: str

    def __init__(
        self,
        *,
        longest: int = 254,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        placeholder: str = "",
        password: bool = False,
        restrict: str | None = None,
    ) -> None:
        super().__init__(
            placeholder=placeholder,
            password=password,
            restrict=restrict,
            max_length=longest,
            select_on_focus=False,
            id=id,
        )
        self.longest = longest
        self.cursor_blink = False

    def on_unmount(self) -> None:
        """Keep nothing of what was typed (SES-16)."""
        # Without the watchers, which ask for a screen that may have gone.
        self.set_reactive(TextInput.value, "")

    def on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted, or say why not."""
        event.prevent_default()
        event.stop()
        text = self.clean_paste(event.text)
        if text:
            self.insert_text_at_cursor(text)
            self.follow_cursor()

    def follow_cursor(self) -> None:
        """Show the end of what was typed; Textual does not for the first value of a line."""
        end = self.cursor_position
        self.cursor_position = 0
        self.cursor_position = end

    def clean_paste(self, text: str) -> str:
        """Return what to insert for a pasted text: its first line, trimmed, without what cannot be shown."""
        line = next((line for line in text.splitlines() if line.strip()), "")
        return "".join(char for char in line if char.isprintable()).strip()

    def refuse(self, sentence: str) -> None:
        """Tell whoever shows this field why something was not taken."""
        self.post_message(self.Refused(self, sentence))

    def refuse_paste(self) -> None:
        """Tell that a paste was too long to be looked at."""
        self.refuse(
            f"What was pasted is longer than {LONGEST_PASTE} characters, so it was not taken."
        )

    def restricted(self) -> None:
        """Say in words why a character was not taken, instead of ringing the bell."""
        self.refuse(f"There is room for {self.longest} characters here.")

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Cut nothing."""

    def action_paste(self) -> None:
        """Paste nothing from inside the program."""


class EmailInput(TextInput):
    """An e-mail address, at most 254 characters (RFC 5321 section 4.5.3.1.3)."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(longest=254, id=id)
