"""What happened to one account since a moment, and where it was used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.text import printable
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.screens.words import day_and_time
from pomfa_tui.services.breach_figures import Doing
from pomfa_tui.services.breach_text import LABELS
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet

if TYPE_CHECKING:
    from pomfa_tui.services.breach_figures import Affected

USED_SHOWN = 5
"""Terminals that fit; the file has all of them."""


class AffectedScreen(DeskScreen[None]):
    """Shows one account.

    Args:
        affected: What is known.
    """

    TITLE = "What happened"
    DEFAULT_CSS: ClassVar[str] = """
    AffectedScreen Body { padding: 1 2; }
    AffectedScreen .lead { text-style: bold; margin-bottom: 1; }
    """

    def __init__(self, affected: Affected) -> None:
        super().__init__()
        self._affected = affected

    def compose_body(self) -> ComposeResult:
        """Lay out whose account it is and the facts."""
        whose = ", ".join(part for part in (self._affected.name, self._affected.email) if part)
        yield Static(printable(whose), markup=False, classes="lead")
        yield FactSheet(column=8)

    def on_mount(self) -> None:
        """Show the facts."""
        self.query_one(FactSheet).show(facts_of(self._affected))


def facts_of(affected: Affected) -> Iterator[Fact]:
    """Yield how often what happened, and where the account was used, the newest first."""
    for doing in Doing:
        times = affected.counts.get(doing, 0)
        if times:
            yield Fact(f"{times}x", LABELS[doing])
    if affected.copies:
        yield Fact(f"{affected.copies}x", "in a copy that was taken out")
    newest = sorted(affected.used, key=lambda use: -use.last)
    for place, use in enumerate(newest[:USED_SHOWN]):
        yield Fact("" if place else "Used", f"at {use.terminal}, last {day_and_time(use.last)}")
    if len(newest) > USED_SHOWN:
        yield Fact("", f"and at {len(newest) - USED_SHOWN} others")
