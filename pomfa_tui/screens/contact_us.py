"""The helpdesk's ways in, from the settings (rule 29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from pomfa_tui.settings import Helpdesk


class ContactUsScreen(DeskScreen[None]):
    """Says how to reach the helpdesk, and what to have ready.

    Args:
        helpdesk: The ways in.
    """

    TITLE = "Contact us"
    DEFAULT_CSS: ClassVar[str] = """
    ContactUsScreen .lead { text-style: bold; }
    ContactUsScreen #ways { width: auto; margin: 1 0; padding: 0 2; border: round $edge; }
    """

    def __init__(self, helpdesk: Helpdesk) -> None:
        super().__init__()
        self._helpdesk = helpdesk

    def compose_body(self) -> ComposeResult:
        """Lay out the ways in and what helps."""
        ways = (
            ("Telephone", self._helpdesk.phone),
            ("E-mail", self._helpdesk.email),
            ("Online", self._helpdesk.contact_page),
        )
        yield Static(
            "An administrator of your own pharmacy can help fastest: ask them first.",
            classes="lead",
        )
        yield Static("No administrator here? The helpdesk can reset, link and set up accounts:")
        yield Static(
            "\n".join(f"{name:<12}{value}" for name, value in ways), markup=False, id="ways"
        )
        yield Static("Have ready", classes="lead")
        yield Static(
            "- your name, and your GPhC number if you have one\n"
            "- the pharmacy's ODS code, such as FZ101\n"
            "- your own e-mail address and a telephone number\n"
            "- the words of any message on this screen",
            markup=False,
        )
        yield Static(
            "The helpdesk asks who you are before it changes anything. Nobody ever needs your password, your six-digit codes or "
            "your recovery codes: give them to no one.",
            classes="gap",
        )
