"""The real app over a desk in memory, and a hand that works it by keyboard alone."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from pomfa_tui.app import PomfaApp
from pomfa_tui.cli.interface import SessionKeeper
from pomfa_tui.screens.contact_us import ContactUsScreen
from pomfa_tui.screens.first import FirstScreen
from pomfa_tui.screens.givens import Givens, Opening
from pomfa_tui.screens.help import HelpScreen
from pomfa_tui.screens.no_administrator import NoAdministratorScreen
from pomfa_tui.screens.sign_in import SignInScreen
from pomfa_tui.services.desk import Desk
from pomfa_tui.settings import Settings
from pomfa_tui.terminal.clocks import Clocks
from pomfa_tui.themes import DEFAULT_NAME
from tests.members import Member
from tests.screens.hand import Hand
from tests.screens.layout import faults
from tests.screens.pictured import PICTURED
from tests.screens.variants import write_down
from tests.world import World, make_world


@pytest.fixture
def world() -> World:
    """Return a world that is set up, with three pharmacies and nobody in it."""
    return make_world()


@pytest.fixture
def empty() -> World:
    """Return a world whose store is empty."""
    return make_world(initialised=False)


@pytest.fixture
def admin(world: World) -> Member:
    """Return Abbey's administrator."""
    return world.person("anna@abbey.example", role="admin", name="Anna Patel")


@pytest.fixture
def support(world: World) -> Member:
    """Return somebody of the helpdesk."""
    return world.person("help@desk.example", role="support", name="Helen")


class MakeApp(Protocol):
    """Builds the app."""

    def __call__(
        self,
        world: World,
        first: type[FirstScreen] = SignInScreen,
        *,
        open_desk: Callable[[], Desk] | None = None,
        **options: Any,
    ) -> PomfaApp:
        """Return the app over a world."""


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Return what builds the app over a world."""

    def make(
        world: World,
        first: type[FirstScreen] = SignInScreen,
        *,
        open_desk: Callable[[], Desk] | None = None,
        theme: str = DEFAULT_NAME,
        printing: tuple[str, ...] = (),
        **options: Any,
    ) -> PomfaApp:
        settings = Settings(
            tmp_path / "data", tmp_path / "key", limits=world.numbers, printing=printing
        )
        clocks = Clocks(world.clock.elapsed, lambda: float(world.clock.now()))
        givens = Givens(Opening(open_desk or (lambda: world.desk)), settings, clocks)
        return PomfaApp(
            first=lambda: first(givens),
            guard=SessionKeeper(lambda: world.desk, world.numbers),
            help_screen=lambda: HelpScreen(settings.facts()),
            contact_screen=lambda: ContactUsScreen(givens),
            no_administrator_screen=lambda: NoAdministratorScreen(settings.helpdesk),
            theme=theme,
            clocks=clocks,
            deaf_seconds=0,
            **options,
        )

    return make


Start = Callable[..., AbstractAsyncContextManager[Hand]]
"""Starts the app over a world and gives a hand to work it."""


@pytest.fixture
def start(make_app: MakeApp) -> Start:
    """Return what starts the app at 80x24."""

    @asynccontextmanager
    async def started(
        world: World,
        first: type[FirstScreen] = SignInScreen,
        *,
        size: tuple[int, int] = (80, 24),
        greeting: str = "",
        settled: bool = True,
        **options: Any,
    ) -> AsyncIterator[Hand]:
        app = make_app(world, first, **options)
        app.greeting = greeting
        async with app.run_test(size=size) as pilot:
            hand = Hand(pilot, world)
            if settled:
                await hand.settle()
            yield hand
            # As the real program does when it ends; Textual's pilot takes the screens away first.
            app.workers.cancel_all()

    return started


Snap = Callable[[World, Callable[[Hand], Awaitable[None]]], bool]
"""Compares what a hand has brought on the screen with the picture on file."""


@pytest.fixture(params=["default"])
def snap(
    request: pytest.FixtureRequest, make_app: MakeApp, snap_compare: Callable[..., bool]
) -> Callable[..., bool]:
    """Return what compares a screen at 80x24 with its picture, and with what is written down of its other variants."""

    def compare(
        world: World,
        reach: Callable[[Hand], Awaitable[None]],
        first: type[FirstScreen] = SignInScreen,
        **options: Any,
    ) -> bool:
        found: list[str] = []
        seen: list[str] = []
        shown: list[str] = []

        async def run(pilot: Any) -> None:
            hand = Hand(pilot, world)
            await hand.settle()
            await reach(hand)
            await hand.settle()
            found.extend(faults(hand.screen))
            shown.append(type(hand.screen).__name__)
            seen.append(await write_down(pilot))

        app = make_app(world, first, **options)
        same = snap_compare(app, terminal_size=(80, 24), run_before=run)
        assert not found, "ACC-12: something cannot be seen whole"
        place = _place_of_variants(request.node)
        assert shown[0] == SHOWN.get(f"{place.parent.name}/{place.stem}", shown[0])
        if request.config.option.update_snapshots:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(seen[0], encoding="utf-8")
        assert place.is_file(), (
            f"{place.name} is missing: run with --snapshot-update and look at it"
        )
        assert seen[0] == place.read_text(encoding="utf-8")
        return same

    return compare


@pytest.fixture
def snap_whole(snap: Callable[..., bool]) -> Callable[..., bool]:
    """Return what compares like `snap`, and refuses a screen that has to be scrolled."""

    def compare(world: World, reach: Callable[[Hand], Awaitable[None]], **options: Any) -> bool:
        scrolls: list[float] = []

        async def look(hand: Hand) -> None:
            await reach(hand)
            await hand.settle()
            scrolls.append(hand.screen.query_one("#body").max_scroll_y)

        same = snap(world, look, **options)
        assert scrolls == [0], "ACC-06: not all of it is on the screen at once"
        return same

    return compare


SHOWN = {place: screen for screen, place in PICTURED.items()}
"""The screen of each picture that stands for one."""


def _place_of_variants(test: pytest.Function) -> Path:
    name = test.callspec.id.removeprefix("default-")
    return test.path.parent / "__variants__" / test.path.stem / f"{name}.txt"


@pytest.fixture
def fixed_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every secret that is shown the same each time, for pictures."""
    drawn = random.Random(1)  # noqa: S311 - the opposite of secret is wanted here
    secret = bytes(range(20))
    monkeypatch.setattr("pomfa_tui.domain.typed_codes.secrets", drawn)
    monkeypatch.setattr("pomfa_tui.domain.totp.new_secret", lambda: secret)
