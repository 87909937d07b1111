"""How strong a password is while it is typed: in words, as a number, as a bar, and why it would not be taken (PWD-09)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.passwords import ADVICE, Strength
from pomfa_tui.terminal.background import start

PAUSE = 0.2
"""Seconds without a key before a password is judged."""

WORDS = ("very weak", "weak", "fair", "good", "very good")
"""Scores 0 to 4."""

_CELLS = 4

Judge = Callable[[str], Awaitable[Strength]]


class StrengthMeter(Static):
    """Judges what is typed, shortly after the last key; an answer that has been overtaken is dropped.

    Args:
        judge: Judges a password without holding up the screen.
        hint: Shown while nothing is typed.
    """

    DEFAULT_CSS: ClassVar[str] = """
    StrengthMeter { height: auto; min-height: 2; width: 100%; color: $quiet; }
    StrengthMeter.-weak { color: $text-warning; }
    StrengthMeter.-good { color: $text-success; }
    """

    def __init__(self, judge: Judge, hint: str = "") -> None:
        super().__init__(markup=False)
        self._judge = judge
        self._hint = hint
        self._password = ""
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        """What is shown."""
        return str(self.content)

    def on_mount(self) -> None:
        """Show the hint."""
        self.weigh("")

    def on_unmount(self) -> None:
        """Keep nothing of what was typed (SES-16)."""
        self._password = ""

    def weigh(self, password: str) -> None:
        """Judge a password once no further key follows."""
        self._password = password
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if password:
            self._timer = self.set_timer(PAUSE, self._start)
        else:
            self._show(None)

    def _start(self) -> None:
        start(self, self._ask, group="strength", exclusive=True)

    async def _ask(self) -> None:
        password = self._password
        try:
            strength = await self._judge(password)
        except Refusal:
            # Whoever sends the form off is told.
            return
        if password == self._password and self.is_attached:
            self._show(strength)

    def _show(self, strength: Strength | None) -> None:
        accepted = strength is not None and strength.problem is None
        self.set_class(accepted, "-good")
        self.set_class(strength is not None and not accepted, "-weak")
        self.update(Content(self._hint if strength is None else self._words(strength)))

    @staticmethod
    def _words(strength: Strength) -> str:
        score = min(max(strength.score, 0), _CELLS)
        bar = "#" * score + "-" * (_CELLS - score)
        line = f"Strength [{bar}] {score} of {_CELLS}: {WORDS[score]}."
        # The advice stands there before anything is typed, and comes again with a refusal.
        problem = (strength.problem or "This password can be used.").removesuffix(ADVICE)
        return f"{line} {problem}".rstrip()
