"""Failed tries of this very terminal, so that it can count down honestly and say nothing about accounts (rules 24, 25).

Whether an account is locked is told to nobody who has not proven its password. What was typed here, e-mail by e-mail, is no secret to whoever
typed it: the same arithmetic over that gives known and unknown e-mails the same wait. Nothing is written; a fresh process begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.throttle import Counter, Gate

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock
    from pomfa_tui.domain.throttle import ThrottlePolicy

MOST = 100
"""E-mails that are remembered, by keyed digest; the oldest makes room."""


class TriesHere:
    """Counts refusals of this process; a service asks it only after it has refused."""

    def __init__(self, clock: Clock, policy: ThrottlePolicy) -> None:
        """Take the clock and the numbers of rule 24."""
        self._clock = clock
        self._policy = policy
        self._counters: dict[str, Counter] = {}

    def refused(self, digest: str) -> int:
        """Count one more refusal; return the seconds of the wait that all of them have earned, 0 for none.

        Args:
            digest: Of the e-mail that was typed.
        """
        now = self._clock.now()
        counter = self._counters.pop(digest, Counter())
        if self._policy.gate(counter, now) is Gate.OPEN:
            counter = self._policy.count(counter, now)
        while len(self._counters) >= MOST:
            self._counters.pop(next(iter(self._counters)))
        self._counters[digest] = counter
        return max(0, counter.locked_until - now)

    def forget(self, digest: str) -> None:
        """Begin anew for an e-mail whose password was proven."""
        self._counters.pop(digest, None)
