"""The screen everybody starts from: e-mail and password."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from pomfa_tui.domain.errors import NotInitialised, Refusal, SignInRefused
from pomfa_tui.screens.first import FirstScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.terminal.clocks import Moment
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput

NEWCOMERS = "New here, or just reset? Type your activation code as password."


class SignInScreen(FirstScreen):
    """Asks for e-mail and password, and says nothing about who exists."""

    TITLE = "Sign in"
    AUTO_FOCUS: ClassVar[str | None] = "#email TextInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    SignInScreen ButtonRow.close { margin-top: 0; }
    """

    _typed: Moment | None = None
    _watch: Timer | None = None

    @property
    def email(self) -> Field:
        """Where the e-mail is typed."""
        return self.query_one("#email", Field)

    @property
    def password(self) -> PasswordField:
        """Where the password is typed."""
        return self.query_one(PasswordField)

    def compose_body(self) -> ComposeResult:
        """Lay out the notice, the two fields, and the ways to help."""
        yield Notice()
        yield Form(
            Static("Your own e-mail and password, not your pharmacy's.", classes="lead"),
            Field("E-mail", EmailInput(), boxed=True, id="email"),
            PasswordField("Password", hint=NEWCOMERS, boxed=True, id="password"),
            ButtonRow(
                PushButton("Sign in", id="sign-in"),
                PushButton("Help", id="help"),
                PushButton("Contact us", id="contact"),
            ),
            ButtonRow(PushButton("No administrator here", id="nobody"), classes="close"),
            animate=self.desk.animation,
        )

    def start_over(self, message: str) -> None:
        """Forget what was typed (ENU-04) and say why the last session or sign-in ended."""
        self.help_topic = ""
        self._clear()
        self.notice.show(message)
        self.email.focus_entry()

    def expect(self, email: str) -> None:
        """Fill in the e-mail of whoever has been given the keyboard."""
        if email:
            self.email.value = email
            self.password.focus_entry()

    def set_up_is(self, *, needed: bool) -> None:
        """Give way to `Set up this terminal` when the store is empty."""
        if needed:
            self._become_set_up()

    def refused(self, refusal: Refusal) -> None:
        """Show the one answer, forget the password, keep the e-mail to be looked at."""
        if isinstance(refusal, NotInitialised):
            self._become_set_up()
            return
        if isinstance(refusal, SignInRefused):
            self.help_topic = "locked-out" if refusal.wait else "forgotten-password"
        self.notice.show(refusal.message, Severity.ERROR)
        self.password.clear()
        self.password.focus_entry()

    def look_at_clock(self) -> None:
        """Forget what somebody typed and walked away from."""
        lasts = 60 * self.givens.settings.limits.attempt_minutes
        if self._typed is not None and self.givens.clocks.since(self._typed) >= lasts:
            self.start_over("")

    @on(Field.Changed)
    def note_key(self) -> None:
        """Keep an eye on the time from the first key on."""
        self._typed = self.givens.clocks.now()
        if self._watch is None:
            self._watch = self.set_interval(1, self.look_at_clock)

    @on(Field.Submitted, "#email")
    def go_to_password(self) -> None:
        """Go on to the password."""
        self.password.focus_entry()

    @on(Field.Submitted, "#password")
    @on(PushButton.Pressed, "#sign-in")
    def offer(self) -> None:
        """Offer what was typed, or say what is missing."""
        for field, missing in (
            (self.email, "Type your e-mail address."),
            (self.password, "Type your password."),
        ):
            if not field.value:
                field.refuse(missing)
                field.focus_entry()
                return
        start(self, self._offer)

    @on(PushButton.Pressed, "#help")
    def help(self) -> None:
        """Open Help."""
        self.desk.open_help()

    @on(PushButton.Pressed, "#contact")
    def contact(self) -> None:
        """Open Contact us."""
        self.desk.open_contact()

    @on(PushButton.Pressed, "#nobody")
    def nobody(self) -> None:
        """Open No administrator here."""
        self.desk.open_no_administrator()

    async def _offer(self) -> None:
        email, password = self.email.value, self.password.value
        self.notice.clear()
        step = await self.submit(
            "Checking your password.", lambda desk: desk.sign_in.offer_password(email, password)
        )
        if step is not None:
            self._clear()
            self.walk(step)

    def _clear(self) -> None:
        self._typed = None
        self.email.clear()
        self.password.clear()

    def _become_set_up(self) -> None:
        from pomfa_tui.screens.set_up import SetUpScreen  # noqa: PLC0415 - one of the two is enough for the first frame

        self.become(SetUpScreen(self.givens))
