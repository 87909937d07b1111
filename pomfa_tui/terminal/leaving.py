"""What is to happen after the interface has ended and the terminal is restored."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Leaving(NamedTuple):
    """How the interface was left.

    Attributes:
        again: Whether a fresh process opens the interface anew: nothing typed or shown survives in it (K27).
        reason: Short reason why the session ended, shown by the fresh process; empty when there is none.
        expected: E-mail that the fresh process fills in, of whoever is given the keyboard; empty for nobody in particular.
        first: What to do with the terminal restored, such as the hand-over; returns how to go on after it.
        status: Exit status when the interface is not opened anew.
        message: A sentence for whoever started the program; empty when there is none.
    """

    again: bool = False
    reason: str = ""
    expected: str = ""
    first: Callable[[], Leaving] | None = None
    status: int = 0
    message: str = ""
