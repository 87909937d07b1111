"""How long a session may stand, by two clocks and the store."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import Busy, IntegrityFailure, SessionEnded
from pomfa_tui.domain.sessions import ENDINGS, SessionEnd, SessionToken
from pomfa_tui.terminal.session_watch import CHECK_ANYWAY, SessionWatch, ending_of
from tests.terminal.session_fakes import FakeGuard, HandClocks


@pytest.fixture
def hand() -> HandClocks:
    return HandClocks()


@pytest.fixture
def guard() -> FakeGuard:
    return FakeGuard()


@pytest.fixture
def watch(guard: FakeGuard, hand: HandClocks) -> SessionWatch:
    return SessionWatch(guard, SessionToken.new(), hand.clocks)


def reason(ended: SessionEnded | None) -> str | None:
    return None if ended is None else ended.reason


def test_a_session_ends_after_five_minutes_without_a_key(
    watch: SessionWatch, hand: HandClocks
) -> None:
    """SES-01: at 4:59 a key keeps it, at 5:00 without one it is over."""
    hand.pass_by(299)
    assert reason(watch.ended_by_time) is None
    watch.key_pressed()
    hand.pass_by(299)
    assert reason(watch.ended_by_time) is None
    hand.pass_by(1)
    assert reason(watch.ended_by_time) == SessionEnd.IDLE


def test_it_warns_a_minute_before_and_as_often_as_needed(
    watch: SessionWatch, hand: HandClocks
) -> None:
    """SES-04, ACC-09: any key starts the five minutes anew, at least ten times."""
    for _ in range(12):
        hand.pass_by(239)
        before = watch.is_warned
        hand.pass_by(1)
        assert (before, watch.is_warned, watch.seconds_left) == (False, True, 60)
        watch.key_pressed()


def test_a_session_ends_after_eight_hours_whatever_is_typed(
    watch: SessionWatch, hand: HandClocks
) -> None:
    """SES-02."""
    for _ in range(479):
        hand.pass_by(60)
        watch.key_pressed()
    assert reason(watch.ended_by_time) is None
    hand.pass_by(60)
    watch.key_pressed()
    assert reason(watch.ended_by_time) == SessionEnd.OVERALL


def test_a_wall_clock_set_back_does_not_prolong_it(watch: SessionWatch, hand: HandClocks) -> None:
    """SES-18."""
    hand.wall -= 7200
    hand.pass_by(300)

    assert reason(watch.ended_by_time) == SessionEnd.IDLE


def test_a_sleep_that_only_the_wall_clock_saw_counts(watch: SessionWatch, hand: HandClocks) -> None:
    """SES-18."""
    hand.wall += 600

    assert reason(watch.ended_by_time) == SessionEnd.IDLE


def test_the_store_is_asked_only_when_something_has_changed(
    watch: SessionWatch, guard: FakeGuard
) -> None:
    watch.look()
    watch.look()
    assert guard.checked == 1
    guard.version += 1
    watch.look()
    assert guard.checked == 2


def test_it_is_asked_now_and_then_all_the_same(
    watch: SessionWatch, guard: FakeGuard, hand: HandClocks
) -> None:
    watch.look()
    hand.pass_by(CHECK_ANYWAY)
    watch.look()
    assert guard.checked == 2


def test_a_session_ended_elsewhere_does_not_stand(watch: SessionWatch, guard: FakeGuard) -> None:
    """Rule 26."""
    guard.refusal = ending_of(SessionEnd.ENDED_BY_OTHER)

    ended = watch.look()

    assert ended is guard.refusal


def test_a_refused_check_is_asked_again(watch: SessionWatch, guard: FakeGuard) -> None:
    """A busy store decides nothing; the change it hides is not forgotten."""
    guard.refusal = Busy()
    assert watch.look() is None
    guard.refusal = ending_of(SessionEnd.ACCOUNT_CHANGED)
    assert reason(watch.look()) == SessionEnd.ACCOUNT_CHANGED


def test_a_store_that_cannot_be_trusted_ends_the_session(
    watch: SessionWatch, guard: FakeGuard
) -> None:
    guard.refusal = IntegrityFailure("The store is damaged. Ask the helpdesk.")

    ended = watch.look()

    assert ended is not None
    assert ended.message == "The store is damaged. Ask the helpdesk."


def test_presence_is_noted_at_most_once_a_minute_and_only_after_a_key(
    watch: SessionWatch, guard: FakeGuard, hand: HandClocks
) -> None:
    hand.pass_by(120)
    watch.look()
    assert guard.touched == 0
    watch.key_pressed()
    watch.look()
    watch.look()
    assert guard.touched == 1
    hand.pass_by(30)
    watch.key_pressed()
    watch.look()
    assert guard.touched == 1


def test_every_end_has_a_sentence() -> None:
    for each in SessionEnd:
        assert ending_of(each).message == ENDINGS[each]
