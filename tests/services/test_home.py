"""What `Home` shows: who, where, what they may do, and what they should know (section 2)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.permissions import MATRIX, Action, Role
from pomfa_tui.services.home import HomeView
from pomfa_tui.services.home_notices import Urgency
from tests.house import BRIDGE
from tests.world import World, make_world


def home(world: World, role: str = "staff", **changes: object) -> HomeView:
    """Return the home of somebody at Abbey."""
    jo = world.person("jo@abbey.example", role=role, name="Jo Lee")
    if changes:
        world.set_credentials(jo, **changes)
    return world.desk.home.show(world.session_of(jo.id))


@pytest.mark.parametrize("role", ["staff", "admin", "support", "commissioner"])
def test_it_names_the_person_their_role_and_what_it_allows(world: World, role: str) -> None:
    """ROL-01, ROL-03: the menu is made from the table that the services ask."""
    shown = home(world, role)

    assert (shown.name, shown.email, shown.role.value) == ("Jo Lee", "jo@abbey.example", role)
    assert shown.may == frozenset(MATRIX[Role(role)])


def test_only_administrators_and_support_may_close_the_kiosk(world: World) -> None:
    """Section 4: nobody else has a way out."""
    assert Action.CLOSE_KIOSK in home(world, "admin").may
    assert Action.CLOSE_KIOSK not in home(make_world(), "staff").may


@pytest.mark.parametrize(("others", "lonely"), [(0, True), (1, False)])
def test_an_administrator_is_told_while_there_is_no_second_one(
    world: World, others: int, lonely: bool
) -> None:
    """ROL-08, rule 8: a standing notice below two."""
    for number in range(others):
        world.person(f"other{number}@abbey.example", role="admin")
    world.person("elsewhere@bridge.example", BRIDGE, role="admin")

    shown = home(world, "admin")

    assert shown.one_administrator is lonely
    assert any("one administrator only" in notice.text for notice in shown.notices) is lonely


def test_staff_are_not_asked_to_add_an_administrator(world: World) -> None:
    """Rule 8: it is not theirs to do."""
    assert not home(world, "staff").one_administrator


@pytest.mark.parametrize(
    ("left", "said"), [(4, None), (3, "3 recovery codes left"), (1, "1 recovery code left")]
)
def test_few_recovery_codes_are_a_warning(world: World, left: int, said: str | None) -> None:
    """REC-08, rule 19: at three and below."""
    ann = world.person("ann@abbey.example")
    few = world.credentials(ann).recovery[:left]

    notices = home(world, recovery=few).notices

    assert [notice.urgency for notice in notices] == ([] if said is None else [Urgency.WARNING])
    assert said is None or said in notices[0].text


def test_a_quiet_home_has_no_notices(world: World) -> None:
    """Section 2: a notice is worth reading because there are few."""
    assert home(world).notices == ()
