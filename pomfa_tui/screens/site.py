"""One pharmacy: how it stands, and what support may do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.sites import STATE_WORDS, administrators, places
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.sites import SiteSummary

CLOSED = "Nobody can sign in at this site any more. Its people and records are kept."


class SiteScreen(SignedInScreen[str]):
    """Shows one site, and leads to what can be changed of it.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        site: The site.
    """

    TITLE = "Site"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    SiteScreen Notice { margin-bottom: 1; }
    SiteScreen FactSheet { margin-top: 1; }
    SiteScreen #closed { margin-top: 1; }
    SiteScreen ChoiceList { height: auto; margin-top: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, site: SiteSummary) -> None:
        super().__init__(givens, token)
        self._site = site

    def compose_body(self) -> ComposeResult:
        """Lay out the facts and what can be done."""
        yield Notice()
        yield Form(
            Static(markup=False, id="name", classes="lead"),
            FactSheet(column=18),
            Static(CLOSED, id="closed"),
            ChoiceList(self._choices(), column=12),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show what is known already."""
        self._tell()

    def on_screen_resume(self) -> None:
        """Look again after another screen."""
        self._look_again()

    @on(ChoiceList.OptionSelected)
    def choose(self, event: ChoiceList.OptionSelected) -> None:
        """Open the form of what was chosen."""
        start(self, self._edit if event.option_id == "edit" else self._close)

    def _choices(self) -> Iterator[Choice]:
        yield Choice("edit", "Edit site", "Its name, and how many NHSmail accounts it may have")
        if self._site.state is SiteState.OPEN:
            yield Choice("close", "Close site", "Nobody signs in there any more")

    def _tell(self) -> None:
        site = self._site
        self.query_one("#name", Static).update(f"{site.code} {printable(site.name)}")
        self.query_one(FactSheet).show(
            (
                Fact("State", STATE_WORDS[site.state]),
                Fact("People", str(site.people)),
                Fact("Administrators", administrators(site)),
                Fact("NHSmail accounts", places(site)),
            )
        )
        self.query_one("#closed").display = site.state is SiteState.CLOSED

    @work(group="look", exclusive=True)
    async def _look_again(self) -> None:
        token, code = self.token, self._site.code
        try:
            site = await self.consult(lambda desk: desk.sites.show(token, code))
        except Refusal as refusal:
            self.refused(refusal)
            return
        if site != self._site:
            self._site = site
            self._tell()
            self.query_one(ChoiceList).show(self._choices())

    async def _edit(self) -> None:
        from pomfa_tui.screens.edit_site import EditSiteScreen  # noqa: PLC0415 - loaded when it is needed

        await self.visit(EditSiteScreen(self.givens, self.token, self._site))

    async def _close(self) -> None:
        from pomfa_tui.screens.close_site import CloseSiteScreen  # noqa: PLC0415 - loaded when it is needed

        await self.visit(CloseSiteScreen(self.givens, self.token, self._site))
