"""How long a pairing offer stands, and what disk and clock do to it (rules 18, 27)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AttemptEnded,
    ClockMovedBack,
    OutOfSequence,
    PairingCodeWrong,
    PairingExpired,
    Unavailable,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.steps import ShowRecoveryCodes
from tests.house import ABBEY, kinds
from tests.members import GOOD_PASSWORD
from tests.world import World, attempt_of


class TestLife:
    """How long an offer stands."""

    def test_it_dies_after_ten_minutes_and_a_fresh_one_can_be_asked_for(self, world: World) -> None:
        """ENR-06, A22: the person is told, and need not start over."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.clock.advance(minutes=10)
        with pytest.raises(PairingExpired, match="Delete the new entry"):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())

        fresh = world.desk.pairing.offer(offer.attempt)
        assert fresh.entry.secret != offer.entry.secret
        ann.phone.scan(fresh.entry)
        assert isinstance(
            world.desk.pairing.confirm(offer.attempt, ann.phone.code()), ShowRecoveryCodes
        )

    def test_it_stands_for_one_second_less(self, world: World) -> None:
        """ENR-06: a boundary is a boundary."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.clock.advance(minutes=9, seconds=59)

        assert isinstance(
            world.desk.pairing.confirm(offer.attempt, ann.phone.code()), ShowRecoveryCodes
        )

    def test_a_deserted_pairing_is_over_soon_after_its_offer(self, world: World) -> None:
        """SES-17: nobody comes back after lunch and goes on."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.clock.advance(minutes=13)

        with pytest.raises(AttemptEnded):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())

    @pytest.mark.parametrize("end", ["cancel", "restart", "another offer", "power cut"])
    def test_it_dies_with_the_screen(self, world: World, end: str) -> None:
        """ENR-06: cancelled, restarted, or overtaken by another offer."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        code = ann.phone.code()
        if end == "cancel":
            world.desk.sign_in.leave(offer.attempt)
        elif end == "another offer":
            world.desk.pairing.offer(offer.attempt)
        else:
            world.restart()

        with pytest.raises((AttemptEnded, PairingCodeWrong)):
            world.desk.pairing.confirm(offer.attempt, code)
        assert world.credentials(ann).authenticator is None

    def test_a_reset_in_the_middle_ends_it(self, world: World) -> None:
        """A23, A28: the epoch moved on."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.give_slip(ann)

        with pytest.raises(AttemptEnded):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        assert world.credentials(ann).authenticator is None

    def test_a_wrong_code_after_a_reset_hears_of_the_change_first(self, world: World) -> None:
        """A28: who is sent back to the start is not told to look for an entry."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.give_slip(ann)

        with pytest.raises(AttemptEnded):
            world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())

    def test_a_secret_that_expired_is_forgotten(self, world: World) -> None:
        """ENR-06: not kept until the next offer."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.clock.advance(minutes=10)
        with pytest.raises(PairingExpired):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())

        assert world.desk.sign_in._attempts.get(offer.attempt).pending is None

    def test_somebody_disabled_in_the_middle_does_not_finish(self, world: World) -> None:
        """A28: every step looks."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.set_person(ann, state=PersonState.DISABLED)

        with pytest.raises(AttemptEnded):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        assert world.account(ann).state is PersonState.DISABLED

    def test_nothing_can_be_confirmed_that_was_not_offered(self, world: World) -> None:
        """ENR-19, A19: no pending secret, no pairing."""
        ann = world.newcomer("ann@abbey.example")
        attempt = attempt_of(world.desk.sign_in.offer_password(ann.email, ann.slip))
        world.desk.new_passwords.choose(attempt, GOOD_PASSWORD)

        with pytest.raises(OutOfSequence):
            world.desk.pairing.confirm(attempt, "123456")


class TestTrouble:
    """Disk and clock."""

    def test_a_full_disk_leaves_nothing_paired_and_the_offer_standing(self, world: World) -> None:
        """AUD-08, STO-09, A36: the attempt does not believe in what was not committed."""
        ann = world.newcomer("ann@abbey.example")
        before = (world.account(ann), world.credentials(ann))
        offer = world.reach_pairing(ann)
        world.store.disk_full = True
        with pytest.raises(Unavailable):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        world.store.disk_full = False
        assert (world.account(ann), world.credentials(ann)) == before
        with pytest.raises(OutOfSequence):
            world.desk.recovery.confirm(offer.attempt)
        with pytest.raises(OutOfSequence):
            world.desk.sign_in.choose_site(offer.attempt, ABBEY)

        assert isinstance(
            world.desk.pairing.confirm(offer.attempt, ann.phone.code()), ShowRecoveryCodes
        )

    def test_a_clock_that_ran_backwards_pairs_nothing(self, world: World) -> None:
        """TOTP-10, A42: the offer stands until the clock is right again."""
        ann = world.newcomer("ann@abbey.example")
        world.sign_in(world.person("jo@abbey.example"))
        offer = world.reach_pairing(ann)
        world.clock.set_back(3600)
        with world.recorded() as events, pytest.raises(ClockMovedBack):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        assert kinds(events) == [Event.CLOCK_MOVED_BACK]
        assert world.credentials(ann).authenticator is None
        world.clock.set_forward(3600)

        assert isinstance(
            world.desk.pairing.confirm(offer.attempt, ann.phone.code()), ShowRecoveryCodes
        )
