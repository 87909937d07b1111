"""Looking again and again whether something has happened, not too often and not too late."""

from __future__ import annotations

import secrets
import time

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.0001, 0.005
_MEMORY = 4


class Patience:
    """Knows how long one usually waits, and pauses accordingly."""

    def __init__(self) -> None:
        self.usual = 0.0

    def begin(self, deadline: float) -> Wait:
        """Begin to wait.

        Args:
            deadline: On the monotonic clock, seconds.
        """
        return Wait(self, deadline)


class Wait:
    """Pauses between tries until a deadline."""

    def __init__(self, patience: Patience, deadline: float) -> None:
        self._patience = patience
        self._deadline = deadline
        self._began = time.monotonic()
        # Most of the usual wait at once, the rest in smaller steps.
        self._share = 1 / 2

    def again(self) -> bool:
        """Pause a little; tell whether there is time for another try."""
        now = time.monotonic()
        if now >= self._deadline:
            return False
        pause = min(max(self._patience.usual * self._share, _SHORTEST_PAUSE), _LONGEST_PAUSE)
        self._share = 1 / 4
        pause *= 0.5 + secrets.randbelow(1000) / 1000
        time.sleep(min(pause, self._deadline - now))
        return True

    def end(self) -> None:
        """Learn from the wait that is over."""
        took = time.monotonic() - self._began
        self._patience.usual += (took - self._patience.usual) / _MEMORY
