"""A brake on the whole host against spraying: many accounts tried a little each, which no counter of one account sees (THR-08).

Pure arithmetic. Whoever uses it holds the store's lock from `is_on` to `count`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pomfa_tui.domain.limits import Numbers


@dataclass(frozen=True, slots=True)
class BrakePolicy:
    """When everybody's tries are slowed down, and by how much.

    Attributes:
        failures: Failed tries of all accounts together, known and unknown, that may fall into one window.
        window: Seconds.
        wait: Seconds that every try takes longer while the brake is on, a right one too.
    """

    failures: int
    window: int
    wait: int

    @classmethod
    def of(cls, numbers: Numbers) -> BrakePolicy:
        """Build the policy from the numbers in force."""
        return cls(numbers.brake_failures, 60 * numbers.brake_minutes, numbers.brake_seconds)

    def is_on(self, failed_at: tuple[int, ...], now: int) -> bool:
        """Tell whether more tries than may have failed lately.

        Args:
            failed_at: UTC seconds of the newest failures, as `count` returned them.
            now: UTC seconds.
        """
        return len(self._lately(failed_at, now)) > self.failures

    def count(self, failed_at: tuple[int, ...], now: int) -> tuple[int, ...]:
        """Return the newest failures with one more at `now`; never more than the brake needs to know."""
        return (*self._lately(failed_at, now), now)[-self.failures - 1 :]

    def _lately(self, failed_at: tuple[int, ...], now: int) -> tuple[int, ...]:
        return tuple(at for at in failed_at if now - self.window < at <= now)
