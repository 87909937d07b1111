"""A list to choose one thing from; a sign, not colour alone, marks the line that Enter takes (ACC-06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pomfa_tui.domain.text import printable


@dataclass(frozen=True, slots=True)
class Choice:
    """One line.

    Attributes:
        id: What it stands for.
        text: What it says; any text, never markup.
        note: Said more quietly after it.
    """

    id: str
    text: str
    note: str = ""


class ChoiceList(OptionList):
    """Lines to move in with the arrows and to choose from with Enter.

    Args:
        choices: The lines, or a text for a heading that cannot be chosen.
        column: Columns of the texts, before the notes.
        id: Id in the DOM.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ChoiceList { border: round $edge; padding: 0 1; background: $background; scrollbar-size-vertical: 1; }
    ChoiceList:focus { border: double $focus; background-tint: $background 0%; }
    ChoiceList > .option-list--option-highlighted { text-style: bold; }
    ChoiceList:focus > .option-list--option-highlighted { text-style: bold; }
    ChoiceList > .option-list--option-disabled { color: $quiet; text-style: underline; }
    """

    def __init__(
        self,
        choices: Iterable[Choice | str] = (),
        *,
        column: int = 0,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id, markup=False)
        self._column = column
        self._choices: dict[str, Choice] = {}
        self._marked: str | None = None
        self._first = tuple(choices)

    def on_mount(self) -> None:
        """Fill the list."""
        self.show(self._first)

    def show(self, choices: Iterable[Choice | str]) -> None:
        """Show other lines, the first of them marked."""
        entries = tuple(choices)
        self._choices = {entry.id: entry for entry in entries if isinstance(entry, Choice)}
        self._marked = None
        self.set_options(self._option(entry) for entry in entries)
        if self._choices:
            self.mark(next(iter(self._choices)))

    def mark(self, choice: str) -> None:
        """Put the sign before the line with this id."""
        self.highlighted = self.get_option_index(choice)

    @property
    def marked(self) -> str | None:
        """What the marked line stands for."""
        return self._marked

    @property
    def keyboard_at(self) -> Offset:
        """Where the marked line is."""
        return Offset(0, (self.highlighted or 0) - self.scroll_offset.y)

    @on(OptionList.OptionHighlighted)
    def _move_sign(self, event: OptionList.OptionHighlighted) -> None:
        before, self._marked = self._marked, event.option_id
        for each in (before, self._marked):
            if each in self._choices:
                self.replace_option_prompt(each, self._line(self._choices[each]))

    def _option(self, entry: Choice | str) -> Option:
        if isinstance(entry, str):
            return Option(Content(entry), disabled=True)
        return Option(self._line(entry), id=entry.id)

    def _line(self, choice: Choice) -> Content:
        sign = ">" if choice.id == self._marked else " "
        text = printable(choice.text).ljust(self._column)
        return Content(f"{sign} {text}  {printable(choice.note)}".rstrip())
