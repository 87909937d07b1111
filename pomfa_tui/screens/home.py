"""Where a sign-in leads: who and where, what to know, and what this person may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, SessionEnded
from pomfa_tui.screens.choose_site import ChooseSiteScreen
from pomfa_tui.screens.departure import Departure
from pomfa_tui.screens.home_words import badge_of, before, notices_of, where_is, who_is
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.screens.ways import Ways
from pomfa_tui.services.home import HomeView
from pomfa_tui.services.steps import SignedIn
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import Step


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
        self.ways = Ways(self)

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
            self.ways.show_notices()
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
        start(self, self._look_again, group="look", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave by signing out alone."""
        return False if action == "back" else super().check_action(action, parameters)

    def refused(self, refusal: Refusal) -> None:
        """Sign out when the session is over, else say why something was declined."""
        if isinstance(refusal, SessionEnded):
            self.desk.sign_out(refusal)
        else:
            super().refused(refusal)

    @property
    def token(self) -> SessionToken:
        """The session."""
        return self._token

    @property
    def view(self) -> HomeView:
        """What there is to show."""
        return self._view

    def open_program(self) -> None:
        """Hand this terminal over to the program it is for."""
        start(self, self._departure.open_program, group="program", exclusive=True)

    def close_kiosk(self) -> None:
        """Close the program where it is all that this terminal runs."""
        start(self.app, self._departure.close_kiosk)

    def switch_site(self) -> None:
        """Ask for another of the person's sites, and go on there."""
        start(self.app, self._switch_site)

    @on(ChoiceList.OptionSelected)
    def open(self, event: ChoiceList.OptionSelected) -> None:
        """Do what was chosen."""
        for entry in self.ways.entries():
            if entry.choice.id == event.option_id:
                entry.open()

    def _tell(self) -> None:
        # Three notices and a long list fill 24 rows; what stands apart elsewhere stands together then.
        lines = 3 * len(list(notices_of(self._view))) + len(list(self._choices()))
        self.set_class(lines > MOST_APART, "-full")
        self.query_one("#who", Static).update(who_is(self._view))
        self.query_one("#where", Static).update(where_is(self._view))
        self.query_one("#before", Static).update(before(self._view))

    def _choices(self) -> Iterator[Choice]:
        return (entry.choice for entry in self.ways.entries() if entry.offered)

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

    async def _switch_site(self) -> None:
        token = self._token
        try:
            sites = await self.consult(lambda desk: desk.sessions.sites(token))
        except Refusal as refusal:
            if self.is_there:
                self.refused(refusal)
            return
        if not self.is_there:
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
