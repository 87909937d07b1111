"""One's own account: how it stands, where one is signed in, who tried to, and what one may do about it (rule 23)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.account_facts import account_facts, session_lines, sign_in_lines
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.services.steps import SignedIn
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.fact_sheet import FactSheet
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.own_account import AccountView, SignInLine
    from pomfa_tui.services.steps import Step

CODES_CONFIRMED = "Your new recovery codes are in force. Destroy the old paper."
CODES_LEFT = (
    "You left before confirming the new codes. You will be shown others at your next sign-in."
)
CODES_CONSEQUENCES = (
    "The codes on your paper stop working at once.",
    "The new ones are shown this once: have pen and paper ready.",
)

SIGN_INS_AT_A_GLANCE = 5
"""Lines for which there is always room at 80x24; whoever wants more opens the whole list."""


class MyAccountScreen(SignedInScreen[None]):
    """Shows one's own account, and leads to what can be changed of it.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        account: The account.
    """

    TITLE = "My account"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    MyAccountScreen Body { padding: 0 1; overflow: hidden; }
    MyAccountScreen Form { height: 1fr; }
    MyAccountScreen Horizontal { height: auto; }
    MyAccountScreen ChoiceList { width: 27; height: auto; }
    MyAccountScreen FactSheet { width: 1fr; margin-left: 2; }
    MyAccountScreen .lead { margin-top: 1; }
    MyAccountScreen #sign-ins { height: 1fr; }
    """

    def __init__(self, givens: Givens, token: SessionToken, account: AccountView) -> None:
        super().__init__(givens, token)
        self._account = account
        self._sign_ins: tuple[SignInLine, ...] = ()
        self._offered = tuple(self._choices())

    def compose_body(self) -> ComposeResult:
        """Lay out what can be done beside how the account stands, then sessions and sign-ins."""
        yield Notice()
        yield Form(
            Horizontal(ChoiceList(self._offered), FactSheet(column=10)),
            Static("Signed in now, London time", classes="lead"),
            Static(id="sessions", markup=False),
            Static("Recent sign-ins, London time", classes="lead"),
            Static(id="sign-ins", markup=False),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show what is known already."""
        self._tell()

    def on_screen_resume(self) -> None:
        """Look again after another screen; what it changed shows."""
        self._look_again()

    @on(ChoiceList.OptionSelected)
    def choose(self, event: ChoiceList.OptionSelected) -> None:
        """Do what was chosen."""
        ways = {
            "password": self._change_password,
            "phone": self._move,
            "codes": self._make_codes,
            "session": self._end_session,
            "sign-ins": self._list_sign_ins,
            "records": self._list_records,
        }
        start(self, ways[event.option_id or ""])

    def _choices(self) -> Iterator[Choice]:
        yield Choice("password", "Change password")
        yield Choice("phone", "Move to a new phone")
        yield Choice("codes", "New recovery codes")
        yield Choice("records", "Records about me")
        if len(self._account.sessions) > 1:
            yield Choice("session", "End a session")
        if len(self._sign_ins) > SIGN_INS_AT_A_GLANCE:
            yield Choice("sign-ins", "More sign-ins")

    @work(group="look", exclusive=True)
    async def _look_again(self) -> None:
        token = self.token
        try:
            self._account = await self.consult(lambda desk: desk.office.account.show(token))
            self._tell()
            self._sign_ins = await self.consult(lambda desk: desk.office.account.sign_ins(token))
            self._tell()
        except Refusal as refusal:
            self.refused(refusal)

    def _tell(self) -> None:
        self.query_one(FactSheet).show(account_facts(self._account))
        self.query_one("#sessions", Static).update("\n".join(session_lines(self._account)))
        lines = list(sign_in_lines(self._sign_ins))
        shown = lines if self.has_class("-roomy") else lines[:SIGN_INS_AT_A_GLANCE]
        self.query_one("#sign-ins", Static).update("\n".join(shown))
        self._offer(tuple(self._choices()))

    def _offer(self, offered: tuple[Choice, ...]) -> None:
        if offered == self._offered:
            return
        self._offered = offered
        choices = self.query_one(ChoiceList)
        marked = choices.marked
        choices.show(offered)
        if marked in {choice.id for choice in offered}:
            choices.mark(marked or "")

    async def _change_password(self) -> None:
        from pomfa_tui.screens.change_password import ChangePasswordScreen  # noqa: PLC0415 - loaded when it is needed

        await self.visit(ChangePasswordScreen(self.givens, self.token))

    async def _move(self) -> None:
        from pomfa_tui.screens.move import MoveScreen  # noqa: PLC0415 - loaded when it is needed

        await self.visit(MoveScreen(self.givens, self.token, self._account.entry or ""))

    async def _end_session(self) -> None:
        from pomfa_tui.screens.end_session import EndSessionScreen  # noqa: PLC0415 - loaded when it is needed

        await self.visit(EndSessionScreen(self.givens, self.token, self._account))

    async def _list_sign_ins(self) -> None:
        from pomfa_tui.screens.recent_sign_ins import RecentSignInsScreen  # noqa: PLC0415 - loaded when it is needed

        self.notice.clear()
        self.app.push_screen(RecentSignInsScreen(self._sign_ins))

    async def _list_records(self) -> None:
        from pomfa_tui.screens.audit_log import AuditLogScreen  # noqa: PLC0415 - loaded when it is needed

        self.notice.clear()
        self.app.push_screen(AuditLogScreen(self.givens, self.token, everywhere=False, own=True))

    async def _make_codes(self) -> None:
        """Ask whether it is meant, make the codes, and have them written down."""
        from pomfa_tui.screens.recovery_codes import RecoveryCodesScreen  # noqa: PLC0415 - loaded when it is needed

        self.notice.clear()
        question = ConfirmScreen(
            "Make new recovery codes?", CODES_CONSEQUENCES, yes="Make new codes"
        )
        if await self.app.push_screen_wait(question) is not True:
            return
        token = self.token
        fresh = await self.submit(
            "Making new codes.", lambda desk: desk.office.credentials.new_recovery_codes(token)
        )
        if fresh is None:
            return

        def confirm(desk: Desk) -> Step:
            desk.office.credentials.confirm_recovery_codes(token)
            return SignedIn(token)

        screen = RecoveryCodesScreen(self.givens, fresh.codes, confirm)
        del fresh
        await self.app.push_screen(screen)
        outcome = await screen.answer
        await screen.dismiss()
        if isinstance(outcome, SignedIn):
            self.notice.show(CODES_CONFIRMED, Severity.DONE)
        else:
            self.notice.show(CODES_LEFT, Severity.WARNING)
