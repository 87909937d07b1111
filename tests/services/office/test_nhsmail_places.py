"""Ten personal NHSmail accounts for a site, at every door, and the two ways on (rules 3, 4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain.errors import BadInput, NhsmailFull, NotFound, NotPermitted, StepUpNeeded
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.imports import ImportRefused
from pomfa_tui.services.linking import Link
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import Picture, refused, why
from tests.world import World, make_world


def fill(world: World, site: str = ABBEY, places: int = 10) -> list[Member]:
    """Give `places` people of a site an NHSmail account each."""
    return [world.person(f"p{number}.{site.lower()}@nhs.net", site) for number in range(places)]


def new(email: str, site: str = ABBEY) -> NewPerson:
    """Return somebody new."""
    return NewPerson(email=email, name="New", role="staff", site=site, job="dispenser")


def add(world: World, email: str, site: str = ABBEY) -> object:
    """Add somebody from the command line."""
    return world.desk.people.add(HOST, new(email, site))


def test_the_tenth_is_accepted_and_the_eleventh_is_told_the_two_ways_on(world: World) -> None:
    """ENR-18, rule 3."""
    fill(world, places=9)
    add(world, "jo.smith@nhs.net")
    assert world.desk.sites.show(HOST, ABBEY).nhsmail == 10

    answer = refused(lambda: add(world, "sam.smith@NHS.net"))

    assert isinstance(answer, NhsmailFull)
    assert (answer.code, answer.field, answer.limit) == ("nhsmail_full", "email", 10)
    assert "personal address" in answer.message
    assert "helpdesk" in answer.message


@pytest.mark.parametrize(
    "email", ["sam@home.example", "sam@trust.nhs.uk", "sam@mail.nhs.net", "sam@nhs.net.example"]
)
def test_other_addresses_are_without_limit(world: World, email: str) -> None:
    """ENR-18, rule 4: `*.nhs.uk` and sub-domains are no NHSmail."""
    fill(world)

    assert refused(lambda: add(world, email)) is None


@pytest.mark.parametrize("state", [PersonState.DISABLED, PersonState.LEFT])
def test_disabled_and_left_people_do_not_count(world: World, state: PersonState) -> None:
    """Rule 4."""
    first, *_ = fill(world)
    world.set_person(first, state=state)

    assert refused(lambda: add(world, "jo.smith@nhs.net")) is None


def test_invited_people_and_those_whose_pass_has_ended_do_count(world: World) -> None:
    """Rule 13: blocked, not deleted."""
    people = fill(world)
    world.set_person(people[0], state=PersonState.INVITED)
    world.desk.office.changes.edit(HOST, people[1].id, PersonEdit(ends="2026-01-01"))

    assert isinstance(refused(lambda: add(world, "jo.smith@nhs.net")), NhsmailFull)


def _enable(world: World, member: Member) -> object:
    return world.desk.office.states.enable(HOST, member.id, "back")


def _change_email(world: World, member: Member) -> object:
    return world.desk.office.changes.edit(HOST, member.id, PersonEdit(email="jo.smith@nhs.net"))


def _link(world: World, member: Member) -> object:
    link = Link(ABBEY, "staff", "dispenser")
    return world.desk.office.links.link(HOST, member.id, link, why())


DOORS: dict[str, tuple[str, str, PersonState, Callable[[World, Member], object]]] = {
    "enable": ("jo.smith@nhs.net", ABBEY, PersonState.DISABLED, _enable),
    "e-mail change": ("jo@home.example", ABBEY, PersonState.ACTIVE, _change_email),
    "link of a leaver": ("jo.smith@nhs.net", BRIDGE, PersonState.LEFT, _link),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("taken", [9, 10])
def test_every_door_counts(world: World, door: str, taken: int) -> None:
    """ENR-18, A12: with a place left it opens, without one nothing changes."""
    email, site, state, act = DOORS[door]
    fill(world, places=taken)
    jo = world.person(email, site)
    if state is PersonState.DISABLED:
        world.desk.office.states.disable(HOST, jo.id, "long leave")
    elif state is PersonState.LEFT:
        world.desk.office.states.leave(HOST, jo.id, "left")
    before = Picture.of(world)

    answer = refused(lambda: act(world, jo))

    if taken == 9:
        assert answer is None
        assert world.desk.sites.show(HOST, ABBEY).nhsmail == 10
    else:
        assert isinstance(answer, NhsmailFull)
        assert Picture.of(world) == before


def test_somebody_counts_for_the_first_of_their_sites_only(world: World) -> None:
    """Rule 3: a locum whom Bridge sponsors takes no place at Abbey."""
    fill(world)
    lou = world.person("lou.jones@nhs.net", BRIDGE)

    world.desk.office.links.link(HOST, lou.id, Link(ABBEY, "staff", "locum pharmacist"), why())

    assert world.desk.sites.show(HOST, ABBEY).nhsmail == 10
    assert world.desk.sites.show(HOST, BRIDGE).nhsmail == 1


def test_nobodys_leaving_is_refused_for_want_of_a_place_at_the_next_site(world: World) -> None:
    """Rules 3, 11, 14: the next site sponsors then, beyond its limit, and takes nobody else."""
    lou = world.person("lou.jones@nhs.net", BRIDGE, ABBEY)
    fill(world)
    admin = world.sign_in(world.person("bea@bridge.example", BRIDGE, role="admin"))

    world.desk.office.states.leave(admin, lou.id, "no more shifts")

    assert world.desk.sites.show(HOST, ABBEY).nhsmail == 11
    assert isinstance(refused(lambda: add(world, "jo.smith@nhs.net")), NhsmailFull)


def test_who_has_a_place_keeps_it_when_the_address_is_mended(world: World) -> None:
    """Rule 3: also where the limit was lowered since."""
    first, *_ = fill(world)
    world.desk.office.site_changes.edit(HOST, ABBEY, nhsmail_limit=5, reason="sold a branch")

    world.desk.office.changes.edit(HOST, first.id, PersonEdit(email="first.person@nhs.net"))

    assert world.account(first).email_key == "first.person@nhs.net"


def test_the_rows_of_an_import_count_one_after_the_other(world: World) -> None:
    """ENR-18, rule 3: eight taken, so the third row with an NHSmail address has no place."""
    fill(world, places=8)
    table = "email,name,site,role,job\n" + "".join(
        f"{name}@{domain},N,{ABBEY},staff,dispenser\n"
        for name, domain in (
            ("a.one", "nhs.net"),
            ("b.two", "home.example"),
            ("c.three", "nhs.net"),
            ("d.four", "nhs.net"),
        )
    )

    answer = refused(lambda: world.desk.office.imports.check(HOST, table))

    assert isinstance(answer, ImportRefused)
    assert [row.line for row in answer.rows] == [5]
    assert "NHSmail" in answer.rows[0].reason


def test_support_raises_one_sites_limit_with_a_reason(world: World) -> None:
    """Rule 3, ROL-01: recorded, and only there."""
    fill(world)
    support = world.sign_in(world.person("sue@helpdesk.example", role="support"))

    with world.recorded() as events:
        shown = world.desk.office.site_changes.edit(
            support, ABBEY.lower(), nhsmail_limit=12, reason="two branches merged"
        )

    assert (shown.nhsmail, shown.nhsmail_limit) == (10, 12)
    (event,) = events
    assert event.detail == {
        "nhsmail_limit": "12",
        "why": "two branches merged",
        "changed": "nhsmail_limit",
    }
    add(world, "jo.smith@nhs.net")
    assert world.desk.sites.show(HOST, BRIDGE).nhsmail_limit == 10


def test_an_administrator_cannot_raise_it(world: World) -> None:
    """ROL-01, rule 3."""
    admin = world.sign_in(world.person("ada@abbey.example", role="admin"))
    changes = world.desk.office.site_changes

    here = refused(lambda: changes.edit(admin, ABBEY, nhsmail_limit=12, reason="please"))
    there = refused(lambda: changes.edit(admin, BRIDGE, nhsmail_limit=12, reason="please"))

    assert isinstance(here, NotPermitted)
    assert isinstance(there, NotFound)


@pytest.mark.parametrize(
    ("limit", "reason", "field"),
    [
        (0, "x", "nhsmail_limit"),
        (101, "x", "nhsmail_limit"),
        (12, "", "reason"),
        (12, None, "reason"),
    ],
)
def test_a_limit_has_bounds_and_a_reason(
    world: World, limit: int, reason: str | None, field: str
) -> None:
    answer = refused(
        lambda: world.desk.office.site_changes.edit(HOST, ABBEY, nhsmail_limit=limit, reason=reason)
    )

    assert isinstance(answer, BadInput)
    assert answer.field == field


@pytest.mark.parametrize("limit", [1, 100])
def test_the_bounds_themselves_are_allowed(world: World, limit: int) -> None:
    shown = world.desk.office.site_changes.edit(HOST, ABBEY, nhsmail_limit=limit, reason="x")

    assert shown.nhsmail_limit == limit


def test_raising_it_needs_a_fresh_code_and_renaming_does_not(world: World) -> None:
    """SES-13, rule 22."""
    support = world.sign_in(world.person("sue@helpdesk.example", role="support"))
    world.clock.advance(minutes=5, seconds=1)
    changes = world.desk.office.site_changes

    assert isinstance(
        refused(lambda: changes.edit(support, ABBEY, nhsmail_limit=12, reason="x")), StepUpNeeded
    )
    assert changes.edit(support, ABBEY, name="Abbey Road").name == "Abbey Road"


def test_the_general_limit_comes_from_the_configuration() -> None:
    """Rule 3: settable inside the hard bounds."""
    world = make_world(nhsmail_per_site=2)
    fill(world, places=2)

    answer = refused(lambda: add(world, "jo.smith@nhs.net"))

    assert isinstance(answer, NhsmailFull)
    assert answer.limit == 2
