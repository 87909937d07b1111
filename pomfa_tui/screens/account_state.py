"""`Disable`, `Enable`, `Has left` and `Erase`: whether an account may be used at all, and is still known (rule 14, PRI-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import name_and_email
from pomfa_tui.services.person_details import Deed
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.person_details import PersonDetails
    from pomfa_tui.services.views import PersonSummary


class StateWords(NamedTuple):
    """What a screen says of one change.

    Attributes:
        question: Asked before it is done, without the name; empty for what does no harm.
        consequences: What will have happened, one sentence each.
        button: The words that send the form off.
        yes: The answer that does it.
        done: What is said afterwards, after the name.
    """

    question: str
    consequences: tuple[str, ...]
    button: str
    yes: str
    done: str


WORDS = {
    Deed.DISABLE: StateWords(
        "Disable the account of",
        (
            "They cannot sign in until the account is enabled again; sign-ins end now.",
            "Recovery codes and slips stop working. For a long leave, or in doubt.",
        ),
        "Disable",
        "Yes, disable",
        "is disabled.",
    ),
    Deed.ENABLE: StateWords(
        "",
        (
            "They can sign in again with their password and their authenticator.",
            "Somebody who had never signed in needs a new activation code.",
        ),
        "Enable",
        "",
        "is enabled again.",
    ),
    Deed.LEAVE: StateWords(
        "End the membership of",
        (
            "Their membership, sign-ins and outstanding codes end now. History stays.",
            "This cannot be undone: whoever comes back is linked or added anew.",
        ),
        "They have left",
        "Yes, they have left",
        "has left.",
    ),
    Deed.ERASE: StateWords(
        "Erase",
        (
            "Name, address and GPhC number are taken out of the store for good.",
            "Identifiers, memberships and the audit log stay. Older backups keep all.",
        ),
        "Erase",
        "Yes, erase",
        "is all that is left of the name.",
    ),
}

ONE_OF_SEVERAL = WORDS[Deed.LEAVE]._replace(
    consequences=(
        "Their membership of your site and sign-ins there end now. History stays.",
        "Their other sites stay as they are. Coming back takes the helpdesk.",
    ),
    done="has left your site.",
)
"""For an administrator whose colleague is linked elsewhere too (rules 11, 14)."""


class AccountStateScreen(SignedInScreen[Done]):
    """Asks for the reason, and once more before harm is done.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        details: The person.
    """

    AUTO_FOCUS = "#reason TextInput"
    DEED: Deed
    DEFAULT_CSS = """
    AccountStateScreen #consequences { margin: 1 0; }
    """

    def __init__(self, givens: Givens, token: SessionToken, details: PersonDetails) -> None:
        super().__init__(givens, token)
        self._details = details
        only_here = self.DEED is Deed.LEAVE and details.helpdesk_only
        self._words = ONE_OF_SEVERAL if only_here else WORDS[self.DEED]

    @property
    def reason(self) -> Field:
        """Where the reason is typed."""
        return self.query_one(Field)

    def compose_body(self) -> ComposeResult:
        """Lay out to whom, what, why, and the two ways on."""
        yield Notice()
        yield Form(
            Static(name_and_email(self._details.person), markup=False, classes="lead"),
            Static("\n".join(self._words.consequences), markup=False, id="consequences"),
            Field("Reason", TextInput(longest=200), hint="Nothing about patients.", id="reason"),
            ButtonRow(
                PushButton(self._words.button, id="do"),
                PushButton("Back", id="back"),
                classes="gap",
            ),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong with the reason beside it."""
        if not self.refuse_field(refusal, {"reason"}):
            super().show_refusal(refusal)

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#do")
    def do(self) -> None:
        """Do it, if there is a reason."""
        start(self, self._do)

    async def _do(self) -> None:
        token, who, deed = self.token, self._details.person.id, self.DEED
        reason = self.reason.value
        self.notice.clear()
        try:
            parse_reason(reason)
        except BadInput as refusal:
            self.show_refusal(refusal)
            return
        if not await self._is_sure():
            return

        def change(desk: Desk) -> PersonSummary:
            states = desk.office.states
            acts = {
                Deed.DISABLE: states.disable,
                Deed.ENABLE: states.enable,
                Deed.LEAVE: states.leave,
                Deed.ERASE: desk.office.privacy.erase,
            }
            return acts[deed](token, who, reason)

        answer = await self.submit("Changing the account.", change)
        if answer is not None:
            self.dismiss(self._done(answer))

    async def _is_sure(self) -> bool:
        if not self._words.question:
            return True
        question = f"{self._words.question} {self._details.person.name}?"
        screen = ConfirmScreen(question, self._words.consequences, yes=self._words.yes)
        return await self.app.push_screen_wait(screen) is True

    def _done(self, answer: PersonSummary) -> Done:
        sentence = f"{printable(answer.name)} {self._words.done}"
        if self.DEED is Deed.ENABLE and answer.state is PersonState.INVITED:
            sentence += " Hand out a new activation code."
        return Done(sentence, gone=self.DEED in {Deed.LEAVE, Deed.ERASE})


class DisableScreen(AccountStateScreen):
    """Switches an account off."""

    TITLE = "Disable"
    DEED = Deed.DISABLE


class EnableScreen(AccountStateScreen):
    """Switches an account on again."""

    TITLE = "Enable"
    DEED = Deed.ENABLE


class LeaveScreen(AccountStateScreen):
    """Ends a leaver's membership."""

    TITLE = "Has left"
    DEED = Deed.LEAVE


class EraseScreen(AccountStateScreen):
    """Takes a leaver's name out."""

    TITLE = "Erase"
    DEED = Deed.ERASE


def state_screen(
    deed: Deed, givens: Givens, token: SessionToken, details: PersonDetails
) -> AccountStateScreen:
    """Make the screen of one of these changes."""
    screens = {
        Deed.DISABLE: DisableScreen,
        Deed.ENABLE: EnableScreen,
        Deed.LEAVE: LeaveScreen,
        Deed.ERASE: EraseScreen,
    }
    return screens[deed](givens, token, details)
