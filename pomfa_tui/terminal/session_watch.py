"""How long a signed-in terminal may stay so: idle, overall, and while the session stands in the store (rule 26)."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import Protocol

from pomfa_tui.domain.errors import Busy, Refusal, SessionEnded
from pomfa_tui.domain.sessions import ENDINGS, SEEN_EVERY, SessionEnd, SessionLimits, SessionToken
from pomfa_tui.terminal.clocks import Clocks

CHECK_ANYWAY = 30.0
"""Seconds after which the session is looked up although nothing seems to have changed."""


class SessionGuard(Protocol):
    """What the app needs of the service that keeps sessions; each call may block."""

    limits: SessionLimits

    def changes(self) -> Hashable:
        """Return a value that differs once anything has been committed; cheap."""

    def check(self, token: SessionToken) -> None:
        """Return when the session stands.

        Raises:
            SessionEnded: It does not.
        """

    def touch(self, token: SessionToken) -> None:
        """Note that somebody is there.

        Raises:
            SessionEnded: The session does not stand.
        """

    def sign_out(self, token: SessionToken, reason: SessionEnd) -> None:
        """End the session."""


class Standing(Enum):
    """How a session stands by the clock."""

    FINE = "fine"
    WARNED = "warned"
    IDLE = "idle"
    OVERALL = "overall"


class SessionWatch:
    """Watch one session from its start to its end.

    Args:
        guard: Keeps sessions.
        token: The session.
        clocks: Tell how much time has passed.
    """

    def __init__(self, guard: SessionGuard, token: SessionToken, clocks: Clocks) -> None:
        self.token = token
        self._guard = guard
        self._clocks = clocks
        self._started = self._last_key = self._last_touch = self._last_check = clocks.now()
        self._seen_changes: Hashable = object()

    def key_pressed(self) -> None:
        """Start the idle time anew."""
        self._last_key = self._clocks.now()

    @property
    def standing(self) -> Standing:
        """How the session stands now."""
        limits = self._guard.limits
        if self._clocks.since(self._started) >= limits.overall:
            return Standing.OVERALL
        if self.seconds_left <= 0:
            return Standing.IDLE
        return Standing.WARNED if self.seconds_left <= limits.warning else Standing.FINE

    @property
    def seconds_left(self) -> float:
        """Seconds until the idle end."""
        return self._guard.limits.idle - self._clocks.since(self._last_key)

    def look(self) -> SessionEnded | None:
        """Ask the store whether the session still stands, and say there that somebody is present; blocks.

        Returns:
            Why it does not stand, or none. A busy store decides nothing, any other refusal ends the session.
        """
        try:
            self._look()
        except SessionEnded as ended:
            return ended
        except Busy:
            return None
        except Refusal as refusal:
            return SessionEnded(SessionEnd.LOST, refusal.message)
        return None

    def _look(self) -> None:
        seen = self._guard.changes()
        if seen != self._seen_changes or self._clocks.since(self._last_check) >= CHECK_ANYWAY:
            self._guard.check(self.token)
            self._seen_changes = seen
            self._last_check = self._clocks.now()
        present = self._clocks.since(self._last_touch) > self._clocks.since(self._last_key)
        if present and self._clocks.since(self._last_touch) >= SEEN_EVERY:
            self._last_touch = self._clocks.now()
            self._guard.touch(self.token)


def ending_of(reason: SessionEnd) -> SessionEnded:
    """Return the end of a session with the sentence that belongs to its reason."""
    return SessionEnded(reason, ENDINGS[reason])
