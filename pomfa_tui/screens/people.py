"""Everybody whom the actor may see: searched as one types, filtered, one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.listing import ListingScreen
from pomfa_tui.screens.people_filters import PeopleFilters
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.screens.words import MFA_WORDS, day, state_of
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.deeds import Done
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.people_pages import PeoplePage
    from pomfa_tui.services.views import PersonSummary

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


class PeopleScreen(ListingScreen["PeoplePage"]):
    """Lists people; Enter opens one of them.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether people of all sites may be seen, so that a site can be asked for.
    """

    TITLE = "People"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "add", "Add person", tooltip="Add a person")
    ]

    def __init__(self, givens: Givens, token: SessionToken, *, everywhere: bool) -> None:
        super().__init__(givens, token)
        self._everywhere = everywhere
        self._roles: tuple[str, ...] = ()
        self._site: str | None = None
        self._standing = ""

    def compose_body(self) -> ComposeResult:
        """Lay out search, filters, the counter and the table."""
        yield Notice()
        yield Form(
            self.search_field(),
            PeopleFilters(everywhere=self._everywhere),
            Horizontal(
                Static(markup=False, id="places"), Static(markup=False, id="span"), id="standing"
            ),
            PagedTable(columns(12 if self._everywhere else 5), nothing=NOBODY),
            animate=self.desk.animation,
        )

    def on_screen_resume(self) -> None:
        """Look again: what was done to somebody shows."""
        self.look_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer adding to those who may add somebody."""
        if action == "add":
            return bool(self._roles)
        return super().check_action(action, parameters)

    def action_add(self) -> None:
        """Open the form for somebody new."""
        start(self, self._add)

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Show the chosen person."""
        start(self, partial(self._open, event.key), group="open", exclusive=True)

    def lookup(self, offset: int, size: int) -> Callable[[Desk], PeoplePage]:
        """Ask for the people who fit."""
        token, wanted = self.token, self.query_one(PeopleFilters).wanted(self.sought)
        return lambda desk: desk.people.page(token, wanted, offset=offset, size=size)

    def rows(self, page: PeoplePage) -> list[Row]:
        """Return a row for each person."""
        return [_row(person, everywhere=self._everywhere) for person in page.people]

    def describe(self, page: PeoplePage) -> str:
        """Return who is shown; show the NHSmail counter, and offer adding to those who may."""
        places = page.places
        self._standing = f"NHSmail {places.taken} of {places.limit}" if places is not None else ""
        self.query_one("#places", Static).update(self._standing)
        self._site = page.site
        if self._roles != page.roles:
            self._roles = page.roles
            self.refresh_bindings()
        return f"People {self.table.span}" if page.total else ""

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

    async def _open(self, who: str) -> None:
        from pomfa_tui.screens.person import PersonScreen  # noqa: PLC0415 - loaded when it is needed

        token = self.token
        try:
            details = await self.consult(lambda desk: desk.people.details(token, who))
        except Refusal as refusal:
            self.refused(refusal)
            return
        await self.visit(PersonScreen(self.givens, token, details))


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
