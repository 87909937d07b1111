"""`Mark away`: an administrator who is away does not count as one who could help (rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import EditedMeanwhile, Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import name_and_email, on_day
from pomfa_tui.services.person_edits import PersonEdit
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.person_details import PersonDetails
    from pomfa_tui.services.views import PersonSummary

FIELDS = ("site", "away_until", "reason")


class MarkAwayScreen(SignedInScreen[Done]):
    """Asks until when, and at which site where there are several.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        details: The person.
    """

    TITLE = "Mark away"
    AUTO_FOCUS: ClassVar[str | None] = "Wheel, TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    MarkAwayScreen #consequences { margin: 1 0; }
    """

    def __init__(self, givens: Givens, token: SessionToken, details: PersonDetails) -> None:
        super().__init__(givens, token)
        self._person = details.person
        self._sites = {each.site: each for each in details.person.memberships}

    def compose_body(self) -> ComposeResult:
        """Lay out whom, until when, and the two ways on."""
        fields = [
            Field(
                "Away until",
                TextInput(longest=10),
                hint="The last day, such as 2026-03-31; empty: back.",
                id="away_until",
            ),
            Field(
                "Reason",
                TextInput(longest=200),
                hint="Why the site can do without an administrator.",
                id="reason",
            ),
        ]
        if len(self._sites) > 1:
            fields.insert(0, ChoiceField("At site", tuple(self._sites), hint="", id="site"))
        yield Notice()
        yield Form(
            Static(name_and_email(self._person), markup=False, classes="lead"),
            Static(
                "They can still sign in. While away, they do not count as an administrator.",
                id="consequences",
            ),
            *fields,
            ButtonRow(PushButton("Save", id="save"), PushButton("Back", id="back"), classes="gap"),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Fill in what is known; no reason is needed as long as others are there."""
        self.field("reason").display = False
        self._fill()
        for wheel in self.query(ChoiceField):
            self.watch(wheel.line, "position", self._fill, init=False)

    @property
    def membership(self) -> Membership:
        """The membership it is about."""
        if len(self._sites) == 1:
            return next(iter(self._sites.values()))
        return self._sites[self.field("site").value]

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        if not self.refuse_field(refusal, {"away_until", "reason"}):
            super().show_refusal(refusal)
        if isinstance(refusal, EditedMeanwhile):
            start(self, self._see_again)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        names = [name for name in FIELDS if self.query(f"#{name}") and self.field(name).display]
        if not self.go_after(event.field, names):
            self.save()

    @on(PushButton.Pressed, "#save")
    def save(self) -> None:
        """Hand the form over."""
        start(self, self._save)

    async def _save(self) -> None:
        token, seen = self.token, self._person
        edit = PersonEdit(
            site=self.membership.site,
            away_until=self.field("away_until").value,
            reason=self.field("reason").value or None,
        )
        self.notice.clear()
        answer = await self.submit(
            "Saving.", lambda desk: desk.office.changes.edit(token, seen.id, edit, seen=seen)
        )
        if answer is not None:
            self.dismiss(Done(self._words(answer)))

    async def _see_again(self) -> None:
        token, who = self.token, self._person.id
        person = await self.submit("Looking again.", lambda desk: desk.people.show(token, who))
        if person is not None:
            self._person = person

    def _words(self, answer: PersonSummary) -> str:
        site = self.membership.site
        away = next((each.away_until for each in answer.memberships if each.site == site), None)
        name = printable(answer.name)
        return f"{name} is away until {on_day(away)}." if away else f"{name} is back."

    def _fill(self) -> None:
        until = self.membership.away_until
        self.field("away_until").value = until.isoformat() if until is not None else ""
