"""The queue of requests, for support: searched as one types, filtered, one page at a time (rule 31)."""

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
from pomfa_tui.screens.request_filters import RequestFilters
from pomfa_tui.screens.request_words import NEED_WORDS, OUTCOME_WORDS, age
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row

if TYPE_CHECKING:
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.request_views import RequestPage, RequestView

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


class RequestsScreen(ListingScreen["RequestPage"]):
    """Lists requests; Enter opens one of them."""

    TITLE = "Requests"
    AUTO_FOCUS: ClassVar[str | None] = "PagedTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "search", "Search", tooltip="Search by name, e-mail, telephone or number")
    ]

    def compose_body(self) -> ComposeResult:
        """Lay out search, filters, the counter and the table."""
        yield Notice()
        yield Form(
            self.search_field(),
            RequestFilters(),
            Horizontal(
                Static(markup=False, id="waiting"), Static(markup=False, id="span"), id="standing"
            ),
            PagedTable(COLUMNS, nothing=NOTHING),
            animate=self.desk.animation,
        )

    def on_screen_resume(self) -> None:
        """Look again: what was closed is gone."""
        self.look_again()

    def action_search(self) -> None:
        """Go to where one searches."""
        self.query_one("#search", Field).focus_entry()

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Show the chosen request."""
        start(self, partial(self._open, event.key), group="open", exclusive=True)

    def lookup(self, offset: int, size: int) -> Callable[[Desk], RequestPage]:
        """Ask for the requests that fit."""
        token, wanted = self.token, self.query_one(RequestFilters).wanted(self.sought)
        return lambda desk: desk.requests.page(token, wanted, offset=offset, size=size)

    def rows(self, page: RequestPage) -> list[Row]:
        """Return a row for each request."""
        now = int(self.givens.clocks.wall())
        return [_row(request, now) for request in page.requests]

    def describe(self, page: RequestPage) -> str:
        """Return which requests are shown; show how many are open."""
        self.query_one("#waiting", Static).update(f"{page.waiting} open")
        return f"Requests {self.table.span}" if page.total else ""

    async def _open(self, reference: str) -> None:
        from pomfa_tui.screens.request import RequestScreen  # noqa: PLC0415 - loaded when it is needed

        token = self.token
        try:
            request = await self.consult(lambda desk: desk.requests.show(token, reference))
        except Refusal as refusal:
            self.refused(refusal)
            return
        await self.visit(RequestScreen(self.givens, token, request))


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
