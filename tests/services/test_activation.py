"""Activation codes: a day, one use, the newest wins, and never a password (rules 17, 20)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain.errors import (
    AttemptEnded,
    OutOfSequence,
    SignInRefused,
    WeakPassword,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedPairing,
    PasswordCause,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.members import OTHER_PASSWORD
from tests.world import World


class TestFirstSignIn:
    """The code on the slip is typed in the password field."""

    def test_it_leads_to_a_password_a_pairing_and_a_session(self, world: World) -> None:
        """ENR-07: one flow from the slip to the desk."""
        ann = world.newcomer("ann@abbey.example")
        step = world.offer_slip(ann)
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
        assert world.offer_slip(ann).cause is PasswordCause.FIRST
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
        assert world.offer_slip(ann).cause is PasswordCause.FIRST

    def test_a_newer_one_ends_what_the_older_one_began(self, world: World) -> None:
        """ENR-07, A21: whoever found the first slip does not get to the end with it."""
        ann = world.newcomer("ann@abbey.example")
        begun = world.offer_slip(ann)
        world.give_slip(ann)

        with pytest.raises(AttemptEnded):
            world.desk.new_passwords.choose(begun.attempt, OTHER_PASSWORD)

    def test_case_hyphens_and_lookalikes_do_not_matter(self, world: World) -> None:
        """REC-10: as for recovery codes."""
        ann = world.newcomer("ann@abbey.example")

        step = world.offer_slip(ann, f"  {ann.slip.replace('-', ' ').lower()} ")

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
        step = world.offer_slip(ann)
        for written in (ann.slip, ann.slip.lower(), ann.slip.replace("-", "")):
            with pytest.raises(WeakPassword, match="your activation code"):
                world.desk.new_passwords.choose(step.attempt, written)

    def test_a_password_that_only_looks_like_one_is_fine(self, world: World) -> None:
        """PWD-04: sixteen letters in a row are no crime."""
        ann = world.newcomer("ann@abbey.example")
        step = world.offer_slip(ann)

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
            world.desk.sign_in.leave(world.offer_slip(ann).attempt)

        def stop_at_pairing() -> None:
            step = world.offer_slip(ann)
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


def test_an_activation_code_is_not_due_for_somebody_who_is_paired(world: World) -> None:
    """ENR-19: and calling for it counts nothing."""
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)

    with pytest.raises(OutOfSequence):
        world.desk.sign_in.offer_activation_code(step.attempt, "0123-4567-89AB-CDEF")

    assert world.credentials(jo).code_counter.failures == 0
