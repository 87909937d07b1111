"""Who was affected since a moment: whose account was used, reset or changed, and who is in which copy (UK GDPR Art. 33)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, NotFound, Refusal
from pomfa_tui.domain.memberships import LONDON, london_day, parse_day
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.services import breach_text
from pomfa_tui.services.breach_figures import Doing
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.breach_figures import Affected, Breach
    from pomfa_tui.services.desk import Desk

DAYS_BEFORE = 3
"""Days before today that are looked at while nothing else is typed: the 72 hours of UK GDPR Art. 33."""

COLUMNS = (
    Column("Name", 14, share=1),
    Column("Signed in", 9),
    Column("Refused", 7),
    Column("Reset", 5),
    Column("Own", 4),
    Column("Rights", 6),
    Column("Copies", 6),
)
SHOWN = (Doing.SIGNED_IN, Doing.REFUSED, Doing.BY_OTHERS, Doing.OWN, Doing.ACCOUNT)
"""What the columns between name and copies count."""

NOTHING = "Nothing happened to anybody, and no copy was made."

_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}", re.ASCII)


class WhoWasAffectedScreen(SignedInScreen[None]):
    """Lists accounts; Enter shows what happened to one of them, and where it was used.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether this is about all sites, so that a site can be asked for.
    """

    TITLE = "Who was affected"
    AUTO_FOCUS: ClassVar[str | None] = "#since TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    WhoWasAffectedScreen Body { padding: 0 1; }
    WhoWasAffectedScreen Form { height: 1fr; }
    WhoWasAffectedScreen #asked { height: 1; margin-top: 1; }
    WhoWasAffectedScreen #asked Field { width: 1fr; grid-columns: 8 20; }
    WhoWasAffectedScreen #summary { margin: 1 0; height: auto; }
    """

    def __init__(self, givens: Givens, token: SessionToken, *, everywhere: bool) -> None:
        super().__init__(givens, token)
        self._everywhere = everywhere
        self._report: Breach | None = None

    @property
    def table(self) -> PagedTable:
        """The accounts."""
        return self.query_one(PagedTable)

    def compose_body(self) -> ComposeResult:
        """Lay out the moment, the sum of it, the accounts and the two files."""
        fields = [Field("Since", TextInput(longest=16), id="since")]
        if self._everywhere:
            fields.append(Field("Site", TextInput(longest=10), id="site"))
        yield Notice()
        yield Form(
            Horizontal(*fields, id="asked"),
            Static(markup=False, id="summary"),
            PagedTable(COLUMNS, nothing=NOTHING),
            *self._buttons(),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Look at the last days."""
        super().on_mount()
        today = london_day(int(self.givens.clocks.wall()))
        self.query_one("#since", Field).value = (today - timedelta(days=DAYS_BEFORE)).isoformat()
        self._look()

    @on(Field.Submitted)
    def look_again(self) -> None:
        """Look from the moment that is typed."""
        self.notice.clear()
        self._look()

    @on(PagedTable.Wanted)
    def turn(self) -> None:
        """Show the page that is needed."""
        self._fill()

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Show what happened to one account."""
        from pomfa_tui.screens.affected import AffectedScreen  # noqa: PLC0415 - loaded when it is needed

        for each in self._listed():
            if each.id == event.key:
                self.app.push_screen(AffectedScreen(each))

    @on(PushButton.Pressed, "#text")
    def save_text(self) -> None:
        """Write the report as text."""
        start(self, partial(self._save, ".txt"), group="save", exclusive=True)

    @on(PushButton.Pressed, "#table")
    def save_table(self) -> None:
        """Write the report for a spreadsheet."""
        start(self, partial(self._save, ".csv"), group="save", exclusive=True)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used above, and go to its field."""
        super().show_refusal(refusal)
        name = "site" if isinstance(refusal, NotFound) else getattr(refusal, "field", "")
        if name in {"since", "site"} and self.query(f"#{name}"):
            self.query_one(f"#{name}", Field).focus_entry()

    def _buttons(self) -> tuple[ButtonRow, ...]:
        """Return the ways to files, where somebody can get at them: not on a terminal that shows this program alone."""
        if self.desk.kiosk:
            return ()
        return (
            ButtonRow(PushButton("Save as text", id="text"), PushButton("Save as CSV", id="table")),
        )

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip() if self.query(f"#{name}") else ""

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        report = await self._get("Looking.", fresh=False)
        if report is not None:
            self._show(report)

    async def _get(self, what: str, *, fresh: bool) -> Breach | None:
        try:
            since = moment(self._typed("since"))
        except BadInput as refusal:
            self.show_refusal(refusal)
            return None
        token, site = self.token, self._typed("site") or None

        def report(desk: Desk) -> Breach:
            return desk.evidence.breach.report(token, since=since, site=site, fresh=fresh)

        return await self.submit(what, report)

    def _show(self, report: Breach) -> None:
        self._report = report
        self.query_one("#summary", Static).update(printable(breach_text.summary(report)))
        self.table.position = 0
        self._fill()

    def _listed(self) -> tuple[Affected, ...]:
        return self._report.people if self._report is not None else ()

    def _fill(self) -> None:
        if self._report is None:
            return
        listed, offset = self._listed(), self.table.page_offset
        page = listed[offset : offset + self.table.page_size]
        self.table.show([_row(each) for each in page], offset=offset, total=len(listed))

    async def _save(self, suffix: str) -> None:
        self.notice.clear()
        report = await self._get("Looking.", fresh=True)
        if report is None:
            return
        self._show(report)
        words = breach_text.table(report) if suffix == ".csv" else breach_text.text(report)
        place = await self.submit(
            "Writing the file.", lambda desk: desk.evidence.breach.save(words, suffix)
        )
        if place is not None:
            self.notice.show(f"Written to {place}.", Severity.DONE)


def moment(text: str) -> int:
    """Return a day's beginning, or the minute that stands after the day, in London, as UTC seconds.

    Raises:
        BadInput: Neither a date nor a date and a time.
    """
    before, _, after = text.partition(" ")
    day, clock = parse_day("since", before), after.strip() or "00:00"
    try:
        at = time.fromisoformat(clock if _CLOCK.fullmatch(clock) else "")
    except ValueError:
        raise BadInput(
            "since", "That is no time. Write it after the date, for example 2026-03-31 14:30."
        ) from None
    when = datetime.combine(day, at, tzinfo=ZoneInfo(LONDON))
    return int(when.astimezone(UTC).timestamp())


def _row(each: Affected) -> Row:
    counts = (str(each.counts.get(doing) or "-") for doing in SHOWN)
    return Row(each.id, (each.name, *counts, str(each.copies or "-")))
