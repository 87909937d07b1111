"""Amounts: how many seconds there are in what people count by, and how a number of things is written."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60, 3600, 86400
"""Seconds."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts, such as `1 code` or `3 codes`.

    Args:
        number: How many, 0 or more.
        one: The word for one of them.
        many: The word for several, where it is another than `one` with an s.
    """
    return f"{number} {one if number == 1 else many or f'{one}s'}"
