"""From a key to the repainted page of `People`, with 10,000 people in the store beside 10, in the same run.

The pause that waits for a further letter is left out on both sides. Budgets: 1.5 x, and 2 x for the first page after somebody else
has committed something. On a machine that is busy with other things the second one is exceeded: the few milliseconds that looking
through everybody takes are then waited for several times over.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from textual import events

from benchmarks.store_stage import Seal, fill, folder
from pomfa_tui.app import PomfaApp
from pomfa_tui.cli.interface import SessionKeeper
from pomfa_tui.screens import listing
from pomfa_tui.screens.givens import Givens, Opening
from pomfa_tui.screens.people import PeopleScreen
from pomfa_tui.screens.sign_in import SignInScreen
from pomfa_tui.settings import Settings
from pomfa_tui.store.tinydb import TinyStore
from tests.world import World, make_world

SIZES = (10, 10_000)
TURNS, ROUNDS = 4, 10
PATIENCE = 10.0
BUDGETS = {"letter": 1.5, "filter": 1.5, "page": 1.5, "after a commit": 2.0}


class Page:
    """`People`, opened by support.

    Args:
        screen: The page under measurement.
        house: What it stands on.
    """

    def __init__(self, screen: PeopleScreen, house: House) -> None:
        self.screen = screen
        self.house = house

    async def key(self, key: str, character: str | None = None) -> float:
        """Press a key and return the milliseconds until the page that answers it has been drawn."""
        table = self.screen.table
        drawn = asyncio.Event()
        show = table.show

        def shown(*args: object, **kwargs: object) -> None:
            show(*args, **kwargs)  # type: ignore[arg-type]
            table.call_after_refresh(drawn.set)

        table.show = shown  # type: ignore[method-assign]
        started = time.perf_counter()
        self.screen.app.post_message(events.Key(key, character))
        await asyncio.wait_for(drawn.wait(), PATIENCE)
        took = 1000 * (time.perf_counter() - started)
        table.show = show  # type: ignore[method-assign]
        return took

    async def letter(self) -> float:
        """Type a letter into the search, and take it away again."""
        self.screen.query_one("#search TextInput").focus()
        took = await self.key("e", "e")
        await self.key("backspace")
        return took

    async def filter(self) -> float:
        """Turn the filter of states, and back."""
        self.screen.query_one("#state Wheel").focus()
        took = await self.key("right")
        await self.key("left")
        return took

    async def page(self) -> float:
        """Go to another page; where there is one alone, look at it again as after another screen."""
        table = self.screen.table
        table.focus()
        if table.span.endswith(f" of {SIZES[0] + 2}"):
            return await self.letter()
        if table.page_offset:
            await self.key("home")
        return await self.key("pagedown")

    async def letter_after_commit(self) -> float:
        """Type a letter after somebody else has signed in."""
        self.house.world.session_of(self.house.somebody)
        return await self.letter()


WAYS: dict[str, Callable[[Page], Awaitable[float]]] = {
    "letter": Page.letter,
    "filter": Page.filter,
    "page": Page.page,
    "after a commit": Page.letter_after_commit,
}
"""What is measured."""


@dataclass(frozen=True)
class House:
    """A store on the disk with so many people, support, and one more.

    Attributes:
        world: What stands on the store.
        support: Id of somebody who may see everybody.
        somebody: Id of somebody who signs in now and then, elsewhere.
    """

    world: World
    support: str
    somebody: str


def build(place: Path, size: int) -> House:
    """Make a store with so many people."""
    world = make_world(initialised=False)
    world.store = TinyStore(place, head_seal=Seal())  # type: ignore[assignment]
    world.restart()
    world._initialise()  # noqa: SLF001 - the world's own beginning, on the disk this time
    fill(cast("TinyStore", world.store), size)
    support = world.person("help@desk.example", role="support")
    return House(world, support.id, world.person("jo@abbey.example").id)


async def measure(house: House, place: Path) -> dict[str, list[float]]:
    """Open the page and measure each way so many times, one after the other."""
    world = house.world
    givens = Givens(Opening(lambda: world.desk), Settings(place, place / "key"))
    app = PomfaApp(
        first=lambda: SignInScreen(givens),
        guard=SessionKeeper(lambda: world.desk, world.numbers),
        deaf_seconds=0,
    )
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    async with app.run_test(size=(80, 24)) as pilot:
        token = world.session_of(house.support)
        screen = PeopleScreen(givens, token, everywhere=True)
        await app.push_screen(screen)
        while not screen.table.span:
            await pilot.pause(0.01)
        page = Page(screen, house)
        for _ in range(ROUNDS):
            for way, work in WAYS.items():
                found[way].append(await work(page))
    return found


async def main() -> int:
    """Measure in turns, so that both meet the same machine, and print medians and ratios."""
    listing.PAUSE = 0
    found: dict[tuple[str, int], list[float]] = {(way, size): [] for way in WAYS for size in SIZES}
    with folder() as place:
        houses = {size: build(place / str(size), size) for size in SIZES}
        for _ in range(TURNS):
            for size, house in houses.items():
                for way, times in (await measure(house, place)).items():
                    found[way, size] += times
        for house in houses.values():
            house.world.store.close()
    return _report({key: statistics.median(times) for key, times in found.items()})


def _report(medians: dict[tuple[str, int], float]) -> int:
    within = True
    for way in dict.fromkeys(way for way, _ in medians):
        few, many = (medians[way, size] for size in SIZES)
        within = within and many <= BUDGETS[way] * few
        verdict = "within" if many <= BUDGETS[way] * few else "OVER"
        print(
            f"{way:<15} {few:6.1f} ms at {SIZES[0]}   {many:6.1f} ms at {SIZES[1]}   "
            f"{many / few:5.2f} x   {verdict} the budget of {BUDGETS[way]} x"
        )
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
