"""Switching accounts off and on, and leaving: one act, everything with it, history stays (rule 14)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import MfaState, PairingEnd
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadInput,
    MultiSite,
    NotFound,
    SignInRefused,
)
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.services.steps import NeedCode, NeedSite, ShowRecoveryCodes, SignedIn
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import Picture, main_events, refused, runs, why
from tests.world import World

STATES = ["disable", "enable", "leave"]


@pytest.fixture
def lou(world: World) -> Member:
    """Return a locum of Abbey and Bridge."""
    return world.person("lou@home.example", ABBEY, BRIDGE, name="Lou")


def test_somebody_switched_off_is_out_everywhere_at_once_and_hears_the_one_answer(
    world: World, jo: Member, admin: Member
) -> None:
    """ROL-12, SES-08, A28: sessions, half-done sign-ins and outstanding slips."""
    session = world.sign_in(jo)
    world.clock.advance(30)
    attempt = world.reach_code(jo).attempt

    world.desk.office.states.disable(world.sign_in(admin), jo.email, "long leave")

    assert not runs(world, session)
    answer = refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code()))
    assert isinstance(answer, AttemptEnded)
    assert isinstance(refused(lambda: world.offer_password(jo)), SignInRefused)
    assert world.credentials(jo).activation is None


def test_switched_on_again_the_person_signs_in_as_before_and_gets_new_recovery_codes(
    world: World, jo: Member, admin: Member
) -> None:
    """REC-11, ENR-16: the old recovery codes went with the account; password and authenticator stand."""
    actor = world.sign_in(admin)
    world.desk.office.states.disable(actor, jo.email, "long leave")
    assert world.credentials(jo).recovery == ()
    shown = world.desk.office.states.enable(actor, jo.email, "back from leave")
    assert shown.state is PersonState.ACTIVE

    step = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    assert isinstance(step, ShowRecoveryCodes)
    assert len(step.codes) == 10
    done = world.desk.recovery.confirm(step.attempt)
    assert isinstance(done, SignedIn)
    (notice,) = world.desk.office.account.notices(done.token)
    assert notice.kind is NoticeKind.ENABLED


def test_a_slip_does_not_outlive_the_account_being_off(world: World, admin: Member) -> None:
    """ENR-07, rule 14: who was invited is invited again, by a new slip."""
    new = world.newcomer("new@abbey.example")
    actor = world.sign_in(admin)
    world.desk.office.states.disable(actor, new.email, "did not start")

    shown = world.desk.office.states.enable(actor, new.email, "starts after all")

    assert shown.state is PersonState.INVITED
    answer = refused(lambda: world.desk.sign_in.offer_password(new.email, new.slip))
    assert isinstance(answer, SignInRefused)
    issued = world.desk.office.resets.reset_password(actor, new.email, why())
    new.slip = issued.activation_code
    world.pair(new)


@pytest.mark.parametrize("reset", ["reset_password", "reset_mfa"])
def test_somebody_switched_off_in_the_middle_of_a_reset_comes_back_into_it(
    world: World, jo: Member, reset: str
) -> None:
    """Rule 20: active, with one factor gone and the slip void; another reset hands out a new one."""
    getattr(world.desk.office.resets, reset)(HOST, jo.email, why())
    world.desk.office.states.disable(HOST, jo.email, "doubt")

    shown = world.desk.office.states.enable(HOST, jo.email, "cleared up")

    assert shown.state is PersonState.ACTIVE
    assert world.credentials(jo).activation is None
    assert refused(lambda: getattr(world.desk.office.resets, reset)(HOST, jo.email, why())) is None


def test_both_factors_reset_is_still_active_after_being_off(world: World, jo: Member) -> None:
    world.desk.office.resets.reset_password(HOST, jo.email, why())
    world.desk.office.resets.reset_mfa(HOST, jo.email, why())
    world.desk.office.states.disable(HOST, jo.email, "doubt")

    assert world.desk.office.states.enable(HOST, jo.email, "x").state is PersonState.ACTIVE


def test_a_leaver_loses_membership_sessions_factors_and_slips_in_one_act(
    world: World, jo: Member, admin: Member
) -> None:
    """ROL-12, REC-11, rule 14: what was stays on record; no secret is kept, not even sealed."""
    world.desk.office.resets.reset_mfa(HOST, jo.email, why())
    again = world.person("again@abbey.example")
    session = world.sign_in(again)
    actor = world.sign_in(admin)

    for leaver in (jo, again):
        shown = world.desk.office.states.leave(actor, leaver.email, "left on Friday")
        assert (shown.state, shown.memberships) == (PersonState.LEFT, ())
        kept = world.credentials(leaver)
        assert (kept.password, kept.authenticator, kept.activation) == (None, None, None)
        assert kept.recovery == ()
        assert [past.sealed for past in kept.pairings] == [None]
        (membership,) = world.account(leaver).memberships
        assert membership.ended_at == world.clock.now()
    assert world.credentials(again).pairings[0].ended is PairingEnd.LEFT
    assert world.credentials(jo).pairings[0].ended is PairingEnd.RESET
    assert not runs(world, session)
    assert isinstance(refused(lambda: world.offer_password(again)), SignInRefused)


def test_an_administrator_ends_the_own_sites_tie_and_the_other_site_goes_on(
    world: World, lou: Member, admin: Member
) -> None:
    """ROL-05, C13, rule 14: the sessions of that site end, the others stay, and the factors stay."""
    here = world.sign_in(lou, site=ABBEY)
    there = world.sign_in(lou, site=BRIDGE)
    before = world.credentials(lou)

    shown = world.desk.office.states.leave(world.sign_in(admin), lou.email, "no more shifts")

    assert shown.state is PersonState.ACTIVE
    assert shown.memberships == ()
    assert not runs(world, here)
    assert runs(world, there)
    kept = world.credentials(lou)
    assert (kept.password, kept.recovery, kept.epoch) == (
        before.password,
        before.recovery,
        before.epoch,
    )
    (notice,) = world.desk.office.account.notices(there)
    assert (notice.kind, notice.site) == (NoticeKind.UNLINKED, ABBEY)
    assert isinstance(world.sign_in(lou), type(there))
    assert [session.site for session in world.sessions(lou)][-1] == BRIDGE


@pytest.mark.parametrize("act", ["disable", "leave"])
def test_sessions_are_ended_in_the_store_and_not_only_refused(
    world: World, lou: Member, act: str
) -> None:
    """SES-08, SES-10: so that no list shows them any more."""
    world.sign_in(lou, site=ABBEY)
    world.sign_in(lou, site=BRIDGE)

    getattr(world.desk.office.states, act)(HOST, lou.email, "struck off")

    assert [session.ended for session in world.sessions(lou)] == [SessionEnd.ACCOUNT_CHANGED] * 2
    assert world.desk.sessions.list(HOST) == ()


def test_an_ended_tie_ends_its_own_sessions_in_the_store(
    world: World, lou: Member, admin: Member
) -> None:
    """SES-08, rule 14."""
    world.sign_in(lou, site=ABBEY)
    world.sign_in(lou, site=BRIDGE)

    world.desk.office.states.leave(world.sign_in(admin), lou.email, "no more shifts")

    ended = {session.site: session.ended for session in world.sessions(lou)}
    assert ended == {ABBEY: SessionEnd.ACCOUNT_CHANGED, BRIDGE: None}


def test_a_half_done_sign_in_cannot_choose_a_site_that_was_ended_meanwhile(
    world: World, lou: Member, admin: Member
) -> None:
    """A28, ROL-04."""
    world.person("three@home.example", ABBEY, BRIDGE, "FC333")
    step = world.desk.sign_in.offer_code(world.reach_code(lou).attempt, lou.phone.code())
    assert isinstance(step, NeedSite)
    world.desk.office.states.leave(world.sign_in(admin), lou.email, "no more shifts")

    assert refused(lambda: world.desk.sign_in.choose_site(step.attempt, ABBEY)) is not None
    assert not world.sessions(lou)


def test_support_ends_every_tie_at_once_and_each_site_reads_it(world: World, lou: Member) -> None:
    """ROL-12, ROL-09, rule 14: one record at each site, none of which names the other."""
    with world.recorded() as events:
        shown = world.desk.office.states.leave(HOST, lou.email, "struck off")

    assert shown.state is PersonState.LEFT
    main = main_events(events)
    assert [(event.event, event.site) for event in main] == [
        (Event.USER_ARCHIVED, ABBEY),
        (Event.AUTHZ_CHANGED, BRIDGE),
    ]
    assert all(event.detail == {"why": "struck off"} for event in main)


def test_somebody_with_a_role_over_all_sites_leaves_too(world: World) -> None:
    gone = world.person("sue@helpdesk.example", role="support")

    with world.recorded() as events:
        shown = world.desk.office.states.leave(HOST, gone.email, "changed jobs")

    assert shown.state is PersonState.LEFT
    assert [(event.event, event.site) for event in events] == [(Event.USER_ARCHIVED, None)]
    assert isinstance(refused(lambda: world.offer_password(gone)), SignInRefused)


def test_somebody_switched_off_can_leave(world: World, jo: Member) -> None:
    world.desk.office.states.disable(HOST, jo.email, "long leave")

    assert world.desk.office.states.leave(HOST, jo.email, "left").state is PersonState.LEFT


def test_a_leaver_is_out_of_an_administrators_sight_and_not_switched_on_again(
    world: World, jo: Member, admin: Member
) -> None:
    """ROL-02: support still sees them and is told to link."""
    actor = world.sign_in(admin)
    world.desk.office.states.leave(actor, jo.email, "left")

    assert isinstance(refused(lambda: world.desk.people.show(actor, jo.email)), NotFound)
    assert isinstance(
        refused(lambda: world.desk.office.states.leave(actor, jo.email, "left")), NotFound
    )
    for act in STATES:
        answer = refused(lambda act=act: getattr(world.desk.office.states, act)(HOST, jo.id, "x"))  # type: ignore[misc]
        assert isinstance(answer, BadInput)
        assert answer.field == "who"


def test_disabling_twice_and_enabling_somebody_active_is_said_to_be_so(
    world: World, jo: Member
) -> None:
    states = world.desk.office.states
    assert isinstance(refused(lambda: states.enable(HOST, jo.email, "x")), BadInput)
    states.disable(HOST, jo.email, "x")
    assert isinstance(refused(lambda: states.disable(HOST, jo.email, "x")), BadInput)


@pytest.mark.parametrize("act", STATES)
@pytest.mark.parametrize("reason", ["", " ", "x" * 201, "a\nb"])
def test_a_reason_is_always_given(world: World, jo: Member, act: str, reason: str) -> None:
    """ENR-11, rule 14."""
    before = Picture.of(world)

    answer = refused(lambda: getattr(world.desk.office.states, act)(HOST, jo.email, reason))

    assert isinstance(answer, BadInput)
    assert answer.field == "reason"
    assert Picture.of(world) == before


@pytest.mark.parametrize(
    ("act", "event", "reason", "severity"),
    [
        ("disable", Event.USER_UPDATED, "disabled", Severity.WARNING),
        ("enable", Event.USER_UPDATED, "enabled", Severity.INFO),
        ("leave", Event.USER_ARCHIVED, "left", Severity.WARNING),
    ],
)
def test_each_act_is_one_record_with_its_reason(
    world: World, jo: Member, *, act: str, event: Event, reason: str, severity: Severity
) -> None:
    """AUD-01, AUD-02."""
    if act == "enable":
        world.desk.office.states.disable(HOST, jo.email, "long leave")
    else:
        world.sign_in(jo)

    with world.recorded() as events:
        getattr(world.desk.office.states, act)(HOST, jo.email, "as agreed")

    (main,) = main_events(events)
    assert (main.event, main.reason, main.severity) == (event, reason, severity)
    assert (main.subject, main.site, main.detail) == (jo.id, ABBEY, {"why": "as agreed"})


@pytest.mark.parametrize("act", ["disable", "enable"])
def test_somebody_linked_elsewhere_is_switched_by_support_only(
    world: World, lou: Member, admin: Member, act: str
) -> None:
    """ROL-05, rule 11."""
    actor = world.sign_in(admin)

    answer = refused(lambda: getattr(world.desk.office.states, act)(actor, lou.email, "x"))

    assert isinstance(answer, MultiSite)


def test_who_left_keeps_the_history_of_the_pairings(world: World, jo: Member) -> None:
    """ENR-15: two rows, no key material."""
    world.desk.office.states.leave(HOST, jo.email, "left")

    kept = world.credentials(jo)
    assert kept.mfa is MfaState.RESET
    assert [(past.generation, past.ended_by) for past in kept.pairings] == [(1, HOST.actor_id)]


def test_somebody_active_signs_in_after_a_colleague_was_switched_off(
    world: World, jo: Member, lou: Member
) -> None:
    world.desk.office.states.disable(HOST, lou.email, "x")

    assert isinstance(world.reach_code(jo), NeedCode)
