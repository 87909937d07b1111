"""The activation code of a locum who was set up by telephone, shown once to the locum, who goes on to `Sign in` (rule 17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Static

from pomfa_tui.content.slips import SlipKind
from pomfa_tui.screens.left_alone import LeftAlone
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.views import Issued


class LocumSlipScreen(SlipScreen):
    """Shows the slip to whoever it is for.

    Args:
        givens: Settings and clocks.
        issued: The locum and the code.
    """

    def __init__(self, givens: Givens, issued: Issued) -> None:
        super().__init__(givens, issued, SlipKind.LOCUM)
        self._givens = givens

    def ways_on(self) -> Iterator[Widget]:
        """Return the ways on, and what takes the code away when nobody is there any more."""
        yield ButtonRow(*self.print_buttons(), PushButton("Go on to Sign in", id="done"))
        yield Static("Sign in has your e-mail then; type this code as password.", classes="quiet")
        yield LeftAlone(self._givens)

    def until(self) -> str:
        """Return when the code ends: with the pass."""
        return "midnight today, London time"

    def leave(self) -> None:
        """Go on to `Sign in`."""
        self.desk.make_way(self.email)
        super().leave()
