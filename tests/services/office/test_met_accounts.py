"""An administrator learns by an address whether somebody has an account somewhere, and not often (rule 5, ENU-06)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import EmailExists, Refusal, TooManyMet
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.imports import ImportRefused
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import refused
from tests.world import World


@pytest.fixture
def ada(world: World) -> Member:
    """Return Abbey's administrator, in a world with many people at another site."""
    for number in range(30):
        world.person(f"p{number}@bridge.example", BRIDGE)
    return world.person("ada@abbey.example", role="admin")


def add(world: World, token: SessionToken, email: str) -> Refusal | None:
    """Try to add somebody at Abbey."""
    new = NewPerson(email, "New", "staff", site=ABBEY, job="dispenser")
    return refused(lambda: world.desk.people.add(token, new))


def test_ten_within_an_hour_are_answered_and_then_no_address_is_looked_up(
    world: World, ada: Member
) -> None:
    """ENU-06, C14: neither one that exists nor one that does not, by whatever door, until an hour has passed."""
    token = world.sign_in(ada)
    jo = world.person("jo@abbey.example")
    for number in range(9):
        assert isinstance(add(world, token, f"p{number}@bridge.example"), EmailExists)
    assert add(world, token, "free@home.example") is None
    edit = PersonEdit(email="p9@bridge.example")
    assert isinstance(
        refused(lambda: world.desk.office.changes.edit(token, jo.id, edit)), EmailExists
    )

    with world.recorded() as events:
        answers = [
            add(world, token, "p10@bridge.example"),
            add(world, token, "free2@home.example"),
            refused(lambda: world.desk.office.changes.edit(token, jo.id, edit)),
        ]

    assert all(isinstance(answer, TooManyMet) for answer in answers)
    assert [event.event for event in events] == [Event.RATE_LIMIT] * 3
    assert {event.actor for event in events} == {ada.id}


def test_the_hour_is_counted_for_the_person_and_not_for_the_session(
    world: World, ada: Member
) -> None:
    """ENU-06, THR-05: signing in again does not help, waiting does."""
    token = world.sign_in(ada)
    for number in range(10):
        add(world, token, f"p{number}@bridge.example")
    world.desk.sessions.sign_out(token)
    again = world.sign_in(ada)
    assert isinstance(add(world, again, "p11@bridge.example"), TooManyMet)

    world.clock.advance(hours=1)
    later = world.sign_in(ada)

    assert isinstance(add(world, later, "p11@bridge.example"), EmailExists)
    assert add(world, later, "free@home.example") is None
    assert len(world.credentials(ada).accounts_met) == 10


def test_a_table_tells_of_ten_and_no_more(world: World, ada: Member) -> None:
    """ENU-06: after those, rows that would be right are answered like rows that would not."""
    token = world.sign_in(ada)
    table = "email,name,site,role,job\n" + "".join(
        f"{email},N,{ABBEY},staff,dispenser\n"
        for email in [*(f"p{number}@bridge.example" for number in range(15)), "free@home.example"]
    )

    answer = refused(lambda: world.desk.office.imports.check(token, table))

    assert isinstance(answer, ImportRefused)
    reasons = [row.reason for row in answer.rows]
    assert reasons[:10] == [EmailExists().message] * 10
    assert reasons[10:] == [TooManyMet().message] * 6
    assert isinstance(add(world, token, "free@home.example"), TooManyMet)


def test_each_account_that_is_met_counts_once(world: World, ada: Member) -> None:
    """ENU-06: by whatever door."""
    token = world.sign_in(ada)
    jo = world.person("jo@abbey.example")
    add(world, token, "p1@bridge.example")
    edit = PersonEdit(email="p2@bridge.example")
    refused(lambda: world.desk.office.changes.edit(token, jo.id, edit))
    table = f"email,name,site,role,job\np3@bridge.example,N,{ABBEY},staff,dispenser\n"
    refused(lambda: world.desk.office.imports.check(token, table))

    assert len(world.credentials(ada).accounts_met) == 3


def test_an_edit_that_leaves_the_address_alone_is_not_held_up(world: World, ada: Member) -> None:
    token = world.sign_in(ada)
    for number in range(10):
        add(world, token, f"p{number}@bridge.example")
    jo = world.person("jo@abbey.example")

    world.desk.office.changes.edit(token, jo.id, PersonEdit(name="Jo S", email="JO@abbey.example"))

    assert world.account(jo).name == "Jo S"


def test_those_who_see_everybody_anyway_are_not_limited(world: World, ada: Member) -> None:
    """Support and the command line."""
    support = world.sign_in(world.person("sue@helpdesk.example", role="support"))

    for number in range(12):
        assert isinstance(add(world, support, f"p{number}@bridge.example"), EmailExists)
    new = NewPerson("p1@bridge.example", "N", "staff", site=ABBEY, job="dispenser")
    for _ in range(12):
        assert isinstance(refused(lambda: world.desk.people.add(HOST, new)), EmailExists)


def test_who_has_no_right_to_add_meets_nobody(world: World, ada: Member) -> None:
    """ROL-03: the right is asked for first."""
    staff = world.person("sam@abbey.example")
    token = world.sign_in(staff)

    answer = add(world, token, "p1@bridge.example")

    assert answer is not None
    assert answer.code == "not_permitted"
    assert world.credentials(staff).accounts_met == ()
