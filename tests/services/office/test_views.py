"""What an answer shows depends on who asked (rules 9, 11; ROL-09)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import why
from tests.world import World


@pytest.fixture
def lou(world: World) -> Member:
    """Return a locum of two sites."""
    return world.person("lou@home.example", ABBEY, BRIDGE, name="Lou")


def test_an_administrators_own_act_shows_the_own_sites_tie_and_that_there_are_others(
    world: World, lou: Member
) -> None:
    """ROL-09, rule 11: the answer of an edit is no window either."""
    admin = world.sign_in(world.person("ada@abbey.example", role="admin"))

    shown = world.desk.office.changes.edit(admin, lou.id, PersonEdit(job="manager"))

    assert [member.site for member in shown.memberships] == [ABBEY]
    assert shown.elsewhere
    assert BRIDGE not in str(shown)


def test_support_and_the_command_line_see_every_tie(world: World, lou: Member) -> None:
    support = world.sign_in(world.person("sue@helpdesk.example", role="support"))

    for caller in (support, HOST):
        shown = world.desk.office.resets.reset_mfa(caller, lou.id, why()).person
        assert [member.site for member in shown.memberships] == [ABBEY, BRIDGE]
        assert not shown.elsewhere


def test_a_commissioner_who_resets_learns_who_it_was_and_nothing_else(world: World) -> None:
    """ROL-09, rule 9: a commissioner may reset an authenticator and see nobody."""
    jo = world.person("jo@abbey.example", name="Jo")
    world.set_person(jo, gphc="2071234")
    world.sign_in(jo)
    commissioner = world.sign_in(world.person("com@icb.example", role="commissioner"))

    shown = world.desk.office.resets.reset_mfa(commissioner, jo.email, why()).person

    assert (shown.name, shown.email, shown.mfa.value) == ("Jo", "jo@abbey.example", "reset")
    assert (shown.memberships, shown.elsewhere) == ((), False)
    assert (shown.gphc, shown.last_sign_in) == (None, None)


@pytest.mark.parametrize("factor", ["password_counter", "code_counter"])
@pytest.mark.parametrize(
    ("counter", "locked"),
    [
        (Counter(failures=9), False),
        (Counter(failures=10, locked_until=2_000_000_000), True),
        (Counter(failures=100), True),
    ],
)
def test_locked_means_either_factor_waits_or_is_switched_off(
    world: World, lou: Member, *, factor: str, counter: Counter, locked: bool
) -> None:
    world.set_credentials(lou, **{factor: counter})

    shown = world.desk.office.changes.edit(HOST, lou.id, PersonEdit(name="Louise"))

    assert shown.locked is locked
