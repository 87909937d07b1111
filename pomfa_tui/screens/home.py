"""Where a sign-in leads: who and where, what to know, and what this person may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, SessionEnded
from pomfa_tui.domain.memberships import LONDON
from pomfa_tui.domain.permissions import Role
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.add_administrator import AddAdministratorScreen
from pomfa_tui.screens.choose_site import ChooseSiteScreen
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.services.home import HomeView, Urgency
from pomfa_tui.services.steps import SignedIn
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import Step

ROLES = {
    Role.STAFF: "Staff",
    Role.ADMIN: "Administrator",
    Role.SUPPORT: "Support",
    Role.COMMISSIONER: "Commissioner",
}
"""Roles as people know them."""

SEVERITIES = {Urgency.NOTE: Severity.NOTE, Urgency.WARNING: Severity.WARNING}

LONGEST_IN_BADGE = 28
"""Characters of the site's and of the person's name in the title line."""


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
    HomeScreen #notices { height: auto; margin: 1 0; }
    HomeScreen #notices Notice.-shown { margin-bottom: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, view: HomeView) -> None:
        super().__init__(givens)
        self._token = token
        self._view = view

    def compose_body(self) -> ComposeResult:
        """Lay out who and where, what to know, and the list."""
        yield Form(
            Static(id="who", markup=False, classes="lead"),
            Static(id="where", markup=False),
            Static(id="before", markup=False, classes="quiet"),
            Vertical(*_notices(self._view), id="notices"),
            Notice(id="refusal"),
            ChoiceList(self._choices(), column=27),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Say who is where."""
        self._tell()

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

    def add_administrator(self) -> None:
        """Ask for a second administrator."""
        if self._view.site is not None:
            self.app.push_screen(AddAdministratorScreen(self.givens, self._token, self._view.site))

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
        view, desk = self._view, self.desk
        return (
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
            Entry(Choice("help", "Help", "Answers to common questions"), True, desk.open_help),
            Entry(Choice("contact", "Contact us", "Reach the helpdesk"), True, desk.open_contact),
            Entry(Choice("out", "Sign out", "Leave this terminal to others"), True, desk.sign_out),
        )

    def _tell(self) -> None:
        self.query_one("#who", Static).update(_who(self._view))
        self.query_one("#where", Static).update(_where(self._view))
        self.query_one("#before", Static).update(_before(self._view))

    def _choices(self) -> Iterator[Choice]:
        return (entry.choice for entry in self._entries() if entry.offered)

    async def _look_again(self) -> None:
        token = self._token
        try:
            view = await self.consult(lambda desk: desk.home.show(token))
        except Refusal as refusal:
            self.refused(refusal)
            return
        if view != self._view:
            self._view = view
            self.desk.badge = badge_of(view)
            self._tell()
            notices = self.query_one("#notices")
            await notices.remove_children()
            await notices.mount_all(_notices(view))
            self.query_one(ChoiceList).show(self._choices())

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


def badge_of(view: HomeView) -> str:
    """Return site and person for the title line."""
    where = f"{view.site} {_cut(view.site_name or '')}" if view.site else ROLES[view.role]
    return f"{where.strip()}, {_cut(view.name)}"


def moment(seconds: int) -> str:
    """Return a moment as people in the pharmacy read it.

    Args:
        seconds: UTC, since the epoch.
    """
    return datetime.fromtimestamp(seconds, tz=ZoneInfo(LONDON)).strftime(
        "%A %-d %B %Y, %H:%M London time"
    )


def _who(view: HomeView) -> str:
    return f"{printable(view.name)}, {printable(view.email)}"


def _where(view: HomeView) -> str:
    if view.site is None:
        return f"{ROLES[view.role]} for all sites"
    return f"{ROLES[view.role]} at {printable(view.site_name or view.site)} ({view.site})"


def _before(view: HomeView) -> str:
    if view.previous_sign_in is None:
        return "This is your first sign-in."
    return f"You signed in last on {moment(view.previous_sign_in)}."


def _notices(view: HomeView) -> Iterator[Notice]:
    return (Notice(printable(each.text), SEVERITIES[each.urgency]) for each in view.notices)


def _cut(text: str) -> str:
    plain = printable(text)
    return plain if len(plain) <= LONGEST_IN_BADGE else plain[: LONGEST_IN_BADGE - 3] + "..."
