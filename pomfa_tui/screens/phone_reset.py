"""`Phone reset`: support answers the challenge of a terminal that cannot be reached (rule 21)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.phone_help import ACT_WORDS, ASKED, read_challenge
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.justified import RECORDED, JustifiedScreen
from pomfa_tui.services.phone_answers import PhoneAnswer
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.spoken_code_input import SpokenCodeInput
from pomfa_tui.widgets.text_input import EmailInput

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.phone_answers import PhoneQuestion

NOT_READ = (
    "Type the challenge and press Enter: it says which pharmacy it is, and what is asked for."
)


class PhoneResetScreen(JustifiedScreen[PhoneAnswer]):
    """Takes the challenge and the check of whoever reads it out; its answer is the response.

    Args:
        givens: Services, settings, clocks.
        token: The session.
    """

    TITLE = "Phone reset"
    AUTO_FOCUS: ClassVar[str | None] = "#challenge TextInput"
    ACTION: ClassVar[Action] = Action.ANSWER_PHONE
    DO: ClassVar[str] = "Give response"
    YES: ClassVar[str] = "Yes, give it"
    BUSY: ClassVar[str] = "Making the response."
    FIRST: ClassVar[tuple[str, ...]] = ("challenge", "email")
    CHECKED: ClassVar[tuple[IdentityCheck, ...]] = tuple(
        check for check in IdentityCheck if check is not IdentityCheck.RECOVERY_CODE
    )

    def __init__(self, givens: Givens, token: SessionToken) -> None:
        super().__init__(givens, token, wants_ticket=True)
        self._typed = ""

    @property
    def who(self) -> str:
        """The e-mail that the caller names."""
        return self.field("email").value

    def lead(self) -> str:
        """Say what to ask for first."""
        return "Ask the caller to read out the challenge, group by group."

    def consequences(self) -> tuple[str, ...]:
        """Say what the challenge asks for, as far as it can be read."""
        try:
            spoken = read_challenge(self._typed)
        except BadInput:
            return (NOT_READ,)
        return (
            ASKED[spoken.act].format(spoken.site),
            "The response allows that once, while the challenge stands: at most ten minutes.",
        )

    def first_fields(self) -> Iterable[Widget]:
        """Return the fields for challenge and e-mail."""
        return (
            Field("Challenge", SpokenCodeInput("WF6S-CAE3-JVDF-YNFV-5EGF"), id="challenge"),
            Field("Caller's e-mail", EmailInput(), hint="Ask for it; do not say it.", id="email"),
        )

    def question(self) -> str:
        """Ask before the response is given, with what the challenge says; what cannot be read is refused anyway."""
        try:
            spoken = read_challenge(self._typed)
        except BadInput:
            return ""
        return f"Give {printable(self.who)} the response: {ACT_WORDS[spoken.act]} at {spoken.site}?"

    def justification(self) -> Justification:
        """Read what was typed.

        Raises:
            BadInput: Something is missing or cannot be used; names the field.
        """
        read_challenge(self._typed)
        if "@" not in self.who:
            raise BadInput("email", "Type the e-mail address that the caller signs in with.")
        return super().justification()

    def act(self, why: Justification) -> Callable[[Desk], PhoneAnswer]:
        """Return the call that answers."""
        token, text, email = self.token, self._typed, self.who
        return lambda desk: desk.office.phone_answers.answer(token, text, email, why)

    def finish(self, answer: PhoneAnswer) -> None:
        """Show the response in place of the form."""
        from pomfa_tui.screens.phone_response import PhoneResponseScreen  # noqa: PLC0415 - not every challenge gets one

        screen = PhoneResponseScreen(answer)
        self.give_place_to(screen)

    @on(Field.Changed, "#challenge")
    def take_note(self) -> None:
        """Keep what is typed, and say no more what was read before."""
        self._typed = self.field("challenge").value
        self.query_one("#consequences", Static).update(NOT_READ)

    @on(Field.Submitted, "#challenge")
    def read(self) -> None:
        """Say which pharmacy it is and what is asked for."""
        start(self, self._read)

    async def _read(self) -> None:
        question = await self._ask_what_it_is()
        if question is not None:
            name = "" if question.site_name is None else f" ({question.site_name})"
            words = ASKED[question.act].format(f"{question.site}{name}")
            self.query_one("#consequences", Static).update(
                f"{printable(words)}\nNow ask for the e-mail, and check who is calling."
            )

    async def _ask_what_it_is(self) -> PhoneQuestion | None:
        token, text = self.token, self._typed
        try:
            return await self.consult(lambda desk: desk.office.phone_answers.read(token, text))
        except Refusal as refusal:
            self.refused(refusal)
            return None

    async def _not_verified(self) -> None:
        token, text = self.token, self._typed
        reason, ticket = self.field("reason").value, self.field("ticket").value

        def record(desk: Desk) -> PhoneQuestion:
            return desk.office.phone_answers.not_verified(token, text, reason, ticket)

        if await self.submit("Recording it.", record) is not None:
            self.dismiss(Done(RECORDED))
