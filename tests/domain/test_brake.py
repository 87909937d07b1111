"""The brake: on after more failures than may fall into one window, off when they are old."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.brake import BrakePolicy

POLICY = BrakePolicy(failures=3, window=60, wait=5)


def after(*moments: int) -> tuple[int, ...]:
    """Return what is remembered after failures at these moments."""
    failed_at: tuple[int, ...] = ()
    for moment in moments:
        failed_at = POLICY.count(failed_at, moment)
    return failed_at


def test_as_many_failures_as_may_happen_leave_it_off() -> None:
    assert not POLICY.is_on(after(100, 101, 102), 102)


def test_one_more_sets_it() -> None:
    assert POLICY.is_on(after(100, 101, 102, 103), 103)


def test_it_goes_off_when_the_oldest_failure_is_a_window_old() -> None:
    failed_at = after(100, 101, 102, 103)
    assert POLICY.is_on(failed_at, 159)
    assert not POLICY.is_on(failed_at, 160)


def test_failures_a_window_apart_never_set_it() -> None:
    assert not POLICY.is_on(after(100, 160, 220, 280, 340), 340)


@given(st.lists(st.integers(0, 1000)))
def test_what_is_remembered_stays_small_and_lies_within_the_window(moments: list[int]) -> None:
    """THR-08: a flood cannot grow the store; a clock set back cannot either."""
    failed_at = after(*moments)
    assert len(failed_at) <= POLICY.failures + 1
    if moments:
        assert all(moments[-1] - POLICY.window < at <= moments[-1] for at in failed_at)
