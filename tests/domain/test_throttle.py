"""Guessing is slowed down after ten failures and ends at a hundred, whatever the guesser does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.limits import LIMITS, Numbers
from pomfa_tui.domain.throttle import Counter, FailedTry, Gate, ThrottlePolicy, worn
from pomfa_tui.domain.totp import window

POLICY = ThrottlePolicy.of(Numbers())
NOW = 1_700_000_000
MINUTE = 60
DAY = 24 * 60 * MINUTE
YEAR = 365 * DAY
CODES = 10**6


@st.composite
def policies(draw: st.DrawFn) -> ThrottlePolicy:
    """Return any policy that can be configured."""

    def number(name: str) -> int:
        return draw(st.integers(LIMITS[name].low, LIMITS[name].high))

    waits = sorted(number(f"soft_lock_minutes_{place}") for place in (1, 2, 3))
    return ThrottlePolicy(
        soft=number("soft_lock_failures"),
        step=number("soft_lock_step"),
        waits=tuple(MINUTE * wait for wait in waits),
        hard=number("hard_disable_failures"),
    )


def after(failures: int, policy: ThrottlePolicy = POLICY) -> Counter:
    """Return the counter after so many failures in a row, each made as soon as it could be."""
    counter, now = Counter(), NOW
    for _ in range(failures):
        now = max(now, counter.locked_until)
        counter = policy.count(counter, now)
    return counter


def guesses(policy: ThrottlePolicy, seconds: int) -> list[int]:
    """Return the moments at which somebody guesses who never misses a chance."""
    made: list[int] = []
    counter, now = Counter(), 0
    while now < seconds and policy.gate(counter, now) is not Gate.DISABLED:
        if policy.gate(counter, now) is Gate.LOCKED:
            now = counter.locked_until
            continue
        counter = policy.count(counter, now)
        made.append(now)
    return made


# -- The numbers of rule 24 ---------------------------------------------------------------------


def test_the_policy_that_ships_is_that_of_the_rule() -> None:
    """Rule 24, THR-01, THR-02, THR-03."""
    assert ThrottlePolicy(soft=10, step=5, waits=(900, 1800, 3600), hard=100) == POLICY


def test_nine_failures_lock_nothing() -> None:
    """THR-02, THR-07: room for honest people."""
    for failures in range(10):
        counter = after(failures)
        assert counter.failures == failures
        assert POLICY.gate(counter, NOW) is Gate.OPEN


def test_the_tenth_failure_locks_for_a_quarter_of_an_hour() -> None:
    """THR-02: to the second."""
    counter = after(10)

    assert POLICY.gate(counter, NOW) is Gate.LOCKED
    assert POLICY.gate(counter, NOW + 15 * MINUTE - 1) is Gate.LOCKED
    assert POLICY.gate(counter, NOW + 15 * MINUTE) is Gate.OPEN


def test_every_fifth_failure_after_it_locks_for_longer() -> None:
    """THR-03: 15, 30, then 60 minutes each time."""
    counter, now, locks = Counter(), NOW, {}
    for _ in range(100):
        now = max(now, counter.locked_until)
        counter = POLICY.count(counter, now)
        if counter.locked_until:
            locks[counter.failures] = (counter.locked_until - now) // MINUTE

    assert locks == {10: 15, 15: 30, **dict.fromkeys(range(20, 101, 5), 60)}


def test_the_hundredth_failure_disables_the_factor_for_ever() -> None:
    """THR-01: no time resets the count."""
    assert POLICY.gate(after(99), NOW + YEAR) is Gate.OPEN
    for later in (0, DAY, 30 * DAY, 100 * YEAR):
        assert POLICY.gate(after(100), NOW + later) is Gate.DISABLED


def test_failures_spread_over_a_month_count_like_those_of_an_hour() -> None:
    """THR-01, A14: after the wait the count goes on where it was."""
    counter = Counter()
    for day in range(100):
        assert POLICY.gate(counter, NOW + day * DAY) is Gate.OPEN
        counter = POLICY.count(counter, NOW + day * DAY)

    assert POLICY.gate(counter, NOW + 200 * DAY) is Gate.DISABLED


def test_asking_whether_a_try_may_be_made_changes_nothing() -> None:
    """THR-06, A15: a try during a lock neither counts nor prolongs it, since nothing is counted behind a closed gate."""
    counter = after(10)
    before = (counter.failures, counter.locked_until)

    for second in range(0, 15 * MINUTE, 10):
        assert POLICY.gate(counter, NOW + second) is Gate.LOCKED

    assert (counter.failures, counter.locked_until) == before


@pytest.mark.parametrize(
    ("failures", "left"), [(0, 10), (1, 9), (9, 1), (10, 5), (11, 4), (14, 1), (15, 5)]
)
def test_people_are_told_how_many_tries_are_left(failures: int, left: int) -> None:
    """THR-07: before the next wait."""
    assert POLICY.left(after(failures)) == left


# -- A try that turns out right -----------------------------------------------------------------


@given(policies(), st.integers(0, 99))
def test_a_right_try_leaves_the_count_as_it_was(policy: ThrottlePolicy, failures: int) -> None:
    """THR-05: counted first, taken back when it turns out right, also when it would have earned a lock."""
    counter = after(min(failures, policy.hard - 1), policy)
    moment = max(NOW, counter.locked_until)

    taken_back = policy.forgive(policy.count(counter, moment))

    assert taken_back.failures == counter.failures
    assert policy.gate(taken_back, moment) is Gate.OPEN


def test_forgiving_never_goes_below_zero() -> None:
    assert POLICY.forgive(Counter()) == Counter()


def test_a_right_password_never_resets_the_failures_of_the_code() -> None:
    """THR-04, A10: a hundred rounds of right password and wrong code end in a disabled code."""
    password, code, now = Counter(), Counter(), NOW
    for _ in range(100):
        now = max(now, code.locked_until)
        password = POLICY.forgive(POLICY.count(password, now))
        code = POLICY.count(code, now)

    assert password == Counter()
    assert POLICY.gate(code, now + YEAR) is Gate.DISABLED


# -- Whatever is configured and whatever is tried -----------------------------------------------


@given(policies())
def test_no_more_tries_than_the_hard_limit_are_ever_looked_at(policy: ThrottlePolicy) -> None:
    """THR-01: NIST allows a hundred."""
    made = guesses(policy, YEAR)

    assert len(made) == policy.hard <= 100


@given(policies())
def test_no_five_minutes_hold_more_than_ten_guesses(policy: ThrottlePolicy) -> None:
    """THR-02: the number of Cyber Essentials, for every configuration there can be."""
    made = guesses(policy, YEAR)

    assert all(
        sum(moment <= other < moment + 5 * MINUTE for other in made) <= 10 for moment in set(made)
    )


@given(policies(), st.integers(0, 99))
def test_the_tries_left_are_those_until_the_next_wait(
    policy: ThrottlePolicy, failures: int
) -> None:
    """THR-07: what is announced is what happens."""
    counter = after(min(failures, policy.hard - 1), policy)
    left = policy.left(counter)
    moment = counter.locked_until + 1

    for _ in range(left - 1):
        counter = policy.count(counter, moment)
        assert policy.gate(counter, moment) is not Gate.LOCKED
    assert policy.gate(policy.count(counter, moment), moment) is not Gate.OPEN


@given(
    policies(), st.lists(st.tuples(st.integers(0, 2 * 60 * MINUTE), st.booleans()), max_size=150)
)
def test_the_count_is_that_of_the_wrong_tries_looked_at(
    policy: ThrottlePolicy, tries: list[tuple[int, bool]]
) -> None:
    """THR-05: for any order of right and wrong tries at any distance; a lock lasts at most the longest wait."""
    counter, now, wrong = Counter(), NOW, 0
    for pause, right in tries:
        now += pause
        if policy.gate(counter, now) is not Gate.OPEN:
            continue
        counter = policy.count(counter, now)
        if right:
            counter = policy.forgive(counter)
        wrong += not right
        assert counter.failures == wrong
        assert counter.locked_until <= now + policy.waits[-1]


# -- What is left for the guesser ---------------------------------------------------------------


def odds(tries: int, valid: int) -> float:
    """Return the chance that one of so many guesses hits one of `valid` codes."""
    return 1 - (1 - valid / CODES) ** tries


@pytest.mark.parametrize("period", [30, 60])
def test_a_year_of_guessing_codes_hits_three_accounts_in_ten_thousand(period: int) -> None:
    """A44: whoever has the password guesses all year, and the owner never signs in or asks for a reset."""
    tries = len(guesses(POLICY, YEAR))
    valid = len(window(60 if period == 60 else 30))

    assert tries == 100
    assert odds(tries, valid) < 3.01e-4


def test_it_is_the_hard_limit_that_makes_six_digits_safe() -> None:
    """A44: with the waits alone one account in nine would fall within a year."""
    without_end = replace(POLICY, hard=10**9)

    assert odds(len(guesses(without_end, YEAR)), 3) > 0.11


def test_the_hundred_guesses_take_the_better_part_of_a_day() -> None:
    """A44: time in which the owner is told of failed tries."""
    assert guesses(POLICY, YEAR)[-1] > 16 * 60 * MINUTE


# -- What wears off -----------------------------------------------------------------------------


@given(policies(), st.integers(0, 130), st.integers(0, 3 * YEAR), st.integers(0, 2 * YEAR))
def test_no_decision_from_then_on_differs_without_what_has_worn_off(
    policy: ThrottlePolicy, failures: int, age: int, kept: int
) -> None:
    """Rule 24: the same gate at every moment, the same counting, the same waits, for whoever goes on guessing."""
    whole = after(failures, policy)
    now = max(NOW, whole.locked_until) + age
    left = worn(whole, now - kept)
    assert left.failures == failures
    for moment in (now, now + 1, now + max(policy.waits), now + YEAR):
        assert policy.gate(left, moment) is policy.gate(whole, moment)
        assert policy.count(left, moment) == policy.count(whole, moment)
        assert policy.left(left) == policy.left(whole)
        assert policy.forgive(policy.count(left, moment)).failures == failures


def test_a_failure_counts_however_old_it_is() -> None:
    """Rule 24 counts failures in a row and has no window: the tenth locks and the hundredth ends it after years."""
    for failures, gate in ((9, Gate.LOCKED), (14, Gate.LOCKED), (99, Gate.DISABLED)):
        later = NOW + 9 * YEAR
        assert POLICY.gate(POLICY.count(worn(after(failures), later), later), later) is gate


def test_a_wait_and_what_came_of_it_go_in_the_second_after_their_time() -> None:
    locked = with_tries(after(10), at=NOW)
    until = locked.locked_until
    assert worn(locked, NOW) is locked
    assert worn(locked, NOW + 1) == Counter(failures=10, locked_until=until, turned_away=3)
    assert worn(locked, until) == worn(locked, NOW + 1)
    assert worn(locked, until + 1) == Counter(failures=10)


def test_what_has_worn_off_already_is_the_same_counter() -> None:
    """So that nothing is written, and nothing recorded, when there is nothing to forget."""
    for counter in (Counter(), Counter(failures=7), Counter(failures=100)):
        assert worn(counter, NOW) is counter


def with_tries(counter: Counter, *, at: int) -> Counter:
    """Return the counter with a failure of that moment, and three tries that were turned away."""
    return Counter(
        failures=counter.failures,
        locked_until=counter.locked_until,
        turned_away=3,
        tries=(FailedTry(at=at, terminal="pts/7"),),
    )
