"""Plays the demo's people through the real services: set-up, first sign-ins, pairings and a link."""

from __future__ import annotations

from base64 import b32decode
from typing import TYPE_CHECKING, TypeVar

from pomfa_tui.cli.demonstration.cast import FIRST, OTHERS, REQUESTS, SITES, Part, Player
from pomfa_tui.domain import totp
from pomfa_tui.domain.amounts import HOUR
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.services.linking import Link
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.services.steps import NeedNewPassword, NeedPairing, ShowRecoveryCodes, SignedIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.ports import Clock
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.steps import AttemptId

T = TypeVar("T")

LASTED = HOUR
"""Seconds before now at which the demo's history begins, so that every code of now is fresh."""


class PastClock:
    """A clock that begins an hour ago and only goes on when it is told to.

    Args:
        clock: Tells what time it is now.
    """

    def __init__(self, clock: Clock) -> None:
        self._end = clock.now()
        self._now = self._end - LASTED

    def now(self) -> int:
        """Return UTC seconds."""
        return self._now

    def elapsed(self) -> float:
        """Return seconds that only grow."""
        return float(self._now)

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass, up to now."""
        self.go_on(int(seconds))

    def go_on(self, seconds: int) -> None:
        """Let time pass, up to now."""
        self._now = min(self._now + seconds, self._end)


class Rehearsal:
    """Fills an empty store.

    Args:
        desk: Services over the empty store.
        clock: The clock they were made with.
        caller: Whoever runs the demo.
    """

    def __init__(self, desk: Desk, clock: PastClock, caller: HostCaller) -> None:
        self._desk = desk
        self._clock = clock
        self._caller = caller

    def play(self) -> tuple[Player, ...]:
        """Return everybody, ready to sign in."""
        return tuple(self._play())

    def _play(self) -> Iterator[Player]:
        (code, name), *more = SITES
        step = self._desk.setup.begin(
            site_code=code,
            site_name=name,
            name=FIRST.name,
            email=FIRST.email,
            password=FIRST.password or "",
        )
        yield Player(FIRST, secret=self._pair(step))
        for code, name in more:
            self._desk.sites.add(self._caller, code=code, name=name)
        for part in OTHERS:
            yield self._enter(part)
        for texts in REQUESTS:
            self._desk.filing.file(None, NewRequest(*texts))

    def _enter(self, part: Part) -> Player:
        self._clock.go_on(120 if part.password is not None else LASTED)
        new = NewPerson(
            email=part.email,
            name=part.name,
            role=part.role,
            site=part.sites[0] if part.sites else None,
            job=part.job,
            gphc=part.gphc,
        )
        issued = self._desk.people.add(self._caller, new)
        if part.password is None:
            return Player(part, activation_code=issued.activation_code)
        first = self._desk.sign_in.offer_password(part.email, issued.activation_code)
        step = _expected(first, NeedNewPassword)
        player = Player(
            part, secret=self._pair(self._desk.new_passwords.choose(step.attempt, part.password))
        )
        self._link(part)
        return player

    def _link(self, part: Part) -> None:
        why = Justification(IdentityCheck.KNOWN, "covers both sites", ticket="DEMO-1")
        for site in part.sites[1:]:
            link = Link(site=site, role=part.role, job=part.job or "")
            self._desk.office.links.link(self._caller, part.email, link, why)

    def _pair(self, step: object) -> str:
        """Do what somebody with a phone would do, and return what the phone has scanned."""
        attempt = _expected(step, NeedPairing).attempt
        secret = self._desk.pairing.offer(attempt).entry.secret
        code = totp.code_at(b32decode(secret), totp.step_at(self._clock.now(), 30))
        shown = _expected(self._desk.pairing.confirm(attempt, code), ShowRecoveryCodes)
        self._sign_out(shown.attempt)
        return secret

    def _sign_out(self, attempt: AttemptId) -> None:
        signed_in = _expected(self._desk.recovery.confirm(attempt), SignedIn)
        self._desk.sessions.sign_out(signed_in.token)


def _expected(step: object, kind: type[T]) -> T:
    """Return the step; the play is over when the services want something else."""
    if not isinstance(step, kind):
        message = f"{kind.__name__} was due, not {type(step).__name__}"
        raise TypeError(message)
    return step
