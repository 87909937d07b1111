"""Steps cannot be skipped: whatever is not due is refused, recorded, and changes nothing (ENR-19)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import AttemptEnded, OutOfSequence
from pomfa_tui.services.steps import (
    AttemptId,
    NeedActivation,
    NeedNewPassword,
    NeedSite,
    ShowRecoveryCodes,
    SignedIn,
    Step,
)
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import GOOD_PASSWORD, OTHER_PASSWORD, Member
from tests.world import World, attempt_of

Call = Callable[[World, Member, AttemptId], object]

CALLS: dict[str, Call] = {
    "code": lambda world, member, attempt: world.desk.sign_in.offer_code(
        attempt, member.phone.code() if member.phone.secret else "123456"
    ),
    "recovery code": lambda world, member, attempt: world.desk.sign_in.offer_recovery_code(
        attempt, member.recovery.get(1, "0123-4567-89AB-CDEF")
    ),
    "activation code": lambda world, member, attempt: world.desk.sign_in.offer_activation_code(
        attempt, member.slip or "0123-4567-89AB-CDEF"
    ),
    "new password": lambda world, _, attempt: world.desk.new_passwords.choose(
        attempt, OTHER_PASSWORD
    ),
    "pairing offer": lambda world, _, attempt: world.desk.pairing.offer(attempt),
    "pairing code": lambda world, member, attempt: world.desk.pairing.confirm(
        attempt, member.phone.code() if member.phone.secret else "123456"
    ),
    "recovery codes seen": lambda world, _, attempt: world.desk.recovery.confirm(attempt),
    "site": lambda world, _, attempt: world.desk.sign_in.choose_site(attempt, ABBEY),
}
"""Every call that takes a half-done sign-in."""


def at_the_code(world: World) -> tuple[Member, Step]:
    jo = world.person("jo@abbey.example")
    return jo, world.offer_password(jo)


def at_the_activation_code(world: World) -> tuple[Member, Step]:
    jo = world.person("jo@abbey.example")
    world.reset_mfa(jo)
    step = world.offer_password(jo)
    assert isinstance(step, NeedActivation)
    return jo, step


def at_the_first_password(world: World) -> tuple[Member, Step]:
    ann = world.newcomer("ann@abbey.example")
    return ann, world.desk.sign_in.offer_password(ann.email, ann.slip)


def at_the_password_after_a_reset(world: World) -> tuple[Member, Step]:
    jo = world.person("jo@abbey.example")
    world.reset_password(jo)
    begun = world.desk.sign_in.offer_password(jo.email, jo.slip)
    step = world.desk.sign_in.offer_code(attempt_of(begun), jo.phone.code())
    assert isinstance(step, NeedNewPassword)
    return jo, step


def at_the_pairing(world: World) -> tuple[Member, Step]:
    ann, step = at_the_first_password(world)
    return ann, world.desk.new_passwords.choose(attempt_of(step), GOOD_PASSWORD)


def at_the_qr_code(world: World) -> tuple[Member, Step]:
    ann, step = at_the_pairing(world)
    ann.phone.scan(world.desk.pairing.offer(attempt_of(step)).entry)
    return ann, step


def at_the_recovery_codes(world: World) -> tuple[Member, Step]:
    ann = world.newcomer("ann@abbey.example")
    return ann, world.pair(ann)


def at_one_recovery_code(world: World) -> tuple[Member, Step]:
    jo, step = at_the_code(world)
    shown = world.desk.sign_in.offer_recovery_code(attempt_of(step), jo.recovery[1])
    assert isinstance(shown, ShowRecoveryCodes)
    return jo, shown


def at_the_site(world: World) -> tuple[Member, Step]:
    lee = world.person("lee@locum.example", ABBEY, BRIDGE)
    step = world.desk.sign_in.offer_code(world.reach_code(lee).attempt, lee.phone.code())
    assert isinstance(step, NeedSite)
    return lee, step


DUE: dict[Callable[[World], tuple[Member, Step]], set[str]] = {
    at_the_code: {"code", "recovery code"},
    at_the_activation_code: {"activation code"},
    at_the_first_password: {"new password"},
    at_the_password_after_a_reset: {"new password"},
    at_the_pairing: {"pairing offer", "new password"},
    at_the_qr_code: {"pairing code", "pairing offer", "new password"},
    at_the_recovery_codes: {"recovery codes seen"},
    at_one_recovery_code: {"recovery codes seen"},
    at_the_site: {"site"},
}
"""At every place of a sign-in, what may be called; going back to the password before the pairing is allowed."""


@pytest.mark.parametrize(
    ("place", "call"),
    [(place, call) for place, due in DUE.items() for call in CALLS if call not in due],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_step_that_is_not_due_is_refused_recorded_and_changes_nothing(
    world: World, place: Callable[[World], tuple[Member, Step]], call: str
) -> None:
    """ENR-19, A19, A24, AUD-01: `sequence_fail`, and the account is what it was."""
    member, step = place(world)
    before = (world.account(member), world.credentials(member), world.sessions(member))

    with world.recorded() as events, pytest.raises(OutOfSequence):
        CALLS[call](world, member, attempt_of(step))

    assert kinds(events) == [Event.SEQUENCE_FAILED]
    assert (events[0].actor, events[0].subject) == (member.id, member.id)
    assert (world.account(member), world.credentials(member), world.sessions(member)) == before


@pytest.mark.parametrize(
    ("place", "call"),
    [(place, call) for place, due in DUE.items() for call in sorted(due)],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_step_that_is_due_is_taken(
    world: World, place: Callable[[World], tuple[Member, Step]], call: str
) -> None:
    """ENR-19: the other half of the table, so that refusing everything would not pass."""
    member, step = place(world)

    assert CALLS[call](world, member, attempt_of(step)) is not None


@pytest.mark.parametrize("call", CALLS)
def test_an_unknown_attempt_opens_nothing(world: World, call: str) -> None:
    """A22, ENR-19: a made-up or forgotten attempt is over, whatever is asked of it."""
    jo = world.person("jo@abbey.example")
    before = world.store.transactions

    with pytest.raises(AttemptEnded):
        CALLS[call](world, jo, AttemptId("00112233445566778899aabbccddeeff"))

    assert world.store.transactions == before


@pytest.mark.parametrize("call", CALLS)
def test_an_attempt_of_another_process_opens_nothing(world: World, call: str) -> None:
    """A22: half-done sign-ins live in their own process only."""
    jo, step = at_the_code(world)
    world.restart()

    with pytest.raises(AttemptEnded):
        CALLS[call](world, jo, attempt_of(step))


@pytest.mark.parametrize("call", CALLS)
def test_leaving_ends_an_attempt_for_every_step(world: World, call: str) -> None:
    """SES-17: going back to `Sign in` forgets everything."""
    jo, step = at_the_code(world)
    world.desk.sign_in.leave(attempt_of(step))

    with pytest.raises(AttemptEnded):
        CALLS[call](world, jo, attempt_of(step))


def test_three_minutes_lie_between_password_and_code_at_most(world: World) -> None:
    """SES-17: at 2:59 it goes on, at 3:00 it is over."""
    jo = world.person("jo@abbey.example")
    late, in_time = world.reach_code(jo), world.reach_code(jo)
    world.clock.advance(minutes=2, seconds=59)
    assert isinstance(world.desk.sign_in.offer_code(in_time.attempt, jo.phone.code()), SignedIn)
    world.clock.advance(1)

    with pytest.raises(AttemptEnded, match="took too long"):
        world.desk.sign_in.offer_code(late.attempt, jo.phone.code())


def test_setting_the_wall_clock_back_does_not_lengthen_an_attempt(world: World) -> None:
    """SES-18: attempts live on the clock that only grows."""
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    world.clock.advance(minutes=3)
    world.clock.set_back(170)

    with pytest.raises(AttemptEnded):
        world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def test_a_process_keeps_a_hundred_attempts_and_forgets_the_oldest(world: World) -> None:
    """PWD-18: half-done sign-ins cannot fill the memory."""
    jo = world.person("jo@abbey.example")
    first, *others = [world.reach_code(jo) for _ in range(101)]

    with pytest.raises(AttemptEnded):
        world.desk.sign_in.offer_code(first.attempt, jo.phone.code())
    step = world.desk.sign_in.offer_code(others[0].attempt, jo.phone.code())
    assert isinstance(step, SignedIn)


def test_attempts_have_long_random_names(world: World) -> None:
    """ENU-05: nobody guesses another one."""
    jo = world.person("jo@abbey.example")
    names = {world.reach_code(jo).attempt for _ in range(50)}

    assert len(names) == 50
    assert {len(name) for name in names} == {32}
