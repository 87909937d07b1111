"""Counting failures: a short wait after ten in a row, longer ones after, an end after a hundred (rule 24).

Pure arithmetic. Whoever uses it holds the store's lock from `gate` to `count`, so that no try slips by uncounted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.documents import Document

if TYPE_CHECKING:
    from pomfa_tui.domain.limits import Numbers


TRIES_KEPT = 5
"""Newest failures of which it is known when and where; the audit log has all of them."""


class FailedTry(Document, frozen=True, kw_only=True):
    """One failure, for its owner to be told of (THR-12).

    Attributes:
        at: UTC seconds.
        terminal: Where.
    """

    at: int
    terminal: str


class Counter(Document, frozen=True, kw_only=True):
    """Consecutive failures of one factor.

    Attributes:
        failures: In a row, since the last full sign-in.
        locked_until: UTC seconds when tries count again; 0 when never locked.
        tries: The newest of them, oldest first.
        turned_away: Tries while none were taken. They decide nothing; that they are written makes each of them cost what others cost.
    """

    failures: int = 0
    locked_until: int = 0
    turned_away: int = 0
    tries: tuple[FailedTry, ...] = ()


class Stranger(Document, frozen=True, kw_only=True):
    """The counter of an e-mail that has no account, kept so that it behaves like one that has (THR-09).

    Attributes:
        id: Keyed digest of the e-mail; the e-mail itself is never stored.
        counter: Its failures.
        touched_at: UTC seconds of the last try; the oldest make room.
    """

    id: str
    counter: Counter
    touched_at: int


def worn(counter: Counter, before: int) -> Counter:
    """Return a counter without what decides nothing any more; the same one where there is nothing of that.

    Rule 24 counts failures in a row and knows no window of time, so their number never wears off: it goes with a full sign-in or a reset. A wait
    that is over decides nothing, and whoever signs in after so long is told how many failures there were, no longer when and where.

    Args:
        counter: Of one factor.
        before: UTC seconds; what ended or was tried before that goes.
    """
    if not (counter.tries or counter.locked_until or counter.turned_away):
        return counter
    tries = tuple(each for each in counter.tries if each.at >= before)
    if tries or counter.locked_until >= before:
        return counter if tries == counter.tries else msgspec.structs.replace(counter, tries=tries)
    return Counter(failures=counter.failures)


class Gate(Enum):
    """Whether a try may be made now."""

    OPEN = "open"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class ThrottlePolicy:
    """The numbers of rule 24.

    Attributes:
        soft: Failures in a row before the first wait.
        step: Further failures before each next wait.
        waits: Seconds of the first, second and every later wait.
        hard: Failures in a row that disable the factor until it is reset.
    """

    soft: int
    step: int
    waits: tuple[int, ...]
    hard: int

    @classmethod
    def of(cls, numbers: Numbers) -> ThrottlePolicy:
        """Build the policy from the numbers in force."""
        minutes = (
            numbers.soft_lock_minutes_1,
            numbers.soft_lock_minutes_2,
            numbers.soft_lock_minutes_3,
        )
        return cls(
            soft=numbers.soft_lock_failures,
            step=numbers.soft_lock_step,
            waits=tuple(60 * minute for minute in minutes),
            hard=numbers.hard_disable_failures,
        )

    def gate(self, counter: Counter, now: int) -> Gate:
        """Tell whether a try may be made at `now`, UTC seconds. Tries while locked neither count nor prolong the lock."""
        if counter.failures >= self.hard:
            return Gate.DISABLED
        if now < counter.locked_until:
            return Gate.LOCKED
        return Gate.OPEN

    def count(self, counter: Counter, now: int, terminal: str = "") -> Counter:
        """Return the counter after one more failure at `now`, with the lock this failure earns.

        Args:
            counter: Before it.
            now: UTC seconds.
            terminal: Where it was, or an empty text where nobody is told.
        """
        failures = counter.failures + 1
        tries = counter.tries
        if terminal:
            tries = (*tries, FailedTry(at=now, terminal=terminal))
        return Counter(
            failures=failures,
            locked_until=now + self._wait(failures) if self._locks(failures) else 0,
            tries=tries[-TRIES_KEPT:],
        )

    @staticmethod
    def turn_away(counter: Counter) -> Counter:
        """Return the counter after a try while none are taken: neither counted nor prolonging anything."""
        return msgspec.structs.replace(counter, turned_away=counter.turned_away + 1)

    def forgive(self, counter: Counter) -> Counter:
        """Take back the last counted try, because it turned out right. Never below zero, never unlocks earlier failures' waits."""
        return msgspec.structs.replace(
            counter,
            failures=max(0, counter.failures - 1),
            locked_until=0,
            tries=counter.tries[:-1],
        )

    def left(self, counter: Counter) -> int:
        """Return how many tries remain before the next wait."""
        if counter.failures < self.soft:
            return self.soft - counter.failures
        return self.step - (counter.failures - self.soft) % self.step

    def _locks(self, failures: int) -> bool:
        return failures >= self.soft and (failures - self.soft) % self.step == 0

    def _wait(self, failures: int) -> int:
        rank = (failures - self.soft) // self.step
        return self.waits[min(rank, len(self.waits) - 1)]
