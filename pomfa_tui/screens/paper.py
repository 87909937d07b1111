"""A slip on the screen that can also be printed, where a printer is set up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens

PRINTING = "The slip is being printed."
PRINTED = "The printer has taken the slip. Look whether it came out."


class PaperScreen(DeskScreen[None]):
    """Shows lines, and hands the same lines to the printer when asked.

    Subclasses yield a `Notice` and `print_buttons` among their widgets.

    Args:
        givens: Services, settings, clocks.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "print", "Print", show=False, tooltip="Print the slip")
    ]

    def __init__(self, givens: Givens) -> None:
        super().__init__()
        self._opening = givens.opening
        self._is_printing = False
        self.has_printer = bool(givens.settings.printing)

    @abstractmethod
    def lines(self) -> tuple[str, ...]:
        """Return the slip, line by line."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer printing where there is a printer."""
        if action == "print":
            return self.has_printer
        return super().check_action(action, parameters)

    def print_buttons(self) -> Iterator[PushButton]:
        """Return the button that prints, where there is a printer."""
        if self.has_printer:
            yield PushButton("Print", id="print")

    @on(PushButton.Pressed, "#print")
    def print_pressed(self) -> None:
        """Print the slip."""
        self.action_print()

    def action_print(self) -> None:
        """Print the slip, once at a time."""
        if not self._is_printing:
            self._is_printing = True
            start(self, self._put_on_paper)

    async def _put_on_paper(self) -> None:
        notice = self.query_one(Notice)
        notice.show(PRINTING)
        text = "\n".join(line.rstrip() for line in self.lines()) + "\n"
        try:
            printer = (await self._opening.desk()).printer
            if printer is not None:
                await self.ask(printer.print, text)
        except Refusal as refusal:
            said, severity = refusal.message, Severity.ERROR
        else:
            said, severity = PRINTED, Severity.DONE
        self._is_printing = False
        if self.is_attached:
            notice.show(said, severity)
