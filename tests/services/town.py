"""A town with people of every kind, for what one may see of others."""

from __future__ import annotations

from pomfa_tui.domain.sessions import SessionToken
from tests.house import ABBEY, BRIDGE, CASTLE
from tests.world import World


def settle(world: World) -> None:
    """Put people of every kind into a world."""
    world.person("boss@abbey.example", role="admin", name="Boss")
    world.person("ann@abbey.example", name="Ann")
    world.person("bob@bridge.example", BRIDGE, name="Bob")
    world.person("lee@locum.example", ABBEY, BRIDGE, name="Lee")
    world.person("kim@locum.example", BRIDGE, CASTLE, name="Kim")
    world.person("help@desk.example", role="support", name="Helen")
    world.person("city@board.example", role="commissioner", name="Cyril")


def signed_in(world: World, email: str) -> SessionToken:
    """Return a session of somebody in town."""
    with world.store.view() as view:
        person = view.people.by_email(email)
    assert person is not None
    return world.session_of(person.id)
