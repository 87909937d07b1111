"""One's own account, notices, sites and linking as pictures, at 80x24, in four variants; looked at by eye before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.domain.notices import Notice, NoticeKind
from pomfa_tui.screens.find_to_link import FindToLinkScreen
from pomfa_tui.screens.sites import SitesScreen
from pomfa_tui.widgets import strength_meter
from tests.house import ABBEY, BRIDGE
from tests.members import GOOD_PASSWORD, Member
from tests.screens.arrival import arrive, arrive_at_account, choose, sign_in_beside
from tests.screens.hand import Hand
from tests.world import World, make_world

Reach = Callable[[Hand], Awaitable[None]]


def anna(hand: Hand) -> Member:
    """Somebody with a day behind them: another sign-in, and tries that failed."""
    world = hand.world
    member = world.person("anna.patel@abbey.example", ABBEY, BRIDGE, name="Anna Patel")
    world.sign_in(member, site=BRIDGE)
    world.clock.advance(minutes=4)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(member.email, "a wrong one")
    world.clock.advance(minutes=1)
    return member


async def my_account(hand: Hand) -> None:
    """Everything there is to show."""
    await arrive_at_account(hand, anna(hand))


async def change_password(hand: Hand) -> None:
    """The empty form."""
    await my_account(hand)
    await choose(hand, "Change password")


async def change_password_weak(hand: Hand) -> None:
    """The longest answer."""
    await change_password(hand)
    await hand.submit(GOOD_PASSWORD, "passwordpassword", "passwordpassword")


async def move(hand: Hand) -> None:
    """The way and the two fields."""
    await my_account(hand)
    await choose(hand, "Move to a new phone")


async def move_wrong_code(hand: Hand) -> None:
    """The code of another entry."""
    await move(hand)
    await hand.submit(GOOD_PASSWORD, "000000")


async def move_qr(hand: Hand) -> None:
    """The QR code for the new phone."""
    member = anna(hand)
    await arrive_at_account(hand, member)
    await choose(hand, "Move to a new phone")
    hand.world.wait_for_fresh_code(member)
    await hand.submit(GOOD_PASSWORD, member.phone.code())


async def move_expired(hand: Hand) -> None:
    """What is left of it."""
    await move_qr(hand)
    hand.screen.expire()  # type: ignore[attr-defined]


async def new_codes(hand: Hand) -> None:
    """The question before them."""
    await my_account(hand)
    await choose(hand, "New recovery codes")


async def new_codes_confirmed(hand: Hand) -> None:
    """The account afterwards, with what was done."""
    await new_codes(hand)
    await hand.press("right", "enter")
    await hand.press("space", "tab", "enter")


async def end_session(hand: Hand) -> None:
    """The other session."""
    await my_account(hand)
    await choose(hand, "End a session")


async def sign_ins(hand: Hand) -> None:
    """All that are kept."""
    await my_account(hand)
    await choose(hand, "More sign-ins")


async def notices(hand: Hand) -> None:
    """More than fit."""
    member = hand.world.person("anna.patel@abbey.example", name="Anna Patel")
    now = hand.world.clock.now()
    kinds = (NoticeKind.COLLEAGUE_RECOVERED, NoticeKind.MFA_RESET, NoticeKind.LINKED)
    acts = [
        Notice.new(now, kind, by="Benjamin Stone", terminal="ssh:2001:db8::17", site=ABBEY)
        for kind in (*kinds, NoticeKind.EDITED)
    ]
    hand.world.set_person(member, notices=tuple(acts))
    await arrive(hand, member)


async def home_with_notices(hand: Hand) -> None:
    """They were put off."""
    await notices(hand)
    await hand.press("escape")


def sue(hand: Hand) -> Member:
    """The helpdesk, and pharmacies in every state."""
    world = hand.world
    for number in range(2):
        world.person(f"admin{number}@abbey.example", ABBEY, role="admin")
    world.person("jo.hill@nhs.net", ABBEY)
    world.person("ben@bridge.example", BRIDGE, role="admin")
    world.close_site("FC333")
    world.site("FD444", "The Very Long Name Of A Pharmacy In A Village Of The Dales")
    return world.person("sue@help.example", role="support", name="Sue Desk")


async def sites(hand: Hand) -> None:
    """The list."""
    token = await sign_in_beside(hand, sue(hand))
    await hand.show(lambda givens: SitesScreen(givens, token))


async def site(hand: Hand) -> None:
    """One of them."""
    await sites(hand)
    await hand.submit(BRIDGE)
    await hand.press("enter")


async def edit_site(hand: Hand) -> None:
    """A limit without a reason."""
    await site(hand)
    await hand.press("enter", "enter", "ctrl+u")
    await hand.submit("12", "")


async def close_site(hand: Hand) -> None:
    """The reason."""
    await site(hand)
    await hand.press("down", "enter")


async def find_to_link(hand: Hand) -> None:
    """Somebody was found."""
    token = await sign_in_beside(hand, sue(hand))
    hand.world.person("lou@abbey.example", ABBEY, BRIDGE, name="Lou Bell")
    await hand.show(lambda givens: FindToLinkScreen(givens, token))
    await hand.submit("lou@abbey.example")


async def home_of_support(hand: Hand) -> None:
    """What the helpdesk may do."""
    await arrive(hand, sue(hand))


STATES = {
    "my account": my_account,
    "change password, weak": change_password_weak,
    "move to a new phone": move,
    "move to a new phone, wrong code": move_wrong_code,
    "move to a new phone, QR code": move_qr,
    "move to a new phone, expired": move_expired,
    "new recovery codes, confirmed": new_codes_confirmed,
    "end a session": end_session,
    "recent sign-ins": sign_ins,
    "notices": notices,
    "home, notices put off": home_with_notices,
    "home of support": home_of_support,
    "sites": sites,
    "site": site,
    "edit site, no reason": edit_site,
    "close site": close_site,
    "link a person, found": find_to_link,
}


@pytest.fixture
def world() -> World:
    """Return a world."""
    return make_world()


@pytest.fixture(autouse=True)
def _still(fixed_secrets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze what would differ each time."""
    monkeypatch.setattr(strength_meter, "PAUSE", 0.001)


@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(state: str, world: World, snap_whole: Callable[..., bool]) -> None:
    """ACC-06, ACC-12: in four variants, nothing cut off, all of it on the screen at once."""
    assert snap_whole(world, STATES[state])
