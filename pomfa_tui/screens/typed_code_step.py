"""What the steps have in common that ask for a code from paper, in one field."""

from __future__ import annotations

from typing import ClassVar

from pomfa_tui.domain.errors import CodeRefused, Refusal
from pomfa_tui.screens.step import StepScreen
from pomfa_tui.widgets.field import Field


class TypedCodeStepScreen(StepScreen):
    """Asks for one code of sixteen letters and digits.

    Args:
        givens: Services, settings, clocks.
        lasts: Seconds after which the step is over; see `StepScreen`.
    """

    AUTO_FOCUS: ClassVar[str | None] = "TypedCodeInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    TypedCodeStepScreen Field { margin-top: 1; height: 6; }
    """

    @property
    def code(self) -> Field:
        """Where the code is typed."""
        return self.query_one(Field)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the code beside it; it stays to be looked at."""
        if isinstance(refusal, CodeRefused):
            self.code.refuse(refusal.message)
            self.code.focus_entry()
        else:
            super().show_refusal(refusal)

    def is_typed(self, missing: str) -> bool:
        """Tell whether there is a code; where there is none, ask for it.

        Args:
            missing: The sentence that asks.
        """
        if self.code.value.strip():
            return True
        self.code.refuse(missing)
        self.code.focus_entry()
        return False
