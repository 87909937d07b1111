"""All pharmacies with how they stand: support adds, renames and closes them (rules 3, 7, 8, 9)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui.domain.administrators import ADMINISTRATORS_WANTED
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.sites import SiteSummary

COLUMNS = (
    Column("Code", 5),
    Column("Name", 20, share=1),
    Column("People", 6),
    Column("Admins", 6),
    Column("NHSmail", 10),
    Column("State", 6),
)

STATE_WORDS = {SiteState.OPEN: "Open", SiteState.CLOSED: "Closed"}
"""Whether people may sign in there."""

NOTHING = "No site found. Try fewer letters, or add one with F3."


class SitesScreen(SignedInScreen[None]):
    """Lists sites; Enter opens one of them.

    Args:
        givens: Services, settings, clocks.
        token: The session.
    """

    TITLE = "Sites"
    AUTO_FOCUS: ClassVar[str | None] = "#search TextInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "add", "Add a site", tooltip="Add a pharmacy")
    ]
    DEFAULT_CSS: ClassVar[str] = """
    SitesScreen Body { padding: 0 1; }
    SitesScreen Form { height: 1fr; }
    SitesScreen #search { grid-columns: 11 1fr; max-width: 100%; margin-top: 1; }
    SitesScreen #span { text-align: right; padding: 0 2; }
    """

    def __init__(self, givens: Givens, token: SessionToken) -> None:
        super().__init__(givens, token)
        self._sites: tuple[SiteSummary, ...] = ()

    @property
    def table(self) -> PagedTable:
        """The rows."""
        return self.query_one(PagedTable)

    def compose_body(self) -> ComposeResult:
        """Lay out the search and the table."""
        yield Notice()
        yield Form(
            Field("Search", TextInput(longest=100), id="search"),
            Static(markup=False, id="span"),
            PagedTable(COLUMNS, nothing=NOTHING),
            animate=self.desk.animation,
        )

    def on_screen_resume(self) -> None:
        """Look, and look again after another screen."""
        self._look()

    def action_add(self) -> None:
        """Open the form for another site."""
        start(self, self._add)

    @on(PagedTable.Wanted)
    def turn(self, event: PagedTable.Wanted) -> None:
        """Show the page that is needed."""
        self._fill(event.offset)

    @on(Field.Changed)
    def search(self) -> None:
        """Show what fits what is typed."""
        self.table.position = 0
        self._fill(0)

    @on(Field.Submitted)
    def go_to_table(self) -> None:
        """Go to what was found."""
        self.table.focus()

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Show the chosen site."""
        start(self, partial(self._open, event.key))

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        token = self.token
        try:
            self._sites = await self.consult(lambda desk: desk.sites.list(token))
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self._fill(self.table.page_offset)

    def _fill(self, offset: int) -> None:
        sought = self.query_one("#search", Field).value.strip().casefold()
        found = [site for site in self._sites if sought in f"{site.code} {site.name}".casefold()]
        shown = self.table.page_of(len(found), offset)
        rows = [_row(site) for site in found[shown]]
        self.table.show(rows, offset=shown.start, total=len(found))
        self.query_one("#span", Static).update(self.table.span)

    async def _add(self) -> None:
        from pomfa_tui.screens.add_site import AddSiteScreen  # noqa: PLC0415 - loaded when it is needed

        await self.visit(AddSiteScreen(self.givens, self.token))

    async def _open(self, code: str) -> None:
        from pomfa_tui.screens.site import SiteScreen  # noqa: PLC0415 - loaded when it is needed

        for site in self._sites:
            if site.code == code:
                await self.visit(SiteScreen(self.givens, self.token, site))


def administrators(site: SiteSummary) -> str:
    """Return how many can act as such today, with a word when they are too few (rule 8)."""
    if site.administrators >= ADMINISTRATORS_WANTED or site.state is SiteState.CLOSED:
        return str(site.administrators)
    return f"only {site.administrators}" if site.administrators else "none"


def places(site: SiteSummary) -> str:
    """Return how many NHSmail accounts the site sponsors, and how many it may (rule 3)."""
    return f"{site.nhsmail} of {site.nhsmail_limit}"


def _row(site: SiteSummary) -> Row:
    return Row(
        site.code,
        (
            site.code,
            site.name,
            str(site.people),
            administrators(site),
            places(site),
            STATE_WORDS[site.state],
        ),
    )
