"""The first screen: the store decides which one it is, and may refuse altogether."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pomfa_tui.domain.errors import Busy, IntegrityFailure, Unavailable, UnsafeEnvironment, WrongKey
from pomfa_tui.screens.set_up import SetUpScreen
from pomfa_tui.services.desk import Desk
from pomfa_tui.terminal.leaving import Leaving
from tests.screens.conftest import Start
from tests.world import World

HEAVY = (
    "argon2",
    "cryptography",
    "email_validator",
    "pyotp",
    "segno",
    "tinydb",
    "zxcvbn",
    "pomfa_tui.services.desk",
    "pomfa_tui.store",
)


@pytest.mark.parametrize("screen", ["sign_in", "set_up"])
def test_a_first_screen_imports_nothing_heavy(screen: str) -> None:
    """The first frame waits for nothing that it does not show."""
    code = f"import sys, pomfa_tui.screens.{screen}; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert not [name for name in HEAVY if name in loaded]


async def test_sign_in_gives_way_to_set_up_over_an_empty_store(empty: World, start: Start) -> None:
    """A look at the folder may mislead; the store has the last word."""
    async with start(empty) as hand:
        await hand.reach("Set up this terminal")
        assert len(hand.app.screen_stack) == 1


async def test_set_up_gives_way_to_sign_in_over_a_store_that_is_set_up(
    world: World, start: Start
) -> None:
    """A29: set-up never opens again."""
    async with start(world, SetUpScreen) as hand:
        await hand.reach("Sign in")
        assert len(hand.app.screen_stack) == 1


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (WrongKey(), 6),
        (IntegrityFailure("The store is damaged. Ask the helpdesk."), 6),
        (UnsafeEnvironment("Others can read the data folder. Set its mode to 0700."), 7),
    ],
)
async def test_what_cannot_be_gone_on_with_ends_the_program_with_its_sentence_and_status(
    world: World, start: Start, refusal: Exception, status: int
) -> None:
    """STO-05: a store that does not open opens nothing."""

    def open_desk() -> Desk:
        raise refusal

    async with start(world, open_desk=open_desk, settled=False) as hand:
        while hand.app.return_value is None:
            await hand.pilot.pause()
        assert hand.app.return_value == Leaving(status=status, message=str(refusal))


@pytest.mark.parametrize("refusal", [Busy(), Unavailable("The disk is full.")])
async def test_a_busy_store_is_said_and_tried_again(
    world: World, start: Start, refusal: Busy
) -> None:
    """Waiting a moment helps, so nothing ends."""
    refusals = [refusal]

    def open_desk() -> Desk:
        if refusals:
            raise refusals.pop()
        return world.desk

    member = world.person("jo@abbey.example")
    async with start(world, open_desk=open_desk) as hand:
        assert hand.notice == refusal.message
        await hand.offer_password(member)
        await hand.reach("Authentication code")


async def test_a_fault_while_verifying_refuses_and_leaves_the_terminal_usable(
    world: World, start: Start
) -> None:
    """GEN-01, GEN-02: one sentence with a number, no traceback, and the next try works."""
    member = world.person("jo@abbey.example")
    verify = world.hasher.verify

    def fail(stored: str, secret: str) -> bool:
        world.hasher.verify = verify  # type: ignore[method-assign]
        raise RuntimeError(stored + secret)

    world.hasher.verify = fail  # type: ignore[method-assign]
    async with start(world) as hand:
        await hand.offer_password(member)
        assert "Something went wrong here (incident " in hand.notice
        assert member.password not in hand.text
        await hand.submit(member.password)
        await hand.reach("Authentication code")


async def test_a_fault_between_two_steps_leads_back_to_the_start(
    world: World, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GEN-02: whatever happens, nobody is let in by it."""

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("pomfa_tui.screens.walk.Walk.put", fail)
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.offer_password(member)
        await hand.settle()
        assert hand.title == "Sign in"
        assert "Something went wrong here" in hand.notice
        assert not hand.app.is_signed_in
