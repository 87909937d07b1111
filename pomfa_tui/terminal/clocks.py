"""How much time has passed, by whichever clock says more (SES-18)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


def _boot_seconds() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Moment(NamedTuple):
    """A moment by two clocks, in seconds."""

    steady: float
    wall: float


class Clocks(NamedTuple):
    """Two clocks: one that also runs while the machine sleeps, and the wall clock.

    Attributes:
        steady: Seconds since the host's boot, sleep included.
        wall: Seconds of the wall clock, which may be set.
    """

    steady: Callable[[], float] = _boot_seconds
    wall: Callable[[], float] = time.time

    def now(self) -> Moment:
        """Return this moment."""
        return Moment(self.steady(), self.wall())

    def since(self, then: Moment) -> float:
        """Return the seconds since `then` by the clock that counts more of them."""
        return max(self.steady() - then.steady, self.wall() - then.wall, 0.0)
