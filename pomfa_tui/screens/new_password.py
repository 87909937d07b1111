"""Choosing a password of one's own: judged while it is typed, written twice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, WeakPassword
from pomfa_tui.screens.step import StepScreen
from pomfa_tui.services.steps import PasswordCause
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.new_password_fields import NewPasswordFields
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

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
    NewPasswordScreen.-card Body { padding-top: 1; }
    """

    def __init__(self, givens: Givens, need: NeedNewPassword) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.pairing_minutes)
        self._need = need

    @property
    def password(self) -> NewPasswordFields:
        """Where the password is typed, twice."""
        return self.query_one(NewPasswordFields)

    def compose_body(self) -> ComposeResult:
        """Lay out the reason, the two fields, and how strong the password is."""
        shortest = self.givens.settings.limits.password_min
        yield Notice()
        yield Form(
            Static(REASONS[self._need.cause], classes="lead"),
            NewPasswordFields(self._judge, shortest=shortest, boxed=True),
            ButtonRow(PushButton("Save password", id="save")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the password beside it."""
        if isinstance(refusal, WeakPassword):
            self.password.refuse(refusal.message)
        else:
            super().show_refusal(refusal)

    @on(NewPasswordFields.Complete)
    @on(PushButton.Pressed, "#save")
    def choose(self) -> None:
        """Hand the password over when both are the same."""
        password = self.password.taken()
        if password is not None:
            start(self, partial(self._choose, password))

    async def _choose(self, password: str) -> None:
        attempt = self._need.attempt
        self.notice.clear()
        await self.go_on(
            "Checking your new password.",
            lambda desk: desk.new_passwords.choose(attempt, password),
        )

    async def _judge(self, password: str) -> Strength:
        attempt = self._need.attempt
        return await self.consult(lambda desk: desk.new_passwords.strength(attempt, password))
