"""Recovery codes, shown once and confirmed before anything else (REC-07)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.step import Outcome, StepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

Confirm = Callable[["Desk"], Outcome]

WRITE_DOWN = "Write them on paper now: they are shown this once."
TICK_FIRST = "Write the codes down first, then tick the box with Space."
LEAVE_AGAIN = (
    "If you leave now, you will be shown new codes at your next sign-in. Press Esc again to leave."
)
LOSE_AGAIN = "If you leave now, nobody will ever know this code. Press Esc again to leave."

TALLEST = 10
"""Codes in one column."""


class RecoveryCodesScreen(StepScreen):
    """Shows the codes of a whole set, or the one that takes the place of the code just used.

    Args:
        givens: Services, settings, clocks.
        codes: Number and code, in order.
        confirm: Takes the word that they were written down to a service.
        replaced: Number of the code that was used and is replaced, or none for a whole new set.
        lasts: Seconds after which the step is over, or none.
    """

    TITLE = "Recovery codes"
    AUTO_FOCUS: ClassVar[str | None] = "TickBox"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    RecoveryCodesScreen #codes { margin: 1 0; padding: 0 2; height: auto; border: round $edge; }
    RecoveryCodesScreen.-card Body { padding-top: 1; }
    """

    def __init__(
        self,
        givens: Givens,
        codes: tuple[tuple[int, str], ...],
        confirm: Confirm,
        *,
        replaced: int | None = None,
        lasts: float | None = None,
    ) -> None:
        super().__init__(givens, lasts=lasts)
        self._single = replaced is not None
        self._confirm_codes = confirm
        self._replaced = replaced
        self._leaving = False
        self._list = Static("\n".join(_lines(codes)), markup=False, id="codes")

    def compose_body(self) -> ComposeResult:
        """Lay out what they are for, the codes, and the box to tick."""
        yield Notice()
        yield Form(
            *self._introduction(),
            self._list,
            TickBox("I have written this down" if self._single else "I have written these down"),
            ButtonRow(PushButton("Continue", id="continue")),
            animate=self.desk.animation,
        )

    def on_unmount(self) -> None:
        """Leave no code behind (SES-16)."""
        self._list.update("")

    def action_back(self) -> None:
        """Leave when asked twice: what is lost by it is said first."""
        if self._leaving:
            super().action_back()
            return
        self._leaving = True
        self.notice.show(LOSE_AGAIN if self._single else LEAVE_AGAIN, Severity.WARNING)

    @on(TickBox.Changed)
    def tick_changed(self) -> None:
        """Take away what was said before: that the tick is missing, or that one more Esc leaves."""
        self._leaving = False
        self.notice.clear()

    @on(PushButton.Pressed, "#continue")
    def confirm(self) -> None:
        """Go on once the box is ticked."""
        if not self.query_one(TickBox).ticked:
            self.notice.show(TICK_FIRST, Severity.ERROR)
            self.query_one(TickBox).focus()
            return
        start(self, self._confirm)

    def _introduction(self) -> list[Static]:
        if self._single:
            return [
                Static(
                    f"Recovery code {self._replaced} is used up. This one takes its place.",
                    classes="lead",
                ),
                Static(
                    "Write it on your paper beside the old one. It is shown this once.",
                    classes="quiet",
                ),
            ]
        return [
            Static(
                "Without your phone, your password and one of these let you in.",
                classes="lead",
            ),
            Static(WRITE_DOWN, classes="quiet"),
        ]

    async def _confirm(self) -> None:
        self.notice.clear()
        await self.go_on("Going on.", self._confirm_codes)


def _lines(codes: tuple[tuple[int, str], ...]) -> list[str]:
    """Return the codes in two columns, read downwards."""
    cells = [f"{number:>2}  {text}" for number, text in codes]
    half = -(-len(cells) // 2)
    left, right = cells[:half], cells[half:]
    right += [""] * (half - len(right))
    return [f"{one}        {two}".rstrip() for one, two in zip(left, right, strict=True)]
