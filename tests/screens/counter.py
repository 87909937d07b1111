"""The way of administrators and support to `People`, to one person, and to what they do there."""

from __future__ import annotations

import msgspec

from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.screens.people import PeopleScreen
from pomfa_tui.screens.person import PersonScreen
from pomfa_tui.widgets.choice_list import ChoiceList
from tests.members import Member
from tests.screens.arrival import arrive
from tests.screens.hand import Hand
from tests.world import World


async def open_people(hand: Hand, actor: Member) -> SessionToken:
    """Sign in and list people."""
    token = await arrive(hand, actor)
    everywhere = not hand.world.account(actor).memberships
    await hand.show(lambda givens: PeopleScreen(givens, token, everywhere=everywhere))
    await hand.settle()
    return token


async def open_person(hand: Hand, actor: Member, who: Member) -> SessionToken:
    """Sign in and show one person."""
    token = await arrive(hand, actor)
    details = hand.world.desk.people.details(token, who.id)
    await hand.show(lambda givens: PersonScreen(givens, token, details))
    await hand.settle()
    return token


def deeds(hand: Hand) -> list[str]:
    """Return what can be done, in the words on the screen."""
    choices = hand.widget(ChoiceList)
    return [each.text for each in choices._choices.values()] if choices.display else []


async def do(hand: Hand, words: str, title: str | None = None) -> None:
    """Choose a deed by the arrows and wait for its screen."""
    choices = hand.widget(ChoiceList)
    assert words in deeds(hand), deeds(hand)
    while choices._choices[choices.marked or ""].text != words:
        await hand.press("down")
    await hand.press("enter")
    await hand.reach(title or words)


async def say(hand: Hand, answer: str) -> None:
    """Answer a question by Tab and Enter."""
    await hand.reach("Are you sure?")
    while hand.keyboard != answer:
        await hand.press("tab")
    await hand.press("enter")


def age_proof(world: World, actor: Member, seconds: int = 301) -> None:
    """Let the last code of an actor lie so many seconds back."""
    with world.store.transaction() as tx:
        for session in list(tx.sessions.of_person(actor.id)):
            older = msgspec.structs.replace(session, proven_at=session.proven_at - seconds)
            tx.sessions.put(older)
