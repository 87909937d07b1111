"""What only the owner of the host may put right, and the record of faults."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.errors import ClockMovedBack, CodeUsed, NotInitialised, NotPermitted
from tests.house import HOST
from tests.world import World, make_world

DAY = 86400


def run_ahead(world: World) -> None:
    """Let the clock run a day ahead while something is recorded, and then set it right."""
    world.clock.set_forward(DAY)
    world.desk.sites.add(HOST, code="FD444", name="Dell Pharmacy")
    world.clock.set_back(DAY)


def test_a_clock_that_ran_ahead_locks_codes_until_the_host_accepts_it() -> None:
    """TOTP-10, ROL-15: rule 27 has a way out, for the owner of the host alone, critical in the log."""
    world = make_world()
    jo = world.person("jo@abbey.example")
    run_ahead(world)
    with pytest.raises(ClockMovedBack):
        world.sign_in(jo)
    with world.recorded() as events:
        accepted = world.desk.upkeep.accept_clock(HOST)
    assert (accepted.seconds, accepted.waiting) == (DAY, 0)
    (event,) = events
    assert (event.event, event.severity) == (Event.AUTHZ_ADMIN, Severity.CRITICAL)
    assert (event.actor, event.reason) == ("host:root", "clock_accepted")
    assert event.detail["seconds"] == str(DAY)
    world.sign_in(jo)


def test_a_clock_that_is_right_has_nothing_to_accept_and_nothing_is_recorded() -> None:
    world = make_world()
    with world.recorded() as events:
        assert world.desk.upkeep.accept_clock(HOST).seconds == 0
    assert events == []


def test_a_code_used_while_the_clock_ran_ahead_stays_used_and_its_owner_is_counted() -> None:
    """TOTP-06: accepting the clock gives no code a second life."""
    world = make_world()
    jo, kim = world.person("jo@abbey.example"), world.person("kim@abbey.example")
    world.sign_in(kim)
    world.clock.set_forward(DAY)
    world.sign_in(jo)
    world.clock.set_back(DAY)
    assert world.desk.upkeep.accept_clock(HOST).waiting == 1
    attempt = world.reach_code(jo).attempt
    with pytest.raises(CodeUsed):
        world.desk.sign_in.offer_code(attempt, jo.phone.code())


@pytest.mark.parametrize("role", ["staff", "admin", "support"])
def test_nobody_signed_in_may_accept_the_clock(role: str) -> None:
    world = make_world()
    token = world.sign_in(world.person("jo@abbey.example", role=role))
    with pytest.raises(NotPermitted):
        world.desk.upkeep.accept_clock(token)


def test_an_empty_store_has_no_clock_to_accept() -> None:
    with pytest.raises(NotInitialised):
        make_world(initialised=False).desk.upkeep.accept_clock(HOST)


def test_a_fault_is_recorded_under_the_number_that_the_person_was_shown() -> None:
    """GEN-01."""
    world = make_world()
    with world.recorded() as events:
        world.desk.upkeep.record_fault("7K3Q-M0ZD", "ValueError at people.py:12")
    (event,) = events
    assert (event.event, event.outcome) == (Event.CRASHED, Outcome.FAILURE)
    assert event.severity is Severity.CRITICAL
    assert event.detail == {"incident": "7K3Q-M0ZD", "place": "ValueError at people.py:12"}
