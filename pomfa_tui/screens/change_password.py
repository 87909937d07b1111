"""Changing one's own password by the present one; the other sign-ins end (rule 23, PWD-12)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import PasswordWrong, Refusal, WeakPassword
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.new_password_fields import NewPasswordFields
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.domain.passwords import Strength
    from pomfa_tui.services.desk import Desk

CHANGED = "Your password is changed. Sign-ins at other terminals were ended."


class ChangePasswordScreen(SignedInScreen[str]):
    """Takes the present password and a new one; its result says that it was changed."""

    TITLE = "Change password"
    AUTO_FOCUS: ClassVar[str | None] = "#current TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    ChangePasswordScreen #current { margin: 1 0; }
    """

    @property
    def current(self) -> PasswordField:
        """Where the present password is typed."""
        return self.query_one("#current", PasswordField)

    @property
    def password(self) -> NewPasswordFields:
        """Where the new one is typed, twice."""
        return self.query_one(NewPasswordFields)

    def compose_body(self) -> ComposeResult:
        """Lay out what will happen, and the three fields."""
        shortest = self.givens.settings.limits.password_min
        yield Notice()
        yield Form(
            Static("Choose a password that only you know.", classes="lead"),
            Static("Your authenticator stays as it is.", classes="quiet"),
            PasswordField("Current password", id="current"),
            NewPasswordFields(self._judge, shortest=shortest),
            ButtonRow(PushButton("Save password", id="save"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong beside its field."""
        if isinstance(refusal, WeakPassword):
            self.password.refuse(refusal.message)
        elif isinstance(refusal, PasswordWrong):
            self.current.clear()
            self.current.refuse(refusal.message)
            self.current.focus_entry()
        else:
            super().show_refusal(refusal)

    @on(Field.Submitted, "#current")
    def go_on(self) -> None:
        """Go on to the new password."""
        self.password.focus_first()

    @on(NewPasswordFields.Complete)
    @on(PushButton.Pressed, "#save")
    def change(self) -> None:
        """Hand the passwords over when all of them are there."""
        if not self.current.value:
            self.current.refuse("Type the password that you sign in with now.")
            self.current.focus_entry()
            return
        new = self.password.taken()
        if new is not None:
            start(self, partial(self._change, new))

    async def _change(self, new: str) -> None:
        token, current = self.token, self.current.value

        def change(desk: Desk) -> bool:
            desk.office.credentials.change_password(token, current, new)
            return True

        self.notice.clear()
        if await self.submit("Changing your password.", change):
            self.dismiss(CHANGED)

    async def _judge(self, password: str) -> Strength:
        token = self.token
        return await self.consult(lambda desk: desk.office.credentials.strength(token, password))
