"""The second factor without the phone: one of the recovery codes on paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.amounts import counted
from pomfa_tui.screens.typed_code_step import TypedCodeStepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.typed_code_input import TypedCodeInput

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedCode


GONE = "Gone for good? Choose My phone is gone, and pair a new one."


class RecoveryCodeScreen(TypedCodeStepScreen):
    """Takes a recovery code in place of the code that is due; going back asks for that one again.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for otherwise.
    """

    TITLE = "Recovery code"

    def __init__(self, givens: Givens, need: NeedCode) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = need

    def compose_body(self) -> ComposeResult:
        """Lay out what it is about, and the field."""
        left = self._need.recovery_left
        yield Notice()
        yield Form(
            Static(
                "Without your phone, type one of the recovery codes you wrote down.", classes="lead"
            ),
            Static(
                f"Each works once. You have {counted(left, 'code')} left.",
                classes="quiet",
            ),
            Field(
                "Recovery code",
                TypedCodeInput(numbered=True),
                boxed=True,
                hint="With its number if you have it, such as 4 ABCD-EFGH-JKMN-PQRS.",
            ),
            ButtonRow(
                PushButton("Continue", id="continue"),
                PushButton("My phone is gone", id="gone"),
                PushButton("Use the app instead", id="app"),
            ),
            Static(GONE, classes="quiet"),
            animate=self.desk.animation,
        )

    def action_back(self) -> None:
        """Ask for the code of the app again."""
        self.finish(self._need)

    @on(PushButton.Pressed, "#app")
    def use_app(self) -> None:
        """Go back to the app's code."""
        self.action_back()

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the recovery code, to have it replaced."""
        self._offer(phone_gone=False)

    @on(PushButton.Pressed, "#gone")
    def pair_anew(self) -> None:
        """Offer the recovery code, to pair a new phone in place of the one that is gone."""
        self._offer(phone_gone=True)

    def _offer(self, *, phone_gone: bool) -> None:
        if self.is_typed("Type one of your recovery codes."):
            start(self, partial(self._send, phone_gone=phone_gone))

    async def _send(self, *, phone_gone: bool) -> None:
        attempt, text = self._need.attempt, self.code.value
        self.notice.clear()
        await self.go_on(
            "Checking your recovery code.",
            lambda desk: desk.sign_in.offer_recovery_code(attempt, text, phone_gone=phone_gone),
        )
