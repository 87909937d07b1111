"""What screens and the command line may see of people and sites: no hash, no secret, no counter (ROL-09)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials, MfaState
    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.domain.people import Period, Person, PersonState, SystemRole


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """One person as the command line's contract shows them.

    Attributes:
        id: Identifier.
        email: As typed.
        name: As typed.
        state: Where the account stands.
        mfa: Where the second factor stands.
        locked: Whether either factor waits or is disabled now.
        memberships: Ties to sites that have not been ended, as far as the reader may know them.
        elsewhere: Whether there are ties beside those ("also linked elsewhere", rule 11).
        role: Role over all sites, or none.
        gphc: Registration number, or none.
        period: Seconds a code lives.
        last_sign_in: UTC seconds, or none.
        version: Counts the edits; handed back with an edit.
    """

    id: str
    email: str
    name: str
    state: PersonState
    mfa: MfaState
    locked: bool
    memberships: tuple[Membership, ...]
    elsewhere: bool
    role: SystemRole | None
    gphc: str | None
    period: Period
    last_sign_in: int | None
    version: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A person and the activation code to hand over, shown once."""

    person: PersonSummary
    activation_code: str = field(repr=False)


def person_summary(
    person: Person, credentials: Credentials, *, locked: bool, only_site: str | None = None
) -> PersonSummary:
    """Return what may be seen of a person.

    Args:
        person: As stored.
        credentials: As stored.
        locked: Whether either factor waits or is disabled now.
        only_site: The one site whose tie the reader may know, or none for a reader who may know them all (ROL-09).
    """
    linked = tuple(membership for membership in person.memberships if membership.lasts())
    known = tuple(membership for membership in linked if only_site in {None, membership.site})
    return PersonSummary(
        id=person.id,
        email=person.email,
        name=person.name,
        state=person.state,
        mfa=credentials.mfa,
        locked=locked,
        memberships=known,
        elsewhere=len(known) < len(linked),
        role=person.role,
        gphc=person.gphc,
        period=person.period,
        last_sign_in=person.last_sign_in,
        version=person.version,
    )
