"""What a new password must be: long enough, not easily guessed, and nothing else (rule 16).

No composition rules, no expiry, no trimming. Strength and common passwords by zxcvbn, offline, with the person's and the site's
words as context.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import WeakPassword

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.limits import Numbers

MAX_BYTES = 1024
"""Most bytes in UTF-8 that are hashed."""

GENERAL_WORDS = ("pharmacy", "pharmoutcomes", "nhs", "nhsmail", "pomfa", "chemist", "dispensary")
"""Words of the trade that make a password easy to guess here (PWD-08)."""

ADVICE = "Three or four random words make a good password."
"""The way out, given with every refusal."""

_JUDGED = 72
"""Characters that are judged; zxcvbn refuses longer texts, since its time grows faster than their length."""

_TRAILING = re.compile(r"[\W\d_]+$")


@dataclass(frozen=True, slots=True)
class Strength:
    """How a password would be judged.

    Attributes:
        score: 0 (guessed at once) to 4 (very hard to guess).
        problem: One sentence that says what is wrong, or none when it is accepted.
    """

    score: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """The numbers of rule 16.

    Attributes:
        shortest: Fewest code points after NFC.
        longest: Most code points after NFC.
        score: Least zxcvbn score.
    """

    shortest: int
    longest: int
    score: int

    @classmethod
    def of(cls, numbers: Numbers) -> PasswordRules:
        """Build the rules from the numbers in force."""
        return cls(
            shortest=numbers.password_min,
            longest=numbers.password_max,
            score=numbers.password_score,
        )

    def judge(self, password: str, context: Iterable[str] = ()) -> Strength:
        """Say how strong a password is and what, if anything, is wrong with it.

        Args:
            password: As typed.
            context: Names, e-mail, site name and code of the person; made of them, it is refused (PWD-08).
        """
        problem = self._length_problem(password)
        if problem is not None:
            return Strength(score=0, problem=problem)
        text = normalised(password)
        words = _context_words(context)
        if _made_of_context(text, words):
            return Strength(
                score=0, problem=f"That password is made of your own or your site's words. {ADVICE}"
            )
        return self._strength(text, words)

    def check(self, password: str, context: Iterable[str] = ()) -> str:
        """Return the password as it is hashed (NFC), or refuse it with the reason.

        Raises:
            WeakPassword: Too short, too long, common, or easily guessed (PWD-07 to PWD-09).
        """
        strength = self.judge(password, context)
        if strength.problem is not None:
            raise WeakPassword(strength.problem)
        return normalised(password)

    def _length_problem(self, password: str) -> str | None:
        if len(password) > self.longest * 4:
            return f"That password is too long. Use at most {self.longest} characters."
        text = normalised(password)
        if len(text) < self.shortest:
            return f"That password is too short. Use at least {self.shortest} characters. {ADVICE}"
        if len(text) > self.longest or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            return f"That password is too long. Use at most {self.longest} characters."
        if any(0xD800 <= ord(char) <= 0xDFFF for char in text):  # noqa: PLR2004 - the surrogates' range
            return "That password holds a character that this terminal sent damaged. Type it again."
        return None

    def _strength(self, text: str, words: list[str]) -> Strength:
        from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists cost start-up time and memory

        judged = zxcvbn(text[:_JUDGED], user_inputs=words)
        score = int(judged["score"])
        if score >= self.score:
            return Strength(score=score, problem=None)
        warning = str(judged["feedback"]["warning"] or "").rstrip(".")
        reason = (
            f"That password is easy to guess: {warning[0].lower()}{warning[1:]}."
            if warning
            else "That password is easy to guess."
        )
        return Strength(score=score, problem=f"{reason} {ADVICE}")


def normalised(password: str) -> str:
    """Return the form that is counted, judged and hashed: NFC, nothing else (PWD-05, PWD-06)."""
    return unicodedata.normalize("NFC", password)


def hashable(password: str) -> bool:
    """Tell whether a typed password is worth hashing at all; longer ones were never accepted (PWD-18)."""
    if len(password) > MAX_BYTES * 4:
        return False
    return len(normalised(password).encode("utf-8", "surrogatepass")) <= MAX_BYTES


def _context_words(context: Iterable[str]) -> list[str]:
    words: set[str] = set(GENERAL_WORDS)
    for text in context:
        folded = text.casefold()
        words.add(folded)
        words.update(part for part in re.split(r"[\W_]+", folded) if len(part) > 2)  # noqa: PLR2004 - "of", "dr" say nothing
        words.add(re.sub(r"[\W_]+", "", folded))
    return sorted(word for word in words if word)


def _made_of_context(text: str, words: list[str]) -> bool:
    bare = _TRAILING.sub("", text.casefold())
    solid = re.sub(r"[\W_]+", "", bare)
    if not solid:
        return False
    return any(_repeats(solid, re.sub(r"[\W_]+", "", word)) or bare == word for word in words)


def _repeats(text: str, word: str) -> bool:
    if not word or len(text) % len(word):
        return False
    return text == word * (len(text) // len(word))
