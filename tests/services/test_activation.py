"""Activation codes: a day, one use, the newest wins, and never a password (rules 17, 20)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain.errors import (
    ActivationCodeWrong,
    AttemptEnded,
    OutOfSequence,
    SignInRefused,
    WeakPassword,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    PasswordCause,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.members import OTHER_PASSWORD, Member
from tests.world import World


def offer_slip(world: World, member: Member, slip: str = "") -> NeedNewPassword:
    """Type the activation code in the password field, as somebody without an authenticator."""
    step = world.desk.sign_in.offer_password(member.email, slip or member.slip)
    assert isinstance(step, NeedNewPassword)
    return step


class TestFirstSignIn:
    """The code on the slip is typed in the password field."""

    def test_it_leads_to_a_password_a_pairing_and_a_session(self, world: World) -> None:
        """ENR-07: one flow from the slip to the desk."""
        ann = world.newcomer("ann@abbey.example")
        step = offer_slip(world, ann)
        assert step.cause is PasswordCause.FIRST
        paired = world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)
        assert isinstance(paired, NeedPairing)
        ann.phone.scan(world.desk.pairing.offer(step.attempt).entry)
        shown = world.desk.pairing.confirm(step.attempt, ann.phone.code())
        assert isinstance(shown, ShowRecoveryCodes)

        assert isinstance(world.desk.recovery.confirm(step.attempt), SignedIn)
        assert world.account(ann).state is PersonState.ACTIVE

    def test_it_works_for_a_day_and_not_for_a_second_longer(self, world: World) -> None:
        """ENR-07, ASVS 6.4.1: 24 hours."""
        ann, bob = world.newcomer("ann@abbey.example"), world.newcomer("bob@abbey.example")
        world.clock.advance(hours=23, minutes=59, seconds=59)
        assert offer_slip(world, ann).cause is PasswordCause.FIRST
        world.clock.advance(1)

        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(bob.email, bob.slip)

    def test_it_is_used_up_by_the_pairing(self, world: World) -> None:
        """ENR-07, A22: one use."""
        ann = world.newcomer("ann@abbey.example")
        slip = ann.slip
        world.pair(ann)

        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(ann.email, slip)
        assert world.credentials(ann).activation is None

    def test_two_flows_with_one_slip_have_one_success(self, world: World) -> None:
        """A21, A22: the second is ended by the first."""
        ann = world.newcomer("ann@abbey.example")
        thief = world.reach_pairing(ann)
        theirs = ann.phone.secret
        owner = world.reach_pairing(ann)
        world.desk.pairing.confirm(owner.attempt, ann.phone.code())
        ann.phone.secret = theirs

        with pytest.raises(AttemptEnded):
            world.desk.pairing.confirm(thief.attempt, ann.phone.code())

    def test_the_newest_wins(self, world: World) -> None:
        """ENR-07: an older slip is worthless."""
        ann = world.newcomer("ann@abbey.example")
        older = ann.slip
        world.give_slip(ann)

        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(ann.email, older)
        assert offer_slip(world, ann).cause is PasswordCause.FIRST

    def test_a_newer_one_ends_what_the_older_one_began(self, world: World) -> None:
        """ENR-07, A21: whoever found the first slip does not get to the end with it."""
        ann = world.newcomer("ann@abbey.example")
        begun = offer_slip(world, ann)
        world.give_slip(ann)

        with pytest.raises(AttemptEnded):
            world.desk.new_passwords.choose(begun.attempt, OTHER_PASSWORD)

    def test_case_hyphens_and_lookalikes_do_not_matter(self, world: World) -> None:
        """REC-10: as for recovery codes."""
        ann = world.newcomer("ann@abbey.example")

        step = offer_slip(world, ann, f"  {ann.slip.replace('-', ' ').lower()} ")

        assert step.cause is PasswordCause.FIRST

    def test_it_is_nobody_elses(self, world: World) -> None:
        """A23: a slip belongs to one e-mail."""
        ann, bob = world.newcomer("ann@abbey.example"), world.newcomer("bob@abbey.example")

        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(ann.email, bob.slip)

    def test_it_is_stored_hashed(self, world: World) -> None:
        """STO-08, AUD-04: only the slip has it in clear."""
        ann = world.newcomer("ann@abbey.example")

        assert ann.slip not in repr(world.credentials(ann))

    def test_it_cannot_become_the_password(self, world: World) -> None:
        """ENR-07: however it is written; others have seen it."""
        ann = world.newcomer("ann@abbey.example")
        step = offer_slip(world, ann)
        for written in (ann.slip, ann.slip.lower(), ann.slip.replace("-", "")):
            with pytest.raises(WeakPassword, match="your activation code"):
                world.desk.new_passwords.choose(step.attempt, written)

    def test_a_password_that_only_looks_like_one_is_fine(self, world: World) -> None:
        """PWD-04: sixteen letters in a row are no crime."""
        ann = world.newcomer("ann@abbey.example")
        step = offer_slip(world, ann)

        assert isinstance(
            world.desk.new_passwords.choose(step.attempt, "vexingzebraframe"), NeedPairing
        )


class TestHalfWay:
    """Whoever stops half-way has changed nothing."""

    def test_at_every_step_of_a_first_sign_in(self, world: World) -> None:
        """ENR-07, STO-09, A19: account and credentials are what they were, and the slip still works."""
        ann = world.newcomer("ann@abbey.example")
        before = (world.account(ann), world.credentials(ann))

        def stop_at_password() -> None:
            world.desk.sign_in.leave(offer_slip(world, ann).attempt)

        def stop_at_pairing() -> None:
            step = offer_slip(world, ann)
            world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)
            world.desk.sign_in.leave(step.attempt)

        def stop_at_the_qr_code() -> None:
            world.desk.sign_in.leave(world.reach_pairing(ann).attempt)

        def stop_after_a_wrong_code() -> None:
            offer = world.reach_pairing(ann)
            with pytest.raises(Exception, match="does not fit the new entry"):
                world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())
            world.restart()

        stops: tuple[Callable[[], None], ...] = (
            stop_at_password,
            stop_at_pairing,
            stop_at_the_qr_code,
            stop_after_a_wrong_code,
        )
        for stop in stops:
            stop()
            assert (world.account(ann), world.credentials(ann)) == before
            assert world.sessions(ann) == []
        assert len(world.pair(ann).codes) == 10

    def test_after_a_password_reset_the_slip_works_until_a_password_is_chosen(
        self, world: World
    ) -> None:
        """ENR-09, STO-09: only the code that was typed is used up."""
        jo = world.person("jo@abbey.example")
        world.reset_password(jo)
        before = world.credentials(jo)
        step = world.desk.sign_in.offer_password(jo.email, jo.slip)
        assert isinstance(step, NeedCode)
        assert world.credentials(jo) == before
        world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        world.desk.sign_in.leave(step.attempt)

        after = world.credentials(jo)
        assert (after.password, after.activation, after.epoch) == (
            None,
            before.activation,
            before.epoch,
        )

    def test_after_an_mfa_reset_the_slip_works_until_the_pairing_is_proven(
        self, world: World
    ) -> None:
        """ENR-10, STO-09: the right activation code alone changes nothing."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        before = world.credentials(jo)
        for _ in range(2):
            step = world.offer_password(jo)
            assert isinstance(step, NeedActivation)
            world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)
            world.desk.pairing.offer(step.attempt)
            world.desk.sign_in.leave(step.attempt)

            assert world.credentials(jo) == before


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

        step = offer_slip(world, jo)

        assert step.cause is PasswordCause.RESET
        assert world.pair(jo).replaced is None
        assert world.credentials(jo).mfa.value == "active"


def test_an_activation_code_is_not_due_for_somebody_who_is_paired(world: World) -> None:
    """ENR-19: and calling for it counts nothing."""
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)

    with pytest.raises(OutOfSequence):
        world.desk.sign_in.offer_activation_code(step.attempt, "0123-4567-89AB-CDEF")

    assert world.credentials(jo).code_counter.failures == 0
