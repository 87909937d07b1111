"""A QR code beside the steps, the setup key, and the first code of the new entry: what pairing and moving have in common."""

from __future__ import annotations

from abc import abstractmethod
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui.domain.errors import (
    AuthenticationFailed,
    Busy,
    ClockMovedBack,
    PairingExpired,
    Refusal,
)
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.step import Outcome, StepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.countdown import Countdown
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.qr_view import QrView

if TYPE_CHECKING:
    from pomfa_tui.otpauth import PairingOffer
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import OfferedPairing

TEXT_COLUMNS = 36
"""Columns of the steps; the rest belongs to the QR code."""


class QrStep(StepScreen):
    """Shows one offer at a time and takes its first code; nothing of an offer outlives the screen.

    Args:
        givens: Services, settings, clocks.
        lasts: Seconds after which the step is over, or none.
    """

    AUTO_FOCUS: ClassVar[str | None] = "CodeInput"
    DEFAULT_CSS: ClassVar[str] = """
    QrStep Body { layout: horizontal; padding: 0; }
    QrStep Form { width: 1fr; max-width: 50; height: 100%; padding: 0 1; }
    QrStep TextInput { width: 20; }
    QrStep Field > .field--note { padding-left: 0; }
    QrStep ButtonRow { margin-top: 0; }
    QrStep #fresh { display: none; }
    QrStep.-expired #fresh { display: block; }
    QrStep.-expired Field, QrStep.-expired #continue, QrStep.-expired Countdown { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "turn", "Turn colours", tooltip="Swap light and dark in the QR code")
    ]

    over: ClassVar[str] = (
        "This QR code has expired. If you scanned it, delete that entry from your app."
    )
    """Said when an offer has been taken off the screen."""

    afresh: ClassVar[str] = "Show a fresh QR code"
    """The button for another one."""

    def __init__(self, givens: Givens, *, lasts: float | None = None) -> None:
        super().__init__(givens, lasts=lasts)
        self._seconds = 60 * givens.settings.limits.pairing_minutes
        self._until = 0.0
        self._way = Static(id="steps", markup=False)

    @abstractmethod
    def ask_for_offer(self) -> None:
        """See to it that an offer is shown, the first one or a fresh one."""

    @abstractmethod
    def prove(self, desk: Desk, text: str) -> Outcome:
        """Take the first code of the new entry to a service."""

    @abstractmethod
    def opening(self, *, again: bool) -> str:
        """Return the first step.

        Args:
            again: Whether the account was paired before.
        """

    @property
    def code(self) -> Field:
        """Where the code is typed."""
        return self.query_one(Field)

    @property
    def picture(self) -> QrView:
        """The QR code."""
        return self.query_one(QrView)

    def compose_body(self) -> ComposeResult:
        """Lay out the picture at the left and the steps at the right."""
        traits = self.desk.traits
        yield QrView(text_columns=TEXT_COLUMNS, blocks=traits.blocks, colour=bool(traits.colours))
        yield Form(
            self._way,
            Notice(),
            Field("Code", CodeInput(), boxed=True),
            ButtonRow(
                PushButton("Continue", id="continue"),
                PushButton(self.afresh, id="fresh"),
            ),
            Countdown(self._seconds_left, "This QR code expires in {}"),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Ask for the offer."""
        self.ask_for_offer()

    def on_unmount(self) -> None:
        """Leave nothing that could be typed or scanned (SES-16)."""
        self._until = 0.0
        self._way.update("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to turn the colours round where that may help."""
        if action == "turn":
            return self.is_mounted and self.picture.can_turn
        return super().check_action(action, parameters)

    def action_turn(self) -> None:
        """Swap light and dark in the QR code."""
        self.picture.turn()

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the code below it."""
        if isinstance(refusal, PairingExpired):
            self.expire()
        elif isinstance(refusal, AuthenticationFailed) and not isinstance(refusal, ClockMovedBack):
            self.code.clear()
            self.code.refuse(refusal.message)
            self.code.focus_entry()
        else:
            super().show_refusal(refusal)
            if isinstance(refusal, Busy) and not self._until:
                self.set_class(True, "-expired")

    @on(Countdown.Elapsed)
    def expire(self) -> None:
        """Wipe the QR code and the key, and offer to show fresh ones."""
        if not self._until:
            return
        self._until = 0.0
        self.picture.clear()
        self.code.clear()
        self._way.update("")
        self.set_class(True, "-expired")
        self.notice.show(self.over, Severity.WARNING)
        self.query_one("#fresh", PushButton).focus()
        self.refresh_bindings()

    @on(PushButton.Pressed, "#fresh")
    def ask_for_fresh_offer(self) -> None:
        """Ask for another offer."""
        self.ask_for_offer()

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def confirm(self) -> None:
        """Offer the first code of the new entry."""
        start(self, self._confirm)

    def show_offer(self, offered: OfferedPairing) -> None:
        """Show an offer in place of whatever was there."""
        self._until = self.givens.clocks.steady() + offered.seconds
        self.restart_clock()
        self.set_class(False, "-expired")
        self.notice.clear()
        self.picture.show(offered.entry)
        steps = _steps(offered.entry, self.opening(again=offered.again))
        self._way.update("\n".join(steps))
        self.query_one(Countdown).start_over()
        self.code.focus_entry()
        self.refresh_bindings()

    async def _confirm(self) -> None:
        text = self.code.value
        self.notice.clear()
        await self.go_on("Checking your code.", lambda desk: self.prove(desk, text))

    def _seconds_left(self) -> float:
        return self._until - self.givens.clocks.steady() if self._until else self._seconds


def _steps(entry: PairingOffer, opening: str) -> list[str]:
    """Return the steps, as few lines as they can be told in."""
    half = len(entry.setup_key) // 2
    lines = wrap(opening, TEXT_COLUMNS - 4)
    return [
        f"1 {lines[0]}",
        *(f"  {line}" for line in lines[1:]),
        "2 Scan the code, or type this key:",
        f"  {entry.setup_key[:half].strip()}",
        f"  {entry.setup_key[half:].strip()}",
        "3 Find the new entry",
        *(f"  {line}" for line in _name_lines(printable(entry.entry_name), TEXT_COLUMNS - 4)),
        "4 Type the six digits it shows.",
    ]


def _name_lines(name: str, width: int) -> list[str]:
    """Break the name of an entry where a person would: before the @, if that is enough."""
    user, _, domain = name.rpartition("@")
    if len(name) > width >= max(len(user), len(domain) + 1):
        return [user, f"@{domain}"]
    return wrap(name, width)
