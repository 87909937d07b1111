"""Closing a pharmacy: with a reason, asked twice, and nothing is lost of what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.sites import SiteSummary


class CloseSiteScreen(SignedInScreen[str]):
    """Asks why, then whether it is meant; its result says that the site is closed.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        site: The site.
    """

    TITLE = "Close site"
    AUTO_FOCUS: ClassVar[str | None] = "#reason TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    CloseSiteScreen #reason { margin-top: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, site: SiteSummary) -> None:
        super().__init__(givens, token)
        self._site = site

    @property
    def reason(self) -> Field:
        """Where the reason is typed."""
        return self.query_one("#reason", Field)

    def compose_body(self) -> ComposeResult:
        """Lay out what it means, and the reason."""
        yield Notice()
        yield Form(
            Static(f"{self._site.code} {printable(self._site.name)}", markup=False, classes="lead"),
            *(Static(sentence) for sentence in _consequences(self._site)),
            Field("Reason", TextInput(longest=200), hint="Nothing about patients.", id="reason"),
            ButtonRow(PushButton("Close site", id="close"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the reason beside it."""
        if not self.refuse_field(refusal, {"reason"}):
            super().show_refusal(refusal)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#close")
    def close_site(self) -> None:
        """Close it, if that is meant."""
        if not self.reason.value.strip():
            self.reason.refuse("Say why the site is closed.")
            self.reason.focus_entry()
            return
        start(self, self._close_site)

    async def _close_site(self) -> None:
        self.notice.clear()
        question = ConfirmScreen(
            f"Close {self._site.code} {self._site.name}?",
            _consequences(self._site),
            yes="Yes, close it",
        )
        if await self.app.push_screen_wait(question) is not True:
            return
        token, code, reason = self.token, self._site.code, self.reason.value
        closed = await self.submit(
            "Closing the site.", lambda desk: desk.office.site_changes.close(token, code, reason)
        )
        if closed is not None:
            self.dismiss("The site is closed.")


def _consequences(site: SiteSummary) -> tuple[str, ...]:
    whom = "Its one person" if site.people == 1 else f"Its {site.people} people"
    return (
        f"{whom} can no longer sign in there, and sign-ins at it end at once.",
        "People of other sites keep those. Everything recorded is kept.",
        "It cannot be opened again from here.",
    )
