"""What must hold whatever keys were pressed: on the screen, in the log of faults, and after a sign-out."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from pomfa_tui.screens.idle_warning import IdleWarning
from pomfa_tui.widgets.key_hints import KeyHints
from pomfa_tui.widgets.too_small import is_too_small
from tests.members import GOOD_PASSWORD, OTHER_PASSWORD
from tests.screens.layout import faults
from tests.screens.wanderer import Wanderer

EVERYBODYS = frozenset(
    {
        "Sign in",
        "Home",
        "My account",
        "Notices",
        "Change password",
        "Move to a new phone",
        "Recovery codes",
        "Recent sign-ins",
        "End a session",
        "Are you sure?",
        "Authentication code",
        "Help",
        "Contact us",
        "Request sent",
        "No administrator here",
        "Call the helpdesk",
        "What happened",
        "Are you still there?",
        "Choose a site",
        "Match your phone's clock",
        "Choose a new password",
        "Set up your authenticator",
        "Activation code",
        "Recovery code",
        "Audit log",
        "Record",
    }
)
"""Screens of a person's own, and those before any sign-in."""

SUPPORTS = frozenset(
    {
        "Sites",
        "Site",
        "Add a site",
        "Edit site",
        "Close site",
        "Link a person",
        "Requests",
        "Request",
        "Close a request",
        "Doctor",
        "Phone reset",
    }
)
"""Screens of support alone."""

EXPECTED = ("Busy", "Unavailable")
"""What is recorded of a session whose end could not be: the store was away, and finds it stale later."""


class Inspector:
    """Looks at what a wanderer has come to.

    Args:
        wanderer: Whose screens.
        faults_recorded: Places of the faults that the program recorded; grows meanwhile.
    """

    def __init__(self, wanderer: Wanderer, faults_recorded: list[str]) -> None:
        self._wanderer = wanderer
        self._hand = wanderer.hand
        self._recorded = faults_recorded

    def look(self) -> None:
        """See that nothing is broken and that nobody is where they may not be."""
        recorded = [place for place in self._recorded if not place.startswith(EXPECTED)]
        assert not recorded, recorded
        app, screen = self._hand.app, self._hand.screen
        assert app._exception is None, repr(app._exception)
        if is_too_small(*app.size):
            return
        lines = self._hand.text.splitlines()
        assert self._hand.title in lines[0], "the title is missing"
        assert "(incident" not in self._hand.words
        if not isinstance(screen, IdleWarning):
            assert "F1" in lines[-1], "the keys are missing"
            places = [each for each in screen.focus_chain if not isinstance(each, KeyHints)]
            assert screen.focused is not None or not places, "the keyboard is nowhere"
        scrolls = any(body.max_scroll_y for body in screen.query("#body"))
        assert scrolls or not faults(screen), faults(screen)
        self._look_at_rights()

    async def look_at_help(self) -> None:
        """See that F1 opens Help and that Escape comes back, unless the session ends in between."""
        await self._make_room()
        before = self._hand.screen
        if any(screen.TITLE == "Help" for screen in self._hand.app.screen_stack):
            return
        await self._wanderer.press_once("f1")
        opened = self._hand.title == "Help"
        assert opened or self._has_gone(before), f"F1 leads to {self._hand.title}"
        await self._wanderer.press_once("escape")
        back = self._hand.screen is before
        assert back or self._has_gone(before), "Escape does not come back from Help"

    def _has_gone(self, screen: Screen[Any]) -> bool:
        return screen not in self._hand.app.screen_stack

    async def go_home(self) -> None:
        """See that Escape leads to Home, or to Sign in where nobody is signed in."""
        await self._make_room()
        for _ in range(16):
            if self._hand.title in {"Home", "Sign in"}:
                return
            await self._wanderer.press_once("escape")
        raise AssertionError(f"Escape does not lead away from {self._hand.title}")

    async def leave(self) -> None:
        """SES-16: see that F12 leads to Sign in, and that nothing secret is left there."""
        if not self._hand.app.is_signed_in:
            return
        await self._make_room()
        await self._wanderer.press_once("f12")
        await self._hand.reach("Sign in")
        first = self._hand.screen
        assert self._hand.app.screen_stack == [first]
        assert not any(line.value for line in first.query(Input))
        secrets = {*self._wanderer.seen, GOOD_PASSWORD, OTHER_PASSWORD}
        assert not any(secret in self._hand.words for secret in secrets)

    def _look_at_rights(self) -> None:
        title, role = self._hand.title, self._wanderer.role
        if not self._hand.app.is_signed_in or role == "staff":
            assert title in EVERYBODYS, f"{title} is not theirs"
        elif role == "commissioner":
            assert title in {*EVERYBODYS, "Reset MFA QR code"}, f"{title} is not theirs"
        elif role == "admin":
            assert title not in SUPPORTS, f"{title} is not theirs"

    async def _make_room(self) -> None:
        """Come back from a window that is too small, and from a warning that the next key dismisses."""
        if is_too_small(*self._hand.app.size):
            await self._hand.pilot.resize_terminal(80, 24)
        if isinstance(self._hand.screen, IdleWarning):
            await self._wanderer.press_once("a")
