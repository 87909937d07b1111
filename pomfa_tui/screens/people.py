"""Everybody whom the actor may see: searched as one types, filtered, one page at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.people_filters import PeopleFilters
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.screens.words import MFA_WORDS, day, state_of
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.deeds import Done
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.people_pages import PeoplePage
    from pomfa_tui.services.views import PersonSummary

PAUSE = 0.15
"""Seconds without a further key before it is searched."""

WIDE_TABLE = 90
"""Columns of a table that has room for more than what everybody needs."""


def columns(role_width: int) -> tuple[Column, ...]:
    """Return the columns.

    Args:
        role_width: Room for the role, which says more where people of all sites are listed.
    """
    return (
        Column("Name", 14, share=2),
        Column("E-mail", 18, share=3),
        Column("Role", role_width),
        Column("State", 8),
        Column("MFA", 7),
        Column("Last sign-in", 12, from_width=WIDE_TABLE),
    )


SHORT_ROLES = {
    "staff": "Staff",
    "admin": "Admin",
    "support": "Support",
    "commissioner": "Commissioner",
}
"""Roles as a narrow column shows them, the weightiest last."""

NOBODY = "Nobody found. Try fewer letters, or other filters."


class PeopleScreen(SignedInScreen[None]):
    """Lists people; Enter opens one of them.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether people of all sites may be seen, so that a site can be asked for.
    """

    TITLE = "People"
    AUTO_FOCUS: ClassVar[str | None] = "#search TextInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "add", "Add person", tooltip="Add a person")
    ]
    DEFAULT_CSS: ClassVar[str] = """
    PeopleScreen Body { padding: 0 1; }
    PeopleScreen Form { height: 1fr; }
    PeopleScreen #search { grid-columns: 11 1fr; max-width: 100%; margin-top: 1; }
    PeopleScreen #standing { height: 1; }
    PeopleScreen #standing Static { width: 1fr; padding: 0 2; }
    PeopleScreen #standing #span { text-align: right; }
    """

    def __init__(self, givens: Givens, token: SessionToken, *, everywhere: bool) -> None:
        super().__init__(givens, token)
        self._everywhere = everywhere
        self._roles: tuple[str, ...] = ()
        self._site: str | None = None
        self._standing = ""

    @property
    def table(self) -> PagedTable:
        """The rows."""
        return self.query_one(PagedTable)

    def compose_body(self) -> ComposeResult:
        """Lay out search, filters, the counter and the table."""
        yield Notice()
        yield Form(
            Field("Search", TextInput(longest=100), id="search"),
            PeopleFilters(everywhere=self._everywhere),
            Horizontal(
                Static(markup=False, id="places"), Static(markup=False, id="span"), id="standing"
            ),
            PagedTable(columns(12 if self._everywhere else 5), nothing=NOBODY),
            animate=self.desk.animation,
        )

    def on_screen_resume(self) -> None:
        """Look again: what was done to somebody shows."""
        if self.table.size.height:
            self._look(self.table.page_offset)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer adding to those who may add somebody."""
        if action == "add":
            return bool(self._roles)
        return super().check_action(action, parameters)

    def action_add(self) -> None:
        """Open the form for somebody new."""
        start(self, self._add)

    @on(PagedTable.Wanted)
    def turn(self, event: PagedTable.Wanted) -> None:
        """Get the page that is needed."""
        self._look(event.offset)

    @on(Field.Changed)
    @on(PeopleFilters.Changed)
    def search(self) -> None:
        """Look for what is typed, once no further key follows."""
        self.notice.clear()
        self.table.wait()
        self._look(0, anew=True)

    @on(Field.Submitted)
    def go_to_table(self) -> None:
        """Go to what was found."""
        self.table.focus()

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Show the chosen person."""
        self._open(event.key)

    @work(group="look", exclusive=True)
    async def _look(self, offset: int, *, anew: bool = False) -> None:
        if anew:
            await asyncio.sleep(PAUSE)
        token, size = self.token, self.table.page_size
        wanted = self.query_one(PeopleFilters).wanted(self.query_one("#search", Field).value)
        try:
            page = await self.consult(
                lambda desk: desk.people.page(token, wanted, offset=offset, size=size)
            )
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self._fill(page, anew=anew)

    def _fill(self, page: PeoplePage, *, anew: bool) -> None:
        if anew:
            self.table.position = 0
        rows = [_row(person, everywhere=self._everywhere) for person in page.people]
        self.table.show(rows, offset=page.offset, total=page.total)
        places = page.places
        self._standing = f"NHSmail {places.taken} of {places.limit}" if places is not None else ""
        self.query_one("#places", Static).update(self._standing)
        self.query_one("#span", Static).update(f"People {self.table.span}" if page.total else "")
        self._site = page.site
        if self._roles != page.roles:
            self._roles = page.roles
            self.refresh_bindings()

    async def _add(self) -> None:
        from pomfa_tui.screens.add_person import AddPersonScreen  # noqa: PLC0415 - loaded when it is needed

        done: Done | None = await self.app.push_screen_wait(
            AddPersonScreen(
                self.givens,
                self.token,
                roles=self._roles,
                site=None if self._everywhere else self._site,
                standing=self._standing,
            )
        )
        if done is not None and done.issued is not None:
            await self.app.push_screen_wait(SlipScreen(self.givens, done.issued, done.kind))
            self.notice.show(done.sentence, Severity.DONE)

    @work(group="open", exclusive=True)
    async def _open(self, who: str) -> None:
        from pomfa_tui.screens.person import PersonScreen  # noqa: PLC0415 - loaded when it is needed

        token = self.token
        try:
            details = await self.consult(lambda desk: desk.people.details(token, who))
        except Refusal as refusal:
            self.refused(refusal)
            return
        self.notice.clear()
        said: str | None = await self.app.push_screen_wait(
            PersonScreen(self.givens, token, details)
        )
        if said is not None:
            self.notice.show(said, Severity.DONE)


def _row(person: PersonSummary, *, everywhere: bool) -> Row:
    last = day(person.last_sign_in) if person.last_sign_in is not None else "never"
    role = _where(person) if everywhere else _role(person)
    return Row(
        person.id,
        (person.name, person.email, role, state_of(person), MFA_WORDS[person.mfa], last),
    )


def _role(person: PersonSummary) -> str:
    roles = {person.role, *(each.role for each in person.memberships)}
    return next((words for role, words in reversed(SHORT_ROLES.items()) if role in roles), "")


def _where(person: PersonSummary) -> str:
    """Return role and site of somebody who may be anywhere."""
    match person.memberships:
        case ():
            return _role(person)
        case (only,):
            return f"{SHORT_ROLES[only.role]} {only.site}"
        case several:
            return f"{len(several)} sites"
