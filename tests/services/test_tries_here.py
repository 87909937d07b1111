"""After ten refusals at one terminal it counts down, the same for every e-mail, and tells nothing of other terminals (rules 24, 25)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.services.steps import NeedCode
from pomfa_tui.services.tries_here import MOST
from tests.members import Member
from tests.world import World

WRONG = "not the password of anybody"
UNKNOWN = "nobody@nowhere.example"


def said(world: World, email: str, password: str = WRONG) -> str:
    """Return the answer to one try."""
    with pytest.raises(SignInRefused) as refused:
        world.desk.sign_in.offer_password(email, password)
    return refused.value.message


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody who has forgotten their password."""
    return world.person("jo@abbey.example")


def test_a_known_and_an_unknown_email_get_the_same_countdown(world: World, jo: Member) -> None:
    """ENU-01, THR-09: try by try, through the first two waits and in between, character by character."""
    for minutes in [0] * 11 + [4, 10, 2] + [0] * 6 + [29, 2]:
        world.clock.advance(minutes=minutes)
        assert said(world, jo.email) == said(world, UNKNOWN)


def test_the_tenth_refusal_says_how_long_and_then_how_long_still(world: World, jo: Member) -> None:
    """THR-07: an honest count, and what helps sooner."""
    for _ in range(9):
        assert "That did not match." in said(world, jo.email)
    assert "Wait 15 minutes;" in said(world, jo.email)
    world.clock.advance(minutes=9, seconds=1)
    assert "Wait 6 minutes;" in said(world, jo.email, jo.password)
    world.clock.advance(minutes=5)
    assert "Wait 1 minute;" in said(world, jo.email)
    world.clock.advance(minutes=1)
    assert isinstance(world.offer_password(jo), NeedCode)


def test_the_next_wait_is_longer(world: World, jo: Member) -> None:
    """THR-03: as the account's own counter has it."""
    for _ in range(10):
        said(world, jo.email)
    world.clock.advance(minutes=15)
    for _ in range(4):
        assert "That did not match." in said(world, jo.email)
    assert "Wait 30 minutes;" in said(world, jo.email)


def test_one_email_says_nothing_about_another(world: World, jo: Member) -> None:
    """A16: each for itself, however it is spelt."""
    for _ in range(10):
        said(world, jo.email)

    assert "That did not match." in said(world, UNKNOWN)
    assert "Wait 15 minutes;" in said(world, " JO@Abbey.example")


def test_what_was_tried_elsewhere_is_not_told_here(world: World, jo: Member) -> None:
    """ENU-01: a lock that others have caused looks like a wrong password, with the right one too."""
    elsewhere = world.another_terminal()
    for _ in range(10):
        with pytest.raises(SignInRefused):
            elsewhere.sign_in.offer_password(jo.email, WRONG)

    assert said(world, jo.email, jo.password) == said(world, UNKNOWN)


def test_a_right_password_begins_anew(world: World, jo: Member) -> None:
    """THR-07: whoever remembers it at last is not told to wait the next morning."""
    for _ in range(9):
        said(world, jo.email)
    world.sign_in(jo)

    assert "That did not match." in said(world, jo.email)


def test_as_many_emails_are_remembered_as_people_mistype(world: World) -> None:
    """ASVS 2.4.1: bounded, whatever is typed."""
    for number in range(MOST + 5):
        said(world, f"nobody{number}@nowhere.example")

    assert len(world.desk.sign_in._first._here._counters) == MOST
