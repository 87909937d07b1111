"""The tie between a person and a site: role, job title, and optional dates."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.london import london_time

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class SiteRole(StrEnum):
    """What somebody may do at one site (rule 9)."""

    STAFF = "staff"
    ADMIN = "admin"


class JobTitle(StrEnum):
    """Job titles of a community pharmacy (rule 6); separate from the system role."""

    SUPERINTENDENT = "superintendent pharmacist"
    RESPONSIBLE = "responsible pharmacist"
    PHARMACIST = "pharmacist"
    LOCUM = "locum pharmacist"
    TECHNICIAN = "pharmacy technician"
    DISPENSER = "dispenser"
    COUNTER_ASSISTANT = "medicines counter assistant"
    TRAINEE = "foundation trainee pharmacist"
    MANAGER = "manager"
    DRIVER = "delivery driver"
    OTHER = "other"


class Membership(Document, frozen=True, kw_only=True):
    """One person's place at one site.

    Attributes:
        site: The site's ODS code.
        role: What the person may do there.
        job: Job title, from rule 6.
        starts: First day it is valid; none means at once.
        ends: Last day it is valid, to midnight Europe/London; none means without end.
        away_until: Last day of an absence; an absent administrator does not count for rule 8.
        ended_at: UTC seconds when it was ended for good; history stays (rule 14).
    """

    site: str
    role: SiteRole
    job: JobTitle
    starts: date | None = None
    ends: date | None = None
    away_until: date | None = None
    ended_at: int | None = None

    def valid_on(self, day: date) -> bool:
        """Tell whether the membership lets the person in on `day`, a date in London."""
        if self.ended_at is not None:
            return False
        if self.starts is not None and day < self.starts:
            return False
        return self.ends is None or day <= self.ends

    def lasts(self) -> bool:
        """Tell whether it has not been ended, whatever its dates."""
        return self.ended_at is None

    def away_on(self, day: date) -> bool:
        """Tell whether the person is marked away on `day`."""
        return self.away_until is not None and day <= self.away_until


def london_day(moment: int) -> date:
    """Return the date in London at `moment`, UTC seconds (rule 13: passes end at midnight there)."""
    return london_time(moment).date()


def parse_job(text: str) -> JobTitle:
    """Read a job title; hyphens stand for spaces and case does not matter.

    Raises:
        BadInput: The title is not one of rule 6.
    """
    wanted = " ".join(text.casefold().replace("-", " ").split())
    for job in JobTitle:
        if job.value == wanted:
            return job
    titles = ", ".join(JobTitle)
    raise BadInput("job", f"That job title is not known. Use one of: {titles}.")


def parse_role(text: str) -> SiteRole:
    """Read a role at a site.

    Raises:
        BadInput: Neither staff nor admin.
    """
    for role in SiteRole:
        if role.value == text.strip().casefold():
            return role
    raise BadInput("role", "That role is not known at a site. Use staff or admin.")


def parse_day(field: str, text: str) -> date:
    """Read a date written as year-month-day.

    Raises:
        BadInput: Not a date.
    """
    try:
        # Python reads more forms than this one, weeks among them.
        return date.fromisoformat(text.strip() if _DAY.fullmatch(text.strip()) else "")
    except ValueError:
        raise BadInput(
            field, "That is not a date. Write it as year-month-day, for example 2026-03-31."
        ) from None


def check_dates(starts: date | None, ends: date | None) -> None:
    """Refuse a pass that ends before it starts.

    Raises:
        BadInput: The last day lies before the first.
    """
    if starts is not None and ends is not None and ends < starts:
        raise BadInput("to", "The last day lies before the first day. Check the two dates.")
