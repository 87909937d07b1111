"""An activation code on a slip to copy or print, shown once; the terminal can be handed over to its owner at once (rule 17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from pomfa_tui.content.slips import SlipKind, slip_lines
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.paper import PaperScreen
from pomfa_tui.screens.words import day_and_time
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.views import Issued

LEAVE_AGAIN = "Leaving loses this code. Press the key again to leave all the same."
TICK_FIRST = "Put the code on paper first, then tick the box with Space."

LEADS = {
    SlipKind.LOCUM: "You are set up until midnight. Write this down, or print the screen:",
    SlipKind.NEW: "Write this down, or print the screen, and hand it over in person:",
    SlipKind.PASSWORD: "The password was reset. Write this down, or print the screen:",
    SlipKind.MFA: "The authenticator was reset. Write this down, or print the screen:",
}


class SlipScreen(PaperScreen):
    """Shows the slip.

    Args:
        givens: Settings and clocks.
        issued: The person and the code.
        kind: What the code is for.
    """

    TITLE = "Activation code"
    AUTO_FOCUS: ClassVar[str | None] = "TickBox"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f8",
            "hand_over",
            "Hand over",
            tooltip="Sign out, and open Sign in with the e-mail of this person",
        )
    ]
    DEFAULT_CSS: ClassVar[str] = """
    SlipScreen Body { padding: 1 2 0 2; }
    SlipScreen #slip { height: auto; border: round $edge; padding: 0 2; }
    SlipScreen #code { text-style: bold; }
    """

    def __init__(self, givens: Givens, issued: Issued, kind: SlipKind) -> None:
        super().__init__(givens)
        self._kind = kind
        self._issuer = givens.settings.issuer
        self._person = issued.person
        self._code = issued.activation_code
        self._until = int(givens.clocks.wall()) + 3600 * givens.settings.limits.activation_hours
        self._leaving = False

    def compose_body(self) -> ComposeResult:
        """Lay out the slip and the ways on."""
        yield Notice()
        lead = LEADS[self._kind]
        yield Static(
            lead.replace("print the screen", "print it") if self.has_printer else lead,
            classes="lead",
        )
        with Vertical(id="slip"):
            for line in self.lines():
                bold = "code" if self._code in line else None
                yield Static(line, markup=False, id=bold)
        yield TickBox("It is on paper")
        yield from self.ways_on()

    def ways_on(self) -> Iterator[Widget]:
        """Return the ways on."""
        yield ButtonRow(
            *self.print_buttons(),
            PushButton("Done", id="done"),
            PushButton("Hand over at this terminal", id="hand-over"),
        )
        yield Static(
            "Hand over signs you out and opens Sign in with this e-mail filled in.", classes="quiet"
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let only those hand over who are signed in."""
        if action == "hand_over":
            return self.desk.is_signed_in
        return super().check_action(action, parameters)

    def on_unmount(self) -> None:
        """Leave no code behind (SES-16)."""
        self._code = ""

    def action_back(self) -> None:
        """Leave when the code is on paper, or when asked twice."""
        if self._is_on_paper or self._leaving:
            self.dismiss()
            return
        self._leaving = True
        self.query_one(Notice).show(LEAVE_AGAIN, Severity.WARNING)

    def action_hand_over(self) -> None:
        """Make way for the person the code is for, once it is on paper."""
        if self._may_go_on():
            self.desk.make_way(self._person.email)

    @on(TickBox.Changed)
    def tick_changed(self) -> None:
        """Take away what was said before: that the tick is missing, or that one more Esc leaves."""
        self._leaving = False
        self.query_one(Notice).clear()

    @on(PushButton.Pressed, "#hand-over")
    def hand_over(self) -> None:
        """Make way for the person the code is for, once it is on paper."""
        self.action_hand_over()

    @on(PushButton.Pressed, "#done")
    def done(self) -> None:
        """Go back to where it was asked for, once it is on paper."""
        if self._may_go_on():
            self.leave()

    def leave(self) -> None:
        """Go back to where it was asked for."""
        self.dismiss()

    @property
    def email(self) -> str:
        """Whose code it is."""
        return self._person.email

    @property
    def _is_on_paper(self) -> bool:
        return self.query_one(TickBox).ticked

    def _may_go_on(self) -> bool:
        if not self._is_on_paper:
            self.query_one(Notice).show(TICK_FIRST, Severity.ERROR)
            self.query_one(TickBox).focus()
        return self._is_on_paper

    def until(self) -> str:
        """Return when the code ends, in words."""
        return f"{day_and_time(self._until)} London time"

    def lines(self) -> tuple[str, ...]:
        """Return the slip, line by line."""
        lines = slip_lines(
            self._kind,
            name=printable(self._person.name),
            email=printable(self._person.email),
            code=self._code,
            issuer=self._issuer,
            until=self.until(),
        )
        # An empty line has no height of its own.
        return tuple(line or " " for line in lines)
