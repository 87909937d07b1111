"""Moving to a new phone: both factors once more, then the QR code; the old entry works until the new one has proven itself (ENR-14)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import CodeRefused, PasswordWrong, Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.new_phone import NewPhoneScreen
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.step import Left
from pomfa_tui.services.steps import SignedIn
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.steps import OfferedPairing

STEPS = (
    "1 Type your password and the code that your old phone shows now.",
    "2 Scan a QR code with the new phone, and type its first code.",
    "3 Delete the old entry. It works until the new one is confirmed.",
)


class MoveScreen(SignedInScreen[str]):
    """Asks for password and present code, and shows the QR code above itself; its result says that the move is done.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        entry: Name of the present entry.
    """

    TITLE = "Move to a new phone"
    AUTO_FOCUS: ClassVar[str | None] = "#password TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    MoveScreen #password { margin-top: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, entry: str) -> None:
        super().__init__(givens, token)
        self._entry = printable(entry)

    @property
    def password(self) -> PasswordField:
        """Where the password is typed."""
        return self.query_one("#password", PasswordField)

    @property
    def code(self) -> Field:
        """Where the present code is typed."""
        return self.query_one("#code", Field)

    def compose_body(self) -> ComposeResult:
        """Lay out the way, and the two fields."""
        yield Notice()
        yield Form(
            Static("Have both phones at hand.", classes="lead"),
            *(Static(step) for step in STEPS),
            Static(
                "No old phone any more? Ask an administrator for a reset of your MFA QR code.",
                classes="gap quiet",
            ),
            PasswordField("Password", id="password"),
            Field("Code", CodeInput(), hint=f"From the entry {self._entry}", id="code"),
            ButtonRow(
                PushButton("Continue", id="continue"), PushButton("Back", id="back"), classes="gap"
            ),
            animate=self.desk.animation,
        )

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what is wrong beside its field."""
        if isinstance(refusal, PasswordWrong):
            self._refuse(self.password, refusal.message)
        elif isinstance(refusal, CodeRefused):
            self._refuse(self.code, refusal.message)
        else:
            super().show_refusal(refusal)

    @on(Field.Submitted, "#password")
    def go_on(self) -> None:
        """Go on to the code."""
        self.code.focus_entry()

    @on(Field.Submitted, "#code")
    @on(PushButton.Pressed, "#continue")
    def begin(self) -> None:
        """Prove both factors, once both are typed."""
        for field, missing in (
            (self.password, "Type your password."),
            (self.code, "Type the six digits that the old phone shows."),
        ):
            if not field.value:
                self._refuse(field, missing)
                return
        start(self, self._begin)

    async def _begin(self) -> None:
        token, password, text = self.token, self.password.value, self.code.value
        self.notice.clear()
        offered = await self.submit(
            "Checking password and code.",
            lambda desk: desk.office.moves.begin(token, password, text),
        )
        if offered is not None:
            self.password.clear()
            self.code.clear()
            # The app waits, since this screen may not wait for its own end (K51).
            start(self.app, partial(self._pair, offered))

    async def _pair(self, offered: OfferedPairing) -> None:
        if not self.is_there:
            return
        screen = NewPhoneScreen(self.givens, self.token, offered)
        del offered
        await self.app.push_screen(screen)
        outcome = await screen.answer
        with self.app.batch_update():
            await screen.dismiss()
            if isinstance(outcome, SignedIn):
                await self.dismiss(
                    f"Your new phone is paired. Delete the old entry {self._entry} from the old phone now."
                )
            elif self.is_there:
                self._come_back(outcome.message if isinstance(outcome, Left) else "")

    def _come_back(self, message: str) -> None:
        """Start over: a fresh QR code needs both factors again."""
        self.notice.show(message, Severity.ERROR)
        self.password.focus_entry()

    @staticmethod
    def _refuse(field: Field, sentence: str) -> None:
        field.clear()
        field.refuse(sentence)
        field.focus_entry()
