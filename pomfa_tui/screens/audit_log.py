"""The audit log: newest first, searched and filtered, one page at a time (rule 32)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.audit import Outcome, Severity
from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.screens.audit_filters import AuditFilters
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.event_words import event_words
from pomfa_tui.screens.listing import ListingScreen
from pomfa_tui.screens.words import day_and_time
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.notice import Severity as Weight
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.audit_export import SavedFile
    from pomfa_tui.services.audit_pages import AuditLine, AuditPage
    from pomfa_tui.services.audit_scope import AuditFilter
    from pomfa_tui.services.desk import Desk

WIDE_TABLE = 96
"""Columns of a table that has room for the terminal as well."""

NOTHING = "No record found. Try fewer letters, or other filters."

EXPORT_CONSEQUENCES = (
    "All records that are listed now, on every page, go into one new file, as CSV for a spreadsheet.",
    "Search, Person and the other filters hold for it. That you did it is recorded.",
)


class AuditLogScreen(ListingScreen["AuditPage"]):
    """Lists records; Enter opens one of them.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether this is the log of all sites.
        own: Whether this is what is recorded about one's own account.
    """

    TITLE = "Audit log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "export", "Export", tooltip="Write what fits to a file")
    ]
    DEFAULT_CSS: ClassVar[str] = "AuditLogScreen #search { grid-columns: 9 1fr; }"

    def __init__(
        self, givens: Givens, token: SessionToken, *, everywhere: bool, own: bool = False
    ) -> None:
        super().__init__(givens, token)
        self._everywhere = everywhere
        self._own = own
        self._lines: dict[str, AuditLine] = {}

    @property
    def filters(self) -> AuditFilters:
        """Everything that chooses but the search."""
        return self.query_one(AuditFilters)

    def compose_body(self) -> ComposeResult:
        """Lay out search, filters and the table."""
        yield Notice()
        yield Form(
            self.search_field(),
            AuditFilters(everywhere=self._everywhere, people=not self._own),
            Static(markup=False, id="span"),
            PagedTable(_columns(everywhere=self._everywhere), nothing=NOTHING),
            animate=self.desk.animation,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer files only where somebody can get at them: not on a terminal that shows this program alone."""
        if action == "export":
            return not self.desk.kiosk
        return super().check_action(action, parameters)

    def action_export(self) -> None:
        """Write what fits to a file."""
        export = self._save_own if self._own else self._export
        start(self, export, group="export", exclusive=True)

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Show one record in full."""
        from pomfa_tui.screens.audit_record import AuditRecordScreen  # noqa: PLC0415 - loaded when it is needed

        line = self._lines.get(event.key)
        if line is not None:
            self.app.push_screen(AuditRecordScreen(line))

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is no date beside its field."""
        if isinstance(refusal, BadInput) and refusal.field in {"since", "until"}:
            self.notice.show(refusal.message, Weight.ERROR)
        else:
            super().show_refusal(refusal)

    def _wanted(self) -> AuditFilter:
        return self.filters.wanted(self.sought.strip())

    def lookup(self, offset: int, size: int) -> Callable[[Desk], AuditPage]:
        """Ask for the records that fit.

        Raises:
            BadInput: What is no date, by the field's name.
        """
        token, own, wanted = self.token, self._own, self._wanted()

        def look(desk: Desk) -> AuditPage:
            read = desk.audit.own if own else desk.audit.page
            return read(token, wanted, offset=offset, size=size)

        return look

    def rows(self, page: AuditPage) -> list[Row]:
        """Return a row for each record."""
        self._lines = {str(line.record.seq): line for line in page.lines}
        return [_row(line, everywhere=self._everywhere) for line in page.lines]

    def describe(self, page: AuditPage) -> str:
        """Return which records are shown."""
        return f"Records {self.table.span}, London time" if page.total else ""

    async def _save_own(self) -> None:
        """Write everything that is kept about the person to a file, not the records alone."""
        self.notice.clear()
        token = self.token
        place = await self.submit(
            "Writing the file.", lambda desk: desk.office.privacy.save_own_data(token)
        )
        if place is not None:
            self.notice.show(f"Everything kept about you was written to {place}.", Weight.DONE)

    async def _export(self) -> None:
        self.notice.clear()
        try:
            wanted = self._wanted()
        except BadInput as refusal:
            self.show_refusal(refusal)
            return
        question = ConfirmScreen("Export the audit log?", EXPORT_CONSEQUENCES, yes="Yes, export")
        if await self.app.push_screen_wait(question) is not True:
            return
        token = self.token
        saved: SavedFile | None = await self.submit(
            "Writing the file.", lambda desk: desk.audit.save(token, wanted, "csv")
        )
        if saved is not None:
            self.notice.show(
                f"{counted(saved.records, 'record')} written to {saved.place}.", Weight.DONE
            )


def _columns(*, everywhere: bool) -> tuple[Column, ...]:
    return (
        Column("When", 18),
        Column("What", 22),
        Column("By", 9, share=1),
        Column("For", 9, share=1),
        *((Column("Site", 5),) if everywhere else ()),
        Column("Where", 12, share=1, from_width=WIDE_TABLE),
    )


def _row(line: AuditLine, *, everywhere: bool) -> Row:
    event = line.record.event
    where = (event.site or "",) if everywhere else ()
    return Row(
        str(line.record.seq),
        (day_and_time(event.at), _what(line), line.actor, line.subject, *where, event.terminal),
    )


def _what(line: AuditLine) -> str:
    """Return what happened, with a sign for what went wrong or matters most."""
    event = line.record.event
    if event.severity is Severity.CRITICAL:
        return f"! {event_words(event)}"
    return f"- {event_words(event)}" if event.outcome is Outcome.FAILURE else event_words(event)
