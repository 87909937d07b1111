"""Acts that need to know who somebody is: how the identity was checked, why, and the ticket (rule 21)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.domain.identity import LABELS, IdentityCheck, Justification, parse_ticket
from pomfa_tui.domain.permissions import Action
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import name_and_email
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput
from pomfa_tui.widgets.typed_code_input import TypedCodeInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.person_details import PersonDetails

Answer = TypeVar("Answer")

NOT_CHOSEN = "not checked yet"
CHECKS = {words: check for check, words in LABELS.items()}
WHY = ("identity", "recovery_code", "reason", "ticket")
"""The fields of a justification, by the names that refusals use."""

RECORDED = "It was recorded that the identity could not be verified. Nothing was changed."


class JustifiedScreen(SignedInScreen[Done], Generic[Answer]):
    """A form that ends in an act on somebody's account, or in the record that it was not done.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        wants_ticket: Whether a ticket number has to be given.
    """

    AUTO_FOCUS: ClassVar[str | None] = "Form Wheel"
    ACTION: ClassVar[Action]
    DO: ClassVar[str]
    YES: ClassVar[str] = ""
    BUSY: ClassVar[str]
    CHECKED: ClassVar[tuple[IdentityCheck, ...]] = tuple(IdentityCheck)
    """How an identity can be checked for this act."""

    FIRST: ClassVar[tuple[str, ...]] = ()
    """Fields before those of the justification, by the names that refusals use."""

    DEFAULT_CSS: ClassVar[str] = """
    JustifiedScreen #consequences { margin: 1 0; }
    """

    def __init__(self, givens: Givens, token: SessionToken, *, wants_ticket: bool) -> None:
        super().__init__(givens, token)
        self._wants_ticket = wants_ticket
        self.ticket = ""
        """Number to begin the field `Ticket` with."""

    # -- What each act says for itself --------------------------------------------------------------------------------

    @property
    @abstractmethod
    def who(self) -> str:
        """E-mail or id of the person."""

    @abstractmethod
    def lead(self) -> str:
        """Return the line that says to whom this is done."""

    @abstractmethod
    def consequences(self) -> tuple[str, ...]:
        """Return what will have happened, one sentence each."""

    def question(self) -> str:
        """Return what is asked before it is done; empty for what can be undone."""
        return ""

    def first_fields(self) -> Iterable[Widget]:
        """Return the fields before those of the justification."""
        return ()

    @abstractmethod
    def act(self, why: Justification) -> Callable[[Desk], Answer]:
        """Return the call that does it, with everything that was typed."""

    @abstractmethod
    def finish(self, answer: Answer) -> None:
        """Go on after it was done."""

    # -- The form -----------------------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """Lay out to whom and what, the fields, and the three ways on."""
        fields = [
            ChoiceField(
                "Identity check",
                (NOT_CHOSEN, *(LABELS[check] for check in self.CHECKED)),
                hint="How you know who this is. Left and right change it.",
                id="identity",
            ),
            Field(
                "Recovery code",
                TypedCodeInput(numbered=True),
                hint="One that is read out to you; it is used up.",
                id="recovery_code",
            ),
            Field("Reason", TextInput(longest=200), hint="Nothing about patients.", id="reason"),
        ]
        if self._wants_ticket:
            fields.append(Field("Ticket", TextInput(longest=40), id="ticket"))
        yield Notice()
        yield Form(
            Static(self.lead(), markup=False, classes="lead"),
            Static("\n".join(self.consequences()), markup=False, id="consequences"),
            *self.first_fields(),
            *fields,
            ButtonRow(
                PushButton(self.DO, id="do"),
                PushButton("Could not verify", id="not-verified"),
                PushButton("Back", id="back"),
                classes="gap",
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Ask for a recovery code when that is the check."""
        self.field("recovery_code").display = False
        if self._wants_ticket:
            self.field("ticket").value = self.ticket
        self.watch(self.field("identity").line, "position", self._check_chosen, init=False)

    @property
    def shown(self) -> list[str]:
        """The fields that are on the screen now, in order."""
        names = [*self.FIRST, *WHY]
        found = {each.id for each in self.query(Field) if each.display}
        return [name for name in names if name in found]

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        if not self.refuse_field(refusal, self.shown):
            super().show_refusal(refusal)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        names = self.shown
        if not self.go_after(event.field, names):
            self.do()

    @on(PushButton.Pressed, "#do")
    def do(self) -> None:
        """Do it, if everything is there."""
        start(self, self._do)

    @on(PushButton.Pressed, "#not-verified")
    def not_verified(self) -> None:
        """Record that it was not done."""
        start(self, self._not_verified)

    def justification(self) -> Justification:
        """Read what was typed.

        Raises:
            BadInput: Something is missing or cannot be used; names the field.
        """
        identity = CHECKS.get(self.field("identity").value)
        if identity is None:
            raise BadInput("identity", "Say how you checked who this is.")
        ticket = self.field("ticket").value if self._wants_ticket else None
        parse_ticket(ticket, required=self._wants_ticket)
        code = self.field("recovery_code").value
        spoken = identity is IdentityCheck.RECOVERY_CODE
        if spoken and not code.strip():
            raise BadInput("recovery_code", "Type the recovery code that is read out to you.")
        return Justification(identity, self.field("reason").value, ticket, code if spoken else None)

    async def _do(self) -> None:
        self.notice.clear()
        try:
            call = self.act(self.justification())
        except BadInput as refusal:
            self.show_refusal(refusal)
            return
        if not await self._is_sure():
            return
        answer = await self.submit(self.BUSY, call)
        if answer is not None:
            self.finish(answer)

    async def _is_sure(self) -> bool:
        question = self.question()
        if not question:
            return True
        screen = ConfirmScreen(question, self.consequences(), yes=self.YES)
        return await self.app.push_screen_wait(screen) is True

    async def _not_verified(self) -> None:
        token, who, action = self.token, self.who, self.ACTION
        reason = self.field("reason").value
        ticket = self.field("ticket").value if self._wants_ticket else None

        def record(desk: Desk) -> bool:
            desk.office.resets.not_verified(token, who, action, reason, ticket)
            return True

        if await self.submit("Recording it.", record):
            self.dismiss(Done(RECORDED))

    def _check_chosen(self) -> None:
        spoken = self.field("identity").value == LABELS[IdentityCheck.RECOVERY_CODE]
        self.field("recovery_code").display = spoken
        self.field("identity").accept()


class OnePersonScreen(JustifiedScreen[Answer]):
    """An act on a person who is on the screen already.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        details: The person.
    """

    def __init__(self, givens: Givens, token: SessionToken, details: PersonDetails) -> None:
        super().__init__(givens, token, wants_ticket=details.wants_ticket)
        self.details = details

    @property
    def who(self) -> str:
        """The person's id."""
        return self.details.person.id

    def lead(self) -> str:
        """Return name and e-mail."""
        return name_and_email(self.details.person)
