"""After the password a wrong code is explained, is counted all the same, and is never accepted for it (rule 25)."""

from __future__ import annotations

import msgspec
import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.domain.errors import (
    CodeOfOldEntry,
    CodeRefused,
    CodeSkewed,
    CodeUsed,
    CodeWrong,
)
from pomfa_tui.domain.people import Period
from pomfa_tui.services.second_factor import HINT_DAYS
from pomfa_tui.services.steps import (
    NeedActivation,
    SignedIn,
    Step,
)
from tests.house import kinds
from tests.members import Member
from tests.world import World


def offer(world: World, member: Member, code: str) -> Step:
    """Type password and code."""
    return world.desk.sign_in.offer_code(world.reach_code(member).attempt, code)


def paired_again(world: World) -> tuple[Member, str]:
    """Return somebody whose authenticator was reset and paired anew, and a code of the old entry that is current."""
    jo = world.person("jo@abbey.example")
    old = jo.phone.secret
    world.reset_mfa(jo)
    step = world.offer_password(jo)
    assert isinstance(step, NeedActivation)
    world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)
    jo.phone.scan(world.desk.pairing.offer(step.attempt).entry)
    world.desk.pairing.confirm(step.attempt, jo.phone.code())
    world.desk.recovery.confirm(step.attempt)
    world.clock.advance(30)
    return jo, totp.code_at(old, totp.step_at(world.clock.now(), 30))


class TestHints:
    """What the sentence says; never a reason to accept."""

    @pytest.mark.parametrize(
        ("fast", "said"),
        [
            (-180, "about 3 minutes slow"),
            (+180, "about 3 minutes fast"),
            (-90, "about 2 minutes slow"),
            (-600, "about 10 minutes slow"),
        ],
    )
    def test_a_phone_with_a_wrong_clock_is_told_so(
        self, world: World, fast: int, said: str
    ) -> None:
        """Rule 25: with the fix, and counted."""
        jo = world.person("jo@abbey.example")
        jo.phone.fast = fast

        with pytest.raises(CodeSkewed, match=said):
            offer(world, jo, jo.phone.code())

        assert world.credentials(jo).code_counter.failures == 1

    def test_a_phone_that_is_an_hour_off_gets_no_hint(self, world: World) -> None:
        """A08: the look to the side is bounded."""
        jo = world.person("jo@abbey.example")
        jo.phone.fast = -3600

        with pytest.raises(CodeWrong):
            offer(world, jo, jo.phone.code())

    def test_a_skewed_code_is_never_accepted_however_often_it_comes(self, world: World) -> None:
        """A08: no resynchronisation by guessing in a row."""
        jo = world.person("jo@abbey.example")
        jo.phone.fast = -180
        for _ in range(5):
            with pytest.raises(CodeSkewed):
                offer(world, jo, jo.phone.code())
            world.clock.advance(30)

        assert world.sessions(jo) == []

    @pytest.mark.parametrize("period", [30, 60])
    def test_the_hint_about_a_fast_clock_does_not_tell_a_guesser_which_code_comes(
        self, world: World, period: Period
    ) -> None:
        """A44: who guessed a code of the future would only have to wait for it; so that one is spoilt, and no other."""
        jo = world.person("jo@abbey.example", period=period)
        guessed = jo.phone.code(+5)
        with pytest.raises(CodeSkewed, match="fast"):
            offer(world, jo, guessed)
        world.clock.advance(5 * period)

        with pytest.raises(CodeUsed):
            offer(world, jo, guessed)
        world.clock.advance(period)
        assert isinstance(offer(world, jo, jo.phone.code()), SignedIn)

    def test_two_guessed_codes_of_the_future_are_both_spoilt(self, world: World) -> None:
        """A44: the second hint does not free the first."""
        jo = world.person("jo@abbey.example")
        codes = [jo.phone.code(+4), jo.phone.code(+6)]
        for code in codes:
            with pytest.raises(CodeSkewed):
                offer(world, jo, code)
        for code in codes:
            world.clock.advance(30 * (4 if code == codes[0] else 2))
            with pytest.raises(CodeUsed):
                offer(world, jo, code)

    def test_spoilt_steps_that_have_passed_are_forgotten(self, world: World) -> None:
        """PRI-03: nothing is kept for longer than it is needed."""
        jo = world.person("jo@abbey.example")
        with pytest.raises(CodeSkewed):
            offer(world, jo, jo.phone.code(+5))
        world.clock.advance(minutes=10)
        with pytest.raises(CodeSkewed):
            offer(world, jo, jo.phone.code(+7))

        authenticator = world.credentials(jo).authenticator
        assert authenticator is not None
        assert authenticator.told_steps == (jo.phone.step() + 7,)

    def test_a_code_of_the_entry_that_was_replaced_is_recognised(self, world: World) -> None:
        """Rule 25: it names the day and the entry to use."""
        jo, old = paired_again(world)

        with pytest.raises(CodeOfOldEntry, match="replaced on 5 January 2026") as refused:
            offer(world, jo, old)

        assert refused.value.entry == "PharmOutcomes:jo@abbey.example~2"
        assert world.credentials(jo).code_counter.failures == 1

    def test_a_code_of_an_entry_replaced_long_ago_is_simply_wrong(self, world: World) -> None:
        """PRI-03: a retired secret is looked at for so many days and no longer."""
        jo, _ = paired_again(world)
        pairings = world.credentials(jo).pairings
        secret = bytes.fromhex((pairings[0].sealed or "").partition("@")[0])
        world.clock.advance(days=HINT_DAYS, seconds=1)

        with pytest.raises(CodeWrong):
            offer(world, jo, totp.code_at(secret, totp.step_at(world.clock.now(), 30)))

    def test_a_retired_secret_that_does_not_open_costs_the_hint_and_nothing_else(
        self, world: World
    ) -> None:
        """A11, THR-10: the try is counted all the same, or guessing would be free."""
        jo, old = paired_again(world)
        pairings = world.credentials(jo).pairings
        broken = msgspec.structs.replace(pairings[0], sealed="00@elsewhere")
        world.set_credentials(jo, pairings=(broken,))

        with pytest.raises(CodeWrong):
            offer(world, jo, old)

        assert world.credentials(jo).code_counter.failures == 1

    def test_the_entry_of_somebody_who_left_and_came_back_gives_no_hint(self, world: World) -> None:
        """REC-11: a leaver's secret is dead for every purpose."""
        jo, old = paired_again(world)
        pairings = world.credentials(jo).pairings
        left = msgspec.structs.replace(pairings[0], ended=PairingEnd.LEFT)
        world.set_credentials(jo, pairings=(left,))

        with pytest.raises(CodeWrong):
            offer(world, jo, old)

    @pytest.mark.parametrize("kind", ["wrong", "skewed", "old"])
    def test_every_wrong_code_counts_and_is_recorded_with_its_reason(
        self, world: World, kind: str
    ) -> None:
        """Rule 25, AUD-01: one event each."""
        jo, old = paired_again(world)
        codes = {"wrong": jo.phone.wrong_code(), "skewed": jo.phone.code(-6), "old": old}
        reasons = {"wrong": "code_wrong", "skewed": "code_skewed", "old": "code_of_old_entry"}
        step = world.reach_code(jo)

        with world.recorded() as events, pytest.raises(CodeRefused):
            world.desk.sign_in.offer_code(step.attempt, codes[kind])

        assert kinds(events) == [Event.SIGN_IN_FAILED]
        assert [event.reason for event in events] == [reasons[kind]]
        assert world.credentials(jo).code_counter.failures == 1

    def test_the_prompt_names_the_entry_to_look_for(self, world: World) -> None:
        """ENR-04, rule 18: issuer, e-mail and generation."""
        jo = world.person("jo@abbey.example", period=60)

        step = world.reach_code(jo)

        assert step.entry == "PharmOutcomes:jo@abbey.example~1"
        assert (step.period, step.recovery_left) == (60, 10)
