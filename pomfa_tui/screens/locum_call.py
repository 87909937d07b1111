"""A locum on the telephone with the helpdesk: the challenge to read out, and the field for the response (rules 28 to 31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, Busy, PhoneChallengeOver, PhoneResponseWrong, Refusal
from pomfa_tui.domain.phone_help import LIFETIME, PhoneAct
from pomfa_tui.domain.spoken_codes import spelled_out
from pomfa_tui.screens.read_out import RESPONSE_MISSING, read_out, what_to_say
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.countdown import Countdown
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.locum_calls import LocumChallenge
    from pomfa_tui.services.locum_passes import PassGiven
    from pomfa_tui.services.views import Issued

GIVEN = "You have a pass for {} until midnight. Sign in with the password and the authenticator that you have."

GRACE = 60
"""Seconds that the screen outlives its challenge, so that it can say what is over."""


class LocumCallScreen(ServedScreen[None]):
    """Makes the challenge when it opens, and goes on to the activation code, or to `Sign in`, once the response is right.

    Args:
        givens: Services, settings, clocks.
        reference: Number of the request.
    """

    TITLE = "Call the helpdesk"
    AUTO_FOCUS: ClassVar[str | None] = None
    DEFAULT_CSS: ClassVar[str] = """
    LocumCallScreen #telephone { height: auto; }
    LocumCallScreen #telephone, LocumCallScreen #continue, LocumCallScreen #sign-in { display: none; }
    LocumCallScreen.-standing #telephone, LocumCallScreen.-standing #continue { display: block; }
    LocumCallScreen.-given #sign-in { display: block; }
    LocumCallScreen.-given #again, LocumCallScreen.-given #back { display: none; }
    LocumCallScreen #challenge { margin: 1 0; padding: 0 2; text-style: bold; }
    LocumCallScreen Field { margin-top: 1; height: 4; }
    LocumCallScreen ButtonRow { margin-top: 0; }
    """

    def __init__(self, givens: Givens, reference: str) -> None:
        super().__init__(givens)
        self._reference = reference
        self._began = givens.clocks.now()
        self._lasts: float = 0
        self._email = ""

    @property
    def response(self) -> Field:
        """Where the response is typed."""
        return self.query_one(Field)

    def compose_body(self) -> ComposeResult:
        """Lay out the buttons, and above them what is shown while a challenge stands."""
        yield Notice()
        yield Form(
            Vertical(*read_out("", "", self._seconds_left), id="telephone"),
            ButtonRow(
                PushButton("Go on to Sign in", id="sign-in"),
                PushButton("Continue", id="continue"),
                PushButton("New challenge", id="again"),
                PushButton("Back", id="back"),
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Ask for the challenge, and keep an eye on the time, also while Help covers the screen."""
        self.set_interval(1, self.look_at_clock)
        self.call_after_refresh(self.again)

    def look_at_clock(self) -> None:
        """Leave a while after the challenge is over: nothing stands on the screen for nobody (SES-17)."""
        if self.givens.clocks.since(self._began) >= (self._lasts or LIFETIME) + GRACE:
            # By the app, since a screen's timer may not change screens (K51).
            self.app.call_later(self.dismiss)

    def refused(self, refusal: Refusal) -> None:
        """Show beside the response what is wrong with it; anything else takes away the groups that nobody answers any more."""
        if isinstance(refusal, BadInput | PhoneResponseWrong) and self._lasts:
            self.response.refuse(refusal.message)
            self.response.focus_entry()
            return
        if not isinstance(refusal, Busy):
            self._end(go_on=isinstance(refusal, PhoneChallengeOver))
        super().refused(refusal)

    def action_back(self) -> None:
        """Leave; with a pass that was given, to `Sign in`."""
        if self._email:
            self.desk.make_way(self._email)
        super().action_back()

    @on(PushButton.Pressed, "#sign-in")
    def sign_in(self) -> None:
        """Go on to `Sign in`, which has the e-mail then."""
        self.action_back()

    @on(PushButton.Pressed, "#again")
    def again(self) -> None:
        """Show the challenge that stands, or a new one."""
        start(self, self._make)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#continue")
    def offer(self) -> None:
        """Offer the response, once something is typed."""
        if not self.response.value.strip():
            self.response.refuse(RESPONSE_MISSING)
            self.response.focus_entry()
            return
        start(self, self._offer)

    async def _make(self) -> None:
        reference = self._reference
        self.notice.clear()
        made = await self.submit(
            "Making the challenge.", lambda desk: desk.locum_calls.call(reference)
        )
        if made is not None and self.is_attached:
            self._show(made)

    async def _offer(self) -> None:
        reference, text = self._reference, self.response.value

        def respond(desk: Desk) -> Issued | PassGiven:
            return desk.locum_calls.respond(reference, text)

        self.notice.clear()
        answer = await self.submit("Checking the response.", respond)
        if answer is None:
            return
        from pomfa_tui.services.views import Issued  # noqa: PLC0415 - after a right response

        if not isinstance(answer, Issued):
            self._let_in(answer)
            return
        from pomfa_tui.screens.locum_slip import LocumSlipScreen  # noqa: PLC0415 - after a right response

        self.give_place_to(LocumSlipScreen(self.givens, answer))

    def _let_in(self, given: PassGiven) -> None:
        self._email = given.person.email
        self._began, self._lasts = self.givens.clocks.now(), 0
        self.remove_class("-standing")
        self.add_class("-given")
        self.notice.show(GIVEN.format(given.site))
        self.query_one("#sign-in").focus()

    def _show(self, made: LocumChallenge) -> None:
        self._began, self._lasts = self.givens.clocks.now(), made.seconds
        phone = self.givens.settings.helpdesk.phone
        say = what_to_say(phone, PhoneAct.NEW_LOCUM, made.site)
        self.query_one("#say", Static).update(say)
        self.query_one("#challenge", Static).update(spelled_out(made.text))
        self.query_one(Countdown).start_over()
        self.add_class("-standing")
        self.response.clear()
        self.response.focus_entry()

    def _end(self, *, go_on: bool) -> None:
        self._began, self._lasts = self.givens.clocks.now(), 0
        self.remove_class("-standing")
        self.query_one("#again" if go_on else "#back").focus()

    def _seconds_left(self) -> float:
        return self._lasts - self.givens.clocks.since(self._began)
