"""Pairing an authenticator: proven by a code, written all at once, never by a password alone (rules 17, 18)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadCodeForm,
    CodeSkewed,
    OutOfSequence,
    PairingCodeWrong,
    PairingPeriodIgnored,
    Unavailable,
)
from pomfa_tui.domain.people import Period, PersonState
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import NeedActivation, OfferedPairing, ShowRecoveryCodes
from tests.members import GOOD_PASSWORD, Member
from tests.world import World, attempt_of


class TestOffer:
    """What the screen shows."""

    def test_it_names_the_person_and_the_generation(self, world: World) -> None:
        """ENR-04, rule 18: so that no app merges two entries."""
        offer = world.reach_pairing(world.newcomer("ann@abbey.example"))

        assert offer.entry.entry_name == "PharmOutcomes:ann@abbey.example~1"
        assert (offer.seconds, offer.again) == (600, False)

    def test_the_generation_grows_with_every_pairing(self, world: World) -> None:
        """Rule 18: no mark is ever used twice."""
        jo = world.person("jo@abbey.example")
        for generation in (2, 3):
            world.reset_mfa(jo)
            offer = offer_after_reset(world, jo)
            assert offer.entry.account == f"jo@abbey.example~{generation}"
            assert offer.again
            world.desk.pairing.confirm(offer.attempt, jo.phone.code())
            world.clock.advance(30)

    def test_every_offer_has_a_secret_of_its_own(self, world: World) -> None:
        """TOTP-02, TOTP-03, ENR-06: 160 bits, never the same."""
        ann = world.newcomer("ann@abbey.example")
        secrets = set()
        for _ in range(3):
            offer = world.reach_pairing(ann)
            secrets.add(ann.phone.secret)
            assert len(ann.phone.secret) == totp.SECRET_BYTES
            assert offer.entry.setup_key.replace(" ", "") == totp.base32(ann.phone.secret)

        assert len(secrets) == 3

    def test_nothing_is_written_by_an_offer(self, world: World) -> None:
        """ENR-01, ENR-22, A19: a pending secret is in no store and not in the log."""
        ann = world.newcomer("ann@abbey.example")
        before = world.credentials(ann)
        attempt = attempt_of(world.desk.sign_in.offer_password(ann.email, ann.slip))
        world.desk.new_passwords.choose(attempt, GOOD_PASSWORD)
        transactions = world.store.transactions

        world.desk.pairing.offer(attempt)

        assert world.store.transactions == transactions
        assert world.credentials(ann) == before

    def test_its_repr_hides_the_secret(self, world: World) -> None:
        """AUD-04, A40: not even a traceback shows it."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        kept = world.desk.sign_in._attempts.get(offer.attempt)

        for shown in (repr(offer), repr(kept)):
            assert offer.entry.secret not in shown
            assert repr(ann.phone.secret) not in shown

    def test_a_password_alone_never_gets_one(self, world: World) -> None:
        """ENR-10, A20, A21: also not when the account has no authenticator."""
        jo = world.person("jo@abbey.example")
        world.set_credentials(jo, authenticator=None)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)

        with pytest.raises(OutOfSequence):
            world.desk.pairing.offer(step.attempt)

    def test_an_activation_code_alone_does_not_get_one_before_a_password_is_chosen(
        self, world: World
    ) -> None:
        """ENR-19: in order."""
        ann = world.newcomer("ann@abbey.example")
        attempt = attempt_of(world.desk.sign_in.offer_password(ann.email, ann.slip))

        with pytest.raises(OutOfSequence):
            world.desk.pairing.offer(attempt)

    def test_somebody_who_is_paired_gets_none(self, world: World) -> None:
        """A20: a new authenticator over the old one needs a reset or the way through one's own account."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        with pytest.raises(OutOfSequence):
            world.desk.pairing.offer(step.attempt)


class TestProof:
    """The first code of the new entry."""

    def test_the_right_code_makes_the_pairing_active(self, world: World) -> None:
        """ENR-01: password, pairing, spent activation code and state in one commit."""
        ann = world.newcomer("ann@abbey.example")
        assert world.credentials(ann).mfa is MfaState.NONE
        offer = world.reach_pairing(ann)
        changes = world.store.changes()

        shown = world.desk.pairing.confirm(offer.attempt, ann.phone.code())

        credentials = world.credentials(ann)
        assert isinstance(shown, ShowRecoveryCodes)
        assert credentials.mfa is MfaState.ACTIVE
        assert credentials.password is not None
        assert credentials.activation is None
        assert world.account(ann).state is PersonState.ACTIVE
        assert world.store.changes() - changes == 2, "the pairing, then the recovery codes"

    def test_it_clears_counts_and_whatever_recovery_codes_there_were(self, world: World) -> None:
        """ENR-10, A10: also when the disk is full before the new set is written."""
        jo = world.person("jo@abbey.example")
        kept = world.credentials(jo).recovery
        world.reset_mfa(jo)
        world.set_credentials(
            jo,
            recovery=kept,
            password_counter=Counter(failures=3),
            code_counter=Counter(failures=4),
        )
        offer = offer_after_reset(world, jo)
        world.store.fails_at = world.store.transactions + 2
        with pytest.raises(Unavailable):
            world.desk.pairing.confirm(offer.attempt, jo.phone.code())

        credentials = world.credentials(jo)
        assert (credentials.recovery, credentials.recovery_seen) == ((), False)
        assert (credentials.password_counter, credentials.code_counter) == (Counter(), Counter())

    def test_it_remembers_where_and_when(self, world: World) -> None:
        """ENR-15, A21: bound at, from which terminal."""
        ann = world.newcomer("ann@abbey.example")
        world.pair(ann)

        authenticator = world.credentials(ann).authenticator
        assert authenticator is not None
        assert (authenticator.bound_at, authenticator.terminal) == (world.clock.now(), "pts/7")
        assert (authenticator.generation, authenticator.label) == (1, "ann@abbey.example~1")

    def test_the_secret_is_sealed_to_its_owner_and_its_place(self, world: World) -> None:
        """A33, STO-07: the vault is asked with person and authenticator."""
        ann = world.newcomer("ann@abbey.example")
        world.pair(ann)
        authenticator = world.credentials(ann).authenticator
        assert authenticator is not None

        assert authenticator.sealed.endswith(f"credentials/{ann.id}/{authenticator.id}/secret")

    @pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
    def test_what_cannot_be_a_code_is_refused_and_costs_no_try(
        self, world: World, typed: str
    ) -> None:
        """TOTP-09, A19: an empty answer passes no step."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        with pytest.raises(BadCodeForm):
            world.desk.pairing.confirm(offer.attempt, typed)
        with pytest.raises(PairingCodeWrong, match="You have 9 tries left"):
            world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())

    def test_a_wrong_code_is_recorded_and_leaves_everything_as_it_was(self, world: World) -> None:
        """ENR-01, AUD-01: not active."""
        ann = world.newcomer("ann@abbey.example")
        before = world.credentials(ann)
        offer = world.reach_pairing(ann)

        with world.recorded() as events, pytest.raises(PairingCodeWrong):
            world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())

        assert [(event.event, event.outcome, event.reason) for event in events] == [
            (Event.TOKEN_CREATED, Outcome.FAILURE, "pairing_code")
        ]
        assert world.credentials(ann) == before

    def test_the_tenth_wrong_code_ends_the_attempt(self, world: World) -> None:
        """THR-10: nobody tries for ever."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        for left in range(9, 0, -1):
            with pytest.raises(PairingCodeWrong) as refused:
                world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())
            assert refused.value.left == left
        with pytest.raises(AttemptEnded, match="Sign in again to get a fresh one"):
            world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())

        with pytest.raises(AttemptEnded):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        with pytest.raises(AttemptEnded):
            world.desk.pairing.offer(offer.attempt)

    def test_a_phone_with_a_wrong_clock_is_told_so(self, world: World) -> None:
        """Rule 25: before the pairing, not at the first sign-in."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        ann.phone.fast = -180

        with pytest.raises(CodeSkewed, match="about 3 minutes slow"):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        assert world.credentials(ann).authenticator is None

    def test_an_app_that_ignores_sixty_seconds_is_found_out(self, world: World) -> None:
        """TOTP-13, C2: not activated, and the way on is named."""
        ann = world.newcomer("ann@abbey.example", period=60)
        offer = world.reach_pairing(ann)
        assert offer.entry.period == 60
        ann.phone.period = 30

        with pytest.raises(PairingPeriodIgnored, match="30-second codes"):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        assert world.credentials(ann).authenticator is None

    @pytest.mark.parametrize("period", [30, 60])
    def test_the_period_is_the_one_that_was_offered(self, world: World, period: Period) -> None:
        """TOTP-04: an edit between offer and code does not make an entry that never fits."""
        ann = world.newcomer("ann@abbey.example", period=period)
        offer = world.reach_pairing(ann)
        world.set_person(ann, period=90 - period)

        world.desk.pairing.confirm(offer.attempt, ann.phone.code())

        authenticator = world.credentials(ann).authenticator
        assert authenticator is not None
        assert authenticator.period == period

    def test_a_code_of_the_old_entry_does_not_prove_the_new_one(self, world: World) -> None:
        """A20, rule 18: it has to be the entry that was just added."""
        jo = world.person("jo@abbey.example")
        old = jo.phone.code()
        world.reset_mfa(jo)
        offer = offer_after_reset(world, jo)

        with pytest.raises(PairingCodeWrong):
            world.desk.pairing.confirm(offer.attempt, old)


def offer_after_reset(world: World, member: Member) -> OfferedPairing:
    """Go through an MFA reset as far as the QR code, and scan it."""
    step = world.offer_password(member)
    assert isinstance(step, NeedActivation)
    world.desk.sign_in.offer_activation_code(step.attempt, member.slip)
    offer = world.desk.pairing.offer(step.attempt)
    member.phone.scan(offer.entry)
    return offer
