"""A person: one account for all their sites."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.notices import Notice
from pomfa_tui.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_LONGEST = 100
"""Characters of a name (GEN-07)."""

Period = Literal[30, 60]
"""Seconds a code lives (rule 15)."""

_GPHC = re.compile(r"[0-9]{7}")
_PHARMACIST_JOBS = frozenset(
    {JobTitle.SUPERINTENDENT, JobTitle.RESPONSIBLE, JobTitle.PHARMACIST, JobTitle.LOCUM}
)


class PersonState(StrEnum):
    """Where an account stands; the words are part of the command line's contract."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    LEFT = "left"


class SystemRole(StrEnum):
    """Roles over all sites (rule 9)."""

    SUPPORT = "support"
    COMMISSIONER = "commissioner"


class Person(Document, frozen=True, kw_only=True):
    """Who somebody is and where they belong; nothing secret.

    Attributes:
        id: Random 128-bit identifier.
        email: As typed.
        email_key: Canonical form, unique over all sites (rule 1).
        name: As shown.
        state: Where the account stands.
        role: Role over all sites, or none.
        gphc: Registration number, seven digits, or none.
        memberships: Every tie to a site, ended ones too.
        period: Seconds a code lives at the next pairing.
        created_at: UTC seconds.
        last_sign_in: UTC seconds of the last full sign-in.
        notices: What others did to the account, until it is acknowledged.
        version: Counts the edits, for two people editing at once.
    """

    id: str
    email: str
    email_key: str
    name: str
    state: PersonState
    role: SystemRole | None = None
    gphc: str | None = None
    memberships: tuple[Membership, ...] = ()
    period: Period = 30
    created_at: int
    last_sign_in: int | None = None
    notices: tuple[Notice, ...] = ()
    version: int = 1

    def may_start_sign_in(self) -> bool:
        """Tell whether the account is neither disabled nor left."""
        return self.state in {PersonState.INVITED, PersonState.ACTIVE}

    def membership_at(self, site: str) -> Membership | None:
        """Return the tie to `site` that has not been ended, if there is one."""
        for membership in self.memberships:
            if membership.site == site and membership.lasts():
                return membership
        return None

    def valid_memberships(self, day: date) -> tuple[Membership, ...]:
        """Return the ties that let the person in on `day`, a date in London."""
        return tuple(membership for membership in self.memberships if membership.valid_on(day))

    def linked_sites(self) -> tuple[str, ...]:
        """Return the codes of the sites whose tie has not been ended (rule 11 counts these)."""
        return tuple(membership.site for membership in self.memberships if membership.lasts())

    def sponsor(self) -> str | None:
        """Return the site that an NHSmail account counts for: the first of those not ended (rule 3)."""
        return next(iter(self.linked_sites()), None)

    def administers(self, site: str, day: date) -> bool:
        """Tell whether the person counts as an administrator of `site` on `day` (rule 8): active, valid and not away."""
        if self.state is not PersonState.ACTIVE:
            return False
        return any(
            membership.site == site
            and membership.role is SiteRole.ADMIN
            and membership.valid_on(day)
            and not membership.away_on(day)
            for membership in self.memberships
        )


def count_administrators(people: Iterable[Person], site: str, day: date) -> int:
    """Count who can act as administrator of `site` on `day` (rule 8)."""
    return sum(1 for person in people if person.administers(site, day))


def parse_name(text: str) -> str:
    """Read a person's name.

    Raises:
        BadInput: Empty, longer than 100 characters, or not printable.
    """
    return clean_line("name", text, longest=NAME_LONGEST, label="The name")


def parse_period(value: int) -> Period:
    """Read the seconds a code lives.

    Raises:
        BadInput: Neither 30 nor 60 (TOTP-04).
    """
    if value == 30:  # noqa: PLR2004 - the two numbers are the rule
        return 30
    if value == 60:  # noqa: PLR2004
        return 60
    raise BadInput(
        "period", "A code lives 30 or 60 seconds. Use 30, or 60 where somebody needs more time."
    )


def parse_gphc(text: str | None, job: JobTitle | None) -> str | None:
    """Read a GPhC registration number; nothing is fine (rule 6).

    Args:
        text: What was typed; none or blank when there is no number.
        job: The job title it goes with; pharmacists' numbers start with 2, technicians' with 5.

    Raises:
        BadInput: Not seven ASCII digits, or a first digit that does not fit the job.
    """
    if text is None or not text.strip():
        return None
    number = text.strip().replace(" ", "")
    if not _GPHC.fullmatch(number):
        raise BadInput(
            "gphc",
            "A GPhC number has seven digits, for example 2071234. Leave it empty if there is none.",
        )
    first = number[0]
    if job in _PHARMACIST_JOBS and first != "2":
        raise BadInput(
            "gphc", "A pharmacist's GPhC number starts with 2. Check the number or the job title."
        )
    if job is JobTitle.TECHNICIAN and first != "5":
        raise BadInput(
            "gphc",
            "A pharmacy technician's GPhC number starts with 5. Check the number or the job title.",
        )
    if first not in {"2", "5"}:
        raise BadInput(
            "gphc", "A person's GPhC number starts with 2 or 5. Check the number or leave it empty."
        )
    return number
