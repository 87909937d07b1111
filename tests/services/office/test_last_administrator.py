"""No administrator leaves a site without administrator, by whatever way; support does, and says why (rule 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import BadInput, LastAdmin, NotPermitted
from pomfa_tui.domain.memberships import SiteRole
from pomfa_tui.domain.people import PersonState, SystemRole
from pomfa_tui.services.access import Caller
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import Picture, refused, why
from tests.world import World

Way = Callable[[World, Caller, Member, str], object]


def edit(change: PersonEdit) -> Way:
    """Return the way out by an edit of the membership."""
    return lambda world, caller, member, reason: world.desk.office.changes.edit(
        caller, member.id, replace(change, site=ABBEY, reason=reason)
    )


WAYS: dict[str, Way] = {
    "demoted": edit(PersonEdit(role="staff")),
    "away": edit(PersonEdit(away_until="2026-01-31")),
    "pass over": edit(PersonEdit(ends="2026-01-01")),
    "pass that ends": edit(PersonEdit(ends="2026-12-31")),
    "pass that begins later": edit(PersonEdit(starts="2026-02-01")),
    "disabled": lambda w, c, m, reason: w.desk.office.states.disable(c, m.id, reason),
    "left": lambda w, c, m, reason: w.desk.office.states.leave(c, m.id, reason),
}
"""Every way in which an administrator can stop being one; the last needs a right that only support has."""

UNLINKED: Way = lambda w, c, m, reason: w.desk.office.links.unlink(  # noqa: E731 - one more row
    c, m.id, ABBEY, why(reason=reason)
)


@pytest.fixture
def ada(world: World) -> Member:
    """Return an administrator of Abbey."""
    return world.person("ada@abbey.example", role="admin", name="Ada")


@pytest.fixture
def bea(world: World) -> Member:
    """Return the other one."""
    return world.person("bea@abbey.example", role="admin", name="Bea")


@pytest.fixture
def support(world: World) -> Caller:
    """Return somebody of the helpdesk, signed in."""
    return world.sign_in(world.person("sue@helpdesk.example", role="support"))


@pytest.mark.parametrize("way", WAYS)
def test_the_second_of_two_administrators_can_go(
    world: World, ada: Member, bea: Member, way: str
) -> None:
    """ROL-08."""
    actor = world.sign_in(ada)

    assert refused(lambda: WAYS[way](world, actor, bea, "moved away")) is None


@pytest.mark.parametrize("way", WAYS)
def test_an_administrator_cannot_take_the_other_one_away_while_not_counting_themselves(
    world: World, ada: Member, bea: Member, way: str
) -> None:
    """ROL-08: Ada is marked away and yet at the terminal, so Bea is the last one who counts."""
    actor = world.sign_in(ada)
    world.desk.office.changes.edit(HOST, ada.id, PersonEdit(away_until="2027-12-31"))
    before = Picture.of(world)

    answer = refused(lambda: WAYS[way](world, actor, bea, "moved away"))

    assert isinstance(answer, LastAdmin)
    assert answer.site == ABBEY
    assert answer.code == "last_admin"
    assert Picture.of(world) == before


def test_an_invited_administrator_does_not_count(world: World, ada: Member, bea: Member) -> None:
    """ROL-08, rule 8: active, valid and not away."""
    actor = world.sign_in(ada)
    world.newcomer("new@abbey.example", role="admin")
    world.desk.office.changes.edit(HOST, ada.id, PersonEdit(away_until="2027-12-31"))

    answer = refused(lambda: WAYS["demoted"](world, actor, bea, "moved away"))

    assert isinstance(answer, LastAdmin)


@pytest.mark.parametrize("way", ["pass that ends", "away"])
def test_two_administrators_cannot_set_each_other_a_last_day(
    world: World, ada: Member, bea: Member, way: str
) -> None:
    """ROL-08: today both would still count, and then nobody."""
    first, second = world.sign_in(ada), world.sign_in(bea)
    assert refused(lambda: WAYS[way](world, first, bea, "a long trip")) is None

    answer = refused(lambda: WAYS[way](world, second, ada, "a long trip"))

    assert isinstance(answer, LastAdmin)


@pytest.mark.parametrize("way", [*WAYS, "unlinked"])
def test_support_takes_the_last_one_away_and_each_site_reads_why(
    world: World, ada: Member, support: Caller, way: str
) -> None:
    """ROL-08, AUD-01: the reason in the act's record, the consequence in a record of its own."""
    act = WAYS.get(way, UNLINKED)

    with world.recorded() as events:
        act(world, support, ada, "struck off")

    assert [event.detail["why"] for event in events if "why" in event.detail] == ["struck off"]
    (lost,) = [event for event in events if event.reason == "last_administrator_gone"]
    assert (lost.event, lost.severity) == (Event.PERMISSIONS_CHANGED, Severity.WARNING)
    assert (lost.subject, lost.site) == (ada.id, ABBEY)


@pytest.mark.parametrize("way", [*WAYS, "unlinked"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_support_cannot_do_so_without_a_reason(
    world: World, ada: Member, support: Caller, way: str, reason: str
) -> None:
    """ROL-08, rule 8."""
    act = WAYS.get(way, UNLINKED)
    before = Picture.of(world)

    answer = refused(lambda: act(world, support, ada, reason))

    assert isinstance(answer, BadInput)
    assert answer.field == "reason"
    assert Picture.of(world) == before


def test_an_edit_that_takes_nobody_away_needs_no_reason(
    world: World, ada: Member, bea: Member, support: Caller
) -> None:
    assert refused(lambda: WAYS["demoted"](world, support, ada, "")) is None


def test_a_switched_off_administrator_of_two_sites_leaves_a_record_at_each(
    world: World, support: Caller
) -> None:
    """ROL-08, ROL-09: neither record names the other site."""
    both = world.person("lou@abbey.example", ABBEY, BRIDGE, role="admin")

    with world.recorded() as events:
        world.desk.office.states.disable(support, both.id, "struck off")

    lost = [event for event in events if event.reason == "last_administrator_gone"]
    assert [event.site for event in lost] == [ABBEY, BRIDGE]
    assert all(BRIDGE not in str(event.detail) for event in lost)


@pytest.mark.parametrize("way", WAYS)
def test_nobody_takes_their_own_administration_away(
    world: World, ada: Member, bea: Member, way: str
) -> None:
    """ROL-07, rule 10."""
    actor = world.sign_in(ada)

    answer = refused(lambda: WAYS[way](world, actor, ada, "tired"))

    assert isinstance(answer, NotPermitted)


def test_the_site_and_home_say_how_many_administrators_there_are(
    world: World, ada: Member, bea: Member
) -> None:
    """ROL-08, rule 8: active, valid and not away; the one who remains is told on Home."""
    token = world.sign_in(ada)
    assert world.desk.sites.show(token, ABBEY).administrators == 2
    assert not world.desk.home.show(token).one_administrator

    for unlike in ({"state": PersonState.DISABLED}, {"state": PersonState.INVITED}):
        world.set_person(bea, **unlike)
        assert world.desk.sites.show(token, ABBEY).administrators == 1
    world.set_person(bea, state=PersonState.ACTIVE)
    world.desk.office.changes.edit(HOST, bea.id, PersonEdit(away_until="2026-01-05"))

    assert world.desk.sites.show(token, ABBEY).administrators == 1
    assert world.desk.home.show(token).one_administrator
    world.clock.advance(days=1)
    assert world.desk.sites.show(HOST, ABBEY).administrators == 2


def test_support_and_commissioners_are_no_administrators_of_a_site(world: World) -> None:
    support = world.person("sue@helpdesk.example", role="support")

    assert world.account(support).role is SystemRole.SUPPORT
    assert not world.account(support).administers(ABBEY, date(2026, 1, 5))
    assert SiteRole.ADMIN not in {member.role for member in world.account(support).memberships}
