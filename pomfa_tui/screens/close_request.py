"""How a request ended, in a few words (rule 31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.request_words import NEED_WORDS, OUTCOMES
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.request_views import RequestView

TOLD = "Whoever has an account with that e-mail, and whoever asked while signed in, is told at the next sign-in."


class CloseRequestScreen(SignedInScreen[str]):
    """Asks for the outcome; its result says that the request is closed.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        request: The request.
    """

    TITLE = "Close a request"
    AUTO_FOCUS: ClassVar[str | None] = "Wheel"
    DEFAULT_CSS: ClassVar[str] = """
    CloseRequestScreen #outcome { margin-top: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, request: RequestView) -> None:
        super().__init__(givens, token)
        self._request = request

    def compose_body(self) -> ComposeResult:
        """Lay out which request, and the two fields."""
        request = self._request
        yield Notice()
        yield Form(
            Static(
                f"{request.reference}  {NEED_WORDS[request.need]}: {printable(request.first.name)}",
                markup=False,
                classes="lead",
            ),
            Static(TOLD),
            ChoiceField("Outcome", tuple(OUTCOMES), id="outcome"),
            Field(
                "Note",
                TextInput(longest=200),
                hint="For the helpdesk alone; may be empty. Nothing about patients.",
                id="note",
            ),
            ButtonRow(PushButton("Close the request", id="close"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        if not self.refuse_field(refusal, {"outcome", "note"}):
            super().show_refusal(refusal)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go from the outcome to the note, and from there to the end."""
        if event.field.id == "outcome":
            self.field("note").focus_entry()
        else:
            self.close_request()

    @on(PushButton.Pressed, "#close")
    def close_request(self) -> None:
        """Close it."""
        start(self, self._close_request)

    async def _close_request(self) -> None:
        self.notice.clear()
        token, request = self.token, self._request
        outcome, note = OUTCOMES[self.field("outcome").value].value, self.field("note").value
        closed = await self.submit(
            "Closing the request.",
            lambda desk: desk.requests.close(
                token, request.reference, outcome, note, seen=request.times
            ),
        )
        if closed is not None:
            self.dismiss(f"Request {request.reference} is closed.")
