"""A screen that asks services, with its form at rest meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on

from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.screens.base import DeskScreen, Faulted
from pomfa_tui.screens.replacing import replace_screen
from pomfa_tui.terminal.background import start
from pomfa_tui.terminal.faults import went_wrong
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

T = TypeVar("T")
Result = TypeVar("Result")


class ServedScreen(DeskScreen[Result]):
    """A screen with a `Form` and a `Notice`.

    With the class `-card` both stand in a column in the middle, and the notice keeps its room, so that nothing jumps.

    Args:
        givens: Services, settings, clocks.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ServedScreen Form { max-width: 100; }
    ServedScreen .lead { text-style: bold; }
    ServedScreen .name { margin-left: 2; }
    ServedScreen ButtonRow { margin-top: 1; }
    ServedScreen.-card Body { align-horizontal: center; padding: 1; }
    ServedScreen.-card.-roomy Body { align-vertical: middle; }
    ServedScreen.-card Form { width: 66; }
    ServedScreen.-card > Body > Notice {
        width: 66; height: 4; display: block; visibility: hidden; padding: 0 0 1 0; border: none; content-align-vertical: bottom;
    }
    ServedScreen.-card > Body > Notice.-shown { visibility: visible; }
    """

    def __init__(self, givens: Givens) -> None:
        super().__init__()
        self.givens = givens

    @property
    def form(self) -> Form:
        """Everything that rests while a service works."""
        return self.query_one(Form)

    @property
    def notice(self) -> Notice:
        """Where stands what belongs to no field."""
        return self.query_one(Notice)

    def field(self, name: str) -> Field:
        """Return a field by the name that refusals use."""
        return self.query_one(f"#{name}", Field)

    def refuse_field(self, refusal: Refusal, names: Collection[str]) -> bool:
        """Show a refusal beside the field it names and go there; tell whether it names one of these.

        Args:
            refusal: What was declined.
            names: The fields that are asked for.
        """
        if not isinstance(refusal, BadInput) or refusal.field not in names:
            return False
        field = self.field(refusal.field)
        field.display = True
        field.refuse(refusal.message)
        field.focus_entry()
        return True

    def go_after(self, field: Field, names: Sequence[str]) -> bool:
        """Go to the field that follows in this order; tell whether there is one."""
        position = names.index(field.id or names[0]) + 1
        if position == len(names):
            return False
        self.field(names[position]).focus_entry()
        return True

    @on(PushButton.Pressed, "#back")
    def back_pressed(self) -> None:
        """Do what Esc does."""
        self.action_back()

    async def consult(self, call: Callable[[Desk], T]) -> T:
        """Wait for the services, make one call beside the loop and return its answer.

        Raises:
            Refusal: The services cannot be had, or the call was declined.
        """
        try:
            services = await self.givens.opening.desk()
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort fails closed and keeps the terminal usable
            raise Faulted(went_wrong(self.desk.note_fault(error))) from None
        return await self.ask(call, services)

    async def submit(self, what: str, call: Callable[[Desk], T]) -> T | None:
        """Make a call with the form at rest; a second press of Enter meanwhile does nothing (T12).

        Args:
            what: Shown when it lasts, such as `Checking your code.`
            call: Asks a service.

        Returns:
            The answer, or none when the call was declined, which is shown, or is under way already.
        """
        if self.form.is_working:
            return None
        try:
            with self.form.working(what):
                return await self.consult(call)
        except Refusal as refusal:
            if self.is_attached:
                self.refused(refusal)
            return None

    def give_place_to(self, screen: DeskScreen[Any]) -> None:
        """Show another screen in place of this one, unless a session's end has taken this one away meanwhile (SES-08)."""
        start(self.app, partial(self._give_place_to, screen))

    async def _give_place_to(self, screen: DeskScreen[Any]) -> None:
        if self.is_there:
            await replace_screen(self.app, self, screen)

    def refused(self, refusal: Refusal) -> None:
        """Show why a call was declined, where it belongs."""
        self.notice.show(refusal.message, Severity.ERROR)
