"""Wrong codes of every kind share one count, and a right password does not touch it (rule 24)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    AttemptEnded,
    CodeLocked,
    CodeRefused,
    CodeWrong,
    FactorDisabled,
    RecoveryCodeWrong,
)
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import NeedActivation, NeedCode, ShowRecoveryCodes, SignedIn
from tests.house import kinds
from tests.members import Member
from tests.services.wrong_tries import repeat, wrong_code, wrong_password, wrong_recovery_code
from tests.world import World


class TestCode:
    """The second factor's counter."""

    def test_the_wrong_code_says_how_many_tries_are_left(self, world: World) -> None:
        """THR-07: exact after the password is proven."""
        jo = world.person("jo@abbey.example")

        left = [wrong_code(world, jo) for _ in range(9)]

        assert [getattr(refusal, "left", None) for refusal in left] == list(range(9, 0, -1))

    def test_the_tenth_wrong_code_locks_and_ends_the_attempt(self, world: World) -> None:
        """THR-02, A09, A13: the sentence says for how long, and the half-done sign-in is over."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        for _ in range(9):
            with pytest.raises(CodeWrong):
                world.desk.sign_in.offer_code(step.attempt, jo.phone.wrong_code())
        with pytest.raises(CodeLocked, match="Wait 15 minutes") as refused:
            world.desk.sign_in.offer_code(step.attempt, jo.phone.wrong_code())

        assert refused.value.seconds == 15 * 60
        with pytest.raises(AttemptEnded):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

    def test_the_right_code_is_refused_while_the_factor_waits(self, world: World) -> None:
        """THR-11: locked means locked; the right code is not used up by it."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_code, world, jo, 10)
        world.clock.advance(minutes=14, seconds=59)

        with pytest.raises(CodeLocked, match="Wait 1 minute "):
            world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())
        world.clock.advance(1)

        world.desk.sessions.check(world.sign_in(jo))

    def test_an_attempt_opened_before_the_lock_is_no_way_round_it(self, world: World) -> None:
        """A13: the gate is asked at every try, not at the door only."""
        jo = world.person("jo@abbey.example")
        early = world.reach_code(jo)
        repeat(wrong_code, world, jo, 10)

        with pytest.raises(CodeLocked):
            world.desk.sign_in.offer_code(early.attempt, jo.phone.code())
        with pytest.raises(AttemptEnded):
            world.desk.sign_in.offer_code(early.attempt, jo.phone.code())

    def test_a_right_password_does_not_reset_the_count_of_wrong_codes(self, world: World) -> None:
        """THR-04, A10: a hundred rounds of right password and wrong code switch codes off."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_code, world, jo, 10)
        for _ in range(18):
            world.clock.advance(hours=1)
            repeat(wrong_code, world, jo, 5)
        assert world.credentials(jo).code_counter.failures == 100

        world.clock.advance(days=400)
        for _ in range(2):
            with pytest.raises(FactorDisabled, match="MFA reset"):
                world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())
        with pytest.raises(FactorDisabled):
            world.desk.sign_in.offer_recovery_code(world.reach_code(jo).attempt, jo.recovery[1])
        assert world.credentials(jo).password_counter.failures == 0

    def test_only_a_reset_brings_a_disabled_factor_back(self, world: World) -> None:
        """THR-01: a new pairing by password and activation code, with a count that starts at nothing."""
        jo = world.person("jo@abbey.example")
        world.set_credentials(jo, code_counter=Counter(failures=100))
        world.reset_mfa(jo)
        world.set_credentials(jo, code_counter=Counter())

        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)
        world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)
        jo.phone.scan(world.desk.pairing.offer(step.attempt).entry)
        world.desk.pairing.confirm(step.attempt, jo.phone.code())

        assert world.credentials(jo).code_counter == Counter()

    def test_both_counters_start_anew_after_both_factors_only(self, world: World) -> None:
        """A10, THR-04: not by the password, not by a wrong code, but by the right one."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 3)
        repeat(wrong_code, world, jo, 2)
        assert world.credentials(jo).password_counter.failures == 3
        assert world.credentials(jo).code_counter.failures == 2

        world.sign_in(jo)

        assert world.credentials(jo).password_counter == Counter()
        assert world.credentials(jo).code_counter == Counter()

    @pytest.mark.parametrize("right", ["code", "recovery code"])
    def test_a_right_second_factor_raises_no_counter(self, world: World, right: str) -> None:
        """A38: trying one factor leaves the other's count alone."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        if right == "code":
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        else:
            world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[3])

        credentials = world.credentials(jo)
        assert (credentials.password_counter, credentials.code_counter) == (Counter(), Counter())

    def test_wrong_codes_and_wrong_recovery_codes_share_one_count(self, world: World) -> None:
        """REC-06, A12: five and five lock."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_code, world, jo, 5)
        repeat(wrong_recovery_code, world, jo, 4)

        assert isinstance(wrong_recovery_code(world, jo), CodeLocked)
        assert isinstance(wrong_code(world, jo), CodeLocked)
        assert isinstance(wrong_recovery_code(world, jo), CodeLocked)
        assert world.credentials(jo).code_counter.failures == 10

    def test_the_lock_survives_a_restart(self, world: World) -> None:
        """THR-05, A10: and holds at every other terminal."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_code, world, jo, 9)
        world.restart()
        assert isinstance(wrong_code(world, jo), CodeLocked)
        elsewhere = world.another_terminal()
        step = elsewhere.sign_in.offer_password(jo.email, jo.password)
        assert isinstance(step, NeedCode)

        with pytest.raises(CodeLocked):
            elsewhere.sign_in.offer_code(step.attempt, jo.phone.code())

    def test_a_slow_code_is_counted_before_it_is_verified(self, world: World) -> None:
        """THR-05, A02: recovery codes are verified outside the lock, so the try is counted first."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)

        def die() -> None:
            raise KeyboardInterrupt

        world.hasher.meanwhile = die
        with pytest.raises(KeyboardInterrupt):
            world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[1])

        assert world.credentials(jo).code_counter.failures == 1

    @pytest.mark.parametrize("act", [wrong_code, wrong_recovery_code])
    def test_a_lock_is_recorded_once_as_critical(
        self, world: World, act: Callable[[World, Member], object]
    ) -> None:
        """AUD-01, AUD-11: by the failure that earns it; later tries are recorded as refused by the lock."""
        jo = world.person("jo@abbey.example")
        with world.recorded() as events:
            repeat(act, world, jo, 12)

        assert kinds(events) == [
            *[Event.SIGN_IN_FAILED] * 10,
            Event.SIGN_IN_FAILED_MAX,
            *[Event.SIGN_IN_LOCKED] * 2,
        ]
        assert events[10].severity is Severity.CRITICAL

    def test_a_right_recovery_code_at_the_tenth_try_records_no_lock(self, world: World) -> None:
        """AUD-01: it was counted first and turned out right, so nothing was locked."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_code, world, jo, 9)
        step = world.reach_code(jo)

        with world.recorded() as events:
            world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[1])

        assert kinds(events) == [Event.TOKEN_CREATED]


def test_the_owner_is_told_about_failed_tries_at_the_next_sign_in(world: World) -> None:
    """THR-12: three failures of either factor, on Home and in the log."""
    jo = world.person("jo@abbey.example")
    repeat(wrong_password, world, jo, 1)
    repeat(wrong_code, world, jo, 2)

    with world.recorded() as events:
        token = world.sign_in(jo)
    texts = [notice.text for notice in world.desk.home.show(token).notices]

    assert any(
        "2 wrong codes after your right password and 1 wrong password" in text for text in texts
    )
    assert kinds(events) == [Event.SIGN_IN_AFTER_FAILURES, Event.SESSION_CREATED]
    world.clock.advance(30)
    assert not world.desk.home.show(world.sign_in(jo)).notices


def test_whoever_has_the_password_gets_a_hundred_guesses_at_the_code_and_no_more(
    world: World,
) -> None:
    """A44, THR-01: three codes of a million at each, sixteen hours of waits, then nothing until a reset."""
    jo = world.person("jo@abbey.example")
    guesses, waited, refused = 0, 0, CodeRefused("none yet")
    while not isinstance(refused, FactorDisabled):
        refused = wrong_code(world, jo)
        guesses += 1
        if isinstance(refused, CodeLocked):
            world.clock.advance(refused.seconds)
            waited += refused.seconds

    good_at_once = len(totp.window(30))
    assert guesses == 100
    assert waited == 60 * (15 + 30 + 16 * 60)
    assert 1 - (1 - good_at_once / 10**totp.DIGITS) ** guesses < 3.01e-4


def test_a_wrong_recovery_code_is_a_refusal_of_its_own(world: World) -> None:
    """THR-07: the sentence names the tries that are left."""
    jo = world.person("jo@abbey.example")

    refused = wrong_recovery_code(world, jo)

    assert isinstance(refused, RecoveryCodeWrong)
    assert "You have 9 tries left before a wait." in refused.message


def test_signing_in_after_waiting_out_a_lock_needs_a_code_that_was_not_used(world: World) -> None:
    """TOTP-06, THR-06: the lock lifts by itself; the code is as fresh as ever."""
    jo = world.person("jo@abbey.example")
    repeat(wrong_code, world, jo, 10)
    world.clock.advance(minutes=15)

    step = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    assert isinstance(step, SignedIn)


def test_failed_codes_of_the_very_sign_in_are_told_too(world: World) -> None:
    """THR-12: a wrong code between the right password and the right code is one of the failures."""
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    with pytest.raises(CodeWrong):
        world.desk.sign_in.offer_code(step.attempt, jo.phone.wrong_code())

    signed_in = world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

    assert isinstance(signed_in, SignedIn)
    texts = [notice.text for notice in world.desk.home.show(signed_in.token).notices]
    assert any("1 wrong code after your right password since" in text for text in texts)


def test_a_right_recovery_code_is_no_failure(world: World) -> None:
    """THR-12: it is counted before it is verified, and forgiven before anybody is told."""
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    shown = world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[1])
    assert isinstance(shown, ShowRecoveryCodes)

    signed_in = world.desk.recovery.confirm(shown.attempt)

    assert isinstance(signed_in, SignedIn)
    texts = [notice.text for notice in world.desk.home.show(signed_in.token).notices]
    assert not any("failed" in text for text in texts)
