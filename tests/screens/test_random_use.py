"""Random keys by people of every role: nothing breaks or hangs, and everybody finds help, home and the way out."""

from __future__ import annotations

import asyncio

import pytest

from pomfa_tui.screens import listing
from pomfa_tui.services.request_filing import NewRequest
from tests.conftest import SOAK
from tests.house import ABBEY, BRIDGE, HOST
from tests.screens.conftest import Start
from tests.screens.inspector import Inspector
from tests.screens.wanderer import Wanderer
from tests.world import World, make_world

SEEDS = range(1, 201 if SOAK else 3)
MOVES = 240 if SOAK else 24


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search at once, and wait for messages to be worked off, not for an idle machine."""
    monkeypatch.setattr(listing, "PAUSE", 0.001)
    if SOAK:
        monkeypatch.setattr("textual.pilot.wait_for_idle", _soon)


@pytest.fixture
def world() -> World:
    """Return a world with people of every role, and requests."""
    world = make_world(requests_per_hour=60, requests_per_terminal=200)
    for need in ("locum", "reset", "link", "other"):
        asked = NewRequest(need, "Jo Hill", "jo@locum.example", "01632 960123", ABBEY, "covers")
        world.desk.filing.file(None, asked)
    return world


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_pressed_nothing_breaks(world: World, start: Start, seed: int) -> None:
    """T12, K51, SES-16, ROL-02: no fault, no way astray, nothing that is not theirs, nothing left behind."""
    people = {
        "admin": [world.person("anna@abbey.example", role="admin", name="Anna Patel")],
        "support": [world.person("sue@help.example", role="support", name="Sue Desk")],
        "commissioner": [world.person("com@board.example", role="commissioner", name="Com")],
        "staff": [
            world.person("dee@nhs.net", name="Dee [bold]Dispenser[/]"),
            world.person("lee@locum.example", ABBEY, BRIDGE, name="Lee " + "Long-Name " * 8),
            world.newcomer("new@abbey.example"),
            world.person("reset@abbey.example"),
        ],
    }
    recorded: list[str] = []

    def record(_incident: str, place: str) -> None:
        recorded.append(place)

    async with start(world, kiosk=True, record_fault=record) as hand:
        wanderer = Wanderer(hand, seed, people)
        inspector = Inspector(wanderer, recorded)
        try:
            for number in range(1, MOVES + 1):
                await wanderer.move()
                if wanderer.has_closed:
                    assert wanderer.role in {"admin", "support"}, "the terminal was closed"
                    break
                inspector.look()
                if number % 12 == 0:
                    await inspector.look_at_help()
                    await inspector.go_home()
                if number % 24 == 0:
                    await inspector.leave()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}\n{wanderer.story}") from error
    world.store.trouble, world.store.disk_full = None, False
    assert world.desk.audit.verify(HOST).ok


async def _soon(_least: float = 0, _most: float = 0) -> None:
    for _ in range(3):
        await asyncio.sleep(0.001)
