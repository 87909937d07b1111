"""After an MFA reset: the activation code from the slip, beside the password (rule 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.amounts import counted
from pomfa_tui.screens.step import NoAdministrator
from pomfa_tui.screens.typed_code_step import TypedCodeStepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.typed_code_input import TypedCodeInput

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedActivation


class ActivationCodeScreen(TypedCodeStepScreen):
    """Asks for the activation code before a new authenticator may be paired.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for.
    """

    TITLE = "Activation code"

    def __init__(self, givens: Givens, need: NeedActivation) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = need

    def compose_body(self) -> ComposeResult:
        """Lay out why it is asked for, and the field."""
        hours = self.givens.settings.limits.activation_hours
        yield Notice()
        yield Form(
            Static("Your authenticator was reset, so you pair a new one now.", classes="lead"),
            Static(
                "First type the activation code that an administrator handed you. "
                f"It works once, for {counted(hours, 'hour')}.",
                classes="quiet",
            ),
            Field(
                "Activation code",
                TypedCodeInput(),
                boxed=True,
                hint="Sixteen letters and digits; capitals and hyphens do not matter.",
            ),
            ButtonRow(
                PushButton("Continue", id="continue"),
                PushButton("No administrator here", id="nobody"),
            ),
            animate=self.desk.animation,
        )

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the activation code, once something is typed."""
        if self.is_typed("Type the activation code from your slip."):
            start(self, self._offer)

    @on(PushButton.Pressed, "#nobody")
    def action_no_administrator(self) -> None:
        """Say what can be done without a slip and an administrator."""
        self.finish(NoAdministrator(self._need))

    async def _offer(self) -> None:
        attempt, text = self._need.attempt, self.code.value
        self.notice.clear()
        await self.go_on(
            "Checking your activation code.",
            lambda desk: desk.sign_in.offer_activation_code(attempt, text),
        )
