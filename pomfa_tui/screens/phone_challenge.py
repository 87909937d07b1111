"""The challenge to read out on the telephone, and the field for the response that is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult

from pomfa_tui.domain.errors import BadInput, CodeRefused, Refusal
from pomfa_tui.screens.read_out import RESPONSE_MISSING, read_out, what_to_say
from pomfa_tui.screens.step import NoAdministrator, StepScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.screens.step import ShowChallenge


class PhoneChallengeScreen(StepScreen):
    """Shows five groups with the words to say them by, the time that is left, and a field for three groups.

    Args:
        givens: Services, settings, clocks.
        show: What was due, and the challenge.
    """

    TITLE = "Call the helpdesk"
    AUTO_FOCUS: ClassVar[str | None] = "SpokenCodeInput"
    DEFAULT_CSS: ClassVar[str] = """
    PhoneChallengeScreen #challenge { margin: 1 0; padding: 0 2; text-style: bold; }
    PhoneChallengeScreen Field { margin-top: 1; height: 4; }
    PhoneChallengeScreen ButtonRow { margin-top: 0; }
    """

    def __init__(self, givens: Givens, show: ShowChallenge) -> None:
        super().__init__(givens, lasts=show.challenge.seconds)
        self._need = show.need
        self._challenge = show.challenge

    @property
    def response(self) -> Field:
        """Where the response is typed."""
        return self.query_one(Field)

    def compose_body(self) -> ComposeResult:
        """Lay out what to say, the groups and the field."""
        shown = self._challenge
        phone = self.givens.settings.helpdesk.phone
        yield Notice()
        yield Form(
            *read_out(what_to_say(phone, shown.act, shown.site), shown.text, self._seconds_left),
            ButtonRow(PushButton("Continue", id="continue"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )

    def action_back(self) -> None:
        """Go back to what can be done without an administrator."""
        self.finish(NoAdministrator(self._need))

    def show_refusal(self, refusal: Refusal) -> None:
        """Show beside the response what is wrong with it; it stays to be looked at."""
        if isinstance(refusal, BadInput | CodeRefused):
            self.response.refuse(refusal.message)
            self.response.focus_entry()
        else:
            super().show_refusal(refusal)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the response, once something is typed."""
        if not self.response.value.strip():
            self.response.refuse(RESPONSE_MISSING)
            self.response.focus_entry()
            return
        start(self, self._offer)

    async def _offer(self) -> None:
        attempt, text = self._need.attempt, self.response.value
        self.notice.clear()
        await self.go_on(
            "Checking the response.", lambda desk: desk.phone_calls.respond(attempt, text)
        )

    def _seconds_left(self) -> float:
        return self._challenge.seconds - self.givens.clocks.since(self._began)
