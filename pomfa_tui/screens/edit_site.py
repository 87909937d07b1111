"""A site's name, and in an exceptional case its limit of NHSmail accounts (rule 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.sites import places
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.sites import SiteSummary

FIELDS = ("site_name", "nhsmail_limit", "reason")
"""Fields by the names that refusals use, in their order on the screen."""

UNCHANGED = "Nothing is different yet. Change the name or the limit, or go back."


class EditSiteScreen(SignedInScreen[str]):
    """Shows what is, takes what shall be; its result says what was changed.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        site: The site.
    """

    TITLE = "Edit site"
    AUTO_FOCUS: ClassVar[str | None] = "#site_name TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    EditSiteScreen Notice { margin-bottom: 1; }
    EditSiteScreen Field { margin-top: 1; }
    EditSiteScreen #nhsmail_limit TextInput { width: 8; }
    """

    def __init__(self, givens: Givens, token: SessionToken, site: SiteSummary) -> None:
        super().__init__(givens, token)
        self._site = site

    def compose_body(self) -> ComposeResult:
        """Lay out the fields as they stand."""
        yield Notice()
        yield Form(
            Static(f"Site {self._site.code}", classes="lead"),
            Field("Site name", TextInput(longest=100), id="site_name"),
            Field(
                "NHSmail limit",
                TextInput(longest=3),
                hint=f"It has {places(self._site)} accounts now. Raise it in exceptional cases only.",
                id="nhsmail_limit",
            ),
            Field(
                "Reason",
                TextInput(longest=200),
                hint="Needed when the limit changes. Nothing about patients.",
                id="reason",
            ),
            ButtonRow(PushButton("Save", id="save"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Fill in what is."""
        self.field("site_name").value = self._site.name
        self.field("nhsmail_limit").value = str(self._site.nhsmail_limit)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        if not self.refuse_field(refusal, FIELDS):
            super().show_refusal(refusal)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        if not self.go_after(event.field, FIELDS):
            self.save()

    @on(PushButton.Pressed, "#save")
    def save(self) -> None:
        """Hand over what is different."""
        start(self, self._save)

    async def _save(self) -> None:
        self.notice.clear()
        typed = self.field("site_name").value
        name = typed if typed != self._site.name else None
        try:
            limit = self._limit()
        except BadInput as refusal:
            self.show_refusal(refusal)
            return
        if name is None and limit is None:
            self.notice.show(UNCHANGED)
            return
        token, code, reason = self.token, self._site.code, self.field("reason").value

        def edit(desk: Desk) -> SiteSummary:
            return desk.office.site_changes.edit(
                token, code, name=name, nhsmail_limit=limit, reason=reason
            )

        if await self.submit("Saving.", edit) is not None:
            self.dismiss("The site was changed.")

    def _limit(self) -> int | None:
        """Return the limit that is typed, or none when it is the present one.

        Raises:
            BadInput: Not a number.
        """
        typed = self.field("nhsmail_limit").value.strip()
        if not re.fullmatch("[0-9]{1,3}", typed):
            raise BadInput("nhsmail_limit", "Type a number, such as 12.")
        limit = int(typed)
        return limit if limit != self._site.nhsmail_limit else None
