"""The ways out of the desk as pictures, at 80x24, in both themes; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pomfa_tui.screens.departure import Departure
from pomfa_tui.terminal.handover import HandOver
from tests.screens.counter import do
from tests.screens.hand import Hand
from tests.world import World, make_world

Reach = Callable[[Hand], Awaitable[None]]


def set_up(hand: Hand, command: str = "/bin/true") -> None:
    """Let the terminal be for a program."""
    hand.app.handover = HandOver((command,), name="Abbey desk", at_once=True, environ={})


async def about_to_open(hand: Hand) -> None:
    """Staff, with the program about to open by itself."""
    set_up(hand)
    await hand.sign_in(hand.world.person("jo@abbey.example", name="Jo Hill"))


async def not_there(hand: Hand) -> None:
    """A program that cannot be started."""
    set_up(hand, "/nowhere/desk")
    await hand.sign_in(hand.world.person("jo@abbey.example", name="Jo Hill"))
    await hand.press("enter")


async def a_kiosk(hand: Hand) -> None:
    """An administrator in front of a kiosk, with everything on the list."""
    set_up(hand)
    await hand.sign_in(hand.world.person("ann@abbey.example", role="admin", name="Ann Abbey"))


async def closing(hand: Hand) -> None:
    """The question before a kiosk is closed."""
    await a_kiosk(hand)
    await do(hand, "Close this terminal", "Are you sure?")


STATES: dict[str, Reach] = {
    "home, about to open": about_to_open,
    "home, no program": not_there,
    "home of a kiosk": a_kiosk,
    "closing a kiosk": closing,
}


@pytest.fixture
def world() -> World:
    """Return a world for one picture."""
    return make_world()


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the countdown."""
    monkeypatch.setattr(Departure, "_count", lambda _: None)


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap: Callable[..., bool]) -> None:
    """In every variant."""
    assert snap(world, STATES[state], kiosk=True)
