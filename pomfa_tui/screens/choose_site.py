"""Where to work today, for those who belong to several sites (rule 12)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.step import Outcome, StepScreen
from pomfa_tui.services.steps import SiteChoice
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

Choose = Callable[["Desk", str], Outcome]


class ChooseSiteScreen(StepScreen):
    """Lists sites by name and code; Enter takes the marked one.

    Args:
        givens: Services, settings, clocks.
        sites: To choose from, in the order in which they are shown.
        choose: Takes the code of a site to a service.
        present: Code of the site that is marked at first; the first of the list when there is none.
        lasts: Seconds after which the step is over, or none.
    """

    TITLE = "Choose a site"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CLASSES = "-card"
    DEFAULT_CSS: ClassVar[str] = """
    ChooseSiteScreen.-card Body { padding-top: 1; }
    ChooseSiteScreen ChoiceList { margin: 1 0; max-height: 13; }
    """

    def __init__(
        self,
        givens: Givens,
        sites: tuple[SiteChoice, ...],
        choose: Choose,
        *,
        present: str | None = None,
        lasts: float | None = None,
    ) -> None:
        super().__init__(givens, lasts=lasts)
        self._sites = sites
        self._choose = choose
        self._present = present

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        column = min(40, max(len(site.name) for site in self._sites))
        choices = [Choice(site.code, site.name, self._note(site)) for site in self._sites]
        yield Notice()
        yield Form(
            Static("Where do you work now?", classes="lead"),
            ChoiceList(choices, column=column),
            Static("Arrow keys move, Enter chooses.", classes="quiet"),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Mark where the person is now."""
        if self._present is not None:
            self.call_after_refresh(self.query_one(ChoiceList).mark, self._present)

    @on(ChoiceList.OptionSelected)
    def take(self, event: ChoiceList.OptionSelected) -> None:
        """Go to the chosen site."""
        code = event.option_id
        if code is not None:
            start(
                self,
                partial(self.go_on, "Opening the site.", lambda desk: self._choose(desk, code)),
            )

    def _note(self, site: SiteChoice) -> str:
        return f"{site.code}, where you are now" if site.code == self._present else site.code
