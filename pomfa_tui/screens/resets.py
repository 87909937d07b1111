"""`Reset password` and `Reset MFA QR code`: one factor is dead at once, and a code to hand over takes its place (rule 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from pomfa_tui.content.slips import SlipKind
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.errors import BadInput, NotFound, Refusal
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.justified import JustifiedScreen, OnePersonScreen
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.services.views import Issued
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import EmailInput

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

MFA_CONSEQUENCES = (
    "The authenticator and all recovery codes stop working now; sign-ins end.",
    "You get an activation code to hand over. The password stays as it is.",
)


class ResetScreen(OnePersonScreen[Issued]):
    """A reset of somebody who is on the screen already; its answer is an activation code."""

    KIND: ClassVar[SlipKind]
    DONE: ClassVar[str]

    def finish(self, answer: Issued) -> None:
        """Hand the code to the screen underneath; without the other factor it starts all over."""
        kind = self.KIND if self.has_other_factor else SlipKind.NEW
        self.dismiss(Done(self.DONE, issued=answer, kind=kind))

    @property
    def has_other_factor(self) -> bool:
        """Whether the person keeps something to sign in with beside the code."""
        return True


class ResetPasswordScreen(ResetScreen):
    """Takes the password away."""

    TITLE = "Reset password"
    ACTION: ClassVar[Action] = Action.RESET_PASSWORD
    DO: ClassVar[str] = "Reset password"
    YES: ClassVar[str] = "Yes, reset"
    BUSY: ClassVar[str] = "Resetting the password."
    KIND: ClassVar[SlipKind] = SlipKind.PASSWORD
    DONE: ClassVar[str] = "There is a new activation code in place of the password."

    @property
    def _is_invited(self) -> bool:
        """Whether the person has never signed in, so that there is nothing to lose."""
        return self.details.person.state is PersonState.INVITED

    def consequences(self) -> tuple[str, ...]:
        """Return what a reset does; for somebody invited it is a new code and no more."""
        if self._is_invited:
            return ("You get a new activation code to hand over; the one before stops working.",)
        return (
            "The password stops working now and sign-ins end; the authenticator stays.",
            "You get an activation code to hand over, typed in place of the password.",
        )

    def question(self) -> str:
        """Ask before a password is lost."""
        name = self.details.person.name
        return "" if self._is_invited else f"Reset the password of {name}?"

    def act(self, why: Justification) -> Callable[[Desk], Issued]:
        """Return the reset."""
        token, who = self.token, self.who
        return lambda desk: desk.office.resets.reset_password(token, who, why)

    @property
    def has_other_factor(self) -> bool:
        """Whether there is an authenticator."""
        return self.details.person.mfa is MfaState.ACTIVE


class ResetMfaScreen(ResetScreen):
    """Takes the pairing and the recovery codes away."""

    TITLE = "Reset MFA QR code"
    ACTION: ClassVar[Action] = Action.RESET_MFA
    DO: ClassVar[str] = "Reset MFA QR code"
    YES: ClassVar[str] = "Yes, reset"
    BUSY: ClassVar[str] = "Resetting the authenticator."
    KIND: ClassVar[SlipKind] = SlipKind.MFA
    DONE: ClassVar[str] = "The authenticator was reset."

    def consequences(self) -> tuple[str, ...]:
        """Return what a reset does."""
        return MFA_CONSEQUENCES

    def question(self) -> str:
        """Ask before a pairing is lost."""
        return f"Reset the MFA QR code of {self.details.person.name}?"

    @property
    def has_other_factor(self) -> bool:
        """Whether there is a password."""
        return self.details.password_set_at is not None

    def act(self, why: Justification) -> Callable[[Desk], Issued]:
        """Return the reset."""
        token, who = self.token, self.who
        return lambda desk: desk.office.resets.reset_mfa(token, who, why)


class ResetMfaByEmailScreen(JustifiedScreen[Issued]):
    """The same for commissioners, who may see nobody: they name the e-mail (rule 9).

    Args:
        givens: Services, settings, clocks.
        token: The session.
    """

    TITLE = "Reset MFA QR code"
    AUTO_FOCUS: ClassVar[str | None] = "#who TextInput"
    ACTION: ClassVar[Action] = Action.RESET_MFA
    DO: ClassVar[str] = "Reset MFA QR code"
    YES: ClassVar[str] = "Yes, reset"
    BUSY: ClassVar[str] = "Resetting the authenticator."
    FIRST: ClassVar[tuple[str, ...]] = ("who",)

    def __init__(self, givens: Givens, token: SessionToken) -> None:
        super().__init__(givens, token, wants_ticket=False)

    @property
    def who(self) -> str:
        """The e-mail that is typed."""
        return self.field("who").value

    def lead(self) -> str:
        """Say what is asked for."""
        return "Whose authenticator is to be reset?"

    def consequences(self) -> tuple[str, ...]:
        """Return what a reset does."""
        return MFA_CONSEQUENCES

    def first_fields(self) -> Iterable[Widget]:
        """Return the field for the e-mail."""
        return (Field("E-mail", EmailInput(), hint="As it is typed on Sign in.", id="who"),)

    def question(self) -> str:
        """Ask before a pairing is lost."""
        return f"Reset the MFA QR code of {self.who}?"

    def justification(self) -> Justification:
        """Read what was typed.

        Raises:
            BadInput: Something is missing or cannot be used; names the field.
        """
        if "@" not in self.who:
            raise BadInput("who", "Type the person's e-mail address.")
        return super().justification()

    def act(self, why: Justification) -> Callable[[Desk], Issued]:
        """Return the reset."""
        token, who = self.token, self.who
        return lambda desk: desk.office.resets.reset_mfa(token, who, why)

    def finish(self, answer: Issued) -> None:
        """Show the code in place of the form."""
        slip = SlipScreen(self.givens, answer, SlipKind.MFA)
        self.give_place_to(slip)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show beside the e-mail that there is nobody of that name."""
        if isinstance(refusal, NotFound):
            super().show_refusal(BadInput("who", refusal.message))
        else:
            super().show_refusal(refusal)
