"""A labelled line of a form, with its error in words beside it (ACC-08)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from pomfa_tui.widgets.text_input import TextInput


class FieldLabel(Widget):
    """The name of a field; a sign in front of it tells where the keyboard is (ACC-06)."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def render(self) -> Content:
        """Return the label with or without its sign."""
        parent = self.parent
        focused = isinstance(parent, Field) and parent.has_keyboard
        return Content(f"{'>' if focused else ' '} {self._label}")


class Field(Widget):
    """A label, a line to type in, and below it a hint or an error.

    Args:
        label: The exact words on the screen.
        entry: Where to type.
        hint: Shown below while there is no error.
        boxed: Whether a box is drawn around the line, with the label in its edge: three rows where there is room for them.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Field { layout: grid; grid-size: 2; grid-columns: 22 1fr; grid-rows: auto; height: auto; width: 100%; max-width: 100; }
    Field.-aided { grid-size: 3; grid-columns: 22 1fr 11; }
    Field > FieldLabel { height: 1; width: 100%; }
    Field > .field--note { column-span: 2; height: auto; width: 100%; padding-left: 23; color: $quiet; }
    Field.-aided > .field--note { column-span: 3; }
    Field.-refused > .field--note { color: $text-error; }
    Field.-boxed { grid-size: 1; grid-columns: 1fr; }
    Field.-boxed.-aided { grid-size: 2; grid-columns: 1fr 11; }
    Field.-boxed > .field--note { column-span: 1; padding-left: 2; }
    Field.-boxed.-aided > .field--note { column-span: 2; }
    Field.-boxed > RevealToggle { margin-top: 1; }
    """

    @dataclass
    class Said(Message):
        """What fields say.

        Attributes:
            field: Which; its value is asked for, not carried.
        """

        field: Field

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    class Submitted(Said):
        """Posted when Enter is pressed in a field."""

    class Changed(Said):
        """Posted when what is typed has changed."""

    def __init__(
        self,
        label: str,
        entry: TextInput | None = None,
        *,
        hint: str = "",
        boxed: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        # Given here and not set later: each change of classes before the first frame costs a look at all rules.
        shape = "-boxed" if boxed else ""
        super().__init__(id=id, classes=f"{classes or ''} {shape} {self.aided}".strip())
        self.label = label
        self.entry = entry or TextInput()
        self._boxed = boxed
        self._hint = hint
        self._note: Static | None = None
        self._error = ""
        if boxed:
            self.entry.add_class("-boxed", update=False)

    def compose(self) -> ComposeResult:
        """Lay out the label, the line, what stands beside it, and the hint."""
        if not self._boxed:
            yield FieldLabel(self.label)
        yield self.line
        yield from self.aids()
        if self._hint:
            self._note = _new_note(self._hint)
            yield self._note

    aided: ClassVar[str] = ""
    """The class `-aided` where something stands beside the line."""

    @property
    def line(self) -> Widget:
        """What stands beside the label and takes the keyboard."""
        return self.entry

    def aids(self) -> Iterable[Widget]:
        """Return what stands beside the line; nothing by default."""
        return ()

    def on_mount(self) -> None:
        """Show the label."""
        self._sign()

    @property
    def value(self) -> str:
        """What is typed."""
        return self.entry.value

    @value.setter
    def value(self, text: str) -> None:
        self.entry.value = text
        self.entry.cursor_position = len(text)
        self.entry.follow_cursor()

    @property
    def error(self) -> str:
        """The error shown, without its sign; empty when there is none."""
        return self._error

    @property
    def has_keyboard(self) -> bool:
        """Whether what is typed goes to this field."""
        return self.has_pseudo_class("focus-within")

    def refuse(self, sentence: str) -> None:
        """Show an error in words; a sign marks it where there is no colour."""
        self._show(sentence, error=True)

    def accept(self) -> None:
        """Take the error away."""
        self._show(self._hint, error=False)

    def clear(self) -> None:
        """Forget what was typed, and the error."""
        # Without a message: it would come late, and take an error away that is shown after this.
        with self.entry.prevent(Input.Changed):
            self.entry.clear()
        self.accept()

    def focus_entry(self) -> None:
        """Give the keyboard to this field."""
        self.line.focus()

    def on_descendant_focus(self) -> None:
        """Show the sign."""
        self._sign()

    def on_descendant_blur(self) -> None:
        """Take the sign away."""
        self._sign()
        self.call_after_refresh(self._tell_when_left)

    def keyboard_left(self) -> None:
        """Take note that the keyboard is elsewhere; for subclasses."""

    def _tell_when_left(self) -> None:
        if not self.has_keyboard:
            self.keyboard_left()

    @on(Input.Changed)
    def _pass_on_change(self, event: Input.Changed) -> None:
        event.stop()
        if self._error:
            self.accept()
        self.post_message(self.Changed(self))

    @on(Input.Submitted)
    def _pass_on_submission(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self))

    @on(Input.Blurred)
    def _keep_blur(self, event: Input.Blurred) -> None:
        event.stop()

    @on(TextInput.Refused)
    def _show_refusal(self, event: TextInput.Refused) -> None:
        event.stop()
        self.refuse(event.sentence)

    def _sign(self) -> None:
        if self._boxed:
            title = Content(f"{'> ' if self.has_keyboard else ''}{self.label}")
            self.entry.border_title = title.markup
        else:
            self.query_one(FieldLabel).refresh()

    def _show(self, sentence: str, *, error: bool) -> None:
        self._error = sentence if error else ""
        self.set_class(error, "-refused")
        self.entry.set_class(error, "-refused")
        text = f"! {sentence}" if error else sentence
        if self._note is not None:
            self._note.update(Content(text))
            self._note.display = bool(text)
        elif text and self.is_attached:
            self._note = _new_note(text)
            self.mount(self._note)


def _new_note(text: str) -> Static:
    return Static(Content(text), classes="field--note", markup=False)
