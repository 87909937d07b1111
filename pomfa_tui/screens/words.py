"""Words for what services call by short names: roles, states, moments."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.london import london_time
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.services.views import PersonSummary

ROLE_WORDS = {
    "staff": "Staff",
    "admin": "Administrator",
    "support": "Support",
    "commissioner": "Commissioner",
}
"""Roles as people know them, by the names that services take."""

SITE_ROLES = {ROLE_WORDS[role]: role for role in ("staff", "admin")}
"""What somebody can be at a site, by the words."""

STATE_WORDS = {
    PersonState.INVITED: "Invited",
    PersonState.ACTIVE: "Active",
    PersonState.DISABLED: "Disabled",
    PersonState.LEFT: "Left",
}
"""Where an account stands."""

MFA_WORDS = {MfaState.NONE: "Not yet", MfaState.ACTIVE: "Paired", MfaState.RESET: "Reset"}
"""Where the authenticator stands."""


def state_of(person: PersonSummary) -> str:
    """Return where an account stands; a lock goes before."""
    return "Locked" if person.locked else STATE_WORDS[person.state]


def name_and_email(person: PersonSummary) -> str:
    """Return whom something is about."""
    return printable(f"{person.name}, {person.email}")


def day(seconds: int) -> str:
    """Return the day of a moment in London, such as `5 Jan 2026`.

    Args:
        seconds: UTC, since the epoch.
    """
    return on_day(london_time(seconds).date())


def on_day(when: date) -> str:
    """Return a date, such as `5 Jan 2026`."""
    return f"{when:%-d %b %Y}"


def day_and_time(seconds: int) -> str:
    """Return a moment in London, such as `5 Jan 2026, 08:00`.

    Args:
        seconds: UTC, since the epoch.
    """
    return f"{london_time(seconds):%-d %b %Y, %H:%M}"


def day_and_time_this_year(seconds: int) -> str:
    """Return a moment in London that is not long ago, such as `5 Jan, 08:00`.

    Args:
        seconds: UTC, since the epoch.
    """
    return f"{london_time(seconds):%-d %b, %H:%M}"


def lately(seconds: int, now: float) -> str:
    """Return when something was, as short as it can be understood: the time today, the day this year, else the month.

    Args:
        seconds: UTC, since the epoch.
        now: The same of this moment.
    """
    then, today = london_time(seconds), london_time(int(now))
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%-d %b}" if then.year == today.year else f"{then:%b %Y}"
