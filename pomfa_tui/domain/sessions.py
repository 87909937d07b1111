"""A session: who is signed in, where, since when, and when it ends (rule 26)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.throttle import Counter, FailedTry

if TYPE_CHECKING:
    from pomfa_tui.domain.limits import Numbers

TOKEN_BYTES = 32
"""Random bytes of a session's secret (ASVS 7.2.3 asks 128 bits)."""


class SessionEnd(StrEnum):
    """Why a session ended; each has a sentence for the person."""

    SIGN_OUT = "sign_out"
    IDLE = "idle"
    OVERALL = "overall"
    SUPERSEDED = "superseded"
    ENDED_BY_OTHER = "ended_by_other"
    ACCOUNT_CHANGED = "account_changed"
    LOST = "lost"


ENDINGS: dict[SessionEnd, str] = {
    SessionEnd.SIGN_OUT: "You have signed out.",
    SessionEnd.IDLE: "You were signed out because nothing was typed for a while. Sign in again.",
    SessionEnd.OVERALL: "Your time is up for this sign-in. Sign in again to go on.",
    SessionEnd.SUPERSEDED: "You signed in at too many terminals, so the oldest sign-in, this one, was ended.",
    SessionEnd.ENDED_BY_OTHER: "This sign-in was ended from elsewhere. Sign in again, or ask an administrator.",
    SessionEnd.ACCOUNT_CHANGED: "Your account was changed, so you were signed out. Sign in again, or ask an administrator.",
    SessionEnd.LOST: "The connection to this terminal was lost, so you were signed out. Sign in again.",
}


class FailedTries(Document, frozen=True, kw_only=True):
    """What failed between two sign-ins of one person (THR-12).

    Attributes:
        passwords: Wrong passwords, or activation codes in their place.
        codes: Wrong codes after the right password.
        last: The newest failure, or none.
        last_code: The newest wrong code, or none.
    """

    passwords: int = 0
    codes: int = 0
    last: FailedTry | None = None
    last_code: FailedTry | None = None

    @classmethod
    def of(cls, passwords: Counter, codes: Counter) -> FailedTries:
        """Return what both counters hold."""
        newest = sorted((*passwords.tries, *codes.tries), key=lambda each: each.at)
        return cls(
            passwords=passwords.failures,
            codes=codes.failures,
            last=newest[-1] if newest else None,
            last_code=codes.tries[-1] if codes.tries else None,
        )

    @property
    def number(self) -> int:
        """How many there were."""
        return self.passwords + self.codes


class Session(Document, frozen=True, kw_only=True):
    """One sign-in at one terminal.

    Attributes:
        id: SHA-256 of the session's secret, shortened to 128 bits; the secret itself is never stored (SES-05).
        person: The person's id.
        site: The chosen site's code; none for roles over all sites.
        terminal: Name of the terminal or origin of the SSH connection.
        boot: Identifies the host's boot, so that a stale record is known after a restart.
        pid: Process that holds the session.
        started: UTC seconds.
        last_seen: UTC seconds of the last key, kept to the minute.
        proven_at: UTC seconds of the last full sign-in or step-up (rule 22).
        ended_at: UTC seconds, or none while it runs.
        previous_sign_in: UTC seconds of the person's sign-in before this one, or none.
        before: Failed tries between that one and this one.
        ended: Why.
    """

    id: str
    person: str
    site: str | None
    terminal: str
    boot: str
    pid: int
    started: int
    last_seen: int
    proven_at: int
    previous_sign_in: int | None = None
    before: FailedTries = FailedTries()
    ended_at: int | None = None
    ended: SessionEnd | None = None


@dataclass(frozen=True, slots=True)
class SessionToken:
    """The secret that a signed-in screen holds; shown to nobody, stored nowhere."""

    secret: str = field(repr=False)

    @classmethod
    def new(cls) -> SessionToken:
        """Return a token with a fresh 256-bit secret."""
        import secrets  # noqa: PLC0415 - loads OpenSSL, which the first frame does without

        return cls(secrets.token_urlsafe(TOKEN_BYTES))

    @property
    def session_id(self) -> str:
        """Return the stored session's id."""
        import hashlib  # noqa: PLC0415 - as above

        return hashlib.sha256(self.secret.encode("ascii", "replace")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """The numbers of rules 22 and 26, in seconds.

    Attributes:
        idle: Without a key.
        warning: Before the idle end, shown until any key.
        overall: Whatever the activity.
        per_person: Sessions at once; the oldest ends.
        step_up: How long a proof by code stays fresh.
    """

    idle: int
    warning: int
    overall: int
    per_person: int
    step_up: int

    @classmethod
    def of(cls, numbers: Numbers) -> SessionLimits:
        """Build the limits from the numbers in force."""
        return cls(
            idle=60 * numbers.idle_minutes,
            warning=numbers.idle_warning_seconds,
            overall=3600 * numbers.overall_hours,
            per_person=numbers.sessions_per_person,
            step_up=60 * numbers.step_up_minutes,
        )

    def ending(self, session: Session, now: int) -> SessionEnd | None:
        """Tell why the session is over at `now`, UTC seconds, or none while it runs.

        A minute of grace is added to the idle time, since `last_seen` is written at most once a minute; the terminal itself keeps the
        exact time.
        """
        if session.ended is not None:
            return session.ended
        if now - session.started >= self.overall:
            return SessionEnd.OVERALL
        if now - session.last_seen >= self.idle + SEEN_EVERY:
            return SessionEnd.IDLE
        return None


SEEN_EVERY = 60
"""Seconds between two writes of `last_seen`."""
