"""Choosing a password of one's own: judged while it is typed, written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, WeakPassword
from pomfa_tui.screens.step import StepScreen
from pomfa_tui.services.steps import PasswordCause
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.strength_meter import StrengthMeter

if TYPE_CHECKING:
    from pomfa_tui.domain.passwords import Strength
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedNewPassword

REASONS = {
    PasswordCause.FIRST: "This is your first sign-in. Choose a password that only you know.",
    PasswordCause.RESET: "Your password was reset. Choose a new one that only you know.",
    PasswordCause.MUST_CHANGE: "Your password may be known to somebody else. Choose a new one before you go on.",
}
"""Why a new password is asked for."""

ADVICE = "Three or four random words are good; spaces are fine."
DIFFERENT = "The two do not match. Type the same password here again."


class NewPasswordScreen(StepScreen):
    """Takes a new password, and says why when it does not.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for, and why.
    """

    TITLE = "Choose a new password"
    AUTO_FOCUS: ClassVar[str | None] = "#new TextInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    NewPasswordScreen StrengthMeter { height: 3; padding-left: 2; }
    NewPasswordScreen.-card Body { padding-top: 1; }
    """

    def __init__(self, givens: Givens, need: NeedNewPassword) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.pairing_minutes)
        self._need = need

    @property
    def new(self) -> PasswordField:
        """Where the password is typed."""
        return self.query_one("#new", PasswordField)

    @property
    def again(self) -> PasswordField:
        """Where it is typed again."""
        return self.query_one("#again", PasswordField)

    def compose_body(self) -> ComposeResult:
        """Lay out the reason, the two fields, and how strong the password is."""
        shortest = self.givens.settings.limits.password_min
        yield Notice()
        yield Form(
            Static(REASONS[self._need.cause], classes="lead"),
            PasswordField("New password", boxed=True, id="new"),
            StrengthMeter(self._judge, f"At least {shortest} characters. {ADVICE}"),
            PasswordField("Repeat password", boxed=True, id="again"),
            ButtonRow(PushButton("Save password", id="save")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the password beside it."""
        if isinstance(refusal, WeakPassword):
            self.again.clear()
            self.new.refuse(refusal.message)
            self.new.focus_entry()
        else:
            super().show_refusal(refusal)

    @on(Field.Changed, "#new")
    def judge(self) -> None:
        """Say how strong the password is."""
        self.query_one(StrengthMeter).weigh(self.new.value)

    @on(Field.Submitted, "#new")
    def go_to_repetition(self) -> None:
        """Go on to the second field."""
        self.again.focus_entry()

    @on(Field.Submitted, "#again")
    @on(PushButton.Pressed, "#save")
    def choose(self) -> None:
        """Hand the password over when both are the same."""
        if not self.new.value:
            self.new.refuse("Type a new password.")
            self.new.focus_entry()
        elif self.new.value != self.again.value:
            self.again.clear()
            self.again.refuse(DIFFERENT)
            self.again.focus_entry()
        else:
            self.run_worker(self._choose())

    async def _choose(self) -> None:
        attempt, password = self._need.attempt, self.new.value
        self.notice.clear()
        await self.go_on(
            "Checking your new password.",
            lambda desk: desk.new_passwords.choose(attempt, password),
        )

    async def _judge(self, password: str) -> Strength:
        attempt = self._need.attempt
        return await self.consult(lambda desk: desk.new_passwords.strength(attempt, password))
