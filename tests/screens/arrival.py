"""Somebody who is signed in, without the screens that lead there: those have tests of their own."""

from __future__ import annotations

from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.screens.home import HomeScreen
from pomfa_tui.screens.home_words import badge_of
from pomfa_tui.screens.my_account import MyAccountScreen
from tests.members import Member
from tests.screens.hand import Hand


async def sign_in_beside(hand: Hand, member: Member, *, site: str | None = None) -> SessionToken:
    """Sign in by the services and have the app hold the session."""
    token = hand.world.sign_in(member, site=site)
    hand.app.signed_in(token, badge_of(hand.world.desk.home.show(token)))
    return token


async def arrive(hand: Hand, member: Member, *, site: str | None = None) -> SessionToken:
    """Sign in and show `Home`."""
    token = await sign_in_beside(hand, member, site=site)
    view = hand.world.desk.home.show(token)
    await hand.show(lambda givens: HomeScreen(givens, token, view))
    return token


async def arrive_at_account(hand: Hand, member: Member) -> SessionToken:
    """Sign in and show `My account`."""
    token = await sign_in_beside(hand, member)
    account = hand.world.desk.office.account.show(token)
    await hand.show(lambda givens: MyAccountScreen(givens, token, account))
    return token


async def choose(hand: Hand, entry: str) -> None:
    """Choose an entry of the list on the screen, by arrows and Enter alone."""
    for _ in range(20):
        if f"║ > {entry}" in hand.text:
            await hand.press("enter")
            return
        await hand.press("down")
    raise AssertionError(f"there is no {entry} on {hand.title}: {hand.words}")
