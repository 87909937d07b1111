"""One's own account, notices, sites and linking are gone through with Tab, like every screen."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Start
from tests.screens.test_keyboard import reachable
from tests.screens.test_pictures_own import STATES
from tests.world import World

SCREENS = (
    "my account",
    "change password, weak",
    "move to a new phone",
    "end a session",
    "notices",
    "sites",
    "site",
    "edit site, no reason",
    "close site",
    "link a person, found",
)


@pytest.mark.parametrize("state", SCREENS)
async def test_tab_reaches_everything_and_comes_around(
    state: str, world: World, start: Start
) -> None:
    """ACC-07, SES-07: no control is out of reach, where the keyboard is shows in the characters, F12 is offered."""
    async with start(world) as hand:
        await STATES[state](hand)
        await hand.settle()
        assert "F12  Sign out   Esc  Back" in hand.hints
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
