"""Ending another of one's own sessions, by the password (SES-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import NotFound, PasswordWrong, Refusal
from pomfa_tui.screens.account_facts import session_line
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.own_account import AccountView

ENDED = "That session was ended. Not yours? Change your password as well."
GONE = "That session had ended already."


class EndSessionScreen(SignedInScreen[str]):
    """Lists the other sessions, and asks for the password; its result says what was done.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        account: Has the sessions.
    """

    TITLE = "End a session"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    EndSessionScreen Body { padding: 1; }
    EndSessionScreen ChoiceList { height: auto; max-height: 11; }
    EndSessionScreen #headings { padding-left: 4; }
    """

    def __init__(self, givens: Givens, token: SessionToken, account: AccountView) -> None:
        super().__init__(givens, token)
        self._others = tuple(
            session for session in account.sessions if session.id != account.this_session
        )

    @property
    def password(self) -> PasswordField:
        """Where the password is typed."""
        return self.query_one(PasswordField)

    def compose_body(self) -> ComposeResult:
        """Lay out the list and the password."""
        choices = [Choice(session.id, session_line(session)) for session in self._others]
        yield Notice()
        yield Form(
            Static("Which one is to end? Your sign-in here goes on.", classes="lead"),
            Static(f"{'Site':<7}{'Since':<20}{'Last seen':<20}Terminal", id="headings"),
            ChoiceList(choices),
            PasswordField("Your password", hint="To confirm this is you.", classes="gap"),
            ButtonRow(PushButton("End session", id="end"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the password beside it."""
        if isinstance(refusal, PasswordWrong):
            self.password.clear()
            self.password.refuse(refusal.message)
            self.password.focus_entry()
        elif isinstance(refusal, NotFound):
            self.dismiss(GONE)
        else:
            super().show_refusal(refusal)

    @on(ChoiceList.OptionSelected)
    def go_on(self) -> None:
        """Go on to the password."""
        self.password.focus_entry()

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#end")
    def end(self) -> None:
        """End the marked session, once the password is typed."""
        if not self.password.value:
            self.password.refuse("Type your password.")
            self.password.focus_entry()
            return
        start(self, self._end)

    async def _end(self) -> None:
        token, password = self.token, self.password.value
        session = self.query_one(ChoiceList).marked or ""

        def end(desk: Desk) -> bool:
            desk.office.account.end_session(token, session, password)
            return True

        self.notice.clear()
        if await self.submit("Ending the session.", end):
            self.dismiss(ENDED)
