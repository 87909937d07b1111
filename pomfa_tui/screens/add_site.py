"""Another pharmacy, by its own ODS code (rule 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.services.sites import SiteSummary

FIELDS = ("site", "site_name")
"""Fields by the names that refusals use, in their order on the screen."""


class AddSiteScreen(SignedInScreen[str]):
    """Asks for code and name; its result says that the site is there."""

    TITLE = "Add a site"
    AUTO_FOCUS: ClassVar[str | None] = "#site TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    AddSiteScreen #site { margin-top: 1; }
    """

    def compose_body(self) -> ComposeResult:
        """Lay out the two fields."""
        yield Notice()
        yield Form(
            Static("Each pharmacy has a site of its own, under its own ODS code.", classes="lead"),
            Field(
                "Site code", TextInput(longest=10), hint="Its ODS code, such as FZ101.", id="site"
            ),
            Field("Site name", TextInput(longest=100), id="site_name"),
            ButtonRow(PushButton("Add site", id="add"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        if not self.refuse_field(refusal, FIELDS):
            super().show_refusal(refusal)

    @on(Field.Submitted, "#site")
    def go_on(self) -> None:
        """Go on to the name."""
        self.field("site_name").focus_entry()

    @on(Field.Submitted, "#site_name")
    @on(PushButton.Pressed, "#add")
    def add(self) -> None:
        """Hand the form over."""
        start(self, self._add)

    async def _add(self) -> None:
        token = self.token
        code, name = (self.field(each).value for each in FIELDS)
        self.notice.clear()
        site: SiteSummary | None = await self.submit(
            "Adding the site.", lambda desk: desk.sites.add(token, code=code, name=name)
        )
        if site is not None:
            self.dismiss(f"{site.code} was added. Add its administrators next, on People.")
