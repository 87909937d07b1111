"""The second factor: six digits from the authenticator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import BadCodeForm, CodeRefused, CodeSkewed, Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.code_advice import advice, topic, ways_on
from pomfa_tui.screens.step import MatchClock, NoAdministrator, StepScreen, UseRecoveryCode
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.countdown import Countdown
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedCode


class AuthenticationCodeScreen(StepScreen):
    """Asks for the code, names the entry that shows it, and tells how long the present one lives.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for.
    """

    TITLE = "Authentication code"
    AUTO_FOCUS: ClassVar[str | None] = "CodeInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    AuthenticationCodeScreen Field { margin-top: 1; height: 6; }
    AuthenticationCodeScreen TextInput { width: 26; }
    AuthenticationCodeScreen #ways { height: auto; }
    AuthenticationCodeScreen.-stuck Field { margin-top: 0; }
    AuthenticationCodeScreen #match { display: none; }
    AuthenticationCodeScreen.-near #match { display: block; }
    AuthenticationCodeScreen.-near #nobody { display: none; }
    """

    def __init__(self, givens: Givens, need: NeedCode) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = need
        self.set_class(bool(self._ways_on()), "-stuck")

    @property
    def code(self) -> Field:
        """Where the code is typed."""
        return self.query_one(Field)

    def compose_body(self) -> ComposeResult:
        """Lay out the entry's name, the field, and the time that is left."""
        buttons = [PushButton("Continue", id="continue")]
        if self._need.recovery_left:
            buttons.append(PushButton("Use a recovery code", id="recovery"))
        buttons.append(PushButton("It cannot be set", id="match"))
        buttons.append(PushButton("No administrator here", id="nobody"))
        yield Notice()
        yield Form(
            Static("Open your authenticator app and find the entry", classes="lead"),
            Static(printable(self._need.entry), markup=False, classes="name"),
            Countdown(self._seconds_left, "and type the six digits it shows. They change in {}."),
            Field("Code", CodeInput(), boxed=True),
            ButtonRow(*buttons),
            Static(self._ways_on(), id="ways", markup=False),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the code beside it, and ask for the next one."""
        if not isinstance(refusal, CodeRefused):
            super().show_refusal(refusal)
            return
        self.code.clear()
        self.code.refuse(refusal.message)
        self.code.focus_entry()
        if not isinstance(refusal, BadCodeForm):
            self._help(refusal)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the code."""
        start(self, self._offer)

    @on(PushButton.Pressed, "#recovery")
    def use_recovery_code(self) -> None:
        """Go to the field for a recovery code."""
        self.finish(UseRecoveryCode(self._need))

    @on(PushButton.Pressed, "#match")
    def match_clock(self) -> None:
        """Go to the fields for two codes in a row."""
        self.finish(MatchClock(self._need))

    def _help(self, refusal: CodeRefused) -> None:
        """Say how to put it right, and name the ways on to somebody who is stuck."""
        self._need = replace(self._need, failures=self._need.failures + 1)
        self.help_topic = topic(refusal)
        self.notice.show(advice(refusal))
        self.query_one("#ways", Static).update(self._ways_on())
        self.set_class(bool(self._ways_on()), "-stuck")
        if isinstance(refusal, CodeSkewed) and refusal.near and not self.has_class("-near"):
            self.add_class("-near")
            self.restart_clock()

    def _ways_on(self) -> str:
        need = self._need
        phone = printable(self.givens.settings.helpdesk.phone)
        return ways_on(need.failures, recovery_left=need.recovery_left, phone=phone)

    @on(PushButton.Pressed, "#nobody")
    def action_no_administrator(self) -> None:
        """Say what can be done without phone, paper and administrator."""
        self.finish(NoAdministrator(self._need))

    async def _offer(self) -> None:
        attempt, text = self._need.attempt, self.code.value
        self.notice.clear()
        await self.go_on("Checking your code.", lambda desk: desk.sign_in.offer_code(attempt, text))

    def _seconds_left(self) -> float:
        return self._need.period - self.givens.clocks.wall() % self._need.period
