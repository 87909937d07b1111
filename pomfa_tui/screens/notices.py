"""What others did to one's account: shown after signing in until it is said to have been seen (ENR-16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.notices import NO_TERMINAL, NoticeKind
from pomfa_tui.domain.notices import Notice as Act
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import day_and_time
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton

if TYPE_CHECKING:
    from pomfa_tui.services.desk import Desk

PER_PAGE = 3
"""Notices for which there is room at 80x24 whatever their length."""

LONGEST_NAME = 60
"""Characters of whoever did it; the audit log has all of them."""

HARMLESS = frozenset(
    {
        NoticeKind.UNLOCKED,
        NoticeKind.ENABLED,
        NoticeKind.EDITED,
        NoticeKind.LINKED,
        NoticeKind.REQUEST_DONE,
    }
)
"""What nobody could use to sign in as somebody else."""

NOT_AGREED = "Did you not agree? Tell an administrator or the helpdesk (F2) at once."


class NoticesScreen(SignedInScreen[None]):
    """Shows the oldest few, and the next ones once those were seen."""

    TITLE = "Notices"
    AUTO_FOCUS: ClassVar[str | None] = "#seen"
    DEFAULT_CSS: ClassVar[str] = """
    NoticesScreen Body { padding: 1 2 0 2; }
    NoticesScreen #notices { height: auto; margin-top: 1; }
    NoticesScreen #notices Notice { margin-bottom: 1; }
    """

    _shown: tuple[Act, ...] = ()

    @property
    def notice(self) -> Notice:
        """Where stands what was declined."""
        return self.query_one("#refusal", Notice)

    def compose_body(self) -> ComposeResult:
        """Lay out the notices and the two ways on."""
        yield Notice(id="refusal")
        yield Form(
            Static(id="lead", markup=False, classes="lead"),
            Vertical(id="notices"),
            Static(NOT_AGREED),
            ButtonRow(PushButton("I have seen this", id="seen"), PushButton("Later", id="later")),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Ask for what is waiting."""
        start(self, self._look)

    @on(PushButton.Pressed, "#seen")
    def seen(self) -> None:
        """Take the word for what is on the screen, and show what comes next."""
        start(self, self._acknowledge)

    @on(PushButton.Pressed, "#later")
    def later(self) -> None:
        """Leave them waiting."""
        self.dismiss()

    async def _look(self) -> None:
        token = self.token
        try:
            waiting = await self.consult(lambda desk: desk.office.account.notices(token))
        except Refusal as refusal:
            self.refused(refusal)
        else:
            await self._show(waiting)

    async def _acknowledge(self) -> None:
        token, seen = self.token, tuple(act.id for act in self._shown)

        def acknowledge(desk: Desk) -> tuple[Act, ...]:
            desk.office.account.acknowledge(token, seen)
            return desk.office.account.notices(token)

        waiting = await self.submit("Taking note.", acknowledge)
        if waiting is not None:
            await self._show(waiting)

    async def _show(self, waiting: tuple[Act, ...]) -> None:
        if not waiting:
            self.dismiss()
            return
        self._shown = waiting[:PER_PAGE]
        self.query_one("#lead", Static).update(_lead(len(waiting)))
        notices = self.query_one("#notices")
        await notices.remove_children()
        await notices.mount_all(_widgets(self._shown))


def _lead(waiting: int) -> str:
    what = "This was" if waiting == 1 else f"{waiting} things were"
    more = f" The first {PER_PAGE}:" if waiting > PER_PAGE else ""
    return f"{what} done to your account by others.{more}"


def _widgets(acts: tuple[Act, ...]) -> Iterator[Notice]:
    for act in acts:
        severity = Severity.NOTE if act.kind in HARMLESS else Severity.WARNING
        yield Notice(f"{act.sentence()}\n{_who(act)}", severity)


def _who(act: Act) -> str:
    by = printable(act.by)
    name = by if len(by) <= LONGEST_NAME else f"{by[:LONGEST_NAME]}.."
    place = f", from {printable(act.terminal)}" if act.terminal != NO_TERMINAL else ""
    return f"By {name}, {day_and_time(act.at)} London time{place}."
