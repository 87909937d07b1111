"""A fresh world for every test of the services."""

from __future__ import annotations

import pytest

from tests.services.town import settle
from tests.world import World, make_world


@pytest.fixture
def world() -> World:
    """Return a world that is set up, with three pharmacies and nobody in it."""
    return make_world()


@pytest.fixture
def town(world: World) -> World:
    """Return a world with people of every kind."""
    settle(world)
    return world
