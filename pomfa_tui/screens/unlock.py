"""`Unlock`: somebody who has guessed too often may try again at once (rule 24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.justified import OnePersonScreen
from pomfa_tui.services.views import PersonSummary

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.services.desk import Desk


class UnlockScreen(OnePersonScreen[PersonSummary]):
    """Takes a wait away."""

    TITLE = "Unlock"
    ACTION: ClassVar[Action] = Action.UNLOCK
    DO: ClassVar[str] = "Unlock"
    BUSY: ClassVar[str] = "Unlocking the account."

    def consequences(self) -> tuple[str, ...]:
        """Return what an unlock does."""
        return (
            "Another try can be made at once; password and authenticator stay.",
            "Somebody who has forgotten the password needs a reset instead.",
        )

    def act(self, why: Justification) -> Callable[[Desk], PersonSummary]:
        """Return the unlock."""
        token, who = self.token, self.who
        return lambda desk: desk.office.resets.unlock(token, who, why)

    def finish(self, answer: PersonSummary) -> None:
        """Go back and say so."""
        self.dismiss(Done(f"{printable(answer.name)} can try again now."))
