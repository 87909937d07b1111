"""The queue of requests, for support: searched as one types, filtered, one page at a time (rule 31)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.request_filters import RequestFilters
from pomfa_tui.screens.request_words import NEED_WORDS, OUTCOME_WORDS, age
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.services.request_views import RequestPage, RequestView

PAUSE = 0.15
"""Seconds without a further key before it is searched."""

COLUMNS = (
    Column("Number", 11),
    Column("Sent", 7),
    Column("Needed", 14),
    Column("Name", 14, share=1),
    Column("E-mail", 20, share=1, from_width=106),
    Column("Site", 5),
    Column("State", 8),
)

NOTHING = "Nothing here. Try fewer letters, or other filters."


class RequestsScreen(SignedInScreen[None]):
    """Lists requests; Enter opens one of them."""

    TITLE = "Requests"
    AUTO_FOCUS: ClassVar[str | None] = "PagedTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "search", "Search", tooltip="Search by name, e-mail, telephone or number")
    ]
    DEFAULT_CSS: ClassVar[str] = """
    RequestsScreen Body { padding: 0 1; }
    RequestsScreen Form { height: 1fr; }
    RequestsScreen #search { grid-columns: 11 1fr; max-width: 100%; margin-top: 1; }
    RequestsScreen #standing { height: 1; }
    RequestsScreen #standing Static { width: 1fr; padding: 0 2; }
    RequestsScreen #standing #span { text-align: right; }
    """

    @property
    def table(self) -> PagedTable:
        """The rows."""
        return self.query_one(PagedTable)

    def compose_body(self) -> ComposeResult:
        """Lay out search, filters, the counter and the table."""
        yield Notice()
        yield Form(
            Field("Search", TextInput(longest=100), id="search"),
            RequestFilters(),
            Horizontal(
                Static(markup=False, id="waiting"), Static(markup=False, id="span"), id="standing"
            ),
            PagedTable(COLUMNS, nothing=NOTHING),
            animate=self.desk.animation,
        )

    def on_screen_resume(self) -> None:
        """Look again: what was closed is gone."""
        if self.table.size.height:
            self._look(self.table.page_offset)

    def action_search(self) -> None:
        """Go to where one searches."""
        self.query_one("#search", Field).focus_entry()

    @on(PagedTable.Wanted)
    def turn(self, event: PagedTable.Wanted) -> None:
        """Get the page that is needed."""
        self._look(event.offset)

    @on(Field.Changed)
    @on(RequestFilters.Changed)
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
        """Show the chosen request."""
        self._open(event.key)

    @work(group="look", exclusive=True)
    async def _look(self, offset: int, *, anew: bool = False) -> None:
        if anew:
            await asyncio.sleep(PAUSE)
        token, size = self.token, self.table.page_size
        wanted = self.query_one(RequestFilters).wanted(self.query_one("#search", Field).value)
        try:
            page = await self.consult(
                lambda desk: desk.requests.page(token, wanted, offset=offset, size=size)
            )
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self._fill(page, anew=anew)

    def _fill(self, page: RequestPage, *, anew: bool) -> None:
        if anew:
            self.table.position = 0
        now = int(self.givens.clocks.wall())
        rows = [_row(request, now) for request in page.requests]
        self.table.show(rows, offset=page.offset, total=page.total)
        self.query_one("#waiting", Static).update(f"{page.waiting} open")
        span = f"Requests {self.table.span}" if page.total else ""
        self.query_one("#span", Static).update(span)

    @work(group="open", exclusive=True)
    async def _open(self, reference: str) -> None:
        from pomfa_tui.screens.request import RequestScreen  # noqa: PLC0415 - loaded when it is needed

        token = self.token
        try:
            request = await self.consult(lambda desk: desk.requests.show(token, reference))
        except Refusal as refusal:
            self.refused(refusal)
            return
        self.notice.clear()
        said: str | None = await self.app.push_screen_wait(
            RequestScreen(self.givens, token, request)
        )
        if said is not None:
            self.notice.show(said, Severity.DONE)


def _row(request: RequestView, now: int) -> Row:
    closing = request.closing
    times = f"Open x{request.times}" if request.times > 1 else "Open"
    return Row(
        request.reference,
        (
            request.reference,
            age(now - request.first.at),
            NEED_WORDS[request.need],
            request.first.name,
            request.email,
            request.newest.site or "",
            times if closing is None else OUTCOME_WORDS[closing.outcome],
        ),
    )
