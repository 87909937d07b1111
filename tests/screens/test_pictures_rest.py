"""The screens that no other file has a picture of, at 80x24, in four variants; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest

from pomfa_tui.cli.demonstration import app as demonstration
from pomfa_tui.cli.demonstration.cast import FIRST, OTHERS, Player
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.screens.add_site import AddSiteScreen
from pomfa_tui.screens.idle_warning import IdleWarning
from pomfa_tui.terminal.traits import Traits
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.screens.arrival import arrive, choose
from tests.screens.counter import do, open_person
from tests.screens.hand import Hand
from tests.world import World, make_world

Reach = Callable[[Hand], Awaitable[None]]

MOMENT = 1_767_600_000
LOCKED = MOMENT + 900
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def bob(hand: Hand, *sites: str, state: PersonState = PersonState.ACTIVE) -> Member:
    """Somebody to do something to."""
    return hand.world.person("bob.stone@abbey.example", *sites, name="Bob Stone", state=state)


def admin(hand: Hand) -> Member:
    """An administrator."""
    return hand.world.person("anna.patel@abbey.example", role="admin", name="Anna Patel")


def support(hand: Hand) -> Member:
    """Somebody at the helpdesk."""
    return hand.world.person("sue.port@desk.example", role="support", name="Sue Port")


async def disable(hand: Hand) -> None:
    """An account to be switched off."""
    await open_person(hand, admin(hand), bob(hand))
    await do(hand, "Disable")


async def enable(hand: Hand) -> None:
    """An account to be switched on again, without a reason."""
    await open_person(hand, admin(hand), bob(hand, state=PersonState.DISABLED))
    await do(hand, "Enable")
    await hand.press("enter", "tab", "enter")


async def erase(hand: Hand) -> None:
    """A leaver whose name is to go."""
    who = bob(hand)
    hand.world.desk.office.states.leave(HOST, who.id, "moved away")
    await open_person(hand, support(hand), who)
    await do(hand, "Erase")


async def unlock(hand: Hand) -> None:
    """Somebody who has to wait."""
    who = bob(hand)
    hand.world.set_credentials(who, password_counter=Counter(failures=10, locked_until=LOCKED))
    await open_person(hand, admin(hand), who)
    await do(hand, "Unlock")


async def end_a_link(hand: Hand) -> None:
    """One of two sites."""
    await open_person(hand, support(hand), bob(hand, ABBEY, BRIDGE))
    await do(hand, "End a link")


async def reset_mfa(hand: Hand) -> None:
    """The form before the question."""
    await open_person(hand, admin(hand), bob(hand))
    await do(hand, "Reset MFA QR code")


async def reset_mfa_by_email(hand: Hand) -> None:
    """What commissioners see, who know an e-mail and nothing else."""
    await arrive(hand, hand.world.person("cy@icb.example", role="commissioner", name="Cy Board"))
    await choose(hand, "Reset MFA QR code")
    await hand.reach("Reset MFA QR code")


async def add_site(hand: Hand) -> None:
    """A code that cannot be one."""
    token = await arrive(hand, support(hand))
    await hand.show(lambda givens: AddSiteScreen(givens, token))
    await hand.submit("zz1", "Oak Pharmacy")


async def still_there(hand: Hand) -> None:
    """The warning, with a minute to go."""
    await hand.sign_in(admin(hand))
    await hand.show(lambda _: IdleWarning(lambda: 58.0))


async def demo_people(hand: Hand) -> None:
    """Everybody of the demonstration."""
    players = [Player(part, secret=KEY) for part in (FIRST, *OTHERS[:-1])]
    players.append(Player(OTHERS[-1], activation_code="0000-1111-2222-3333"))
    await hand.show(lambda _: demonstration.DemoPeopleScreen(tuple(players)))


async def refused(hand: Hand) -> None:
    """An error beside a field."""
    await hand.submit("anna.patel@abbey.example", "")


STATES: dict[str, Reach] = {
    "disable": disable,
    "enable, no reason": enable,
    "erase": erase,
    "unlock": unlock,
    "end a link": end_a_link,
    "reset mfa qr code": reset_mfa,
    "reset mfa qr code, by e-mail": reset_mfa_by_email,
    "add a site, refused": add_site,
    "are you still there": still_there,
    "demo people": demo_people,
}


@pytest.fixture
def world() -> World:
    """Return a world for one picture."""
    return make_world()


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze what would differ each time."""
    monkeypatch.setattr(demonstration, "time", SimpleNamespace(time=lambda: MOMENT))


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap: Callable[..., bool]) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off."""
    assert snap(world, STATES[state])


@pytest.mark.parametrize("state", ["sign in, started plain"])
def test_a_start_without_colours_and_blocks_looks_as_it_did(
    world: World, snap: Callable[..., bool], state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACC-06, ACC-12: `LANG=C` and a terminal of the kind `dumb`, from the first frame on."""
    assert state
    monkeypatch.setenv("NO_COLOR", "1")
    traits = Traits.of({"TERM": "dumb", "LANG": "C"})
    assert snap(world, refused, traits=traits)
