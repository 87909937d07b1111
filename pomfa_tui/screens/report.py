"""A report: what it is asked about in fields above, its figures below, and files of it where somebody can get at them (rule 33)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar

from textual import on

from pomfa_tui.domain.errors import BadInput, NotFound, Refusal
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.services.reporting import ReportForm
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.notice import Severity
from pomfa_tui.widgets.push_button import PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.reporting import SavedReport

Report = TypeVar("Report")


class Question(NamedTuple, Generic[Report]):
    """What is typed, as calls of the service.

    Attributes:
        show: Returns the report.
        save: Puts it into a file of a form.
    """

    show: Callable[[Desk], Report]
    save: Callable[[Desk, ReportForm], SavedReport[Report]]


class ReportScreen(SignedInScreen[None], Generic[Report]):
    """Shows a report for what stands in the fields, anew at each Enter there.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether there is a report of all sites, so that a site can be asked for.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ()
    """Fields by the names that refusals use, in their order on the screen."""
    WAITING: ClassVar[str] = ""
    """Shown while the report takes long."""

    def __init__(self, givens: Givens, token: SessionToken, *, everywhere: bool) -> None:
        super().__init__(givens, token)
        self.everywhere = everywhere

    @abstractmethod
    def question(self) -> Question[Report]:
        """Return what is typed.

        Raises:
            BadInput: What cannot be asked, by the field's name.
        """

    @abstractmethod
    def show(self, report: Report) -> None:
        """Show the figures."""

    def site_field(self) -> tuple[Field, ...]:
        """Return the field for a site, where there is one to ask for."""
        return (Field("Site", TextInput(longest=10), id="site"),) if self.everywhere else ()

    def file_buttons(self) -> tuple[PushButton, ...]:
        """Return the ways to files: none on a terminal that shows this program alone."""
        if self.desk.kiosk:
            return ()
        return (PushButton("Save as text", id="text"), PushButton("Save as CSV", id="table"))

    def typed(self, name: str) -> str:
        """Return what stands in a field; nothing where the screen does not have it."""
        return self.field(name).value.strip() if self.query(f"#{name}") else ""

    def look(self) -> None:
        """Get the report of what is typed."""
        start(self, self._look, group="look", exclusive=True)

    @on(Field.Submitted)
    def look_again(self) -> None:
        """Get the report of what is typed now."""
        self.notice.clear()
        self.look()

    @on(PushButton.Pressed, "#text")
    def save_text(self) -> None:
        """Write the report as text."""
        start(self, partial(self._save, ReportForm.TEXT), group="save", exclusive=True)

    @on(PushButton.Pressed, "#table")
    def save_table(self) -> None:
        """Write the report for a spreadsheet."""
        start(self, partial(self._save, ReportForm.TABLE), group="save", exclusive=True)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used above, and go to its field."""
        super().show_refusal(refusal)
        name = "site" if isinstance(refusal, NotFound) else getattr(refusal, "field", "")
        if name in self.FIELDS and self.query(f"#{name}"):
            self.field(name).focus_entry()

    def _asked(self) -> Question[Report] | None:
        """Return what is typed; what cannot be asked is shown."""
        try:
            return self.question()
        except BadInput as refusal:
            self.show_refusal(refusal)
            return None

    async def _look(self) -> None:
        question = self._asked()
        if question is None:
            return
        report = await self.submit(self.WAITING, question.show)
        if report is not None:
            self.show(report)

    async def _save(self, form: ReportForm) -> None:
        self.notice.clear()
        question = self._asked()
        if question is None:
            return
        saved = await self.submit(self.WAITING, lambda desk: question.save(desk, form))
        if saved is not None:
            self.show(saved.report)
            self.notice.show(f"Written to {saved.place}.", Severity.DONE)
