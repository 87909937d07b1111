"""The number of a request that was sent, on a slip to copy or print (rule 29)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pomfa_tui.content.slips import request_lines
from pomfa_tui.domain.requests import spoken
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.left_alone import LeftAlone
from pomfa_tui.screens.paper import PaperScreen
from pomfa_tui.screens.replacing import replace_screen
from pomfa_tui.screens.words import day_and_time
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens

NEXT = "How it ended is shown when you next sign in."
CALL = "Nobody here, or pass ended? The helpdesk can let you in now, by telephone."


class RequestSentScreen(PaperScreen):
    """Shows the slip.

    Args:
        givens: Services, settings, clocks.
        reference: Number of the request.
        name: Whom it is about, as typed.
        email: Theirs, as typed.
        may_call: Whether it is about a locum who stands here, whom the helpdesk can let in by telephone.
    """

    TITLE = "Request sent"
    AUTO_FOCUS: ClassVar[str | None] = "#call, #done"
    DEFAULT_CSS: ClassVar[str] = """
    RequestSentScreen Notice { margin-bottom: 1; }
    RequestSentScreen .lead { text-style: bold; }
    RequestSentScreen #slip { height: auto; border: round $edge; padding: 0 2; margin-bottom: 1; }
    RequestSentScreen #number { text-style: bold; }
    """

    def __init__(
        self, givens: Givens, reference: str, *, name: str, email: str, may_call: bool = False
    ) -> None:
        super().__init__(givens)
        self._may_call = may_call
        self._reference = reference
        self._givens = givens
        self._issuer = givens.settings.issuer
        self._phone = givens.settings.helpdesk.phone
        self._number = spoken(reference)
        self._who, self._email = " ".join(name.split()), email.strip()
        self._sent = f"{day_and_time(int(givens.clocks.wall()))} London time"

    def compose_body(self) -> ComposeResult:
        """Lay out the slip and the ways on."""
        how = "Write this number down, or print it:" if self.has_printer else "Write this down:"
        yield Notice()
        yield Static(f"Your request was sent. {how}", classes="lead")
        with Vertical(id="slip"):
            for line in self.lines():
                number = "number" if self._number in line else None
                yield Static(line or " ", markup=False, id=number)
        yield Static(CALL if self._may_call else NEXT)
        call = [PushButton("Call the helpdesk", id="call")] if self._may_call else []
        yield ButtonRow(*call, PushButton("Done", id="done"), *self.print_buttons())
        yield LeftAlone(self._givens)

    def lines(self) -> tuple[str, ...]:
        """Return the slip, line by line."""
        return request_lines(
            issuer=self._issuer,
            name=printable(self._who),
            email=printable(self._email),
            reference=self._number,
            sent=self._sent,
            phone=self._phone,
        )

    @on(PushButton.Pressed, "#call")
    def call(self) -> None:
        """Go on to the telephone, in place of this."""
        from pomfa_tui.screens.locum_call import LocumCallScreen  # noqa: PLC0415 - not every request is a new locum's

        screen = LocumCallScreen(self._givens, self._reference)
        start(self.app, partial(replace_screen, self.app, self, screen))

    @on(PushButton.Pressed, "#done")
    def done(self) -> None:
        """Go back to where the form was opened."""
        self.dismiss()
