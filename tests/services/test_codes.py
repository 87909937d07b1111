"""A code of the authenticator works once, ever, and only near its time (rule 15)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadCodeForm,
    CodeSkewed,
    CodeUsed,
    CodeWrong,
)
from pomfa_tui.domain.people import Period
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import (
    NeedCode,
    NeedSite,
    SignedIn,
    Step,
)
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import Member
from tests.world import World

FULL_WIDTH = "".join(chr(0xFF10 + digit) for digit in range(1, 7))
ARABIC_INDIC = "".join(chr(0x0660 + digit) for digit in range(1, 7))


def offer(world: World, member: Member, code: str) -> Step:
    """Type password and code."""
    return world.desk.sign_in.offer_code(world.reach_code(member).attempt, code)


class TestOnce:
    """One code, one success."""

    def test_a_code_that_was_accepted_is_refused_the_second_time(self, world: World) -> None:
        """TOTP-06, A03: and the sentence says to wait for the next one."""
        jo = world.person("jo@abbey.example")
        assert isinstance(offer(world, jo, jo.phone.code()), SignedIn)

        world.clock.advance(4)
        with pytest.raises(CodeUsed, match="Wait for the next code, 26 seconds") as refused:
            offer(world, jo, jo.phone.code())

        assert refused.value.seconds == 26

    def test_it_is_refused_after_a_restart_and_at_another_terminal(self, world: World) -> None:
        """TOTP-06, A05: what was used is in the store, not in a process."""
        jo = world.person("jo@abbey.example")
        offer(world, jo, jo.phone.code())
        world.restart()
        with pytest.raises(CodeUsed):
            offer(world, jo, jo.phone.code())
        elsewhere = world.another_terminal().sign_in
        step = elsewhere.offer_password(jo.email, jo.password)
        assert isinstance(step, NeedCode)

        with pytest.raises(CodeUsed):
            elsewhere.offer_code(step.attempt, jo.phone.code())

    def test_it_stays_refused_as_long_as_its_window_lasts(self, world: World) -> None:
        """A05: nothing is forgotten after half a minute."""
        jo = world.person("jo@abbey.example")
        code = jo.phone.code(+1)
        offer(world, jo, code)

        for _ in range(5):
            world.clock.advance(15)
            with pytest.raises(CodeUsed):
                offer(world, jo, code)
            world.set_credentials(jo, code_counter=Counter())

    def test_many_terminals_with_one_code_have_one_success(self, world: World) -> None:
        """A01, TOTP-06: twelve at the same instant."""
        jo = world.person("jo@abbey.example")
        code = jo.phone.code()
        desks = [world.another_terminal(pid=5000 + number) for number in range(8)]
        steps = [desk.sign_in.offer_password(jo.email, jo.password) for desk in desks]

        def offered(number: int) -> bool:
            step = steps[number]
            assert isinstance(step, NeedCode)
            try:
                return isinstance(desks[number].sign_in.offer_code(step.attempt, code), SignedIn)
            except CodeUsed:
                return False

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(offered, range(8))) == [False] * 7 + [True]

    def test_an_older_code_is_refused_after_a_newer_one(self, world: World) -> None:
        """TOTP-07, A04: only steps after the last one used."""
        jo = world.person("jo@abbey.example")
        older, newer = jo.phone.code(), jo.phone.code(+1)
        offer(world, jo, newer)

        with pytest.raises(CodeUsed):
            offer(world, jo, older)

    def test_a_newer_code_is_accepted_after_an_older_one(self, world: World) -> None:
        """TOTP-07: the window slides on."""
        jo = world.person("jo@abbey.example")
        offer(world, jo, jo.phone.code(-1))

        assert isinstance(offer(world, jo, jo.phone.code()), SignedIn)
        assert isinstance(offer(world, jo, jo.phone.code(+1)), SignedIn)

    def test_the_code_that_proved_the_pairing_does_not_sign_in_again(self, world: World) -> None:
        """TOTP-08, A06: enrolment and sign-in share one last step."""
        ann = world.newcomer("ann@abbey.example")
        shown = world.pair(ann)
        world.desk.recovery.confirm(shown.attempt)

        with pytest.raises(CodeUsed):
            offer(world, ann, ann.phone.code())
        world.clock.advance(30)
        assert isinstance(offer(world, ann, ann.phone.code()), SignedIn)

    def test_the_code_of_a_sign_in_does_not_open_a_second_one_of_the_same_attempt(
        self, world: World
    ) -> None:
        """ENR-19: an attempt that signed in is over."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

        with pytest.raises(AttemptEnded):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code(+1))
        assert len(world.sessions(jo)) == 1

    def test_a_code_is_one_persons_alone(self, world: World) -> None:
        """TOTP-03, A07: burning one record leaves the other alone."""
        jo, ann = world.person("jo@abbey.example"), world.person("ann@abbey.example")
        before = world.credentials(ann)
        with pytest.raises(CodeWrong):
            offer(world, jo, ann.phone.code())
        offer(world, jo, jo.phone.code())

        assert world.credentials(ann) == before

    def test_one_code_serves_all_sites_of_a_locum(self, world: World) -> None:
        """TOTP-03: one person, one secret, whatever the number of sites."""
        locum = world.person("lee@locum.example", ABBEY, BRIDGE)

        assert isinstance(offer(world, locum, locum.phone.code()), NeedSite)

    def test_a_replay_is_recorded_as_one(self, world: World) -> None:
        """THR-13, AUD-11: it counts like every wrong code, and the log has a word of its own for it."""
        jo = world.person("jo@abbey.example")
        offer(world, jo, jo.phone.code())
        with world.recorded() as events, pytest.raises(CodeUsed):
            offer(world, jo, jo.phone.code())

        assert kinds(events) == [Event.TOKEN_REUSE]
        assert world.credentials(jo).code_counter.failures == 1


class TestWindow:
    """How far a code may be from now."""

    @pytest.mark.parametrize(
        ("period", "steps", "accepted"),
        [
            (30, -2, False),
            (30, -1, True),
            (30, 0, True),
            (30, 1, True),
            (30, 2, False),
            (60, -2, False),
            (60, -1, True),
            (60, 0, True),
            (60, 1, False),
        ],
    )
    def test_the_window_is_one_step_each_way_and_backwards_only_at_60_seconds(
        self, world: World, period: Period, steps: int, accepted: bool
    ) -> None:
        """TOTP-05: rule 15."""
        jo = world.person("jo@abbey.example", period=period)
        code = jo.phone.code(steps)
        if accepted:
            assert isinstance(offer(world, jo, code), SignedIn)
            return
        with pytest.raises(CodeSkewed):
            offer(world, jo, code)

    def test_the_window_moves_at_the_second(self, world: World) -> None:
        """TOTP-05: still good in the last second of the next step, not in the first one after."""
        jo = world.person("jo@abbey.example")
        code = jo.phone.code()
        world.clock.advance(60)
        with pytest.raises(CodeSkewed):
            offer(world, jo, code)
        other = world.person("ann@abbey.example")
        code = other.phone.code()
        world.clock.advance(59)

        assert isinstance(offer(world, other, code), SignedIn)

    def test_another_period_for_the_person_leaves_the_paired_authenticator_alone(
        self, world: World
    ) -> None:
        """TOTP-04: the period belongs to the pairing."""
        jo = world.person("jo@abbey.example", period=30)
        world.set_person(jo, period=60)

        step = world.reach_code(jo)

        assert step.period == 30
        assert isinstance(world.desk.sign_in.offer_code(step.attempt, jo.phone.code()), SignedIn)


class TestForm:
    """What can be a code at all."""

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "12345",
            "1234567",
            "12345a",
            "-12345",
            "+12345",
            FULL_WIDTH,
            ARABIC_INDIC,
            "9" * 10_000,
        ],
    )
    def test_what_cannot_be_a_code_is_refused_and_not_counted(
        self, world: World, typed: str
    ) -> None:
        """TOTP-09, A19, A31: texts of six ASCII digits, nothing coerced."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        before = world.credentials(jo)

        with pytest.raises(BadCodeForm, match="six digits"):
            world.desk.sign_in.offer_code(step.attempt, typed)

        assert world.credentials(jo) == before
        assert isinstance(world.desk.sign_in.offer_code(step.attempt, jo.phone.code()), SignedIn)

    def test_spaces_within_a_code_do_not_matter(self, world: World) -> None:
        """TOTP-09: as apps show it."""
        jo = world.person("jo@abbey.example")
        code = jo.phone.code()

        assert isinstance(offer(world, jo, f" {code[:3]} {code[3:]} "), SignedIn)
