"""Half-done sign-ins: kept in this process only, short-lived, never holding a password in clear (A32)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import AttemptEnded
from pomfa_tui.domain.sessions import FailedTries
from pomfa_tui.services.steps import AttemptId

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Period, Person
    from pomfa_tui.domain.ports import Clock
    from pomfa_tui.domain.sites import Site


class FirstFactor(Enum):
    """What was typed in the password field."""

    PASSWORD = "password"  # noqa: S105 - the name of a factor
    ACTIVATION = "activation code"
    SETUP = "set-up of an empty store"


@dataclass(frozen=True, slots=True)
class Pending:
    """A secret that waits to be proven by a code; dies with the attempt (ENR-06).

    Attributes:
        secret: Shown on the screen.
        generation: Which pairing of the person it would be.
        label: The account part of the entry's name.
        period: Seconds a code lives, as the entry on the screen says.
        until: On the elapsed clock.
    """

    secret: bytes = field(repr=False)
    generation: int
    label: str
    period: Period
    until: float


@dataclass(frozen=True, slots=True)
class Draft:
    """Site and first administrator of an empty store, written only when the pairing is proven."""

    site: Site
    person: Person


@dataclass(frozen=True, slots=True)
class Attempt:
    """One half-done sign-in; a step that was committed replaces it by its successor.

    Attributes:
        id: Known to the screen.
        person: Whose.
        epoch: Of the credentials when it began; a reset meanwhile ends the attempt.
        first: What was typed in the password field.
        deadline: On the elapsed clock.
        code_proven: A code or recovery code was accepted.
        activation_proven: The activation code beside the password was right.
        phone_proven: The helpdesk's response to a challenge was right; it stands for an activation code, in this attempt alone.
        new_password: Hash of a password chosen but not yet written.
        pending: A pairing that waits for its code.
        pairing_failures: Wrong codes at this pairing.
        recovery: Codes to show, number and text.
        replaced: Number of the recovery code that was used.
        tries: Failed tries since the last sign-in.
        draft: Only while an empty store is set up.
        skewed: A code showed that the phone's clock is off by little enough for two codes in a row (TOTP-12).
        phone_gone: A recovery code was used to pair anew: the old entry dies once the new one is proven.
        by_paper: A recovery code was the second factor.
    """

    id: AttemptId
    person: str
    epoch: int
    first: FirstFactor
    deadline: float
    code_proven: bool = False
    activation_proven: bool = False
    phone_proven: bool = False
    new_password: str | None = field(default=None, repr=False)
    pending: Pending | None = None
    pairing_failures: int = 0
    recovery: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    replaced: int | None = None
    tries: FailedTries = field(default_factory=FailedTries)
    draft: Draft | None = None
    skewed: bool = False
    phone_gone: bool = False
    by_paper: bool = False

    def may_pair(self) -> bool:
        """Tell whether a new authenticator may be paired now: never by a password alone (ENR-10)."""
        if self.first is FirstFactor.PASSWORD:
            return self.activation_proven or self.phone_proven or self.phone_gone
        return self.new_password is not None


class Attempts:
    """The half-done sign-ins of this process."""

    MOST = 100
    """More than one terminal ever has; the oldest makes room."""

    def __init__(self, clock: Clock, *, seconds: int, pairing_seconds: int) -> None:
        """Take the clock and how long a step may take.

        Args:
            clock: Its elapsed time counts.
            seconds: From the password to the code.
            pairing_seconds: For choosing a password and for pairing.
        """
        self._clock = clock
        self._seconds = seconds
        self._pairing_seconds = pairing_seconds
        self._open: dict[AttemptId, Attempt] = {}

    @property
    def pairing_seconds(self) -> int:
        """How long a pairing offer stands."""
        return self._pairing_seconds

    def begin(
        self, person: str, epoch: int, first: FirstFactor, draft: Draft | None = None
    ) -> Attempt:
        """Open an attempt whose first factor was just proven."""
        while len(self._open) >= self.MOST:
            self._open.pop(next(iter(self._open)))
        attempt = Attempt(
            id=AttemptId(secrets.token_hex(16)),
            person=person,
            epoch=epoch,
            first=first,
            deadline=self._clock.elapsed() + self._seconds,
            draft=draft,
        )
        self._open[attempt.id] = attempt
        return attempt

    def get(self, attempt_id: AttemptId) -> Attempt:
        """Return an open attempt.

        Raises:
            AttemptEnded: Unknown, ended, or too slow (SES-17).
        """
        attempt = self._open.get(attempt_id)
        if attempt is None:
            raise AttemptEnded
        if self._clock.elapsed() >= attempt.deadline:
            self.end(attempt_id)
            raise AttemptEnded
        return attempt

    def keep(self, attempt: Attempt) -> Attempt:
        """Put the successor of an open attempt in its place, after what it proved was committed; an ended one stays ended."""
        if attempt.id in self._open:
            self._open[attempt.id] = attempt
        return attempt

    def with_skew(self, attempt: Attempt) -> Attempt:
        """Return the attempt after a code that showed the phone's clock; the first such one gives the time for two more codes."""
        if attempt.skewed:
            return attempt
        return replace(attempt, skewed=True, deadline=self._clock.elapsed() + self._seconds)

    def with_enrolment_time(self, attempt: Attempt) -> Attempt:
        """Return the attempt with the longer time of a pairing from now on."""
        return replace(attempt, deadline=self._clock.elapsed() + self._pairing_seconds)

    def with_time(self, attempt: Attempt, seconds: int | None = None) -> Attempt:
        """Return the attempt with so many seconds from now on; with the time of a code by default."""
        wanted = self._seconds if seconds is None else seconds
        return replace(attempt, deadline=self._clock.elapsed() + wanted)

    def with_offer(self, attempt: Attempt, pending: Pending) -> Attempt:
        """Return the attempt with a pairing offer; it outlives the offer, so that who is late can ask for a fresh one."""
        deadline = pending.until + self._seconds
        return replace(attempt, pending=pending, pairing_failures=0, deadline=deadline)

    def end(self, attempt_id: AttemptId) -> None:
        """Forget an attempt and everything it holds; harmless when it is gone already."""
        self._open.pop(attempt_id, None)
