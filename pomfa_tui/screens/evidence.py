"""The evidence for the yearly toolkit, on one screen and as a file (rule 33)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, NotFound, Refusal
from pomfa_tui.domain.memberships import parse_day
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.services import evidence_text
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from datetime import date

    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.evidence_figures import Evidence

FIELDS = ("since", "until", "site")
"""Fields by the names that refusals use, in their order on the screen."""


class EvidenceScreen(SignedInScreen[None]):
    """Shows the figures of a period.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether there are figures of all sites, so that a site can be asked for.
    """

    TITLE = "Evidence"
    AUTO_FOCUS: ClassVar[str | None] = "#since TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    EvidenceScreen Body { padding: 0 2; }
    EvidenceScreen Form { height: 1fr; }
    EvidenceScreen #period { height: 1; margin-top: 1; }
    EvidenceScreen #period Field { width: 1fr; grid-columns: 6 14; }
    EvidenceScreen FactSheet { height: 1fr; }
    EvidenceScreen .lead { margin: 1 0 0 0; }
    """

    def __init__(self, givens: Givens, token: SessionToken, *, everywhere: bool) -> None:
        super().__init__(givens, token)
        self._everywhere = everywhere

    def compose_body(self) -> ComposeResult:
        """Lay out the period, the figures and the two files."""
        fields = [
            Field("From", TextInput(longest=10), id="since"),
            Field("To", TextInput(longest=10), id="until"),
        ]
        if self._everywhere:
            fields.append(Field("Site", TextInput(longest=10), id="site"))
        yield Notice()
        yield Form(
            Horizontal(*fields, id="period"),
            Static(evidence_text.TITLE, markup=False, classes="lead", id="of"),
            FactSheet(column=17),
            self._buttons(),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Get the figures of the toolkit's year."""
        super().on_mount()
        self._look()

    @on(Field.Submitted)
    def look_again(self) -> None:
        """Get the figures of what is typed."""
        self.notice.clear()
        self._look()

    @on(PushButton.Pressed, "#text")
    def save_text(self) -> None:
        """Write the report as text."""
        start(self, partial(self._save, ".txt"), group="save", exclusive=True)

    @on(PushButton.Pressed, "#table")
    def save_table(self) -> None:
        """Write the report for a spreadsheet."""
        start(self, partial(self._save, ".csv"), group="save", exclusive=True)

    @on(PushButton.Pressed, "#affected")
    def show_affected(self) -> None:
        """Show who was affected by a breach."""
        from pomfa_tui.screens.who_was_affected import WhoWasAffectedScreen  # noqa: PLC0415 - hardly ever needed

        self.app.push_screen(
            WhoWasAffectedScreen(self.givens, self.token, everywhere=self._everywhere)
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used above, and go to its field."""
        super().show_refusal(refusal)
        name = "site" if isinstance(refusal, NotFound) else getattr(refusal, "field", "")
        if name in FIELDS and self.query(f"#{name}"):
            self.query_one(f"#{name}", Field).focus_entry()

    def _buttons(self) -> ButtonRow:
        """Return the way to the other report, and to files where somebody can get at them: not in a kiosk."""
        affected = PushButton("Who was affected", id="affected")
        if self.desk.kiosk:
            return ButtonRow(affected)
        return ButtonRow(
            PushButton("Save as text", id="text"), PushButton("Save as CSV", id="table"), affected
        )

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip() if self.query(f"#{name}") else ""

    def _day(self, name: str) -> date | None:
        return parse_day(name, self._typed(name)) if self._typed(name) else None

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        report = await self._get("Counting.", fresh=False)
        if report is not None:
            self._show(report)

    async def _get(self, what: str, *, fresh: bool) -> Evidence | None:
        try:
            first, last = self._day("since"), self._day("until")
        except BadInput as refusal:
            self.show_refusal(refusal)
            return None
        token, site = self.token, self._typed("site") or None

        def report(desk: Desk) -> Evidence:
            return desk.evidence.report(token, site=site, first=first, last=last, fresh=fresh)

        return await self.submit(what, report)

    def _show(self, report: Evidence) -> None:
        places = [f"{each.code} {each.name}" for each in report.sites]
        where = places[0] if report.site is not None and places else f"all sites ({len(places)})"
        self.query_one("#of", Static).update(printable(f"{evidence_text.TITLE}, {where}"))
        self.query_one(FactSheet).show(Fact(*fact) for fact in evidence_text.facts(report))

    async def _save(self, suffix: str) -> None:
        self.notice.clear()
        report = await self._get("Counting.", fresh=True)
        if report is None:
            return
        self._show(report)
        words = evidence_text.table(report) if suffix == ".csv" else evidence_text.text(report)
        place = await self.submit(
            "Writing the file.", lambda desk: desk.evidence.save(words, suffix)
        )
        if place is not None:
            self.notice.show(f"Written to {place}.", Severity.DONE)
