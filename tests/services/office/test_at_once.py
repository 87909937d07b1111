"""Two at the same instant: one wins, the other is told, whatever the order (rules 3, 5, 8, 15)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    BadInput,
    CodeUsed,
    EmailExists,
    LastAdmin,
    NhsmailFull,
    NotPermitted,
    Refusal,
)
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, HOST
from tests.office import main_events, why
from tests.world import World, make_world

ROUNDS = 10


def at_once(*acts: Callable[[], object]) -> list[Refusal | None]:
    """Do all acts in threads that start together; return what each was refused with."""
    start = threading.Barrier(len(acts))
    answers: list[Refusal | None] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Refusal as refusal:
            answers[number] = refusal

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def new(email: str, site: str = ABBEY) -> NewPerson:
    """Return somebody new."""
    return NewPerson(email=email, name="New", role="staff", site=site, job="dispenser")


@pytest.mark.parametrize("way", ["role", "disable", "leave", "away"])
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_administrators_who_take_each_other_away_one_remains(way: str, _round: int) -> None:
    """ROL-08, rule 8: the second is either the last one or no administrator any more."""
    world = make_world()
    ada = world.person("ada@abbey.example", role="admin")
    bea = world.person("bea@abbey.example", role="admin")
    first, second = world.sign_in(ada), world.sign_in(bea)
    office = world.desk.office
    ways = {
        "role": lambda token, who: office.changes.edit(token, who, PersonEdit(role="staff")),
        "disable": lambda token, who: office.states.disable(token, who, "quarrel"),
        "leave": lambda token, who: office.states.leave(token, who, "quarrel"),
        "away": lambda token, who: office.changes.edit(
            token, who, PersonEdit(away_until="2026-12-31")
        ),
    }

    answers = at_once(lambda: ways[way](first, bea.id), lambda: ways[way](second, ada.id))

    assert sum(answer is None for answer in answers) == 1
    (lost,) = [answer for answer in answers if answer is not None]
    assert isinstance(lost, LastAdmin | NotPermitted) or lost.code == "session_ended"
    assert world.desk.sites.show(HOST, ABBEY).administrators == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_tenth_nhsmail_place_goes_to_one(_round: int) -> None:
    """ENR-18, rule 3."""
    world = make_world()
    for number in range(9):
        world.person(f"p{number}@nhs.net")
    jo = world.person("jo@home.example")

    answers = at_once(
        lambda: world.desk.people.add(HOST, new("one.person@nhs.net")),
        lambda: world.desk.office.changes.edit(HOST, jo.id, PersonEdit(email="jo.smith@nhs.net")),
    )

    assert sum(answer is None for answer in answers) == 1
    assert any(isinstance(answer, NhsmailFull) for answer in answers)
    assert world.desk.sites.show(HOST, ABBEY).nhsmail == 10


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_email_makes_one_account(_round: int) -> None:
    """ENR-17, ENU-06, rule 1: whatever its capitals, and also against an edit and an import."""
    world = make_world()
    jo = world.person("jo@home.example")
    table = f"email,name,site,role,job\nNEW@home.example,N,{ABBEY},staff,dispenser\n"

    answers = at_once(
        lambda: world.desk.people.add(HOST, new("new@home.example")),
        lambda: world.desk.people.add(HOST, new("New@Home.example", BRIDGE)),
        lambda: world.desk.office.changes.edit(HOST, jo.id, PersonEdit(email="new@home.EXAMPLE")),
        lambda: world.desk.office.imports.run(HOST, table, lambda _done, _all: None),
    )

    refusals = [answer for answer in answers if answer is not None]
    assert len(refusals) == 3
    assert all(isinstance(answer, EmailExists | BadInput) for answer in refusals)
    with world.store.view() as view:
        keys = [person.email_key for person in view.people.all()]
    assert keys.count("new@home.example") == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_recovery_code_that_two_desks_hear_serves_one(_round: int) -> None:
    """REC-03, A02: and the set shrinks by exactly one."""
    world = make_world()
    jo = world.person("jo@home.example")
    proof = why(IdentityCheck.RECOVERY_CODE, code=jo.recovery[4])
    resets = world.desk.office.resets

    answers = at_once(
        lambda: resets.unlock(HOST, jo.id, proof), lambda: resets.unlock(HOST, jo.id, proof)
    )

    assert sum(answer is None for answer in answers) == 1
    assert [code.number for code in world.credentials(jo).recovery] == [1, 2, 3, 5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_code_serves_one_step_up(_round: int) -> None:
    """TOTP-06, A01: two terminals of one person with the same six digits."""
    world = make_world()
    jo = world.person("jo@home.example")
    first, second = world.sign_in(jo), world.sign_in(jo)
    world.clock.advance(30)
    code, prove = jo.phone.code(), world.desk.office.step_up.prove

    answers = at_once(lambda: prove(first, code), lambda: prove(second, code))

    assert sorted(type(answer).__name__ for answer in answers) == sorted(
        [CodeUsed.__name__, type(None).__name__]
    )


def test_two_resets_at_once_leave_one_slip_that_works(world: World) -> None:
    """ENR-07, rule 17: the newest wins; both are recorded."""
    jo = world.person("jo@home.example")
    issued: list[str] = []
    reset = world.desk.office.resets.reset_password

    with world.recorded() as events:
        at_once(
            *[lambda: issued.append(reset(HOST, jo.id, why()).activation_code) for _ in range(2)]
        )

    def opens(slip: str) -> bool:
        try:
            world.desk.sign_in.offer_password(jo.email, slip)
        except Refusal:
            return False
        return True

    assert sorted(opens(slip) for slip in issued) == [False, True]
    assert [event.event for event in main_events(events)] == [Event.PASSWORD_CHANGED] * 2
