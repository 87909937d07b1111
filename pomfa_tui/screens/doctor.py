"""One page about everything the program stands on, for support: what works, what does not, and what to do (the same checks as `doctor`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui.domain.checks import Check, Status
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens

_WORDS = {Status.OK: "ok", Status.WARN: "look", Status.FAIL: "FAIL"}
_WORST = (Status.FAIL, Status.WARN)


class DoctorScreen(SignedInScreen[None]):
    """Lists every check; below the list stands what was found and what to do.

    Args:
        givens: Services, settings, clocks, and what looks at everything.
        token: The session.
        checks: What was found.
    """

    TITLE = "Doctor"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "again", "Look again", tooltip="Run every check again"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    DoctorScreen Body { padding: 0 1; }
    DoctorScreen Form { max-width: 120; }
    DoctorScreen ChoiceList { height: auto; max-height: 1fr; border: none; padding: 0; }
    DoctorScreen ChoiceList:focus { border: none; }
    DoctorScreen #detail { margin-top: 1; }
    DoctorScreen #fix { text-style: bold; }
    """

    def __init__(self, givens: Givens, token: SessionToken, checks: tuple[Check, ...]) -> None:
        super().__init__(givens, token)
        self._checks = {check.name: check for check in checks}

    def compose_body(self) -> ComposeResult:
        """Lay out how many went well, the list, and what the marked one found."""
        yield Form(
            Static(id="sum", classes="lead"),
            Notice(),
            ChoiceList(column=20),
            Static(id="detail", markup=False),
            Static(id="fix", markup=False),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show what was found, the worst marked."""
        self._show()

    def action_again(self) -> None:
        """Run every check again."""
        start(self, self._look_again, group="look", exclusive=True)

    @on(ChoiceList.OptionHighlighted)
    def tell(self, event: ChoiceList.OptionHighlighted) -> None:
        """Say what the marked check found and what to do."""
        check = self._checks.get(event.option_id or "")
        if check is not None:
            self.query_one("#detail", Static).update(printable(check.detail))
            self.query_one("#fix", Static).update(printable(check.fix or ""))

    async def _look_again(self) -> None:
        token, examine = self.token, self.givens.examine
        found = await self.submit(
            "Looking at everything.", lambda desk: desk.upkeep.examine(token, examine)
        )
        if found is not None:
            self._checks = {check.name: check for check in found}
            self._show()

    def _show(self) -> None:
        checks = list(self._checks.values())
        count = {status: sum(each.status is status for each in checks) for status in Status}
        self.query_one("#sum", Static).update(
            f"{count[Status.OK]} ok, {count[Status.WARN]} to look at, {count[Status.FAIL]} failed"
        )
        lines = self.query_one(ChoiceList)
        lines.show(
            Choice(each.name, f"{_WORDS[each.status]:<5} {each.name}", _short(each.detail))
            for each in checks
        )
        worst = [each for status in _WORST for each in checks if each.status is status]
        if worst:
            lines.mark(worst[0].name)


def _short(text: str, most: int = 52) -> str:
    """Return the beginning of a text that fits on one line."""
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."
