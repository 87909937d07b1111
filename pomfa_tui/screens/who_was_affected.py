"""Who was affected since a moment: whose account was used, reset or changed, and who is in which copy (UK GDPR Art. 33)."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.london import london_moment
from pomfa_tui.domain.memberships import london_day, parse_day
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.report import Question, ReportScreen
from pomfa_tui.services import breach_text
from pomfa_tui.services.breach_figures import Breach, Doing
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.push_button import ButtonRow
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.services.breach_figures import Affected

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


class WhoWasAffectedScreen(ReportScreen[Breach]):
    """Lists accounts; Enter shows what happened to one of them, and where it was used."""

    TITLE = "Who was affected"
    FIELDS = ("since", "site")
    WAITING = "Looking."
    AUTO_FOCUS: ClassVar[str | None] = "#since TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    WhoWasAffectedScreen Body { padding: 0 1; }
    WhoWasAffectedScreen Form { height: 1fr; }
    WhoWasAffectedScreen #asked { height: 1; margin-top: 1; }
    WhoWasAffectedScreen #asked Field { width: 1fr; grid-columns: 8 20; }
    WhoWasAffectedScreen #summary { margin: 1 0; height: auto; }
    """
    _report: Breach | None = None

    @property
    def table(self) -> PagedTable:
        """The accounts."""
        return self.query_one(PagedTable)

    def compose_body(self) -> ComposeResult:
        """Lay out the moment, the sum of it, the accounts and the two files."""
        files = self.file_buttons()
        yield Notice()
        yield Form(
            Horizontal(
                Field("Since", TextInput(longest=16), id="since"), *self.site_field(), id="asked"
            ),
            Static(markup=False, id="summary"),
            PagedTable(COLUMNS, nothing=NOTHING),
            *((ButtonRow(*files),) if files else ()),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Look at the last days."""
        today = london_day(int(self.givens.clocks.wall()))
        self.field("since").value = (today - timedelta(days=DAYS_BEFORE)).isoformat()
        self.look()

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

    def question(self) -> Question[Breach]:
        """Return which moment and site are typed.

        Raises:
            BadInput: "since" is no moment.
        """
        token, site = self.token, self.typed("site") or None
        since = moment(self.typed("since"))
        return Question(
            lambda desk: desk.breach.report(token, since=since, site=site),
            lambda desk, form: desk.breach.save(token, form, since=since, site=site),
        )

    def show(self, report: Breach) -> None:
        """Show the sum, and the first page of the accounts."""
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
    return london_moment(day, at)


def _row(each: Affected) -> Row:
    counts = (str(each.counts.get(doing) or "-") for doing in SHOWN)
    return Row(each.id, (each.name, *counts, str(each.copies or "-")))
