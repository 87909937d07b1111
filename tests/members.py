"""People for tests: what they know and carry, and the documents a store keeps of them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import date

from pomfa_tui.domain import totp
from pomfa_tui.domain.credentials import (
    Authenticator,
    Credentials,
    Pairing,
    PairingEnd,
    Password,
    RecoveryCode,
)
from pomfa_tui.domain.emails import canonical_email
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import Period, Person, PersonState, SystemRole
from pomfa_tui.domain.ports import PasswordHasher, Vault
from pomfa_tui.domain.typed_codes import new_typed_code
from pomfa_tui.otpauth import PairingOffer, account_label
from pomfa_tui.services.second_factor import secret_context
from tests.fakes import FakeClock

GOOD_PASSWORD = "quartz umbrella drifting lantern"
OTHER_PASSWORD = "seven copper kettles whistle"


@dataclass(slots=True)
class Phone:
    """Somebody's authenticator app: shows the code of an entry for whatever time the phone believes it is.

    Attributes:
        clock: Of the host.
        secret: Of the newest entry.
        period: Seconds a code lives.
        fast: Seconds by which the phone's own clock is ahead.
    """

    clock: FakeClock
    secret: bytes = field(default=b"", repr=False)
    period: Period = 30
    fast: int = 0

    def code(self, steps: int = 0) -> str:
        """Return the code shown now, or so many steps from now."""
        return totp.code_at(self.secret, self.step() + steps)

    def step(self) -> int:
        """Return the time step whose code is shown now."""
        return totp.step_at(self.clock.now() + self.fast, self.period)

    def scan(self, entry: PairingOffer) -> None:
        """Add the entry that is on the screen."""
        self.secret = base64.b32decode(entry.secret + "=" * (-len(entry.secret) % 8))
        self.period = 60 if entry.period == 60 else 30

    def wrong_code(self) -> str:
        """Return six digits that fit no step within half an hour."""
        near = {totp.code_at(self.secret, self.step() + offset) for offset in range(-60, 61)}
        return next(code for code in (f"{number:06d}" for number in range(999)) if code not in near)


@dataclass(slots=True)
class Member:
    """Somebody in the world, with everything they know and carry.

    Attributes:
        id: Their person id.
        email: What they type.
        password: What they know.
        phone: What they carry.
        recovery: The recovery codes on their paper, by number.
        slip: The activation code on their slip, or an empty text.
    """

    id: str
    email: str
    password: str
    phone: Phone
    recovery: dict[int, str] = field(default_factory=dict)
    slip: str = ""


def person_document(
    email: str,
    sites: tuple[str, ...],
    *,
    created_at: int,
    role: str = "staff",
    name: str = "",
    state: PersonState = PersonState.ACTIVE,
    period: Period = 30,
    starts: date | None = None,
    ends: date | None = None,
) -> Person:
    """Return a person who is linked to `sites`, or to none when the role is one over all sites."""
    system = SystemRole(role) if role in set(SystemRole) else None
    memberships = tuple(
        Membership(
            site=site, role=SiteRole(role), job=JobTitle.PHARMACIST, starts=starts, ends=ends
        )
        for site in sites
        if system is None
    )
    return Person(
        id=secrets.token_hex(16),
        email=email,
        email_key=canonical_email(email),
        name=name or email.partition("@")[0].title(),
        state=state,
        role=system,
        memberships=memberships,
        period=period,
        created_at=created_at,
    )


def proven_credentials(member: Member, hasher: PasswordHasher, vault: Vault) -> Credentials:
    """Return what proves a member; gives them a fresh secret and ten recovery codes on the way."""
    now = member.phone.clock.now()
    member.phone.secret = totp.new_secret()
    member.recovery = {number: new_typed_code() for number in range(1, 11)}
    identifier = secrets.token_hex(16)
    return Credentials(
        id=member.id,
        password=Password(hash=hasher.hash(member.password), set_at=now),
        authenticator=Authenticator(
            id=identifier,
            sealed=vault.seal(member.phone.secret, secret_context(member.id, identifier)),
            period=member.phone.period,
            generation=1,
            label=account_label(member.email, 1),
            last_step=-1,
            bound_at=now,
            terminal="pts/1",
        ),
        recovery=tuple(
            RecoveryCode(number=number, hash=hasher.hash(text))
            for number, text in member.recovery.items()
        ),
    )


def ended_pairing(authenticator: Authenticator, *, at: int) -> Pairing:
    """Return the line of the history that a reset leaves behind."""
    return Pairing(
        id=authenticator.id,
        period=authenticator.period,
        generation=authenticator.generation,
        label=authenticator.label,
        bound_at=authenticator.bound_at,
        terminal=authenticator.terminal,
        ended_at=at,
        ended=PairingEnd.RESET,
        ended_by="host:root",
        sealed=authenticator.sealed,
    )
