"""After an MFA reset: the activation code from the slip, beside the password (rule 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import CodeRefused, Refusal
from pomfa_tui.screens.step import NoAdministrator, StepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.typed_code_input import TypedCodeInput

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import NeedActivation


class ActivationCodeScreen(StepScreen):
    """Asks for the activation code before a new authenticator may be paired.

    Args:
        givens: Services, settings, clocks.
        need: What is asked for.
    """

    TITLE = "Activation code"
    AUTO_FOCUS: ClassVar[str | None] = "TypedCodeInput"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    ActivationCodeScreen Field { margin-top: 1; height: 6; }
    """

    def __init__(self, givens: Givens, need: NeedActivation) -> None:
        super().__init__(givens, lasts=60 * givens.settings.limits.attempt_minutes)
        self._need = need

    @property
    def code(self) -> Field:
        """Where the activation code is typed."""
        return self.query_one(Field)

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

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the code beside it; it stays to be looked at."""
        if isinstance(refusal, CodeRefused):
            self.code.refuse(refusal.message)
            self.code.focus_entry()
        else:
            super().show_refusal(refusal)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the activation code, once something is typed."""
        if not self.code.value.strip():
            self.code.refuse("Type the activation code from your slip.")
            self.code.focus_entry()
            return
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
