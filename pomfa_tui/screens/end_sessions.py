"""`End sessions`: somebody is signed in where they should not be (rule 26)."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import NotFound
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import day_and_time, name_and_email
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.person_details import PersonDetails
    from pomfa_tui.services.sessions import SessionSummary

ALL = "all"


class EndSessionsScreen(SignedInScreen[Done]):
    """Lists where somebody is signed in; Enter ends one sign-in, or all of them.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        details: The person.
    """

    TITLE = "End sessions"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    EndSessionsScreen ChoiceList { margin: 1 0; max-height: 12; }
    """

    def __init__(self, givens: Givens, token: SessionToken, details: PersonDetails) -> None:
        super().__init__(givens, token)
        self._person = details.person
        self._sessions = details.sessions

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        choices = [Choice(each.id, _place(each), _times(each)) for each in self._sessions]
        if len(choices) > 1:
            choices.append(Choice(ALL, "All of them"))
        yield Notice()
        yield Form(
            Static(name_and_email(self._person), markup=False, classes="lead"),
            Static("The terminal goes back to Sign in within five seconds."),
            ChoiceList(choices, column=26),
            Static("Arrow keys move, Enter chooses.", classes="quiet"),
            animate=self.desk.animation,
        )

    @on(ChoiceList.OptionSelected)
    def choose(self, event: ChoiceList.OptionSelected) -> None:
        """End what was chosen."""
        one = next((each for each in self._sessions if each.id == event.option_id), None)
        start(self, partial(self._end, one))

    async def _end(self, one: SessionSummary | None) -> None:
        """End one of the sessions, or all of them, once that is confirmed."""
        where = "all terminals" if one is None else _place(one)
        question = f"Sign {self._person.name} out at {where}?"
        sure = ConfirmScreen(question, ("What is half done there is lost.",), yes="Yes, sign out")
        if await self.app.push_screen_wait(sure) is not True:
            return
        token, who = self.token, self._person.id

        def end(desk: Desk) -> bool:
            if one is None:
                desk.sessions.end_all(token, who)
            else:
                # One that has ended by itself meanwhile is as it was wanted.
                with suppress(NotFound):
                    desk.sessions.end(token, one.id)
            return True

        if await self.submit("Ending it.", end):
            self.dismiss(Done(f"{printable(self._person.name)} was signed out at {where}."))


def _place(session: SessionSummary) -> str:
    terminal = printable(session.terminal)
    return f"{terminal} at {session.site}" if session.site else terminal


def _times(session: SessionSummary) -> str:
    return f"since {day_and_time(session.started)}"
