"""The screens of a sign-in that has left the straight path, each imported when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.screens.step import (
    CallHelpdesk,
    MatchClock,
    NoAdministrator,
    ShowChallenge,
    StepScreen,
    UseRecoveryCode,
)

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens


def other_way(
    outcome: UseRecoveryCode | MatchClock | NoAdministrator | CallHelpdesk | ShowChallenge,
    givens: Givens,
) -> StepScreen:
    """Make the screen of a step beside the straight path."""
    # ruff: noqa: PLC0415 - most sign-ins need none of these
    match outcome:
        case UseRecoveryCode(need):
            from pomfa_tui.screens.recovery_code import RecoveryCodeScreen

            return RecoveryCodeScreen(givens, need)
        case MatchClock(need):
            from pomfa_tui.screens.match_clock import MatchClockScreen

            return MatchClockScreen(givens, need)
        case NoAdministrator(due):
            from pomfa_tui.screens.stuck import StuckScreen

            return StuckScreen(givens, due)
        case CallHelpdesk():
            from pomfa_tui.screens.call_helpdesk import CallHelpdeskScreen

            return CallHelpdeskScreen(givens, outcome)
        case ShowChallenge():
            from pomfa_tui.screens.phone_challenge import PhoneChallengeScreen

            return PhoneChallengeScreen(givens, outcome)
