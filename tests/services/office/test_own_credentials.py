"""Changing one's own password and recovery codes: proven first, and the acting session goes on (rules 16, 19, 23)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    AttemptEnded,
    OutOfSequence,
    PasswordWrong,
    RecoveryCodeWrong,
    SessionEnded,
    SignInRefused,
    StepUpNeeded,
    WeakPassword,
)
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import NeedCode, ShowRecoveryCodes, SignedIn
from tests.house import HOST
from tests.members import OTHER_PASSWORD, Member
from tests.office import Picture, main_events, refused, runs, why
from tests.world import World


def test_the_password_changes_by_the_current_one_and_only_this_session_goes_on(
    world: World, jo: Member
) -> None:
    """PWD-12, SES-09: half-done sign-ins end as well."""
    other, here = world.sign_in(jo), world.sign_in(jo)
    world.clock.advance(30)
    attempt = world.reach_code(jo).attempt

    with world.recorded() as events:
        world.desk.office.credentials.change_password(here, jo.password, OTHER_PASSWORD)

    assert runs(world, here)
    assert not runs(world, other)
    half_done = refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code()))
    assert isinstance(half_done, AttemptEnded)
    assert isinstance(refused(lambda: world.offer_password(jo)), SignInRefused)
    jo.password = OTHER_PASSWORD
    assert isinstance(world.offer_password(jo), NeedCode)
    (main,) = main_events(events)
    assert (main.event, main.reason, main.actor) == (
        Event.PASSWORD_CHANGED,
        "own_choice",
        jo.id,
    )
    (ended,) = [event for event in events if event.event is Event.SESSION_EXPIRED]
    assert ended.session == other.session_id


def test_a_wrong_current_password_changes_nothing_and_counts(world: World, jo: Member) -> None:
    """PWD-12, THR-10: hash unchanged, counter plus one, and a record."""
    here = world.sign_in(jo)
    before = world.credentials(jo)

    with world.recorded() as events:
        answer = refused(
            lambda: world.desk.office.credentials.change_password(here, "guess", OTHER_PASSWORD)
        )

    assert isinstance(answer, PasswordWrong)
    kept = world.credentials(jo)
    assert kept.password == before.password
    assert (kept.password_counter.failures, kept.password_counter.locked_until) == (1, 0)
    assert [(event.event, event.reason) for event in events] == [
        (Event.PASSWORD_CHANGE_FAILED, "current_password")
    ]


def test_ten_wrong_ones_lock_this_door_and_the_sign_in(world: World, jo: Member) -> None:
    """THR-10, A12: then not even the right one goes through; the session goes on (THR-06)."""
    here = world.sign_in(jo)
    change = world.desk.office.credentials.change_password
    for _ in range(9):
        refused(lambda: change(here, "guess", OTHER_PASSWORD))
    with world.recorded() as events:
        refused(lambda: change(here, "guess", OTHER_PASSWORD))
    assert [(event.event, event.severity) for event in events] == [
        (Event.PASSWORD_CHANGE_FAILED, Severity.WARNING),
        (Event.SIGN_IN_FAILED_MAX, Severity.CRITICAL),
    ]

    answer = refused(lambda: change(here, jo.password, OTHER_PASSWORD))

    assert isinstance(answer, PasswordWrong)
    assert world.credentials(jo).password_counter.failures == 10
    assert isinstance(refused(lambda: world.offer_password(jo)), SignInRefused)
    assert runs(world, here)


def test_a_right_password_asked_for_again_forgives_its_own_try_only(
    world: World, jo: Member
) -> None:
    """THR-04, A10."""
    here, other = world.sign_in(jo), world.sign_in(jo)
    world.set_credentials(
        jo, password_counter=Counter(failures=4), code_counter=Counter(failures=3)
    )

    world.desk.office.account.end_session(here, other.session_id, jo.password)

    kept = world.credentials(jo)
    assert (kept.password_counter.failures, kept.code_counter.failures) == (4, 3)


@pytest.mark.parametrize(
    "weak", ["short", "passwordpassword", "jo@abbey.example", "Abbey Pharmacy 1", "x" * 129]
)
def test_a_weak_password_is_refused_with_the_reason_before_anything_is_proven(
    world: World, jo: Member, weak: str
) -> None:
    """PWD-07, PWD-08, PWD-09: with the person's and the site's words as context."""
    here = world.sign_in(jo)
    before, work = Picture.of(world), world.hasher.calls

    answer = refused(lambda: world.desk.office.credentials.change_password(here, jo.password, weak))

    assert isinstance(answer, WeakPassword)
    assert weak not in answer.message or len(weak) < 6
    assert (Picture.of(world), world.hasher.calls) == (before, work)
    assert world.desk.office.credentials.strength(here, weak).problem == answer.message


def test_a_strong_password_is_said_to_be_so_while_it_is_typed(world: World, jo: Member) -> None:
    judged = world.desk.office.credentials.strength(world.sign_in(jo), OTHER_PASSWORD)

    assert judged.problem is None
    assert judged.score >= 3


def test_a_reset_in_the_middle_wins(
    world: World, jo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A28, SES-08: while the new password was being hashed an administrator reset the old one."""
    here = world.sign_in(jo)
    hasher = world.hasher
    hashing = hasher.hash

    def reset_first(secret: str) -> str:
        monkeypatch.setattr(hasher, "hash", hashing)
        world.desk.office.resets.reset_password(HOST, jo.email, why())
        return hashing(secret)

    monkeypatch.setattr(hasher, "hash", reset_first)

    answer = refused(
        lambda: world.desk.office.credentials.change_password(here, jo.password, OTHER_PASSWORD)
    )

    assert isinstance(answer, SessionEnded)
    assert world.credentials(jo).password is None


def test_another_change_in_the_middle_wins(
    world: World, jo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A28: the session stands, but what was proven is about a password that is gone."""
    here = world.sign_in(jo)
    hasher = world.hasher
    hashing = hasher.hash

    def change_first(secret: str) -> str:
        monkeypatch.setattr(hasher, "hash", hashing)
        world.desk.office.credentials.change_password(here, jo.password, "third words unlike any")
        return hashing(secret)

    monkeypatch.setattr(hasher, "hash", change_first)

    answer = refused(
        lambda: world.desk.office.credentials.change_password(here, jo.password, OTHER_PASSWORD)
    )

    assert isinstance(answer, PasswordWrong)
    jo.password = "third words unlike any"
    assert isinstance(world.offer_password(jo), NeedCode)


def test_a_new_set_kills_the_old_one_at_once(world: World, jo: Member) -> None:
    """REC-04, REC-07, rule 19: ten, shown once, hidden in a representation, hashed in the store."""
    here = world.sign_in(jo)
    old = dict(jo.recovery)

    with world.recorded() as events:
        fresh = world.desk.office.credentials.new_recovery_codes(here)
    world.desk.office.credentials.confirm_recovery_codes(here)

    assert [number for number, _ in fresh.codes] == list(range(1, 11))
    assert not {text for _, text in fresh.codes} & set(old.values())
    assert fresh.codes[0][1] not in repr(fresh)
    assert [(event.event, event.reason, event.detail) for event in events] == [
        (Event.TOKEN_CREATED, "recovery_codes", {"number": "10"})
    ]
    assert fresh.codes[0][1] not in str(world.events())
    attempt = world.reach_code(jo).attempt
    wrong = refused(lambda: world.desk.sign_in.offer_recovery_code(attempt, old[1]))
    assert isinstance(wrong, RecoveryCodeWrong)
    assert world.desk.sign_in.offer_recovery_code(attempt, fresh.codes[0][1]) is not None


def test_a_set_that_was_not_confirmed_is_replaced_at_the_next_sign_in(
    world: World, jo: Member
) -> None:
    """REC-07, rule 19: nobody is left with codes that they may not have."""
    here = world.sign_in(jo)
    unseen = world.desk.office.credentials.new_recovery_codes(here)
    world.desk.sessions.sign_out(here)
    world.clock.advance(30)

    step = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    assert isinstance(step, ShowRecoveryCodes)
    assert dict(step.codes).values() != dict(unseen.codes).values()


def test_a_confirmed_set_is_not_asked_about_again(world: World, jo: Member) -> None:
    here = world.sign_in(jo)
    world.desk.office.credentials.new_recovery_codes(here)
    world.desk.office.credentials.confirm_recovery_codes(here)
    world.clock.advance(30)

    step = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    assert isinstance(step, SignedIn)


def test_only_the_set_that_was_shown_here_and_is_in_force_can_be_confirmed(
    world: World, jo: Member
) -> None:
    """REC-07, ENR-19: not one that another terminal replaced."""
    here, other = world.sign_in(jo), world.sign_in(jo)
    credentials = world.desk.office.credentials
    assert isinstance(refused(lambda: credentials.confirm_recovery_codes(here)), OutOfSequence)
    credentials.new_recovery_codes(here)
    assert isinstance(refused(lambda: credentials.confirm_recovery_codes(other)), OutOfSequence)
    elsewhere = world.another_terminal().office.credentials
    elsewhere.new_recovery_codes(other)
    assert isinstance(refused(lambda: credentials.confirm_recovery_codes(here)), OutOfSequence)
    assert not world.credentials(jo).recovery_seen

    elsewhere.confirm_recovery_codes(other)

    assert world.credentials(jo).recovery_seen


def test_a_new_set_ends_the_sign_in_that_shows_a_dead_one(world: World, jo: Member) -> None:
    """REC-07: codes written down at the other terminal are dead, so nobody confirms them in place of the new ones."""
    here = world.sign_in(jo)
    world.clock.advance(30)
    shown = world.desk.sign_in.offer_recovery_code(world.reach_code(jo).attempt, jo.recovery[1])
    assert isinstance(shown, ShowRecoveryCodes)

    world.desk.office.credentials.new_recovery_codes(here)

    assert isinstance(refused(lambda: world.desk.recovery.confirm(shown.attempt)), AttemptEnded)
    assert not world.credentials(jo).recovery_seen


def test_a_new_set_needs_a_fresh_code(world: World, jo: Member) -> None:
    """SES-13, rule 22: refused before ten hashes are made."""
    here = world.sign_in(jo)
    world.clock.advance(minutes=5, seconds=1)
    work = world.hasher.calls

    answer = refused(lambda: world.desk.office.credentials.new_recovery_codes(here))

    assert isinstance(answer, StepUpNeeded)
    assert world.hasher.calls == work
    assert len(world.credentials(jo).recovery) == 10
