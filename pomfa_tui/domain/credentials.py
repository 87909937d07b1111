"""What proves a person: password, activation code, authenticator, recovery codes and their failure counters.

Kept apart from `Person`, so that lists and searches never touch a hash (ROL-09). Only hashes and sealed texts, nothing in clear.
"""

from __future__ import annotations

from enum import StrEnum

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.people import Period
from pomfa_tui.domain.phone_help import PhoneHelp
from pomfa_tui.domain.throttle import Counter


class Password(Document, frozen=True, kw_only=True):
    """A password's hash.

    Attributes:
        hash: Self-describing argon2id string.
        set_at: UTC seconds.
        must_change: Set when somebody has evidence that it is known to others (PWD-10).
    """

    hash: str
    set_at: int
    must_change: bool = False


class Activation(Document, frozen=True, kw_only=True):
    """An outstanding activation code (rule 17): hashed, one use, newest wins.

    Attributes:
        hash: Self-describing argon2id string.
        issued_at: UTC seconds.
        expires_at: UTC seconds.
        issued_by: Id of the person, or `host:<login>`, who asked for it.
    """

    hash: str
    issued_at: int
    expires_at: int
    issued_by: str


class PasswordReset(Document, frozen=True, kw_only=True):
    """The newest reset of the password, so that a reset of the other factor soon after is seen for what it is (ENR-12).

    Attributes:
        at: UTC seconds.
        by: Id of the person, or `host:<login>`, who did it.
    """

    at: int
    by: str


class Authenticator(Document, frozen=True, kw_only=True):
    """The one paired authenticator.

    Attributes:
        id: Random 128-bit identifier; part of what the secret is sealed to.
        sealed: The secret, sealed by the vault.
        period: Seconds a code lives, fixed at pairing (TOTP-04).
        generation: Counts the pairings of this person; part of the entry's name (rule 18).
        label: The account part of the entry's name in the app.
        last_step: Last accepted time step, for any purpose (rule 15).
        told_steps: Steps outside the window whose code was typed and said to be right for another moment; never accepted, or the hint of
            rule 25 would tell a guesser which code comes, and an onlooker which two were shown in a row.
        drift: Steps by which the phone's clock is known to be off, ahead of ours above zero; found by two codes in a row (TOTP-12).
        bound_at: UTC seconds of pairing.
        terminal: Where it was paired.
    """

    id: str
    sealed: str
    period: Period
    generation: int
    label: str
    last_step: int
    told_steps: tuple[int, ...] = ()
    drift: int = 0
    bound_at: int
    terminal: str


class PairingEnd(StrEnum):
    """Why a pairing ended."""

    REPLACED = "replaced"
    RESET = "reset"
    LEFT = "left"


class Pairing(Document, frozen=True, kw_only=True):
    """One line of the pairing history (ENR-15). Its secret is kept sealed for at most 30 days, for the hint of rule 25 only.

    Attributes:
        id: The authenticator's identifier.
        period: Seconds a code lived.
        generation: Which pairing of the person it was.
        label: The account part of the entry's name.
        bound_at: UTC seconds of pairing.
        terminal: Where it was paired.
        ended_at: UTC seconds of its end.
        ended: Why.
        ended_by: Id of the person, or `host:<login>`, who ended it.
        sealed: The retired secret, or none once the hint's time is over.
    """

    id: str
    period: Period
    generation: int
    label: str
    bound_at: int
    terminal: str
    ended_at: int
    ended: PairingEnd
    ended_by: str
    sealed: str | None = None


class RecoveryCode(Document, frozen=True, kw_only=True):
    """One recovery code that has not been used (rule 19).

    Attributes:
        number: 1 to 10, printed before the code.
        hash: Self-describing argon2id string.
    """

    number: int
    hash: str


class MfaState(StrEnum):
    """Whether an authenticator is paired; the words are part of the command line's contract."""

    NONE = "none"
    ACTIVE = "active"
    RESET = "reset"


class Credentials(Document, frozen=True, kw_only=True):
    """Everything that proves one person.

    Attributes:
        id: The person's id.
        epoch: Counts every change of a credential by reset or choice; half-done sign-ins of an older epoch end.
        password: None before the first sign-in and after a password reset.
        activation: Outstanding activation code.
        authenticator: None before pairing and after an MFA reset.
        pairings: History of ended pairings.
        recovery: Unused recovery codes.
        recovery_seen: Whether the person confirmed that they wrote the set down.
        password_reset: The newest reset of the password, or none.
        password_counter: Failures of the password (or of the activation code in its place).
        code_counter: Failures of the second factor, recovery codes included.
        accounts_met: Moments, UTC seconds, at which the person named an address that has an account already; the newest few (ENU-06).
        phone: Help by telephone, or none so far.
    """

    id: str
    epoch: int = 1
    password: Password | None = None
    activation: Activation | None = None
    authenticator: Authenticator | None = None
    pairings: tuple[Pairing, ...] = ()
    recovery: tuple[RecoveryCode, ...] = ()
    recovery_seen: bool = True
    password_reset: PasswordReset | None = None
    password_counter: Counter = Counter()
    code_counter: Counter = Counter()
    accounts_met: tuple[int, ...] = ()
    phone: PhoneHelp | None = None

    @property
    def mfa(self) -> MfaState:
        """Where the second factor stands."""
        if self.authenticator is not None:
            return MfaState.ACTIVE
        return MfaState.RESET if self.pairings else MfaState.NONE

    def never_used(self) -> bool:
        """Tell whether nobody ever had a factor of their own here; an activation code may be out."""
        return self.password is None and self.authenticator is None and not self.pairings

    def next_generation(self) -> int:
        """Return the mark of the next pairing, which no earlier entry carries."""
        marks = [pairing.generation for pairing in self.pairings]
        if self.authenticator is not None:
            marks.append(self.authenticator.generation)
        return max(marks, default=0) + 1
