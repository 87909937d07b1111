"""The way from the first screen to `Home`: one step after the other, each in place of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pomfa_tui.screens.replacing import replace_screen
from pomfa_tui.screens.step import (
    CallHelpdesk,
    Left,
    MatchClock,
    NoAdministrator,
    Outcome,
    ShowChallenge,
    StepScreen,
    UseRecoveryCode,
)
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    NeedSite,
    ShowRecoveryCodes,
    SignedIn,
)

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from pomfa_tui.screens.givens import Givens


class Walk:
    """Shows the steps of one sign-in.

    Runs in a worker of the app: no screen may wait for its own end (K51).

    Args:
        app: Shows the screens.
        givens: For the screens.
    """

    def __init__(self, app: App[Any], givens: Givens) -> None:
        self._app = app
        self._givens = givens
        self._shown: StepScreen | None = None

    async def through(self, outcome: Outcome) -> SignedIn | Left:
        """Show what is needed until the person is signed in or has left; the last step stays on the screen."""
        while not isinstance(outcome, SignedIn | Left):
            screen = step_screen(outcome, self._givens)
            await self.put(screen)
            self._shown = screen
            outcome = await screen.answer
        return outcome

    async def put(self, screen: Screen[Any]) -> None:
        """Show a screen in place of the last step."""
        shown, self._shown = self._shown, None
        await replace_screen(self._app, shown, screen)

    async def take_away(self) -> None:
        """Take the last step off the screen."""
        shown, self._shown = self._shown, None
        if shown is not None:
            await shown.dismiss()


def step_screen(outcome: Outcome, givens: Givens) -> StepScreen:
    """Make the screen of a step; each is imported when it is first needed."""
    screen: StepScreen
    # ruff: noqa: PLC0415 - the first frame does not wait for screens that come later
    match outcome:
        case NeedCode():
            from pomfa_tui.screens.authentication_code import AuthenticationCodeScreen

            screen = AuthenticationCodeScreen(givens, outcome)
        case (
            UseRecoveryCode() | MatchClock() | NoAdministrator() | CallHelpdesk() | ShowChallenge()
        ):
            from pomfa_tui.screens.other_ways import other_way

            screen = other_way(outcome, givens)
        case NeedActivation():
            from pomfa_tui.screens.activation_code import ActivationCodeScreen

            screen = ActivationCodeScreen(givens, outcome)
        case NeedNewPassword():
            from pomfa_tui.screens.new_password import NewPasswordScreen

            screen = NewPasswordScreen(givens, outcome)
        case NeedPairing():
            from pomfa_tui.screens.pairing import PairingScreen

            screen = PairingScreen(givens, outcome)
        case ShowRecoveryCodes():
            from pomfa_tui.screens.recovery_codes import RecoveryCodesScreen

            shown = outcome.attempt
            screen = RecoveryCodesScreen(
                givens,
                outcome.codes,
                lambda desk: desk.recovery.confirm(shown),
                replaced=outcome.replaced,
                lasts=60 * givens.settings.limits.pairing_minutes,
            )
        case NeedSite():
            from pomfa_tui.screens.choose_site import ChooseSiteScreen

            attempt = outcome.attempt
            screen = ChooseSiteScreen(
                givens,
                outcome.sites,
                lambda desk, code: desk.sign_in.choose_site(attempt, code),
                lasts=60 * givens.settings.limits.pairing_minutes,
            )
        case _:
            message = f"no screen for {type(outcome).__name__}"
            raise TypeError(message)
    return screen
