"""A screen of somebody who is signed in: it notices the end of the session, and asks for a fresh code where an act needs one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from pomfa_tui.domain.errors import Refusal, SessionEnded, StepUpNeeded
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.widgets.notice import Severity

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

T = TypeVar("T")
Result = TypeVar("Result")

NOT_PROVEN = "Nothing was changed, since that needs a fresh code from your authenticator."


class SignedInScreen(ServedScreen[Result]):
    """Calls services in the name of a session.

    Args:
        givens: Services, settings, clocks.
        token: The session.
    """

    def __init__(self, givens: Givens, token: SessionToken) -> None:
        super().__init__(givens)
        self.token = token

    async def consult(self, call: Callable[[Desk], T]) -> T:
        """Make a call; when it needs a fresh code, ask for one and make it again (rule 22).

        Runs in a worker, since it may wait for the person.

        Raises:
            StepUpNeeded: No code was given.
            Refusal: The services cannot be had, or the call was declined.
        """
        try:
            return await super().consult(call)
        except StepUpNeeded:
            if not await self._prove():
                raise
        return await super().consult(call)

    def refused(self, refusal: Refusal) -> None:
        """Sign out when the session is over, else show why something was declined, where it belongs."""
        if isinstance(refusal, SessionEnded):
            self.desk.sign_out(refusal)
        elif isinstance(refusal, StepUpNeeded):
            self.notice.show(NOT_PROVEN, Severity.WARNING)
        else:
            self.show_refusal(refusal)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show why something was declined; subclasses show what belongs to a field beside it."""
        super().refused(refusal)

    async def visit(self, screen: SignedInScreen[str]) -> None:
        """Show a screen, and afterwards what was done there."""
        self.notice.clear()
        done = await self.app.push_screen_wait(screen)
        if done:
            self.notice.show(done, Severity.DONE)

    async def _prove(self) -> bool:
        """Ask for a fresh code; tell whether one was given, or none is due any more."""
        from pomfa_tui.screens.step_up import StepUpScreen  # noqa: PLC0415 - most acts need none

        token = self.token
        entry = await super().consult(lambda desk: desk.office.step_up.due(token))
        if entry is None:
            return True
        return await self.app.push_screen_wait(StepUpScreen(self.givens, token, entry)) is True
