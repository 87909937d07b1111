"""The evidence for the yearly toolkit, on one screen and as a file (rule 33)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.memberships import parse_day
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.report import Question, ReportScreen
from pomfa_tui.services import evidence_text
from pomfa_tui.services.evidence_figures import Evidence
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from datetime import date


class EvidenceScreen(ReportScreen[Evidence]):
    """Shows the figures of a period."""

    TITLE = "Evidence"
    FIELDS = ("since", "until", "site")
    WAITING = "Counting."
    AUTO_FOCUS: ClassVar[str | None] = "#since TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    EvidenceScreen Body { padding: 0 2; }
    EvidenceScreen Form { height: 1fr; }
    EvidenceScreen #period { height: 1; margin-top: 1; }
    EvidenceScreen #period Field { width: 1fr; grid-columns: 6 14; }
    EvidenceScreen FactSheet { height: 1fr; }
    EvidenceScreen .lead { margin: 1 0 0 0; }
    """

    def compose_body(self) -> ComposeResult:
        """Lay out the period, the figures, the files and the way to the other report."""
        yield Notice()
        yield Form(
            Horizontal(
                Field("From", TextInput(longest=10), id="since"),
                Field("To", TextInput(longest=10), id="until"),
                *self.site_field(),
                id="period",
            ),
            Static(evidence_text.TITLE, markup=False, classes="lead", id="of"),
            FactSheet(column=17),
            ButtonRow(*self.file_buttons(), PushButton("Who was affected", id="affected")),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Get the figures of the toolkit's year."""
        self.look()

    @on(PushButton.Pressed, "#affected")
    def show_affected(self) -> None:
        """Show who was affected by a breach."""
        from pomfa_tui.screens.who_was_affected import WhoWasAffectedScreen  # noqa: PLC0415 - hardly ever needed

        self.app.push_screen(
            WhoWasAffectedScreen(self.givens, self.token, everywhere=self.everywhere)
        )

    def question(self) -> Question[Evidence]:
        """Return which period and site are typed.

        Raises:
            BadInput: "since" or "until" is no date.
        """
        token, site = self.token, self.typed("site") or None
        first, last = self._day("since"), self._day("until")
        return Question(
            lambda desk: desk.evidence.report(token, site=site, first=first, last=last),
            lambda desk, form: desk.evidence.save(token, form, site=site, first=first, last=last),
        )

    def show(self, report: Evidence) -> None:
        """Show the figures, and of what they are."""
        places = [f"{each.code} {each.name}" for each in report.sites]
        where = places[0] if report.site is not None and places else f"all sites ({len(places)})"
        self.query_one("#of", Static).update(printable(f"{evidence_text.TITLE}, {where}"))
        self.query_one(FactSheet).show(Fact(*fact) for fact in evidence_text.facts(report))

    def _day(self, name: str) -> date | None:
        text = self.typed(name)
        return parse_day(name, text) if text else None
