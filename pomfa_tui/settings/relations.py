"""Numbers that are each inside their bounds and still contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.limits import Numbers

ARGON2_FLOOR = {1: 47104, 2: 19456, 3: 12288}
"""Least memory in KiB for so many passes, 3 standing for 3 and more (OWASP Password Storage; ASVS 5.0 appendix C, STO-17)."""


def contradictions(numbers: Numbers) -> Iterator[str]:
    """Yield one clause for each pair of numbers that cannot hold together; each number lies inside its own bounds."""
    passes = numbers.hash_time
    floor = ARGON2_FLOOR[min(passes, max(ARGON2_FLOOR))]
    if numbers.hash_memory < floor:
        yield (
            f"hash_memory = {numbers.hash_memory} is below the OWASP floor, "
            f"which is {floor} KiB with hash_time = {passes}"
        )
    for smaller, larger in _ASCENDING:
        low, high = getattr(numbers, smaller), getattr(numbers, larger)
        if low > high:
            yield f"{smaller} = {low} must not be more than {larger} = {high}"
    if numbers.idle_warning_seconds >= 60 * numbers.idle_minutes:
        yield (
            f"idle_warning_seconds = {numbers.idle_warning_seconds} must be less than "
            f"idle_minutes = {numbers.idle_minutes}, which is {60 * numbers.idle_minutes} seconds"
        )
    if numbers.recovery_low >= numbers.recovery_codes:
        yield (
            f"recovery_low = {numbers.recovery_low} must be less than "
            f"recovery_codes = {numbers.recovery_codes}"
        )


_ASCENDING = (
    ("password_min", "password_max"),
    ("soft_lock_minutes_1", "soft_lock_minutes_2"),
    ("soft_lock_minutes_2", "soft_lock_minutes_3"),
    ("requests_per_terminal", "requests_open"),
)
