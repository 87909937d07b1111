"""What a terminal may be used for beyond the desk."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.errors import NotPermitted, SessionEnded
from pomfa_tui.domain.sessions import SessionToken
from tests.house import ABBEY
from tests.world import World, make_world


@pytest.mark.parametrize(
    ("role", "site"), [("staff", ABBEY), ("admin", ABBEY), ("support", ""), ("commissioner", "")]
)
def test_a_program_is_told_who_is_signed_in_and_no_more(role: str, site: str) -> None:
    """Section 4: person, name, site and role in force."""
    world = make_world()
    jo = world.person("jo@abbey.example", role=role, name="Jo \x1b[2J Hill")

    told = world.desk.terminals.bearer(world.session_of(jo.id)).variables

    assert told == {
        "POMFA_PERSON": jo.id,
        "POMFA_NAME": "Jo �[2J Hill",
        "POMFA_SITE": site,
        "POMFA_ROLE": role,
    }


def test_nobody_without_a_session_is_handed_over(world: World) -> None:
    """SES-05, ROL-03: asked of the service, not of the screen."""
    with pytest.raises(SessionEnded):
        world.desk.terminals.bearer(SessionToken.new())


@pytest.mark.parametrize("role", ["admin", "support"])
def test_those_who_may_close_a_kiosk_are_recorded(world: World, role: str) -> None:
    """Section 4, rule 32: with who it was and where."""
    jo = world.person("jo@abbey.example", role=role)
    token = world.session_of(jo.id)
    with world.recorded() as events:
        world.desk.terminals.close_kiosk(token)

    (event,) = events
    assert (event.event, event.reason) == (Event.STOPPED, "kiosk_closed")
    assert (event.actor, event.terminal) == (jo.id, world.place.terminal)


@pytest.mark.parametrize("role", ["staff", "commissioner"])
def test_nobody_else_closes_a_kiosk(world: World, role: str) -> None:
    """Section 4, ROL-03: refused by the service and recorded."""
    token = world.session_of(world.person("jo@abbey.example", role=role).id)
    with world.recorded() as events, pytest.raises(NotPermitted):
        world.desk.terminals.close_kiosk(token)

    (event,) = events
    assert (event.event, event.outcome) == (Event.AUTHZ_FAILED, Outcome.FAILURE)
    assert event.detail["action"] == "close the kiosk"
