"""Resetting both factors of one person is possible only face to face, and never goes unnoticed (rule 20, ENR-12)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import AuditEvent, Severity
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import (
    Picture,
    main_events,
    pair_after_mfa_reset,
    refused,
    sign_in_after_password_reset,
    why,
)
from tests.world import World

OTHER = {"reset_password": "reset_mfa", "reset_mfa": "reset_password"}
NOT_IN_PERSON = [check for check in IdentityCheck if check is not IdentityCheck.IN_PERSON]
DAY = 86400


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody of Abbey."""
    return world.person("jo@abbey.example")


def reset(world: World, member: Member, act: str) -> str:
    """Reset a factor in person, from the command line; return the slip."""
    slip: str = getattr(world.desk.office.resets, act)(HOST, member.email, why()).activation_code
    return slip


def the_act(events: list[AuditEvent]) -> AuditEvent:
    """Return the one main event."""
    (main,) = main_events(events)
    return main


@pytest.mark.parametrize("first", list(OTHER))
@pytest.mark.parametrize("identity", NOT_IN_PERSON)
def test_the_second_factor_is_not_reset_on_somebodys_word_while_the_first_is_gone(
    world: World, jo: Member, first: str, identity: IdentityCheck
) -> None:
    """ENR-12, A24, rule 20: a called-back person has to come in, or use the first slip."""
    reset(world, jo, first)
    before = Picture.of(world)
    proof = why(identity, code=jo.recovery[1])

    answer = refused(lambda: getattr(world.desk.office.resets, OTHER[first])(HOST, jo.id, proof))

    assert isinstance(answer, BadInput)
    assert answer.field == "identity"
    assert Picture.of(world) == before


@pytest.mark.parametrize("first", list(OTHER))
def test_in_person_both_factors_go_and_the_log_calls_it_critical(
    world: World, jo: Member, first: str
) -> None:
    """ENR-12, rule 20: one slip then does for both, the newest."""
    reset(world, jo, first)

    with world.recorded() as events:
        jo.slip = reset(world, jo, OTHER[first])

    main = the_act(events)
    assert main.severity is Severity.CRITICAL
    assert main.detail["both_factors"] == "yes"
    jo.password = ""
    world.pair(jo)
    assert world.account(jo).state is PersonState.ACTIVE


@pytest.mark.parametrize("first", list(OTHER))
def test_a_slip_that_ran_out_is_replaced_without_calling_it_both_factors(
    world: World, jo: Member, first: str
) -> None:
    reset(world, jo, first)
    world.clock.advance(hours=25)

    with world.recorded() as events:
        getattr(world.desk.office.resets, first)(HOST, jo.id, why(IdentityCheck.CALLED_BACK))

    assert the_act(events).severity is Severity.WARNING


@pytest.mark.parametrize("first", list(OTHER))
@pytest.mark.parametrize(("later", "flagged"), [(DAY - 3600, True), (DAY + 3600, False)])
def test_one_factor_after_the_other_within_a_day_is_flagged_although_the_first_slip_was_used(
    world: World, jo: Member, *, first: str, later: int, flagged: bool
) -> None:
    """ENR-12: any check will do then, since one factor stands, but it is critical."""
    slip = reset(world, jo, first)
    if first == "reset_password":
        sign_in_after_password_reset(world, jo, slip)
    else:
        pair_after_mfa_reset(world, jo, slip)
    world.clock.advance(later)

    with world.recorded() as events:
        getattr(world.desk.office.resets, OTHER[first])(HOST, jo.id, why(IdentityCheck.KNOWN))

    main = the_act(events)
    assert (main.severity is Severity.CRITICAL) is flagged
    assert ("both_factors" in main.detail) is flagged


def test_the_other_administrators_of_the_persons_sites_are_told(
    world: World, admin: Member
) -> None:
    """ENR-12: not the actor, not the person, nobody of another site, and each about their own site only."""
    both = world.person("lou@abbey.example", ABBEY, BRIDGE, role="admin")
    second = world.person("bea@bridge.example", BRIDGE, role="admin")
    staff = world.person("sam@abbey.example")
    elsewhere = world.person("cas@castle.example", "FC333", role="admin")
    support = world.person("sue@helpdesk.example", role="support", name="Sue")
    actor = world.sign_in(support)
    world.desk.office.resets.reset_password(actor, both.email, why())
    world.desk.office.resets.reset_mfa(actor, both.email, why())

    told = {
        member.email: [
            (notice.site, notice.by)
            for notice in world.account(member).notices
            if notice.kind is NoticeKind.COLLEAGUE_RECOVERED
        ]
        for member in (admin, second, staff, elsewhere, support, both)
    }

    assert told == {
        admin.email: [(ABBEY, "Sue")],
        second.email: [(BRIDGE, "Sue")],
        staff.email: [],
        elsewhere.email: [],
        support.email: [],
        both.email: [],
    }


def test_for_somebody_invited_there_is_no_second_factor_to_lose(
    world: World, admin: Member
) -> None:
    new = world.newcomer("new@abbey.example")
    actor = world.sign_in(admin)

    with world.recorded() as events:
        world.desk.office.resets.reset_password(actor, new.email, why(IdentityCheck.KNOWN))

    assert the_act(events).severity is Severity.WARNING


def test_one_reset_alone_tells_nobody_else(world: World, jo: Member, admin: Member) -> None:
    reset(world, jo, "reset_mfa")

    assert world.account(admin).notices == ()
