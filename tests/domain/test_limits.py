"""Every number of the rules stands in one table, with bounds that let in no weak value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from pomfa_tui.domain.limits import LIMITS, Numbers

SHIPPED = {
    "password_min": 12,
    "password_max": 128,
    "hash_memory": 19456,
    "hash_time": 2,
    "hash_parallelism": 1,
    "activation_hours": 24,
    "pairing_minutes": 10,
    "recovery_codes": 10,
    "soft_lock_failures": 10,
    "soft_lock_step": 5,
    "soft_lock_minutes_1": 15,
    "soft_lock_minutes_2": 30,
    "soft_lock_minutes_3": 60,
    "hard_disable_failures": 100,
    "strangers_kept": 1000,
    "brake_failures": 30,
    "brake_minutes": 5,
    "brake_seconds": 5,
    "attempt_minutes": 3,
    "idle_minutes": 5,
    "idle_warning_seconds": 60,
    "overall_hours": 8,
    "sessions_per_person": 3,
    "step_up_minutes": 5,
    "nhsmail_per_site": 10,
    "store_lock_seconds": 5,
}
"""What the rules and the standards name."""

FLOORS = {
    "password_min": 8,
    "password_max": 64,
    "soft_lock_failures": 5,
    "soft_lock_minutes_1": 1,
    "idle_warning_seconds": 20,
}
"""Least values that a standard allows."""

CEILINGS = {
    "activation_hours": 24,
    "pairing_minutes": 10,
    "soft_lock_failures": 10,
    "soft_lock_minutes_1": 60,
    "soft_lock_minutes_2": 60,
    "soft_lock_minutes_3": 60,
    "hard_disable_failures": 100,
    "attempt_minutes": 5,
    "idle_minutes": 60,
    "overall_hours": 24,
}
"""Most that a standard allows."""


def test_the_numbers_are_the_rows_of_the_table() -> None:
    """GEN-08: neither has a name that the other lacks, nor another default."""
    numbers = Numbers()

    assert [field.name for field in fields(Numbers)] == list(LIMITS)
    assert {name: getattr(numbers, name) for name in LIMITS} == {
        name: limit.default for name, limit in LIMITS.items()
    }


def test_the_numbers_that_ship_are_those_of_the_rules() -> None:
    numbers = Numbers()

    assert {name: getattr(numbers, name) for name in SHIPPED} == SHIPPED
    assert numbers.outside_bounds() == []


@pytest.mark.parametrize("name", LIMITS)
def test_every_row_is_in_order_and_says_where_it_comes_from(name: str) -> None:
    limit = LIMITS[name]

    assert 0 <= limit.low <= limit.default <= limit.high
    assert limit.unit
    assert limit.why


def test_the_bounds_let_in_nothing_that_a_standard_forbids() -> None:
    """PWD-01, THR-01, THR-02, SES-01, SES-02, ENR-06, ENR-07, SES-17."""
    assert [name for name, floor in FLOORS.items() if LIMITS[name].low < floor] == []
    assert [name for name, most in CEILINGS.items() if LIMITS[name].high > most] == []


@pytest.mark.parametrize("name", LIMITS)
def test_a_number_on_its_bounds_is_inside_and_one_beyond_is_named(name: str) -> None:
    """PWD-01: with its bounds, so that whoever reads it can mend it."""
    limit = LIMITS[name]
    for value in (limit.low, limit.high):
        assert replace(Numbers(), **{name: value}).outside_bounds() == []
    for value in (limit.low - 1, limit.high + 1, -(10**9), 10**12):
        assert replace(Numbers(), **{name: value}).outside_bounds() == [
            f"{name} = {value} is outside {limit.low} to {limit.high} {limit.unit}."
        ]


def test_every_number_outside_is_named() -> None:
    numbers = Numbers(password_min=1, overall_hours=25)

    assert [sentence.split()[0] for sentence in numbers.outside_bounds()] == [
        "password_min",
        "overall_hours",
    ]


def test_numbers_cannot_be_changed_while_the_program_runs() -> None:
    with pytest.raises(FrozenInstanceError):
        Numbers().hard_disable_failures = 10**9  # type: ignore[misc]
