"""Somebody who signs in at the counter of a store that the command line keeps: an own process would do the same through screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.host import this_place
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.steps import (
    AttemptId,
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    ShowRecoveryCodes,
    SignedIn,
    Step,
)
from pomfa_tui.settings import Settings
from tests.cli.conftest import CommandLine
from tests.fakes import FakeClock
from tests.members import GOOD_PASSWORD, Phone


@contextmanager
def counter(line: CommandLine) -> Iterator[Desk]:
    """Open the services as another terminal does."""
    opened = open_desk(Settings(data_dir=line.data, key_file=line.key), this_place({}))
    try:
        yield opened.desk
    finally:
        opened.close()


@dataclass(slots=True)
class Person:
    """Somebody with what they know and carry.

    Attributes:
        desk: Where they sign in.
        clock: On the wall and on the phone.
        email: Theirs.
        password: What they know; empty before they have chosen one.
        phone: What they carry.
        recovery: The codes on their paper, by number.
    """

    desk: Desk
    clock: FakeClock
    email: str
    password: str = ""
    phone: Phone = field(init=False)
    recovery: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take a phone out of the pocket."""
        self.phone = Phone(self.clock)

    def activate(self, slip: str) -> SessionToken:
        """Sign in for the first time, at the one site there is."""
        done = self.first_sign_in(slip)
        assert isinstance(done, SignedIn)
        return done.token

    def first_sign_in(self, slip: str) -> Step:
        """Sign in for the first time and return what comes after the pairing."""
        step = self.desk.sign_in.offer_password(self.email, slip)
        assert isinstance(step, NeedNewPassword)
        step = self.desk.new_passwords.choose(step.attempt, GOOD_PASSWORD)
        assert isinstance(step, NeedPairing)
        self.password = GOOD_PASSWORD
        return self.pair(step.attempt)

    def pair(self, attempt: AttemptId) -> Step:
        """Scan the QR code, type the first code, and write the recovery codes down."""
        self.phone.scan(self.desk.pairing.offer(attempt).entry)
        shown = self.desk.pairing.confirm(attempt, self.phone.code())
        assert isinstance(shown, ShowRecoveryCodes)
        self.recovery = dict(shown.codes)
        return self.desk.recovery.confirm(shown.attempt)

    def sign_in(self) -> SessionToken:
        """Sign in with password and a code that was not used before."""
        done = self.desk.sign_in.offer_code(self.offer_password(), self.fresh_code())
        assert isinstance(done, SignedIn)
        return done.token

    def offer_password(self, typed: str | None = None) -> AttemptId:
        """Type e-mail and password, or what stands for it, and be asked for a code."""
        step = self.desk.sign_in.offer_password(self.email, typed or self.password)
        assert isinstance(step, NeedCode)
        return step.attempt

    def offer_slip(self, slip: str) -> AttemptId:
        """Type e-mail and password, and the activation code that is asked for after an MFA reset."""
        step = self.desk.sign_in.offer_password(self.email, self.password)
        assert isinstance(step, NeedActivation)
        self.desk.sign_in.offer_activation_code(step.attempt, slip)
        return step.attempt

    def choose_after_reset(self, slip: str, password: str) -> SessionToken:
        """Sign in with slip and code after a password reset, and choose a new password."""
        attempt = self.offer_password(slip)
        step = self.desk.sign_in.offer_code(attempt, self.fresh_code())
        assert isinstance(step, NeedNewPassword)
        done = self.desk.new_passwords.choose(step.attempt, password)
        assert isinstance(done, SignedIn)
        self.password = password
        return done.token

    def fresh_code(self) -> str:
        """Wait until the phone shows a code that was not used before, and return it."""
        self.clock.advance(60)
        return self.phone.code()
