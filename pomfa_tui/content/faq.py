"""The questions and answers behind `Help`: loaded once, filled with what the settings say, searched word by word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"\w+")
_JOINED = re.compile(r"(?<=\w)[-'’](?=\w)")  # noqa: RUF001 - people paste the typographic apostrophe
_ONE = re.compile(r"\b1 (minute|hour|second|terminal|account|day)s\b")


@dataclass(frozen=True, slots=True)
class Group:
    """A heading.

    Attributes:
        id: Its name in the file.
        title: As shown.
    """

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answer.

    Attributes:
        id: Its name in the file; stays when the words change.
        group: The group's id.
        question: One line.
        answer: Paragraphs and short lists, divided by line ends.
        keywords: Further words that people may type.
        screens: Titles of the screens it fits.
    """

    id: str
    group: str
    question: str
    answer: str
    keywords: tuple[str, ...]
    screens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Faq:
    """Every question, in the order in which it is shown.

    Attributes:
        groups: The headings.
        questions: Grouped, in the order of the headings.
        opens_at: By the title of a screen, the id of the question that fits best there.
    """

    groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    opens_at: Mapping[str, str] = field(default_factory=dict)

    def filled(self, facts: Mapping[str, str]) -> Faq:
        """Return the same with every name in braces replaced by its fact.

        Raises:
            KeyError: A text names a fact that is not there.
        """
        return replace(
            self,
            questions=tuple(
                replace(
                    question,
                    question=_fill(question.question, facts),
                    answer=_fill(question.answer, facts),
                )
                for question in self.questions
            ),
        )

    def of_group(self, group: str) -> tuple[Question, ...]:
        """Return the questions below one heading."""
        return tuple(question for question in self.questions if question.group == group)

    def for_screen(self, title: str, topic: str = "") -> tuple[Question, ...]:
        """Return the questions that fit the screen with this title, the most fitting first.

        Args:
            title: Of the screen.
            topic: Id of the question that fits what just happened there, or an empty text.
        """
        first = topic or self.opens_at.get(title, "")
        fitting = [each for each in self.questions if title in each.screens or each.id == first]
        return tuple(sorted(fitting, key=lambda question: question.id != first))

    def search(self, text: str) -> tuple[Question, ...]:
        """Return the questions in which every typed word occurs, as the whole of a word or its beginning.

        Those that hold all the words in the question itself come first, then those that need the keywords, then those that
        need the answer. Without a word, everything is returned.
        """
        wanted = _words(text)
        ranked = [(_rank(question, wanted), question) for question in self.questions]
        found = [(rank, question) for rank, question in ranked if rank is not None]
        return tuple(question for _, question in sorted(found, key=lambda pair: pair[0]))


@cache
def load_faq() -> Faq:
    """Return the questions as they ship, with the names of facts still in braces."""
    import tomllib  # noqa: PLC0415 - with the next, only for whoever opens `Help`
    from importlib.resources import files  # noqa: PLC0415

    content = tomllib.loads(files("pomfa_tui.content").joinpath("faq.toml").read_text("utf-8"))
    return Faq(
        groups=tuple(Group(**group) for group in content["groups"]),
        questions=tuple(_question(entry) for entry in content["questions"]),
        opens_at=content["opens_at"],
    )


def _question(entry: dict[str, Any]) -> Question:
    texts = {
        **entry,
        "answer": entry["answer"].strip(),
        "keywords": tuple(entry["keywords"]),
        "screens": tuple(entry["screens"]),
    }
    return Question(**texts)


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return _ONE.sub(r"1 \1", text.format_map(facts))


def _rank(question: Question, wanted: list[str]) -> int | None:
    parts = (question.question, " ".join(question.keywords), question.answer)
    held: list[str] = []
    for rank, part in enumerate(parts):
        held += _words(part)
        if all(any(word.startswith(typed) for word in held) for typed in wanted):
            return rank
    return None


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFC", text).casefold()
    return _WORD.findall(_JOINED.sub("", folded))
