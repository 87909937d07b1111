"""A fresh code before an act that matters, from the same authenticator and by the same rules as at sign-in (rule 22)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    BadCodeForm,
    ClockMovedBack,
    CodeLocked,
    CodeUsed,
    CodeWrong,
    SessionEnded,
    StepUpNeeded,
)
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, HOST
from tests.members import Member
from tests.office import refused, runs, why
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody of Abbey."""
    return world.person("jo@abbey.example")


def new(role: str) -> NewPerson:
    """Return somebody new at Abbey."""
    return NewPerson("new@home.example", "New", role, site=ABBEY, job="manager")


ACTS: dict[str, Callable[[World, SessionToken, Member], object]] = {
    "reset password": lambda w, t, m: w.desk.office.resets.reset_password(t, m.id, why()),
    "reset MFA": lambda w, t, m: w.desk.office.resets.reset_mfa(t, m.id, why()),
    "unlock": lambda w, t, m: w.desk.office.resets.unlock(t, m.id, why()),
    "role": lambda w, t, m: w.desk.office.changes.edit(t, m.id, PersonEdit(role="admin")),
    "new administrator": lambda w, t, _: w.desk.people.add(t, new("admin")),
    "own recovery codes": lambda w, t, _: w.desk.office.credentials.new_recovery_codes(t),
    "import of an administrator": lambda w, t, _: w.desk.office.imports.check(
        t, f"email,name,site,role,job\na@home.example,A,{ABBEY},admin,manager\n"
    ),
}
"""What asks for a fresh code; linking and sites are support's and tested beside them."""

WITHOUT: dict[str, Callable[[World, SessionToken, Member], object]] = {
    "show": lambda w, t, m: w.desk.people.show(t, m.id),
    "new colleague": lambda w, t, _: w.desk.people.add(t, new("staff")),
    "edit": lambda w, t, m: w.desk.office.changes.edit(t, m.id, PersonEdit(name="X")),
    "disable": lambda w, t, m: w.desk.office.states.disable(t, m.id, "in doubt"),
    "leave": lambda w, t, m: w.desk.office.states.leave(t, m.id, "left"),
    "not verified": lambda w, t, m: w.desk.office.resets.not_verified(t, m.id, Action.RESET_MFA),
}
"""What never waits for one: taking somebody out at once, and writing down a failed check."""


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("seconds", "due"), [(299, False), (300, False), (301, True)])
def test_an_act_that_matters_asks_for_a_code_after_five_minutes(
    world: World, admin: Member, jo: Member, *, act: str, seconds: int, due: bool
) -> None:
    """SES-13: 4:59 goes through, 5:01 is asked; a code then lets the same call through."""
    token = world.sign_in(admin)
    world.clock.advance(seconds)
    assert (world.desk.office.step_up.due(token) is not None) is due

    answer = refused(lambda: ACTS[act](world, token, jo))

    if not due:
        assert answer is None
        return
    assert isinstance(answer, StepUpNeeded)
    assert answer.code == "step_up_needed"
    world.desk.office.step_up.prove(token, admin.phone.code())
    assert world.desk.office.step_up.due(token) is None
    assert refused(lambda: ACTS[act](world, token, jo)) is None


@pytest.mark.parametrize("act", WITHOUT)
def test_other_acts_never_ask(world: World, admin: Member, jo: Member, act: str) -> None:
    token = world.sign_in(admin)
    world.clock.advance(minutes=5, seconds=59)

    assert refused(lambda: WITHOUT[act](world, token, jo)) is None


def test_the_prompt_names_the_entry_to_look_for(world: World, admin: Member) -> None:
    token = world.sign_in(admin)
    world.clock.advance(minutes=5, seconds=1)

    assert world.desk.office.step_up.due(token) == world.reach_code(admin).entry


def test_the_sign_ins_own_code_is_refused(world: World, admin: Member) -> None:
    """SES-13, TOTP-08, A06: one last step for every purpose."""
    token = world.sign_in(admin)

    answer = refused(lambda: world.desk.office.step_up.prove(token, admin.phone.code()))

    assert isinstance(answer, CodeUsed)


def test_the_step_ups_own_code_is_refused_at_sign_in(world: World, admin: Member) -> None:
    """TOTP-08, A06: and the other way round."""
    token = world.sign_in(admin)
    world.clock.advance(30)
    world.desk.office.step_up.prove(token, admin.phone.code())
    attempt = world.reach_code(admin).attempt

    answer = refused(lambda: world.desk.sign_in.offer_code(attempt, admin.phone.code()))

    assert isinstance(answer, CodeUsed)


def test_an_older_code_is_refused_after_a_newer_one(world: World, admin: Member) -> None:
    """TOTP-07, A04."""
    token = world.sign_in(admin)
    world.clock.advance(30)
    world.desk.office.step_up.prove(token, admin.phone.code(1))

    answer = refused(lambda: world.desk.office.step_up.prove(token, admin.phone.code()))

    assert isinstance(answer, CodeUsed)


def test_wrong_codes_count_with_those_at_sign_in_and_lock_both_doors(
    world: World, admin: Member
) -> None:
    """THR-10, A12, A13: the session itself goes on, as THR-06 wants."""
    token = world.sign_in(admin)
    world.clock.advance(30)
    for _ in range(5):
        answer = refused(lambda: world.desk.office.step_up.prove(token, admin.phone.wrong_code()))
        assert isinstance(answer, CodeWrong)
    attempt = world.reach_code(admin).attempt
    for _ in range(5):
        refused(lambda: world.desk.sign_in.offer_code(attempt, admin.phone.wrong_code()))

    answer = refused(lambda: world.desk.office.step_up.prove(token, admin.phone.code()))

    assert isinstance(answer, CodeLocked)
    assert world.credentials(admin).code_counter.failures == 10
    assert runs(world, token)


def test_a_right_code_clears_the_counter_of_codes_only(world: World, admin: Member) -> None:
    """THR-04: only the authenticator that was used."""
    token = world.sign_in(admin)
    world.set_credentials(
        admin, code_counter=Counter(failures=3), password_counter=Counter(failures=2)
    )
    world.clock.advance(30)

    world.desk.office.step_up.prove(token, admin.phone.code())

    kept = world.credentials(admin)
    assert (kept.code_counter.failures, kept.password_counter.failures) == (0, 2)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "\uff10\uff18\uff11\uff18\uff10\uff14", "abcdef"]
)
def test_what_is_no_code_is_not_counted(world: World, admin: Member, typed: str) -> None:
    """TOTP-09."""
    token = world.sign_in(admin)

    assert isinstance(refused(lambda: world.desk.office.step_up.prove(token, typed)), BadCodeForm)
    assert world.credentials(admin).code_counter == Counter()


def test_a_step_up_is_one_record(world: World, admin: Member) -> None:
    """AUD-01."""
    token = world.sign_in(admin)
    world.clock.advance(30)

    with world.recorded() as events:
        world.desk.office.step_up.prove(token, admin.phone.code())

    assert [(event.event, event.reason, event.session) for event in events] == [
        (Event.SESSION_RENEWED, "step_up", token.session_id)
    ]


def test_a_clock_set_back_makes_no_proof_fresh_for_ever(
    world: World, admin: Member, jo: Member
) -> None:
    """TOTP-10, A42, rule 27: the act asks for a code, and the code is refused for the clock."""
    token = world.sign_in(admin)
    world.clock.set_back(3600)
    act = ACTS["reset MFA"]

    assert isinstance(refused(lambda: act(world, token, jo)), StepUpNeeded)
    answer = refused(lambda: world.desk.office.step_up.prove(token, admin.phone.code()))
    assert isinstance(answer, ClockMovedBack)
    world.clock.set_forward(3600)
    assert refused(lambda: act(world, token, jo)) is None


def test_a_time_service_that_steps_back_a_little_disturbs_nobody(
    world: World, admin: Member, jo: Member
) -> None:
    token = world.sign_in(admin)
    world.clock.set_back(3)

    assert refused(lambda: ACTS["reset MFA"](world, token, jo)) is None


def test_a_session_that_is_over_cannot_be_made_fresh(world: World, admin: Member) -> None:
    token = world.sign_in(admin)
    world.desk.sessions.sign_out(token)

    assert isinstance(
        refused(lambda: world.desk.office.step_up.prove(token, admin.phone.code())), SessionEnded
    )


def test_support_and_commissioners_are_asked_too_and_the_command_line_never(
    world: World, jo: Member
) -> None:
    for role in ("support", "commissioner"):
        token = world.sign_in(world.person(f"{role}@home.example", role=role))
        world.clock.advance(minutes=5, seconds=1)
        assert isinstance(refused(lambda t=token: ACTS["reset MFA"](world, t, jo)), StepUpNeeded)  # type: ignore[misc]

    assert refused(lambda: world.desk.office.resets.reset_mfa(HOST, jo.id, why())) is None
