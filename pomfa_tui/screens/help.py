"""The questions people ask, with their answers; searchable, and there without any network (rule 28)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from pomfa_tui.content.faq import load_faq
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.content.faq import Question
    from pomfa_tui.screens.base import AnyDeskScreen

NOTHING = "Nothing found. Try another word, or press F2 for the helpdesk."


class HelpScreen(DeskScreen[None]):
    """Lists the questions, those for the screen underneath first, and shows the answer to the marked one.

    Args:
        facts: What the texts may name.
    """

    TITLE = "Help"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "mark(1)", "Next question", show=False),
        Binding("up", "mark(-1)", "Question before", show=False),
        # Everywhere else the key works without a hint; here it can be worked without the key.
        Binding("f5", "contrast", "Contrast", tooltip="Change the colours"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    HelpScreen Body { padding: 1 2 0 2; }
    HelpScreen ChoiceList { height: 9; }
    HelpScreen.-roomy ChoiceList { height: 1fr; }
    HelpScreen #answer { height: 1fr; border: round $edge; padding: 0 1; scrollbar-size-vertical: 1; }
    HelpScreen #answer:focus { border: double $focus; }
    HelpScreen #terminal { height: auto; }
    HelpScreen #question { text-style: bold; margin-bottom: 1; }
    """

    def __init__(self, facts: Mapping[str, str]) -> None:
        super().__init__()
        self._faq = load_faq().filled(facts)
        self._questions = {question.id: question for question in self._faq.questions}

    def compose_body(self) -> ComposeResult:
        """Lay out the search, the list and the answer."""
        yield Field("Search", TextInput(longest=60))
        yield ChoiceList()
        with VerticalScroll(id="answer", can_focus=True):
            yield Static(id="question", markup=False)
            yield Static(id="words", markup=False)
        plainly = " ".join(self.desk.traits.shortcomings)
        if plainly:
            yield Static(plainly, id="terminal", classes="quiet", markup=False)

    def on_mount(self) -> None:
        """List everything."""
        self.query_one(ChoiceList).show(self._everything())

    @on(Field.Changed)
    def search(self, event: Field.Changed) -> None:
        """List what holds the typed words."""
        text = event.field.value.strip()
        found: list[Choice | str] = [_choice(each) for each in self._faq.search(text)]
        self.query_one(ChoiceList).show(found if text else self._everything())
        if not found:
            self._answer(NOTHING, "")

    def on_key(self, event: events.Key) -> None:
        """Take letters to the search, wherever the keyboard is."""
        search = self.query_one(Field)
        letter = event.character
        if letter is None or not letter.isalnum() or search.has_keyboard:
            return
        event.stop()
        search.value += letter
        search.focus_entry()

    def action_mark(self, step: int) -> None:
        """Go through the questions that were found without leaving the search."""
        found = self.query_one(ChoiceList)
        if self.query_one(Field).has_keyboard:
            move = found.action_cursor_down if step > 0 else found.action_cursor_up
            move()
        elif step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    @on(Field.Submitted)
    def go_to_list(self) -> None:
        """Go to what was found."""
        self.query_one(ChoiceList).focus()

    @on(ChoiceList.OptionHighlighted)
    def show_answer(self, event: ChoiceList.OptionHighlighted) -> None:
        """Show the answer to the marked question."""
        question = self._questions.get(event.option_id or "")
        if question is not None:
            self._answer(question.question, question.answer)

    @on(ChoiceList.OptionSelected)
    def go_to_answer(self) -> None:
        """Give the arrows to the answer, should it be longer than its room."""
        self.query_one("#answer").focus()

    def _answer(self, question: str, words: str) -> None:
        self.query_one("#question", Static).update(question)
        self.query_one("#words", Static).update(words)
        self.query_one("#answer", VerticalScroll).scroll_home(animate=False)

    def _everything(self) -> Iterator[Choice | str]:
        stack = self.app.screen_stack
        below = cast("AnyDeskScreen", stack[-2]).TITLE if len(stack) > 1 else ""
        topic = cast("AnyDeskScreen", stack[-2]).help_topic if len(stack) > 1 else ""
        first = self._faq.for_screen(below, topic)
        if first:
            yield f"For this step: {below}"
            yield from map(_choice, first)
        for group in self._faq.groups:
            rest = [each for each in self._faq.of_group(group.id) if each not in first]
            if rest:
                yield group.title
                yield from map(_choice, rest)


def _choice(question: Question) -> Choice:
    return Choice(question.id, question.question)
