"""A password: masked, pasted as it is, shown on request and hidden again by itself (PWD-13, ACC-04)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import TextInput

LONGEST = 512
"""Most characters that are taken; the rules of passwords ask for fewer, counted after NFC."""


class PasswordInput(TextInput):
    """A masked line; spaces belong to the password.

    Args:
        id: Id in the DOM.
    """

    secret = True

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(longest=LONGEST, password=True, id=id)

    def clean_paste(self, text: str) -> str:
        """Return the pasted text as it is, but for the line end."""
        return text.splitlines()[0] if text else ""


class RevealToggle(Widget, can_focus=True):
    """A switch that says in words what it does."""

    DEFAULT_CSS: ClassVar[str] = """
    RevealToggle { width: 10; height: 1; margin-left: 1; color: $quiet; }
    RevealToggle:focus { color: $bar-text; background: $focus; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "work", "Show or hide", show=False)
    ]

    revealed = reactive(False)

    class Toggled(Message):
        """Posted when the switch is worked."""

    def render(self) -> Content:
        """Return what pressing it does; a sign tells where the keyboard is."""
        sign = ">" if self.has_focus else " "
        return Content(f"{sign}F3 {'Hide' if self.revealed else 'Show'}")

    def on_focus(self) -> None:
        """Draw the sign."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the sign away."""
        self.refresh()

    def action_work(self) -> None:
        """Work the switch."""
        self.post_message(self.Toggled())


class PasswordField(Field):
    """A labelled password with a switch beside it.

    Args:
        label: The exact words on the screen.
        hint: Shown below while there is no error.
        boxed: Whether a box is drawn around the line.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "reveal", "Show", show=False, tooltip="Show or hide the password")
    ]

    aided = "-aided"

    def __init__(
        self,
        label: str = "Password",
        *,
        hint: str = "",
        boxed: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(label, PasswordInput(), hint=hint, boxed=boxed, id=id, classes=classes)
        self._toggle = RevealToggle()

    def aids(self) -> Iterable[Widget]:
        """Return the switch."""
        return (self._toggle,)

    @property
    def revealed(self) -> bool:
        """Whether the password can be read."""
        return self._toggle.revealed

    def hide(self) -> None:
        """Mask the password."""
        self._reveal(False)

    def clear(self) -> None:
        """Forget the password, masked."""
        self.hide()
        super().clear()

    def action_reveal(self) -> None:
        """Show the password, or mask it again."""
        self._reveal(not self.revealed)

    def keyboard_left(self) -> None:
        """Mask the password once the keyboard has left line and switch."""
        self.hide()

    @on(RevealToggle.Toggled)
    def _toggled(self, event: RevealToggle.Toggled) -> None:
        event.stop()
        self.action_reveal()

    @on(Input.Submitted)
    def _mask_before_use(self) -> None:
        self.hide()

    def _reveal(self, revealed: bool) -> None:
        self._toggle.revealed = revealed
        self.entry.password = not revealed
