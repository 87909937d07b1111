"""A phone whose clock stays off: two codes in a row after the password show by how much (RFC 6238 section 6)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadCodeForm,
    ClockMovedBack,
    CodeLocked,
    CodeSkewed,
    CodesNotInARow,
    CodeUsed,
    OutOfSequence,
)
from pomfa_tui.domain.people import Period
from pomfa_tui.services.steps import AttemptId, NeedActivation, SignedIn, Step
from tests.members import Member
from tests.world import World


def skewed(world: World, member: Member) -> AttemptId:
    """Type password and a code that shows the wrong clock."""
    attempt = world.reach_code(member).attempt
    with pytest.raises(CodeSkewed):
        world.desk.sign_in.offer_code(attempt, member.phone.code())
    return attempt


def two_in_a_row(world: World, attempt: AttemptId, member: Member) -> Step:
    """Type the code that is shown and, when it has changed, the next one."""
    first = member.phone.code()
    world.clock.advance(member.phone.period)
    return world.desk.sign_in.resynchronise(attempt, first, member.phone.code())


def drift(world: World, member: Member) -> int:
    """Return how far the phone is known to be off."""
    authenticator = world.credentials(member).authenticator
    assert authenticator is not None
    return authenticator.drift


def failures(world: World, member: Member) -> int:
    """Return how many wrong codes are counted."""
    return world.credentials(member).code_counter.failures


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody whose phone is four minutes slow and stays so."""
    member = world.person("jo@abbey.example")
    member.phone.fast = -240
    return member


@pytest.mark.parametrize("fast", [-300, -240, 240, 300])
@pytest.mark.parametrize("period", [30, 60])
def test_two_codes_in_a_row_let_in_and_later_single_ones_too(
    world: World, fast: int, period: Period
) -> None:
    """TOTP-12: a single code is refused, two in a row are accepted, and later ones with the drift."""
    member = world.person("jo@abbey.example", period=period)
    member.phone.fast = fast
    attempt = skewed(world, member)

    assert isinstance(two_in_a_row(world, attempt, member), SignedIn)
    assert drift(world, member) == fast // period
    for _ in range(3):
        world.clock.advance(minutes=7)
        world.sign_in(member)


def test_it_is_recorded_with_the_steps(world: World, jo: Member) -> None:
    """TOTP-12, AUD-01: who, and by how many steps; no code."""
    attempt = skewed(world, jo)
    with world.recorded() as events:
        two_in_a_row(world, attempt, jo)

    found = [event for event in events if event.event is Event.TOKEN_RESYNCHRONISED]
    assert [event.detail for event in found] == [{"steps": "-8", "before": "0"}]
    assert found[0].subject == jo.id


@pytest.mark.parametrize("apart", [-1, 0, 2, 3])
def test_two_codes_that_do_not_follow_each_other_are_refused_and_counted(
    world: World, jo: Member, apart: int
) -> None:
    """TOTP-12, THR-10: each try counts once, and the sentence says what is wanted."""
    attempt = skewed(world, jo)
    codes = jo.phone.code(), jo.phone.code(apart)

    with pytest.raises(CodesNotInARow, match="wait for the next") as refused:
        world.desk.sign_in.resynchronise(attempt, *codes)

    assert failures(world, jo) == 2
    assert refused.value.left == 8
    assert world.sessions(jo) == []
    assert drift(world, jo) == 0


@pytest.mark.parametrize("fast", [-630, 630, 3600])
def test_a_clock_that_is_off_by_more_than_ten_steps_is_not_followed(
    world: World, jo: Member, fast: int
) -> None:
    """TOTP-12: bounded to both sides, also when a first code was nearer."""
    attempt = skewed(world, jo)
    jo.phone.fast = fast

    with pytest.raises(CodesNotInARow):
        two_in_a_row(world, attempt, jo)


def test_it_is_not_offered_when_the_clock_is_further_off(world: World) -> None:
    """TOTP-12: the hint looks further than what can be followed."""
    member = world.person("jo@abbey.example")
    member.phone.fast = 450
    attempt = world.reach_code(member).attempt
    with pytest.raises(CodeSkewed) as refused:
        world.desk.sign_in.offer_code(attempt, member.phone.code())

    assert not refused.value.near
    with pytest.raises(OutOfSequence):
        two_in_a_row(world, attempt, member)


def test_nobody_begins_with_it(world: World, jo: Member) -> None:
    """ENR-19: only after a code has shown that the clock is off, in this very sign-in."""
    attempt = world.reach_code(jo).attempt

    with pytest.raises(OutOfSequence):
        two_in_a_row(world, attempt, jo)


def test_codes_up_to_the_last_one_used_are_refused(world: World) -> None:
    """TOTP-06, TOTP-07: a phone set back shows codes that were used; they never count as two in a row."""
    member = world.person("jo@abbey.example")
    world.sign_in(member)
    world.clock.advance(60)
    used = world.credentials(member).authenticator
    assert used is not None
    member.phone.fast = -90
    attempt = world.reach_code(member).attempt
    with pytest.raises(CodeSkewed):
        world.desk.sign_in.offer_code(
            attempt, totp.code_at(member.phone.secret, used.last_step - 1)
        )
    codes = [totp.code_at(member.phone.secret, used.last_step + ahead) for ahead in (0, 1)]

    with pytest.raises(CodesNotInARow):
        world.desk.sign_in.resynchronise(attempt, *codes)


def test_two_codes_work_once(world: World, jo: Member) -> None:
    """TOTP-06: the second of them is used up, and everything before it."""
    attempt = skewed(world, jo)
    first = jo.phone.code()
    world.clock.advance(30)
    second = jo.phone.code()
    world.desk.sign_in.resynchronise(attempt, first, second)

    again = world.reach_code(jo).attempt
    with pytest.raises(CodeUsed):
        world.desk.sign_in.offer_code(again, second)
    with pytest.raises(CodeSkewed):
        world.desk.sign_in.offer_code(again, jo.phone.code(+2))
    with pytest.raises(CodesNotInARow):
        world.desk.sign_in.resynchronise(again, first, second)


def test_who_saw_two_refused_codes_cannot_type_them_again(world: World, jo: Member) -> None:
    """A44: codes that a hint has recognised are spoilt, those of the past too, or two of them would be two in a row."""
    attempt = world.reach_code(jo).attempt
    seen = []
    for _ in range(2):
        seen.append(jo.phone.code())
        with pytest.raises(CodeSkewed):
            world.desk.sign_in.offer_code(attempt, seen[-1])
        world.clock.advance(30)

    with pytest.raises(CodesNotInARow):
        world.desk.sign_in.resynchronise(attempt, *seen)
    assert isinstance(two_in_a_row(world, attempt, jo), SignedIn)


def test_who_saw_a_refused_pair_cannot_use_its_halves(world: World, jo: Member) -> None:
    """A44: typed with one left out, then the one between is not enough."""
    attempt = skewed(world, jo)
    pair = jo.phone.code(+1), jo.phone.code(+3)
    with pytest.raises(CodesNotInARow):
        world.desk.sign_in.resynchronise(attempt, *pair)

    with pytest.raises(CodesNotInARow):
        world.desk.sign_in.resynchronise(attempt, jo.phone.code(+2), pair[1])


def test_six_digits_are_asked_for_both_times(world: World, jo: Member) -> None:
    """TOTP-09: what cannot be a code is no try."""
    attempt = skewed(world, jo)
    for codes in (("12345", jo.phone.code()), (jo.phone.code(), "")):
        with pytest.raises(BadCodeForm):
            world.desk.sign_in.resynchronise(attempt, *codes)

    assert failures(world, jo) == 1


def test_ten_wrong_tries_lock_as_with_any_code(world: World, jo: Member) -> None:
    """THR-02, THR-10: this door has the same counter, and locked means locked."""
    attempt = skewed(world, jo)
    for _ in range(8):
        with pytest.raises(CodesNotInARow):
            world.desk.sign_in.resynchronise(attempt, "000000", "000000")
    with pytest.raises(CodeLocked):
        world.desk.sign_in.resynchronise(attempt, "000000", "000000")

    again = world.reach_code(jo).attempt
    with pytest.raises(CodeLocked):
        world.desk.sign_in.offer_code(again, jo.phone.code())
    assert failures(world, jo) == 10


def test_the_host_has_to_know_the_time(world: World, jo: Member) -> None:
    """TOTP-10: nothing is measured against a clock that runs backwards."""
    attempt = skewed(world, jo)
    world.clock.set_back(1800)

    with pytest.raises(ClockMovedBack):
        two_in_a_row(world, attempt, jo)


def test_the_first_hint_gives_the_time_for_two_more_codes_and_no_other_does(
    world: World, jo: Member
) -> None:
    """SES-17: nobody keeps a half-done sign-in open by typing wrong codes."""
    attempt = world.reach_code(jo).attempt
    for _ in range(2):
        world.clock.advance(minutes=2)
        with pytest.raises(CodeSkewed):
            world.desk.sign_in.offer_code(attempt, jo.phone.code())
    world.clock.advance(minutes=2)

    with pytest.raises(AttemptEnded):
        world.desk.sign_in.offer_code(attempt, jo.phone.code())


class TestDrift:
    """What is remembered, and when it goes."""

    def test_a_slow_phone_that_is_set_right_works_at_once(self, world: World, jo: Member) -> None:
        """Following our own advice must not lock anybody out; the drift is gone then."""
        two_in_a_row(world, skewed(world, jo), jo)
        jo.phone.fast = 0

        world.sign_in(jo)

        assert drift(world, jo) == 0
        jo.phone.fast = -240
        world.clock.advance(minutes=10)
        with pytest.raises(CodeSkewed):
            world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    def test_a_fast_phone_that_is_set_right_is_told_how_long_to_wait(self, world: World) -> None:
        """TOTP-07: codes of steps that were used, ahead of time, stay used; the seconds are true."""
        member = world.person("jo@abbey.example")
        member.phone.fast = 240
        two_in_a_row(world, skewed(world, member), member)
        member.phone.fast = 0

        with pytest.raises(CodeUsed) as refused:
            world.desk.sign_in.offer_code(world.reach_code(member).attempt, member.phone.code())

        assert refused.value.seconds == 270
        world.clock.advance(refused.value.seconds)
        world.sign_in(member)
        assert drift(world, member) == 0

    def test_a_clock_between_two_steps_does_not_lose_it(self, world: World) -> None:
        """The same phone is now one step off, now two; both go on working."""
        member = world.person("jo@abbey.example")
        world.clock.advance(20)
        member.phone.fast = 45
        two_in_a_row(world, skewed(world, member), member)
        for seconds in (40, 65, 50, 95, 40):
            world.clock.advance(seconds)
            step = world.desk.sign_in.offer_code(
                world.reach_code(member).attempt, member.phone.code()
            )
            assert isinstance(step, SignedIn)

    def test_a_new_pairing_knows_nothing_of_it(self, world: World, jo: Member) -> None:
        """TOTP-12: it belongs to one authenticator and dies with it."""
        two_in_a_row(world, skewed(world, jo), jo)
        world.reset_mfa(jo)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)
        world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)
        jo.phone.scan(world.desk.pairing.offer(step.attempt).entry)
        jo.phone.fast = 0
        world.desk.pairing.confirm(step.attempt, jo.phone.code())

        assert drift(world, jo) == 0

    def test_step_up_knows_it_too(self, world: World) -> None:
        """TOTP-08: one authenticator, one last step, one drift, for every purpose."""
        ann = world.person("ann@abbey.example", role="admin")
        ann.phone.fast = -240
        signed_in = two_in_a_row(world, skewed(world, ann), ann)
        assert isinstance(signed_in, SignedIn)
        for _ in range(2):
            world.clock.advance(minutes=4)
            world.desk.sessions.touch(signed_in.token)
        assert world.desk.office.step_up.due(signed_in.token) is not None

        world.desk.office.step_up.prove(signed_in.token, ann.phone.code())

        assert world.desk.office.step_up.due(signed_in.token) is None


class TestArithmetic:
    """The window of a phone whose clock is off: its own and the ordinary one, never more."""

    def test_without_drift_it_is_the_ordinary_one(self) -> None:
        """Rule 15: nobody else's window is any wider."""
        assert totp.windows(30) == totp.window(30)
        assert totp.windows(60) == totp.window(60)

    @pytest.mark.parametrize("drift", range(-10, 11))
    def test_at_most_six_steps_are_good_at_a_moment(self, drift: int) -> None:
        """TOTP-05: the sum that docs/security.md does."""
        assert len(totp.windows(30, drift)) <= 6
        assert set(totp.windows(30, drift)) == {-1, 0, 1} | {drift - 1, drift, drift + 1}

    @pytest.mark.parametrize(
        ("drift", "offset", "after"),
        [
            (0, 1, 0),
            (0, -1, 0),
            (8, 8, 8),
            (8, 7, 7),
            (8, 0, 0),
            (2, 1, 1),
            (1, 2, 2),
            (10, 11, 10),
            (-10, -11, -10),
        ],
    )
    def test_it_follows_the_phone_within_its_bounds(
        self, drift: int, offset: int, after: int
    ) -> None:
        """RFC 6238 section 6: recorded, bounded; none arises by itself."""
        assert totp.drift_after(drift, offset) == after
