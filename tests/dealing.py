"""Who runs which test: what takes long is begun with, by all workers alike, so that none of them is left with it at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

LONG = ("tests/terminal/", "tests/races/", "tests/pam/", "tests/store/test_crashes.py")
"""Where tests are that mostly wait, for real programs in real terminals."""


def dealt(long: Sequence[T], others: Sequence[T], workers: int) -> list[T]:
    """Return all tests in such an order that each of as many equal portions begins with its share of the long ones.

    Args:
        long: What takes long.
        others: The rest; stays together file by file, since some share what is costly to make.
        workers: Each gets one portion, in order; at least 1.
    """
    order: list[T] = []
    ends = [len(others) * (place + 1) // workers for place in range(workers)]
    begin = 0
    for place, end in enumerate(ends):
        order += [*long[place::workers], *others[begin:end]]
        begin = end
    return order
