"""Where a sign-in leads: who and where, what to know, and what this person may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, SessionEnded
from pomfa_tui.domain.permissions import Action
from pomfa_tui.screens.add_administrator import AddAdministratorScreen
from pomfa_tui.screens.choose_site import ChooseSiteScreen
from pomfa_tui.screens.departure import Departure
from pomfa_tui.screens.home_words import badge_of, before, notices_of, waiting, where_is, who_is
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.services.home import HomeView
from pomfa_tui.services.steps import SignedIn
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import Step


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


MOST_APART = 14
"""Lines of notices and entries that leave room for blank lines between at 80x24."""


class HomeScreen(ServedScreen[None]):
    """Offers what there is, and nothing that this person may not do.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        view: What there is to show.
    """

    TITLE = "Home"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    HomeScreen.-full Body { padding: 0 2; }
    HomeScreen.-full #notices Notice.-shown { margin-bottom: 0; }
    HomeScreen.-roomy #notices Notice.-shown { margin-bottom: 1; }
    HomeScreen #notices { height: auto; margin-top: 1; }
    HomeScreen #notices Notice.-shown { margin-bottom: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, view: HomeView) -> None:
        super().__init__(givens)
        self._token = token
        self._view = view
        self._departure = Departure(self, lambda: self._token)

    def compose_body(self) -> ComposeResult:
        """Lay out who and where, what to know, and the list."""
        yield Form(
            Static(id="who", markup=False, classes="lead"),
            Static(id="where", markup=False),
            Static(id="before", markup=False, classes="quiet"),
            Vertical(*notices_of(self._view), id="notices"),
            Notice(id="refusal"),
            ChoiceList(self._choices(), column=27),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Say who is where, and first of all what others did to the account."""
        self._tell()
        if self._view.unread:
            self.show_notices()
        self._departure.offer_at_once(self._view)

    def on_key(self, event: events.Key) -> None:
        """Stay here, once anything but Enter was pressed."""
        if event.key != "enter":
            self._departure.stay()

    def on_descendant_blur(self) -> None:
        """Stay here, once the keyboard has gone elsewhere: Tab is no key that comes by."""
        self._departure.stay()

    @property
    def notice(self) -> Notice:
        """Where stands what was declined."""
        return self.query_one("#refusal", Notice)

    def on_screen_resume(self) -> None:
        """Look again after another screen; what it changed may change this one."""
        self.run_worker(self._look_again(), group="look", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave by signing out alone."""
        return False if action == "back" else super().check_action(action, parameters)

    def refused(self, refusal: Refusal) -> None:
        """Sign out when the session is over, else say why something was declined."""
        if isinstance(refusal, SessionEnded):
            self.desk.sign_out(refusal)
        else:
            super().refused(refusal)

    def open_program(self) -> None:
        """Hand this terminal over to the program it is for."""
        self.run_worker(self._departure.open_program(), group="program", exclusive=True)

    def close_kiosk(self) -> None:
        """Close the program where it is all that this terminal runs."""
        self.app.run_worker(self._departure.close_kiosk())

    def add_administrator(self) -> None:
        """Ask for a second administrator."""
        if self._view.site is not None:
            self.app.push_screen(AddAdministratorScreen(self.givens, self._token, self._view.site))

    def show_people(self) -> None:
        """List whom this person may see."""
        from pomfa_tui.screens.people import PeopleScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._view.site is None
        self.app.push_screen(PeopleScreen(self.givens, self._token, everywhere=everywhere))

    def reset_mfa(self) -> None:
        """Reset the authenticator of somebody who is named by e-mail."""
        from pomfa_tui.screens.resets import ResetMfaByEmailScreen  # noqa: PLC0415 - for those who need it

        self.app.push_screen(ResetMfaByEmailScreen(self.givens, self._token))

    def show_notices(self) -> None:
        """Show what others did to this account."""
        from pomfa_tui.screens.notices import NoticesScreen  # noqa: PLC0415 - most sign-ins have none

        self.app.push_screen(NoticesScreen(self.givens, self._token))

    def show_sites(self) -> None:
        """List the pharmacies."""
        from pomfa_tui.screens.sites import SitesScreen  # noqa: PLC0415 - for those who need it

        self.app.push_screen(SitesScreen(self.givens, self._token))

    def link_person(self) -> None:
        """Find somebody who is to be linked to a further site."""
        from pomfa_tui.screens.find_to_link import FindToLinkScreen  # noqa: PLC0415 - for those who need it

        self.app.push_screen(FindToLinkScreen(self.givens, self._token))

    def show_requests(self) -> None:
        """List what people ask the helpdesk for."""
        from pomfa_tui.screens.requests import RequestsScreen  # noqa: PLC0415 - for those who need it

        self.app.push_screen(RequestsScreen(self.givens, self._token))

    def show_audit(self) -> None:
        """Show the audit log."""
        from pomfa_tui.screens.audit_log import AuditLogScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._view.site is None
        self.app.push_screen(AuditLogScreen(self.givens, self._token, everywhere=everywhere))

    def show_evidence(self) -> None:
        """Show the figures for inspections."""
        from pomfa_tui.screens.evidence import EvidenceScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._view.site is None
        self.app.push_screen(EvidenceScreen(self.givens, self._token, everywhere=everywhere))

    def review_access(self) -> None:
        """Walk through everybody with access."""
        from pomfa_tui.screens.access_review import AccessReviewScreen  # noqa: PLC0415 - for those who need it

        everywhere = self._view.site is None
        self.app.push_screen(AccessReviewScreen(self.givens, self._token, everywhere=everywhere))

    def show_doctor(self) -> None:
        """Look at everything the program stands on."""
        self.run_worker(self._show_doctor())

    def phone_reset(self) -> None:
        """Answer the challenge of a terminal that cannot be reached."""
        from pomfa_tui.screens.phone_reset import PhoneResetScreen  # noqa: PLC0415 - for those who need it

        self.app.push_screen(PhoneResetScreen(self.givens, self._token))

    def show_account(self) -> None:
        """Show one's own account."""
        self.run_worker(self._show_account())

    def switch_site(self) -> None:
        """Ask for another of the person's sites, and go on there."""
        self.app.run_worker(self._switch_site())

    @on(ChoiceList.OptionSelected)
    def open(self, event: ChoiceList.OptionSelected) -> None:
        """Do what was chosen."""
        for entry in self._entries():
            if entry.choice.id == event.option_id:
                entry.open()

    def _entries(self) -> tuple[Entry, ...]:
        view, desk, program = self._view, self.desk, self.desk.handover
        return (
            Entry(
                Choice("notices", "Notices", "What others did to your account"),
                view.unread > 0,
                self.show_notices,
            ),
            Entry(
                Choice("program", program.name if program else "", "What this terminal is for"),
                program is not None,
                self.open_program,
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
                self.switch_site,
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
                self.close_kiosk,
            ),
            Entry(Choice("out", "Sign out", "Leave this terminal to others"), True, desk.sign_out),
        )

    def _tell(self) -> None:
        # Three notices and a long list fill 24 rows; what stands apart elsewhere stands together then.
        lines = 3 * len(list(notices_of(self._view))) + len(list(self._choices()))
        self.set_class(lines > MOST_APART, "-full")
        self.query_one("#who", Static).update(who_is(self._view))
        self.query_one("#where", Static).update(where_is(self._view))
        self.query_one("#before", Static).update(before(self._view))

    def _choices(self) -> Iterator[Choice]:
        return (entry.choice for entry in self._entries() if entry.offered)

    async def _look_again(self) -> None:
        token = self._token
        try:
            view = await self.consult(lambda desk: desk.home.show(token))
        except Refusal as refusal:
            self.refused(refusal)
            return
        self._departure.offer_at_once(view)
        if view != self._view:
            self._view = view
            self.desk.badge = badge_of(view)
            self._tell()
            notices = self.query_one("#notices")
            await notices.remove_children()
            await notices.mount_all(notices_of(view))
            self.query_one(ChoiceList).show(self._choices())

    async def _show_doctor(self) -> None:
        from pomfa_tui.screens.doctor import DoctorScreen  # noqa: PLC0415 - for those who need it

        token, examine = self._token, self.givens.examine
        checks = await self.submit(
            "Looking at everything.", lambda desk: desk.upkeep.examine(token, examine)
        )
        if checks is not None:
            self.app.push_screen(DoctorScreen(self.givens, token, checks))

    async def _show_account(self) -> None:
        from pomfa_tui.screens.my_account import MyAccountScreen  # noqa: PLC0415 - loaded when it is needed

        token = self._token
        account = await self.submit("Opening.", lambda desk: desk.office.account.show(token))
        if account is not None:
            self.app.push_screen(MyAccountScreen(self.givens, token, account))

    async def _switch_site(self) -> None:
        token = self._token
        try:
            sites = await self.consult(lambda desk: desk.sessions.sites(token))
        except Refusal as refusal:
            self.refused(refusal)
            return

        def switch(desk: Desk, code: str) -> Step:
            return SignedIn(desk.sessions.switch_site(token, code))

        screen = ChooseSiteScreen(self.givens, sites, switch, present=self._view.site)
        await self.app.push_screen(screen)
        outcome = await screen.answer
        if isinstance(outcome, SignedIn):
            self._token = outcome.token
            self.desk.signed_in(outcome.token, self.desk.badge)
        await screen.dismiss()
