"""Every screen is gone through with Tab, and shows where the keyboard is without colour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.widget import Widget

from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.screens.test_pictures import STATES
from tests.world import World, make_world

SCREENS = (
    "sign in",
    "authentication code",
    "match your phone's clock",
    "recovery code",
    "activation code",
    "choose a new password",
    "set up your authenticator",
    "recovery codes",
    "choose a site",
    "set up this terminal",
    "add a second administrator, reason",
    "activation code, issued",
    "home, notices",
    "help",
    "contact us",
)


@pytest.fixture
def world(state: str) -> World:
    """Return a world for the state."""
    return make_world(initialised=STATES[state].initialised)


def reachable(hand: Hand) -> Iterator[Widget]:
    """Yield everything on the screen that can have the keyboard."""
    for widget in hand.screen.query("*").results(Widget):
        around = [each for each in widget.ancestors_with_self if isinstance(each, Widget)]
        if widget.focusable and all(each.display for each in around):
            yield widget


@pytest.mark.parametrize("state", SCREENS)
async def test_tab_reaches_everything_and_comes_around(
    state: str, world: World, start: Start
) -> None:
    """ACC-07: no control is out of reach, none holds the keyboard, and where it is shows in the characters."""
    async with start(world, STATES[state].first) as hand:
        await STATES[state].reach(hand)
        await hand.settle()
        first = hand.screen.focused
        assert first is not None
        seen, looks = [first], [hand.text]
        while True:
            await hand.press("tab")
            assert hand.screen.focused is not None
            if hand.screen.focused is first:
                break
            seen.append(hand.screen.focused)
            looks.append(hand.text)
            assert len(seen) < 30
        assert set(seen) == set(reachable(hand))
        assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("state", SCREENS)
async def test_help_and_contact_are_a_key_away_and_esc_comes_back(
    state: str, world: World, start: Start
) -> None:
    """ACC-11: at the same place on every screen, before sign-in and after."""
    async with start(world, STATES[state].first) as hand:
        await STATES[state].reach(hand)
        await hand.settle()
        title, stack = hand.title, len(hand.app.screen_stack)
        assert "F1  Help" in hand.hints
        assert "F2  Contact us" in hand.hints
        for key, opened in (("f1", "Help"), ("f2", "Contact us")):
            if title == opened:
                continue
            await hand.press(key)
            assert hand.title == opened
            await hand.press("escape")
            assert (hand.title, len(hand.app.screen_stack)) == (title, stack)
