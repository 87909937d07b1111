"""One's own recent sign-ins and failed tries, all that are kept at hand (rule 23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.account_facts import sign_in_lines
from pomfa_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from pomfa_tui.services.own_account import SignInLine

NOT_YOU = "Was one of these not you? Change your password, and tell an administrator."


class RecentSignInsScreen(DeskScreen[None]):
    """Lists them, newest first, on one page.

    Args:
        sign_ins: Newest first.
    """

    TITLE = "Recent sign-ins"
    DEFAULT_CSS: ClassVar[str] = """
    RecentSignInsScreen Body { padding: 0 1; }
    RecentSignInsScreen .lead { text-style: bold; }
    RecentSignInsScreen #sign-ins { height: 1fr; }
    """

    def __init__(self, sign_ins: tuple[SignInLine, ...]) -> None:
        super().__init__()
        self._sign_ins = sign_ins

    def compose_body(self) -> ComposeResult:
        """Lay out the heading, the list and what to do."""
        yield Static("Newest first, London time", classes="lead")
        yield Static("\n".join(sign_in_lines(self._sign_ins)), markup=False, id="sign-ins")
        yield Static(NOT_YOU, classes="quiet")
