"""What `Home` leads to; each screen is loaded when somebody goes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.permissions import Action
from pomfa_tui.screens.add_administrator import AddAdministratorScreen
from pomfa_tui.screens.home_words import waiting
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice

if TYPE_CHECKING:
    from pomfa_tui.screens.home import HomeScreen


class Entry(NamedTuple):
    """One thing that can be done from here.

    Attributes:
        choice: The line.
        offered: Whether it is there for this person now.
        open: What Enter does.
    """

    choice: Choice
    offered: bool
    open: Callable[[], None]


class Ways:
    """The ways on from `Home`.

    Args:
        home: The screen.
    """

    def __init__(self, home: HomeScreen) -> None:
        self._home = home

    def add_administrator(self) -> None:
        """Ask for a second administrator."""
        if self._home.view.site is not None:
            self._home.app.push_screen(
                AddAdministratorScreen(self._home.givens, self._home.token, self._home.view.site)
            )

    def show_people(self) -> None:
        """List whom this person may see."""
        from pomfa_tui.screens.people import PeopleScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._home.view.site is None
        self._home.app.push_screen(
            PeopleScreen(self._home.givens, self._home.token, everywhere=everywhere)
        )

    def reset_mfa(self) -> None:
        """Reset the authenticator of somebody who is named by e-mail."""
        from pomfa_tui.screens.resets import ResetMfaByEmailScreen  # noqa: PLC0415 - for those who need it

        self._home.app.push_screen(ResetMfaByEmailScreen(self._home.givens, self._home.token))

    def show_notices(self) -> None:
        """Show what others did to this account."""
        from pomfa_tui.screens.notices import NoticesScreen  # noqa: PLC0415 - most sign-ins have none

        self._home.app.push_screen(NoticesScreen(self._home.givens, self._home.token))

    def show_sites(self) -> None:
        """List the pharmacies."""
        from pomfa_tui.screens.sites import SitesScreen  # noqa: PLC0415 - for those who need it

        self._home.app.push_screen(SitesScreen(self._home.givens, self._home.token))

    def link_person(self) -> None:
        """Find somebody who is to be linked to a further site."""
        from pomfa_tui.screens.find_to_link import FindToLinkScreen  # noqa: PLC0415 - for those who need it

        self._home.app.push_screen(FindToLinkScreen(self._home.givens, self._home.token))

    def show_requests(self) -> None:
        """List what people ask the helpdesk for."""
        from pomfa_tui.screens.requests import RequestsScreen  # noqa: PLC0415 - for those who need it

        self._home.app.push_screen(RequestsScreen(self._home.givens, self._home.token))

    def show_audit(self) -> None:
        """Show the audit log."""
        from pomfa_tui.screens.audit_log import AuditLogScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._home.view.site is None
        self._home.app.push_screen(
            AuditLogScreen(self._home.givens, self._home.token, everywhere=everywhere)
        )

    def show_evidence(self) -> None:
        """Show the figures for inspections."""
        from pomfa_tui.screens.evidence import EvidenceScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._home.view.site is None
        self._home.app.push_screen(
            EvidenceScreen(self._home.givens, self._home.token, everywhere=everywhere)
        )

    def review_access(self) -> None:
        """Walk through everybody with access."""
        from pomfa_tui.screens.access_review import AccessReviewScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._home.view.site is None
        self._home.app.push_screen(
            AccessReviewScreen(self._home.givens, self._home.token, everywhere=everywhere)
        )

    def show_doctor(self) -> None:
        """Look at everything the program stands on."""
        start(self._home, self._show_doctor)

    def phone_reset(self) -> None:
        """Answer the challenge of a terminal that cannot be reached."""
        from pomfa_tui.screens.phone_reset import PhoneResetScreen  # noqa: PLC0415 - for those who need it

        self._home.app.push_screen(PhoneResetScreen(self._home.givens, self._home.token))

    def show_account(self) -> None:
        """Show one's own account."""
        start(self._home, self._show_account)

    def entries(self) -> tuple[Entry, ...]:
        """Return everything there is, whether this person may do it now or not."""
        view, desk, program = self._home.view, self._home.desk, self._home.desk.handover
        return (
            Entry(
                Choice("notices", "Notices", "What others did to your account"),
                view.unread > 0,
                self.show_notices,
            ),
            Entry(
                Choice("program", program.name if program else "", "What this terminal is for"),
                program is not None,
                self._home.open_program,
            ),
            Entry(
                Choice("people", "People", "Find them, add them, help them in"),
                Action.ADD_PERSON in view.may,
                self.show_people,
            ),
            Entry(
                Choice("reset-mfa", "Reset MFA QR code", "For somebody with a new or lost phone"),
                Action.RESET_MFA in view.may and Action.ADD_PERSON not in view.may,
                self.reset_mfa,
            ),
            Entry(
                Choice("switch", "Switch site", "Go on at another of your sites"),
                view.several_sites,
                self._home.switch_site,
            ),
            Entry(
                Choice("administrator", "Add a second administrator", "Every pharmacy needs two"),
                view.one_administrator,
                self.add_administrator,
            ),
            Entry(
                Choice("sites", "Sites", "Add, rename and close pharmacies"),
                Action.ADD_SITE in view.may,
                self.show_sites,
            ),
            Entry(
                Choice("link", "Link a person", "One login for several sites"),
                Action.LINK in view.may,
                self.link_person,
            ),
            Entry(
                Choice("requests", "Requests", waiting(view)),
                Action.WORK_REQUESTS in view.may,
                self.show_requests,
            ),
            Entry(
                Choice("audit", "Audit log", "Who did what, and when"),
                Action.SEE_AUDIT in view.may,
                self.show_audit,
            ),
            Entry(
                Choice("evidence", "Evidence", "For inspections and the yearly toolkit"),
                Action.EXPORT in view.may,
                self.show_evidence,
            ),
            Entry(
                Choice("review", "Access review", "Who still needs access, every quarter"),
                Action.REVIEW_ACCESS in view.may,
                self.review_access,
            ),
            Entry(
                Choice("doctor", "Doctor", "What works here, and what does not"),
                Action.VERIFY_AUDIT in view.may,
                self.show_doctor,
            ),
            Entry(
                Choice("phone", "Phone reset", "For a terminal you cannot reach"),
                Action.ANSWER_PHONE in view.may,
                self.phone_reset,
            ),
            Entry(
                Choice("account", "My account", "Password, phone, codes, sign-ins"),
                Action.USE_OWN_ACCOUNT in view.may,
                self.show_account,
            ),
            Entry(Choice("help", "Help", "Answers to common questions"), True, desk.open_help),
            Entry(Choice("contact", "Contact us", "Reach the helpdesk"), True, desk.open_contact),
            Entry(
                Choice("close", "Close this terminal", "End the sign-in desk itself"),
                desk.kiosk and Action.CLOSE_KIOSK in view.may,
                self._home.close_kiosk,
            ),
            Entry(Choice("out", "Sign out", "Leave this terminal to others"), True, desk.sign_out),
        )

    async def _show_doctor(self) -> None:
        from pomfa_tui.screens.doctor import DoctorScreen  # noqa: PLC0415 - for those who need it

        token, examine = self._home.token, self._home.givens.examine
        checks = await self._home.submit(
            "Looking at everything.", lambda desk: desk.upkeep.examine(token, examine)
        )
        if checks is not None:
            self._home.app.push_screen(DoctorScreen(self._home.givens, token, checks))

    async def _show_account(self) -> None:
        from pomfa_tui.screens.my_account import MyAccountScreen  # noqa: PLC0415 - loaded when it is needed

        token = self._home.token
        account = await self._home.submit("Opening.", lambda desk: desk.office.account.show(token))
        if account is not None:
            self._home.app.push_screen(MyAccountScreen(self._home.givens, token, account))
