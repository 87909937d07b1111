"""The first start over an empty store: the site and its first administrator (A29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import AlreadyInitialised, Refusal
from pomfa_tui.screens.first import FirstScreen
from pomfa_tui.screens.sign_in import SignInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.strength_meter import StrengthMeter
from pomfa_tui.widgets.text_input import EmailInput, TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.passwords import Strength
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.home import HomeScreen
    from pomfa_tui.screens.walk import Walk

FIELDS = ("site", "site_name", "name", "email", "password")
"""Fields by the names that refusals use, in their order on the screen."""


class SetUpScreen(FirstScreen):
    """Asks for what a new store needs; nothing is kept before the administrator's authenticator is paired."""

    TITLE = "Set up this terminal"
    AUTO_FOCUS: ClassVar[str | None] = "#site TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    SetUpScreen Form > .lead { margin-bottom: 1; }
    SetUpScreen StrengthMeter { padding-left: 23; }
    """

    def compose_body(self) -> ComposeResult:
        """Lay out the five fields."""
        shortest = self.givens.settings.limits.password_min
        yield Notice()
        yield Form(
            Static(
                "Nobody has an account here yet. Start with your pharmacy and yourself.",
                classes="lead",
            ),
            Field(
                "Site code", TextInput(longest=10), hint="Its ODS code, such as FZ101.", id="site"
            ),
            Field("Site name", TextInput(longest=100), id="site_name"),
            Field("Your name", TextInput(longest=100), classes="gap", id="name"),
            Field("E-mail", EmailInput(), hint="Your own, not the pharmacy's.", id="email"),
            PasswordField("Password", id="password"),
            StrengthMeter(
                self._judge, f"At least {shortest} characters. Three or four random words are good."
            ),
            ButtonRow(PushButton("Continue", id="continue")),
            animate=self.desk.animation,
        )

    def start_over(self, message: str) -> None:
        """Forget the password, keep the rest, and say why this has to begin again."""
        self.field("password").clear()
        self.notice.show(message)
        self.field("site").focus_entry()
        self._load()

    def set_up_is(self, *, needed: bool) -> None:
        """Give way to `Sign in` when somebody has set the store up."""
        if not needed:
            self._become_sign_in(self.notice.text)

    def refused(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        if isinstance(refusal, AlreadyInitialised):
            self._become_sign_in(refusal.message)
        elif not self.refuse_field(refusal, FIELDS):
            self.notice.show(refusal.message, Severity.ERROR)

    async def arrived(self, walk: Walk, token: SessionToken) -> HomeScreen:
        """Let `Sign in` take this screen's place for ever, show `Home`, and ask for a second administrator."""
        # One frame from the last step to the form: neither this screen nor `Sign in` has anything to say in between.
        with self.app.batch_update():
            await walk.take_away()
            await self.desk.replace_first_screen(SignInScreen(self.givens))
            home = await super().arrived(walk, token)
            home.ways.add_administrator()
        return home

    @on(Field.Changed, "#password")
    def judge(self) -> None:
        """Say how strong the password is."""
        self.query_one(StrengthMeter).weigh(self.field("password").value)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        if not self.go_after(event.field, FIELDS):
            self.begin()

    @on(PushButton.Pressed, "#continue")
    def begin(self) -> None:
        """Hand the form over."""
        start(self, self._begin)

    async def _begin(self) -> None:
        site, site_name, name, email, password = (self.field(each).value for each in FIELDS)
        self.notice.clear()
        step = await self.submit(
            "Checking what you typed.",
            lambda desk: desk.setup.begin(
                site_code=site, site_name=site_name, name=name, email=email, password=password
            ),
        )
        if step is not None:
            self.field("password").clear()
            self.walk(step)

    async def _judge(self, password: str) -> Strength:
        site, site_name, name, email, _ = (self.field(each).value for each in FIELDS)
        return await self.consult(
            lambda desk: desk.setup.strength(
                password, site_code=site, site_name=site_name, name=name, email=email
            )
        )

    def _become_sign_in(self, message: str) -> None:
        successor = SignInScreen(self.givens)
        successor.call_after_refresh(successor.start_over, message)
        self.become(successor)
