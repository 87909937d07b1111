"""Somebody on `Home`, without the screens that lead there: those have tests of their own."""

from __future__ import annotations

from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.screens.home import HomeScreen
from pomfa_tui.screens.home_words import badge_of
from tests.members import Member
from tests.screens.hand import Hand


async def arrive(hand: Hand, member: Member, *, site: str | None = None) -> SessionToken:
    """Sign in by the services and show `Home`; return the session."""
    token = hand.world.sign_in(member, site=site)
    view = hand.world.desk.home.show(token)
    hand.app.signed_in(token, badge_of(view))
    await hand.show(lambda givens: HomeScreen(givens, token, view))
    return token


async def choose(hand: Hand, entry: str) -> None:
    """Choose an entry of the list on the screen, by arrows and Enter alone."""
    for _ in range(20):
        if f"║ > {entry}" in hand.text:
            await hand.press("enter")
            return
        await hand.press("down")
    raise AssertionError(f"there is no {entry} on {hand.title}: {hand.words}")
