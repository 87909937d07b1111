"""After a reset of one factor the other is still asked for, and the activation code besides (rules 17, 20)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import (
    ActivationCodeWrong,
    AttemptEnded,
    OutOfSequence,
    SignInRefused,
)
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    PasswordCause,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.members import OTHER_PASSWORD
from tests.world import World


class TestAfterAPasswordReset:
    """The activation code in the password field, then the authenticator, then a new password."""

    def test_the_old_password_is_dead_at_once(self, world: World) -> None:
        """Rule 20: before the new one is chosen."""
        jo = world.person("jo@abbey.example")
        world.reset_password(jo)

        with pytest.raises(SignInRefused):
            world.offer_password(jo)

    def test_the_code_of_the_authenticator_is_still_asked_for(self, world: World) -> None:
        """ENR-09, A24: a reset of one factor leaves the other."""
        jo = world.person("jo@abbey.example")
        world.reset_password(jo)
        step = world.desk.sign_in.offer_password(jo.email, jo.slip)
        assert isinstance(step, NeedCode)
        for early in (OTHER_PASSWORD, "another long password here"):
            with pytest.raises(OutOfSequence):
                world.desk.new_passwords.choose(step.attempt, early)
        with pytest.raises(OutOfSequence):
            world.desk.pairing.offer(step.attempt)

        asked = world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

        assert isinstance(asked, NeedNewPassword)
        assert asked.cause is PasswordCause.RESET

    def test_the_new_password_signs_in_and_uses_the_slip_up(self, world: World) -> None:
        """ENR-07, PWD-12: the new one works, the slip does not."""
        jo = world.person("jo@abbey.example")
        slip = world.reset_password(jo)
        step = world.desk.sign_in.offer_password(jo.email, slip)
        assert isinstance(step, NeedCode)
        world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

        assert isinstance(world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD), SignedIn)
        jo.password = OTHER_PASSWORD
        assert isinstance(world.offer_password(jo), NeedCode)
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(jo.email, slip)

    def test_a_reset_in_the_middle_ends_the_attempt(self, world: World) -> None:
        """A23, A28: at every step that follows."""
        jo = world.person("jo@abbey.example")
        world.reset_password(jo)
        step = world.desk.sign_in.offer_password(jo.email, jo.slip)
        assert isinstance(step, NeedCode)
        world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        world.reset_password(jo)

        with pytest.raises(AttemptEnded):
            world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)
        assert world.credentials(jo).password is None


class TestAfterAnMfaReset:
    """The password, then the activation code beside it, then a new pairing."""

    def test_the_password_alone_stops_at_the_activation_code(self, world: World) -> None:
        """ENR-10, A20: nothing can be paired with a password."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)

        with pytest.raises(OutOfSequence):
            world.desk.pairing.offer(step.attempt)
        with pytest.raises(OutOfSequence):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        with pytest.raises(OutOfSequence):
            world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)

    def test_the_activation_code_alone_does_not_get_in(self, world: World) -> None:
        """ENR-10: beside the password, not in its place."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)

        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(jo.email, jo.slip)

    @pytest.mark.parametrize("state", ["another", "expired", "replaced", "none", "nonsense"])
    def test_only_the_newest_valid_code_is_taken(self, world: World, state: str) -> None:
        """ENR-07: everything else is refused with the way on."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        typed = jo.slip
        if state == "another":
            typed = "0123-4567-89AB-CDEF"
        elif state == "expired":
            world.clock.advance(hours=24)
        elif state == "replaced":
            world.give_slip(jo)
        elif state == "none":
            world.set_credentials(jo, activation=None)
        else:
            typed = "no code at all"
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)
        hashes = world.hasher.calls

        with pytest.raises(ActivationCodeWrong, match="Ask an administrator for a new one"):
            world.desk.sign_in.offer_activation_code(step.attempt, typed)
        assert world.hasher.calls - hashes == 1

    def test_the_new_pairing_keeps_the_password(self, world: World) -> None:
        """Rule 20: and no new password is asked for."""
        jo = world.person("jo@abbey.example")
        password = world.credentials(jo).password
        world.reset_mfa(jo)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)
        assert isinstance(
            world.desk.sign_in.offer_activation_code(step.attempt, jo.slip), NeedPairing
        )
        jo.phone.scan(world.desk.pairing.offer(step.attempt).entry)

        assert isinstance(
            world.desk.pairing.confirm(step.attempt, jo.phone.code()), ShowRecoveryCodes
        )
        assert world.credentials(jo).password == password

    def test_a_right_activation_code_is_not_asked_for_twice(self, world: World) -> None:
        """ENR-19: the step is done."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)
        world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)

        with pytest.raises(OutOfSequence):
            world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)

    def test_both_factors_reset_means_a_new_password_and_a_new_pairing(self, world: World) -> None:
        """Rule 20: the slip leads through both."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        world.reset_password(jo)

        step = world.offer_slip(jo)

        assert step.cause is PasswordCause.RESET
        assert world.pair(jo).replaced is None
        assert world.credentials(jo).mfa.value == "active"
