"""What somebody can do where no administrator is present, before any sign-in (rule 30). Who administers a site is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from pomfa_tui.settings import Helpdesk

WAYS = (
    (
        "No account here, pass ended, or not linked to this pharmacy",
        "Send a request by F2: the helpdesk then lets a locum in by telephone.",
    ),
    (
        "Phone lost, new or wiped, but recovery codes on paper",
        "Sign in, and at Authentication code choose Use a recovery code.",
    ),
    (
        "Phone gone without recovery codes, or locked after wrong codes",
        "Sign in with e-mail and password, then choose No administrator here again.",
    ),
    (
        "Password forgotten, or an activation code too old",
        "Call the helpdesk: it says who can reset it for this terminal.",
    ),
)
"""What is the matter, and what to do."""


class NoAdministratorScreen(DeskScreen[None]):
    """Says what a locum or a colleague can do now, and what to have ready.

    Args:
        helpdesk: The ways in.
    """

    TITLE = "No administrator here"
    DEFAULT_CSS: ClassVar[str] = """
    NoAdministratorScreen .lead { text-style: bold; }
    NoAdministratorScreen .do { margin-left: 2; }
    NoAdministratorScreen #ways { margin-top: 1; }
    NoAdministratorScreen #ready { margin-top: 1; }
    """

    def __init__(self, helpdesk: Helpdesk) -> None:
        super().__init__()
        self._helpdesk = helpdesk

    def compose_body(self) -> ComposeResult:
        """Lay out what may be the matter, the ways to the helpdesk, and what helps."""
        yield Static("Without an administrator you can still get in. What is the matter?")
        for matter, way in WAYS:
            yield Static(f"- {matter}", classes="lead")
            yield Static(way, classes="do")
        yield Static(ways_in(self._helpdesk), markup=False, id="ways")
        yield from ready()

    def action_no_administrator(self) -> None:
        """Stay here."""


def ways_in(helpdesk: Helpdesk) -> str:
    """Return the ways to the helpdesk, on three lines."""
    ways = (
        ("Telephone", helpdesk.phone),
        ("E-mail", helpdesk.email),
        ("Online", helpdesk.contact_page),
    )
    return "\n".join(f"{name:<12}{value}" for name, value in ways)


def ready() -> Iterator[Static]:
    """Return what to have ready, and what nobody may ask for."""
    yield Static(
        "Have ready: your name, your GPhC number if you have one, the pharmacy's ODS code, your own e-mail address, and a number "
        "to be called back on.",
        id="ready",
    )
    yield Static(
        "Nobody ever needs your password, your codes or your recovery codes.",
        classes="quiet",
    )
