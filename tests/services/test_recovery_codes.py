"""Recovery codes stand in for the authenticator once each, beside the password, and are replaced (rule 19)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    OutOfSequence,
    RecoveryCodeWrong,
    SignInRefused,
    Unavailable,
)
from pomfa_tui.domain.typed_codes import read_typed_code
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    PasswordCause,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.house import kinds
from tests.members import OTHER_PASSWORD
from tests.services.from_paper import refuse, use
from tests.world import World


class TestUse:
    """One use each."""

    def test_a_recovery_code_signs_in_beside_the_password(self, world: World) -> None:
        """REC-05: the session opens when the replacement was written down."""
        jo = world.person("jo@abbey.example")
        shown = use(world, jo, jo.recovery[4])
        assert world.sessions(jo) == []

        assert isinstance(world.desk.recovery.confirm(shown.attempt), SignedIn)

    def test_it_works_once(self, world: World) -> None:
        """REC-03: also after a restart."""
        jo = world.person("jo@abbey.example")
        use(world, jo, jo.recovery[4])
        refuse(world, jo, jo.recovery[4])
        world.restart()

        refuse(world, jo, jo.recovery[4])

    def test_many_terminals_with_one_recovery_code_have_one_success(self, world: World) -> None:
        """A02, REC-03: and one replacement, so that ten are left."""
        jo = world.person("jo@abbey.example")
        desks = [world.another_terminal(pid=5000 + number) for number in range(8)]
        steps = [desk.sign_in.offer_password(jo.email, jo.password) for desk in desks]

        def offered(number: int) -> bool:
            step = steps[number]
            assert isinstance(step, NeedCode)
            try:
                desks[number].sign_in.offer_recovery_code(step.attempt, jo.recovery[4])
            except RecoveryCodeWrong:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(offered, range(8))) == [False] * 7 + [True]
        assert len(world.credentials(jo).recovery) == 10

    def test_two_who_verify_the_same_code_at_the_same_moment_are_told_apart(
        self, world: World
    ) -> None:
        """A02: both hashes fit, since they are computed outside the lock; the second is refused and stays counted."""
        jo = world.person("jo@abbey.example")
        first, second = world.reach_code(jo), world.reach_code(jo)

        def second_goes_first() -> None:
            world.hasher.meanwhile = lambda: None
            world.desk.sign_in.offer_recovery_code(second.attempt, f"4 {jo.recovery[4]}")

        world.hasher.meanwhile = second_goes_first
        with pytest.raises(RecoveryCodeWrong):
            world.desk.sign_in.offer_recovery_code(first.attempt, f"4 {jo.recovery[4]}")

    @pytest.mark.parametrize("with_number", [True, False])
    def test_the_number_before_the_code_may_be_typed_or_left_out(
        self, world: World, with_number: bool
    ) -> None:
        """REC-09: as it is printed, or the code alone."""
        jo = world.person("jo@abbey.example")

        shown = use(world, jo, f"7 {jo.recovery[7]}" if with_number else jo.recovery[7])

        assert shown.replaced == 7

    def test_with_its_number_only_that_code_is_hashed(self, world: World) -> None:
        """REC-09: one verification, and one hash for the replacement."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        before = world.hasher.verified

        world.desk.sign_in.offer_recovery_code(step.attempt, f"7 {jo.recovery[7]}")

        assert world.hasher.verified - before == 1

    @pytest.mark.parametrize("number", [6, 0, 11, 99])
    def test_the_right_code_with_a_wrong_number_is_refused(self, world: World, number: int) -> None:
        """REC-09: the number is part of what was typed."""
        jo = world.person("jo@abbey.example")

        refuse(world, jo, f"{number} {jo.recovery[7]}")

    @pytest.mark.parametrize(
        "typed", ["", "7", "7 ", "123456", "AAAA-AAAA-AAAA", "é" * 16, "X" * 5000]
    )
    def test_what_cannot_be_a_recovery_code_is_refused_and_costs_one_hash(
        self, world: World, typed: str
    ) -> None:
        """REC-06: it counts like a wrong one."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        before = world.hasher.calls

        with pytest.raises(RecoveryCodeWrong):
            world.desk.sign_in.offer_recovery_code(step.attempt, typed)

        assert world.hasher.calls - before == 1
        assert world.credentials(jo).code_counter.failures == 1

    def test_case_hyphens_and_lookalikes_do_not_matter(self, world: World) -> None:
        """REC-10: what people read off paper."""
        jo = world.person("jo@abbey.example")
        code = jo.recovery[2].replace("-", " ").lower().replace("0", "o").replace("1", "l")

        assert use(world, jo, code).replaced == 2

    def test_a_recovery_code_of_somebody_else_is_wrong(self, world: World) -> None:
        """A23: codes belong to their person."""
        jo, ann = world.person("jo@abbey.example"), world.person("ann@abbey.example")
        before = world.credentials(ann)

        refuse(world, jo, ann.recovery[1])

        assert world.credentials(ann) == before

    def test_a_recovery_code_is_no_password(self, world: World) -> None:
        """REC-05: alone it opens nothing and is not used up."""
        jo = world.person("jo@abbey.example")
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(jo.email, jo.recovery[1])

        assert use(world, jo, jo.recovery[1]).replaced == 1

    def test_a_recovery_code_never_goes_with_an_activation_code(self, world: World) -> None:
        """REC-05, rule 20: after a password reset the authenticator itself is asked for."""
        jo = world.person("jo@abbey.example")
        world.reset_password(jo)
        step = world.desk.sign_in.offer_password(jo.email, jo.slip)
        assert isinstance(step, NeedCode)
        assert step.recovery_left == 0

        with pytest.raises(OutOfSequence):
            world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[1])
        assert world.credentials(jo).code_counter.failures == 0

    def test_recovery_codes_are_dead_after_an_mfa_reset(self, world: World) -> None:
        """REC-11, ENR-10: the password alone leads to the activation code and to nothing else."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)

        with pytest.raises(OutOfSequence):
            world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[1])

    def test_use_is_recorded_with_its_number_and_how_many_are_left(self, world: World) -> None:
        """REC-08, AUD-01: and the sign-in names its factor."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        with world.recorded() as events:
            shown = world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[4])
            assert isinstance(shown, ShowRecoveryCodes)
            world.desk.recovery.confirm(shown.attempt)

        assert kinds(events) == [Event.TOKEN_CREATED, Event.SIGN_IN, Event.SESSION_CREATED]
        assert events[0].reason == "recovery_code_used"
        assert events[0].detail == {"number": "4", "left": "10"}
        assert events[1].detail == {"factors": "password + recovery code"}


class TestReplacement:
    """The code that takes the place of the one that was used."""

    def test_it_has_the_same_number_is_new_and_is_shown_once(self, world: World) -> None:
        """REC-04, NIST 4.2.1.1: ten codes stay ten."""
        jo = world.person("jo@abbey.example")

        shown = use(world, jo, jo.recovery[4])

        assert [number for number, _ in shown.codes] == [4]
        assert shown.codes[0][1] != jo.recovery[4]
        assert read_typed_code(shown.codes[0][1]) == shown.codes[0][1]
        assert shown.replaced == 4
        assert len(world.credentials(jo).recovery) == 10

    def test_it_works_next_time(self, world: World) -> None:
        """REC-04: what was shown is what is stored."""
        jo = world.person("jo@abbey.example")
        replacement = use(world, jo, jo.recovery[4]).codes[0][1]

        assert use(world, jo, f"4 {replacement}").replaced == 4

    def test_the_other_nine_stay_as_they_are(self, world: World) -> None:
        """REC-04: nothing else is voided."""
        jo = world.person("jo@abbey.example")
        before = {code.number: code.hash for code in world.credentials(jo).recovery}

        use(world, jo, jo.recovery[4])

        after = {code.number: code.hash for code in world.credentials(jo).recovery}
        assert [number for number in before if before[number] != after[number]] == [4]

    def test_it_is_nowhere_in_clear(self, world: World) -> None:
        """REC-02: hashed like a password."""
        jo = world.person("jo@abbey.example")
        replacement = use(world, jo, jo.recovery[4]).codes[0][1]

        assert replacement not in repr(world.credentials(jo))
        assert replacement not in repr(world.events())

    def test_there_is_time_to_write_it_down(self, world: World) -> None:
        """REC-07: ten minutes, not what is left of the three for the code."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        world.clock.advance(minutes=2, seconds=59)
        world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[4])
        world.clock.advance(minutes=9)

        assert isinstance(world.desk.recovery.confirm(step.attempt), SignedIn)

    def test_a_full_disk_uses_nothing_up(self, world: World) -> None:
        """AUD-08: neither the code nor the attempt."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        world.store.fails_at = world.store.transactions + 2
        with pytest.raises(Unavailable):
            world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[4])

        with pytest.raises(OutOfSequence):
            world.desk.recovery.confirm(step.attempt)
        shown = world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[4])
        assert isinstance(shown, ShowRecoveryCodes)

    def test_a_password_that_must_change_comes_before_the_replacement(self, world: World) -> None:
        """PWD-10, ENR-19: and the replacement is not lost by it."""
        jo = world.person("jo@abbey.example")
        world.must_change_password(jo)
        step = world.desk.sign_in.offer_recovery_code(world.reach_code(jo).attempt, jo.recovery[4])
        assert isinstance(step, NeedNewPassword)
        assert step.cause is PasswordCause.MUST_CHANGE

        shown = world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)

        assert isinstance(shown, ShowRecoveryCodes)
        assert shown.replaced == 4
        assert isinstance(world.desk.recovery.confirm(shown.attempt), SignedIn)
