"""A screen that is one step of a sign-in: it asks a service and says what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import (
    AlreadyInitialised,
    AttemptEnded,
    CodeLocked,
    FactorDisabled,
    NoSiteToday,
    OutOfSequence,
    Refusal,
    SessionEnded,
)
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.services.steps import NeedActivation, NeedCode, ReadChallenge, Step

if TYPE_CHECKING:
    from pomfa_tui.domain.phone_help import PhoneAct
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

ENDS_SIGN_IN = (
    AlreadyInitialised,
    AttemptEnded,
    CodeLocked,
    FactorDisabled,
    NoSiteToday,
    OutOfSequence,
    SessionEnded,
)
"""Refusals after which there is nothing to go on with."""


@dataclass(frozen=True, slots=True)
class Left:
    """The sign-in is over without a session; the first screen says why, if there is anything to say."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class UseRecoveryCode:
    """The person wants to type a recovery code in place of the code that is due."""

    need: NeedCode


@dataclass(frozen=True, slots=True)
class MatchClock:
    """The person wants to type two codes in a row, since the phone's clock is off."""

    need: NeedCode


@dataclass(frozen=True, slots=True)
class NoAdministrator:
    """The person cannot give what is due, and nobody is there who could help."""

    need: NeedCode | NeedActivation


@dataclass(frozen=True, slots=True)
class CallHelpdesk:
    """The person wants to call the helpdesk, which can do this for them."""

    need: NeedCode | NeedActivation
    acts: tuple[PhoneAct, ...]


@dataclass(frozen=True, slots=True)
class ShowChallenge:
    """The person has the helpdesk on the telephone."""

    need: NeedCode | NeedActivation
    challenge: ReadChallenge


Outcome = (
    Step | UseRecoveryCode | MatchClock | NoAdministrator | CallHelpdesk | ShowChallenge | Left
)
"""What a step leads to."""


class StepScreen(ServedScreen[None]):
    """One step; `answer` is set once, and whoever shows the screen takes it away then.

    Args:
        givens: Services, settings, clocks.
        lasts: Seconds after which the step is over, as the services count them; none for no such time.
    """

    def __init__(self, givens: Givens, *, lasts: float | None = None) -> None:
        super().__init__(givens)
        self.answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting: Outcome | None = None
        self._lasts = lasts
        self._began = givens.clocks.now()

    def on_mount(self) -> None:
        """Keep an eye on the time, also while Help covers the screen."""
        if self._lasts is not None:
            self.set_interval(1, self.look_at_clock)

    def on_unmount(self) -> None:
        """Let nobody wait for an answer that cannot come any more."""
        self.answer.cancel()

    def on_screen_resume(self) -> None:
        """Go on, if that was due while another screen covered this one."""
        if self._waiting is not None:
            self.finish(self._waiting)

    def finish(self, outcome: Outcome) -> None:
        """Say once what comes next; a screen that is open above this one is left in peace until it is closed."""
        if self.answer.done():
            return
        if self.is_active:
            self.answer.set_result(outcome)
        else:
            self._waiting = outcome

    async def go_on(self, what: str, call: Callable[[Desk], Outcome]) -> None:
        """Make the service call of this step and finish with its answer."""
        if self.answer.done():
            return
        outcome = await self.submit(what, call)
        if outcome is not None:
            self.finish(outcome)

    def refused(self, refusal: Refusal) -> None:
        """Leave when the refusal ends the sign-in, else show it."""
        if isinstance(refusal, ENDS_SIGN_IN):
            self.finish(Left(refusal.message))
        else:
            self.show_refusal(refusal)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show why the step was declined, where it belongs."""
        super().refused(refusal)

    def action_back(self) -> None:
        """Leave the sign-in."""
        self.finish(Left())

    def look_at_clock(self) -> None:
        """Leave when the time of this step is over: nothing stands on the screen for nobody (SES-17)."""
        if self._lasts is not None and self.givens.clocks.since(self._began) >= self._lasts:
            self.finish(Left(AttemptEnded().message))

    def restart_clock(self) -> None:
        """Count the time of this step from now on."""
        self._began = self.givens.clocks.now()
