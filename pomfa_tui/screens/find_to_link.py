"""Finding whom to link: the helpdesk names the e-mail, sees who that is, and says what is to be done (rule 12)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import NotFound, Refusal
from pomfa_tui.screens.deeds import screen_for
from pomfa_tui.screens.person_facts import facts_of
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import name_and_email
from pomfa_tui.services.person_details import Deed
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.fact_sheet import FactSheet
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.person_details import PersonDetails

ENTRY_COLUMNS = 60
"""Columns of an entry's name that fit, where nothing stands beside it."""

ERASED = "This person was erased: add them as somebody new."
NOT_LINKABLE = "Support and commissioners work at all sites; there is nothing to link."


class FindToLinkScreen(SignedInScreen[None]):
    """Asks for an e-mail, shows whose it is, and leads to linking and to ending a link.

    Args:
        givens: Services, settings, clocks.
        token: The session.
    """

    TITLE = "Link a person"
    AUTO_FOCUS: ClassVar[str | None] = "TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    FindToLinkScreen Notice { margin-bottom: 1; }
    FindToLinkScreen Field { margin: 1 0; }
    FindToLinkScreen #who { text-style: bold; }
    FindToLinkScreen FactSheet { max-height: 11; }
    """

    def __init__(self, givens: Givens, token: SessionToken) -> None:
        super().__init__(givens, token)
        self._details: PersonDetails | None = None

    @property
    def email(self) -> Field:
        """Where the e-mail is typed."""
        return self.query_one(Field)

    def compose_body(self) -> ComposeResult:
        """Lay out the field, who was found, and the ways on."""
        yield Notice()
        yield Form(
            Static("Who is to work at one more site, with the login they have?", classes="lead"),
            Field("E-mail", EmailInput(), hint="As it is typed on Sign in; Enter finds them."),
            Static(id="who", markup=False),
            FactSheet(),
            ButtonRow(
                PushButton("Find", id="find"),
                PushButton("Link to a site", id="link"),
                PushButton("End a link", id="unlink"),
                PushButton("Back", id="back"),
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show nobody yet."""
        self._tell(None)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show beside the e-mail that there is nobody of that name."""
        if isinstance(refusal, NotFound):
            self.email.refuse(refusal.message)
            self.email.focus_entry()
        else:
            super().show_refusal(refusal)

    @on(Field.Changed)
    def forget(self) -> None:
        """Show nobody while another e-mail is typed."""
        self.notice.clear()
        self._tell(None)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#find")
    def find(self) -> None:
        """Find whose e-mail it is."""
        if not self.email.value.strip():
            self.email.refuse("Type the person's e-mail address.")
            self.email.focus_entry()
            return
        start(self, self._find)

    @on(PushButton.Pressed, "#link")
    def link(self) -> None:
        """Link the person to a further site."""
        start(self, partial(self._do, Deed.LINK))

    @on(PushButton.Pressed, "#unlink")
    def unlink(self) -> None:
        """End one of the person's links."""
        start(self, partial(self._do, Deed.UNLINK))

    async def _find(self) -> None:
        self.notice.clear()
        details = await self._ask(self.email.value)
        self._tell(details)
        if details is None:
            return
        if Deed.LINK in details.deeds:
            self.query_one("#link").focus()
        else:
            self.notice.show(ERASED if details.person.role is None else NOT_LINKABLE)

    async def _ask(self, who: str) -> PersonDetails | None:
        token = self.token
        return await self.submit("Looking.", lambda desk: desk.people.details(token, who))

    def _tell(self, details: PersonDetails | None) -> None:
        self._details = details
        deeds = details.deeds if details is not None else ()
        self.query_one("#find").display = details is None
        self.query_one("#link").display = Deed.LINK in deeds
        self.query_one("#unlink").display = Deed.UNLINK in deeds
        who = name_and_email(details.person) if details is not None else ""
        self.query_one("#who", Static).update(who)
        self.query_one(FactSheet).show(
            facts_of(details, ENTRY_COLUMNS) if details is not None else ()
        )

    async def _do(self, deed: Deed) -> None:
        if self._details is None:
            return
        self.notice.clear()
        who = self._details.person.id
        screen = screen_for(deed, self.givens, self.token, self._details)
        done = await self.app.push_screen_wait(screen)
        if done is not None:
            self.notice.show(done.sentence, Severity.DONE)
            self._tell(await self._ask(who))
