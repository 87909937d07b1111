"""A new password: judged while it is typed, and typed twice (PWD-09, PWD-12)."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.strength_meter import Judge, StrengthMeter

ADVICE = "Three or four random words are good; spaces are fine."
DIFFERENT = "The two do not match. Type the same password here again."


class NewPasswordFields(Widget):
    """Two fields with a judgement between them.

    Args:
        judge: Judges a password without holding up the screen.
        shortest: The fewest characters a password may have.
        boxed: Whether boxes are drawn around the lines.
    """

    DEFAULT_CSS: ClassVar[str] = """
    NewPasswordFields { layout: vertical; height: auto; width: 100%; }
    NewPasswordFields StrengthMeter { height: 4; padding-left: 23; }
    NewPasswordFields.-boxed StrengthMeter { height: 3; padding-left: 2; }
    """

    class Complete(Message):
        """Posted when Enter is pressed in the last field."""

    def __init__(self, judge: Judge, *, shortest: int, boxed: bool = False) -> None:
        super().__init__(classes="-boxed" if boxed else "")
        self._new = PasswordField("New password", boxed=boxed, id="new")
        self._again = PasswordField("Repeat password", boxed=boxed, id="again")
        self._meter = StrengthMeter(judge, f"At least {shortest} characters. {ADVICE}")

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield self._new
        yield self._meter
        yield self._again

    def taken(self) -> str | None:
        """Return the password when it was typed twice alike, else say what is wrong and return none."""
        if not self._new.value:
            self.refuse("Type a new password.")
        elif self._new.value != self._again.value:
            self._again.clear()
            self._again.refuse(DIFFERENT)
            self._again.focus_entry()
        else:
            return self._new.value
        return None

    def refuse(self, sentence: str) -> None:
        """Say beside the password why it is not taken; it has to be repeated again then."""
        self._again.clear()
        self._meter.weigh("")
        self._new.refuse(sentence)
        self._new.focus_entry()

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        self._new.focus_entry()

    @on(Field.Changed, "#new")
    def _weigh(self, event: Field.Changed) -> None:
        event.stop()
        self._meter.weigh(self._new.value)

    @on(Field.Changed, "#again")
    def _keep_change(self, event: Field.Changed) -> None:
        event.stop()

    @on(Field.Submitted, "#new")
    def _go_to_repetition(self, event: Field.Submitted) -> None:
        event.stop()
        self._again.focus_entry()

    @on(Field.Submitted, "#again")
    def _complete(self, event: Field.Submitted) -> None:
        event.stop()
        self.post_message(self.Complete())
