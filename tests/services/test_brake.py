"""Somebody who tries one password on many accounts slows the whole host down, and keeps nobody out."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.services.steps import NeedCode
from tests.house import kinds
from tests.members import Member
from tests.world import World

WRONG = "password of nobody here"


@pytest.fixture
def member(world: World) -> Member:
    return world.person("jo@abbey.example")


def spray(world: World, accounts: range) -> None:
    """Try one wrong password on accounts, every second one of which exists."""
    for number in accounts:
        email = f"p{number}@abbey.example"
        if number % 2:
            world.newcomer(email)
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(email, WRONG)


def test_forty_accounts_tried_once_each_set_the_brake_which_keeps_nobody_out(
    world: World, member: Member
) -> None:
    """THR-08: more than thirty failures in five minutes; a right password takes five seconds longer and is taken."""
    spray(world, range(31))
    assert world.clock.waited == []
    spray(world, range(31, 40))
    assert world.clock.waited == [5] * 9
    assert isinstance(world.desk.sign_in.offer_password(member.email, member.password), NeedCode)
    assert world.clock.waited == [5] * 10


def test_it_is_off_again_five_minutes_after_the_first_failures(
    world: World, member: Member
) -> None:
    """THR-08: slower for a while, not for ever."""
    spray(world, range(40))
    world.clock.waited.clear()
    world.clock.advance(minutes=5)
    world.offer_password(member)
    assert world.clock.waited == []


def test_its_beginning_is_recorded_once_and_names_nobody(world: World) -> None:
    """THR-08, PRI-01."""
    with world.recorded() as events:
        spray(world, range(40))
    (begun,) = [event for event in events if event.event is Event.RATE_LIMIT]
    assert begun.severity is Severity.CRITICAL
    assert begun.reason == "many_accounts"
    assert begun.detail == {"failures": "31"}
    assert kinds(events).count(Event.SIGN_IN_FAILED) == 40


def test_right_passwords_do_not_count(world: World, member: Member) -> None:
    """Rule 24: a busy morning is no attack."""
    for _ in range(60):
        world.offer_password(member)
    assert world.clock.waited == []
