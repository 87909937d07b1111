"""A session guard that remembers, and clocks that are moved by hand."""

from __future__ import annotations

from pomfa_tui.domain.sessions import SessionEnd, SessionLimits, SessionToken
from pomfa_tui.terminal.clocks import Clocks

LIMITS = SessionLimits(idle=300, warning=60, overall=28800, per_person=3, step_up=300)


class HandClocks:
    """Two clocks that are moved by hand."""

    def __init__(self) -> None:
        self.steady = 1000.0
        self.wall = 1_700_000_000.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass on both."""
        self.steady += seconds
        self.wall += seconds

    @property
    def clocks(self) -> Clocks:
        """The clocks as the program takes them."""
        return Clocks(steady=lambda: self.steady, wall=lambda: self.wall)


class FakeGuard:
    """A guard that remembers what it was asked."""

    def __init__(self) -> None:
        self.limits = LIMITS
        self.version = 0
        self.checked = 0
        self.touched = 0
        self.ended: list[SessionEnd] = []
        self.refusal: Exception | None = None
        self.broken = False

    def changes(self) -> int:
        """Return the version of the store."""
        return self.version

    def check(self, token: SessionToken) -> None:
        """Refuse when told to."""
        self.checked += 1
        if self.refusal is not None:
            raise self.refusal

    def touch(self, token: SessionToken) -> None:
        """Count."""
        self.touched += 1

    def sign_out(self, token: SessionToken, reason: SessionEnd) -> None:
        """Remember why, unless broken."""
        if self.broken:
            raise RuntimeError("Hunter2-pw")
        self.ended.append(reason)
