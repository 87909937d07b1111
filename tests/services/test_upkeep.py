"""What only the owner of the host may put right."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import ClockMovedBack
from tests.house import HOST
from tests.world import make_world


def test_a_clock_that_ran_ahead_locks_codes_until_the_host_accepts_it() -> None:
    """TOTP-10, ROL-15: rule 27 has a way out, for the owner of the host alone, critical in the log."""
    world = make_world()
    jo = world.person("jo@abbey.example")
    world.clock.set_forward(86400)
    world.desk.sites.add(HOST, code="FD444", name="Dell Pharmacy")
    world.clock.set_back(86400)
    with pytest.raises(ClockMovedBack):
        world.sign_in(jo)
    with world.recorded() as events:
        accepted = world.desk.upkeep.accept_clock(HOST)
    assert (accepted.seconds, accepted.waiting) == (86400, 0)
    (event,) = events
    assert (event.event, event.severity) == (Event.AUTHZ_ADMIN, Severity.CRITICAL)
    assert (event.actor, event.reason) == ("host:root", "clock_accepted")
    assert event.detail["seconds"] == "86400"
    world.clock.advance(60)
    world.sign_in(jo)
