"""The two whom most tests of the office are about."""

from __future__ import annotations

import pytest

from tests.members import Member
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody of Abbey."""
    return world.person("jo@abbey.example", name="Jo")


@pytest.fixture
def admin(world: World) -> Member:
    """Return Abbey's administrator."""
    return world.person("ada@abbey.example", role="admin", name="Ada")
