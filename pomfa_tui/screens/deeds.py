"""What can be done to a person: each deed has a screen, loaded when it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.content.slips import SlipKind
from pomfa_tui.services.person_details import Deed

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.screens.signed_in import SignedInScreen
    from pomfa_tui.services.person_details import PersonDetails
    from pomfa_tui.services.views import Issued


@dataclass(frozen=True, slots=True)
class Done:
    """A deed was done.

    Attributes:
        sentence: What, for the screen underneath.
        gone: Whether there is nothing more to show of the person.
        issued: An activation code to hand over first, or none.
        kind: What that code is for.
    """

    sentence: str
    gone: bool = False
    issued: Issued | None = None
    kind: SlipKind = SlipKind.NEW


def screen_for(  # noqa: PLR0911 - one line for each deed
    deed: Deed, givens: Givens, token: SessionToken, details: PersonDetails
) -> SignedInScreen[Done]:
    """Make the screen of a deed; its result is what was done, or none."""
    # ruff: noqa: PLC0415 - most visits need one of these at most
    match deed:
        case Deed.EDIT:
            from pomfa_tui.screens.edit_person import EditPersonScreen

            return EditPersonScreen(givens, token, details)
        case Deed.RESET_PASSWORD:
            from pomfa_tui.screens.resets import ResetPasswordScreen

            return ResetPasswordScreen(givens, token, details)
        case Deed.RESET_MFA:
            from pomfa_tui.screens.resets import ResetMfaScreen

            return ResetMfaScreen(givens, token, details)
        case Deed.UNLOCK:
            from pomfa_tui.screens.unlock import UnlockScreen

            return UnlockScreen(givens, token, details)
        case Deed.AWAY:
            from pomfa_tui.screens.mark_away import MarkAwayScreen

            return MarkAwayScreen(givens, token, details)
        case Deed.END_SESSIONS:
            from pomfa_tui.screens.end_sessions import EndSessionsScreen

            return EndSessionsScreen(givens, token, details)
        case Deed.LINK:
            from pomfa_tui.screens.links import LinkScreen

            return LinkScreen(givens, token, details)
        case Deed.UNLINK:
            from pomfa_tui.screens.links import UnlinkScreen

            return UnlinkScreen(givens, token, details)
        case Deed.ENABLE | Deed.DISABLE | Deed.LEAVE | Deed.ERASE:
            from pomfa_tui.screens.account_state import state_screen

            return state_screen(deed, givens, token, details)
