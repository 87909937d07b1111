"""What comes next in a sign-in: the typed answers that screens turn into screens."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Period
    from pomfa_tui.domain.phone_help import PhoneAct
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.otpauth import PairingOffer

AttemptId = NewType("AttemptId", str)
"""Names a half-done sign-in; worthless outside this process."""


class PasswordCause(Enum):
    """Why a new password is asked for."""

    FIRST = "first sign-in"
    RESET = "reset"
    MUST_CHANGE = "must change"


@dataclass(frozen=True, slots=True)
class NeedCode:
    """The password was right; a code from the authenticator comes next.

    Attributes:
        attempt: To be handed back.
        entry: Name of the entry to look for in the app.
        period: Seconds a code lives.
        recovery_left: How many recovery codes could be used instead.
        failures: Wrong codes in a row so far.
    """

    attempt: AttemptId
    entry: str
    period: Period
    recovery_left: int
    failures: int = 0


@dataclass(frozen=True, slots=True)
class NeedActivation:
    """The password was right, but the authenticator was reset: the activation code comes next (rule 17)."""

    attempt: AttemptId


@dataclass(frozen=True, slots=True)
class NeedNewPassword:
    """A password of the person's own comes next."""

    attempt: AttemptId
    cause: PasswordCause


@dataclass(frozen=True, slots=True)
class NeedPairing:
    """An authenticator has to be paired."""

    attempt: AttemptId


@dataclass(frozen=True, slots=True)
class NeedRecoveryCodes:
    """A whole new set of recovery codes is due; services make it, outside the lock, before any screen is asked."""

    attempt: AttemptId


@dataclass(frozen=True, slots=True)
class ShowRecoveryCodes:
    """Recovery codes to write down, shown this once.

    Attributes:
        attempt: To be handed back with the confirmation.
        codes: Number and code, in order; one of them only after a recovery code was used.
        replaced: Number of the code that was used and is replaced, or none for a whole new set.
    """

    attempt: AttemptId
    codes: tuple[tuple[int, str], ...] = field(repr=False)
    replaced: int | None = None


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """One site a person may sign in to today."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class NeedSite:
    """The person belongs to several sites and chooses one (rule 12)."""

    attempt: AttemptId
    sites: tuple[SiteChoice, ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Both factors are proven and the session is open."""

    token: SessionToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetIn:
    """Both factors are proven at another program's login; there is no session.

    Attributes:
        person: Whose.
        failures: Failed tries since the last sign-in, which nobody else will be told of.
    """

    person: str
    failures: int


Step = (
    NeedCode
    | NeedActivation
    | NeedNewPassword
    | NeedPairing
    | NeedRecoveryCodes
    | ShowRecoveryCodes
    | NeedSite
    | SignedIn
)
"""Everything a sign-in can ask for next."""


@dataclass(frozen=True, slots=True)
class ReadChallenge:
    """What is read out to the helpdesk on the telephone; its answer allows one act.

    Attributes:
        attempt: To be handed back with the response.
        act: What is asked for.
        text: The challenge, five groups of four.
        site: ODS code of the site that it names.
        seconds: How long it stands.
    """

    attempt: AttemptId
    act: PhoneAct
    text: str
    site: str
    seconds: int


@dataclass(frozen=True, slots=True)
class OfferedPairing:
    """What the pairing screen shows; nothing of it is stored until a code proves it (rule 18).

    Attributes:
        attempt: To be handed back with the code.
        entry: Issuer, account, secret and period of the entry to be made.
        seconds: How long the offer stands.
        again: Whether the person paired before, so that an old entry has to be deleted.
    """

    attempt: AttemptId
    entry: PairingOffer
    seconds: int
    again: bool
