"""What must not come back when an older copy of the store does: who may get in, and what proves them (BAK-03).

A standing is a short excerpt of a document. It is kept beside the key, outside the data folder, so that it outlives a lost disk. It holds
no name, no e-mail and nothing secret.
"""

from __future__ import annotations

from enum import StrEnum

from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.memberships import Membership
from pomfa_tui.domain.people import Person, PersonState, SystemRole
from pomfa_tui.domain.sites import Site, SiteState
from pomfa_tui.domain.throttle import Counter


class StandingKind(StrEnum):
    """What a standing is an excerpt of."""

    RIGHTS = "rights"
    PROOFS = "proofs"
    SITE = "site"


class Standing(Document, frozen=True, kw_only=True, omit_defaults=True):
    """Where somebody's rights, somebody's proofs or a site stand.

    Attributes:
        kind: Which of the three.
        id: Of the person, or the site's code.
        gone: Whether the document was removed.
        state: Of a person's account.
        role: Over all sites, or none.
        memberships: Every tie to a site.
        password_at: When the password was set, UTC seconds; none where there is no password.
        authenticator: Identifier of the paired one, or none.
        password_counter: Failures, once they have locked.
        code_counter: Failures, once they have locked.
        site_state: Of a site.
    """

    kind: StandingKind
    id: str
    gone: bool = False
    state: PersonState | None = None
    role: SystemRole | None = None
    memberships: tuple[Membership, ...] = ()
    password_at: int | None = None
    authenticator: str | None = None
    password_counter: Counter = Counter()
    code_counter: Counter = Counter()
    site_state: SiteState | None = None

    @property
    def key(self) -> tuple[StandingKind, str]:
        """Whose standing it is; a newer one takes the place of an older."""
        return self.kind, self.id


def standing_of(document: object) -> Standing | None:
    """Return the standing that a document of the store has; none for kinds that have none."""
    if isinstance(document, Person):
        return Standing(
            kind=StandingKind.RIGHTS,
            id=document.id,
            state=document.state,
            role=document.role,
            memberships=document.memberships,
        )
    if isinstance(document, Credentials):
        return Standing(
            kind=StandingKind.PROOFS,
            id=document.id,
            password_at=document.password.set_at if document.password is not None else None,
            authenticator=document.authenticator.id if document.authenticator is not None else None,
            password_counter=_lasting(document.password_counter),
            code_counter=_lasting(document.code_counter),
        )
    if isinstance(document, Site):
        return Standing(kind=StandingKind.SITE, id=document.code, site_state=document.state)
    return None


def changed_standing(before: object, after: object) -> Standing | None:
    """Return the new standing where a change of a document changes it, or none.

    Args:
        before: The document, or none where there was none.
        after: The document, or none where it was removed.
    """
    old, new = standing_of(before), standing_of(after)
    if old == new:
        return None
    if new is None:
        return None if old is None else Standing(kind=old.kind, id=old.id, gone=True)
    return new


def _lasting(counter: Counter) -> Counter:
    """Return a counter that has locked at least once; others end with the next sign-in and are not worth a note."""
    return counter if counter.locked_until else Counter()
