"""How long a signed-in terminal may stay so: idle, overall, and while the session stands in the store (rule 26)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from pomfa_tui.domain.errors import Busy, Refusal, SessionEnded
from pomfa_tui.domain.sessions import ENDINGS, SEEN_EVERY, SessionEnd, SessionLimits, SessionToken
from pomfa_tui.terminal.clocks import Clocks

CHECK_ANYWAY = 30.0
"""Seconds after which the session is looked up although nothing seems to have changed."""


class SessionGuard(Protocol):
    """What the app needs of the service that keeps sessions; each call may block."""

    @property
    def limits(self) -> SessionLimits:
        """The numbers of rule 26."""

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
    def ended_by_time(self) -> SessionEnded | None:
        """Why the session's time is up, or none while it is not."""
        if self._clocks.since(self._started) >= self._guard.limits.overall:
            return ending_of(SessionEnd.OVERALL)
        return ending_of(SessionEnd.IDLE) if self.seconds_left <= 0 else None

    @property
    def is_warned(self) -> bool:
        """Whether the idle end is near."""
        return self.seconds_left <= self._guard.limits.warning

    @property
    def seconds_left(self) -> float:
        """Seconds until the idle end."""
        return self._guard.limits.idle - self._clocks.since(self._last_key)

    def record_end(self, reason: str) -> None:
        """Have the end recorded; blocks."""
        self._guard.sign_out(self.token, SessionEnd(reason))

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


def ending_of(reason: str) -> SessionEnded:
    """Return the end of a session with the sentence that belongs to its reason."""
    return SessionEnded(reason, ENDINGS[SessionEnd(reason)])
