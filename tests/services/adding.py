"""Adding Ann Lee, or somebody who differs from her."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.access import Caller
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.views import Issued
from tests.house import ABBEY, HOST
from tests.world import World

ANN = NewPerson("ann.lee@abbey.example", "Ann Lee", "staff", ABBEY, "dispenser")


def add(world: World, caller: Caller = HOST, **changes: Any) -> Issued:
    """Create Ann Lee, a dispenser at Abbey, or somebody who differs from her."""
    return world.desk.people.add(caller, replace(ANN, **changes))


def administrator(world: World, site: str = ABBEY) -> SessionToken:
    """Return the session of an administrator of a site."""
    return world.sign_in(world.person(f"boss@{site.lower()}.example", site, role="admin"))


def people(world: World) -> int:
    """Return how many people there are."""
    with world.store.view() as view:
        return view.people.count()
