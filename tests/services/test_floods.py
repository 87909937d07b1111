"""A flood of refusals is counted, not written out: the log stays bounded, and first, last and number are kept."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event
from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.domain.floods import ONE_BY_ONE, WINDOW
from tests.house import kinds
from tests.world import World


def attempt(world: World, email: str) -> None:
    """Type something that is refused."""
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(email, "anything at all")


def floods(events: list[AuditEvent]) -> list[AuditEvent]:
    """Return the counted records."""
    return [each for each in events if each.reason == "flood"]


def test_thousands_of_unknown_e_mails_in_a_minute_are_a_few_records(world: World) -> None:
    """AUD-12: the first sixty one by one, the rest as one record with number, first and last."""
    with world.recorded() as events:
        for number in range(500):
            attempt(world, f"n{number}@nowhere.example")
        began = world.clock.now()
        world.clock.advance(seconds=WINDOW)
        attempt(world, "late@nowhere.example")
    assert kinds(events).count(Event.SIGN_IN_FAILED) == ONE_BY_ONE + 1
    (flood,) = floods(events)
    assert flood.detail["not_listed"] == "440"
    assert flood.detail["last_from"] == "pts/7"
    assert flood.detail["first"] <= flood.detail["last"]
    assert world.clock.now() - began <= WINDOW + 500


def test_a_few_tries_are_recorded_one_by_one(world: World) -> None:
    """AUD-01: ordinary mistakes have a record each, and no counted one afterwards."""
    with world.recorded() as events:
        for _ in range(2):
            for number in range(ONE_BY_ONE):
                attempt(world, f"n{number}@nowhere.example")
            world.clock.advance(seconds=WINDOW)
    assert kinds(events).count(Event.SIGN_IN_FAILED) == 2 * ONE_BY_ONE
    assert floods(events) == []


def test_tries_at_a_locked_account_are_part_of_it(world: World) -> None:
    """AUD-12, rule 24: they neither count nor prolong anything, so nothing is lost by counting them."""
    ann = world.person("ann@abbey.example")
    with world.recorded() as events:
        for _ in range(200):
            attempt(world, ann.email)
    assert kinds(events).count(Event.SIGN_IN_FAILED) == 10
    assert kinds(events).count(Event.SIGN_IN_LOCKED) == ONE_BY_ONE


def test_wrong_passwords_of_an_account_are_always_recorded(world: World) -> None:
    """AUD-01: a flood elsewhere hides none of them."""
    for number in range(2 * ONE_BY_ONE):
        attempt(world, f"n{number}@nowhere.example")
    ann = world.person("ann@abbey.example")
    with world.recorded() as events:
        for _ in range(10):
            attempt(world, ann.email)
    assert kinds(events).count(Event.SIGN_IN_FAILED) == 10
    assert kinds(events).count(Event.SIGN_IN_FAILED_MAX) == 1


def test_the_next_start_of_the_program_records_what_was_left_counted(world: World) -> None:
    """AUD-12: though nobody tries anything any more."""
    for number in range(ONE_BY_ONE + 5):
        attempt(world, f"n{number}@nowhere.example")
    world.clock.advance(seconds=WINDOW)
    with world.recorded() as events:
        for _ in range(2):
            world.restart().office.retention.forget_old_secrets()
    assert [each.detail["not_listed"] for each in floods(events)] == ["5"]
