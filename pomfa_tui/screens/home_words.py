"""What `Home` says, and the badge that every screen of a session wears."""

from __future__ import annotations

from collections.abc import Iterator

from pomfa_tui.domain.london import london_time
from pomfa_tui.domain.permissions import Role
from pomfa_tui.domain.text import printable
from pomfa_tui.services.home import HomeView
from pomfa_tui.services.home_notices import Urgency
from pomfa_tui.widgets.notice import Notice, Severity

ROLES = {
    Role.STAFF: "Staff",
    Role.ADMIN: "Administrator",
    Role.SUPPORT: "Support",
    Role.COMMISSIONER: "Commissioner",
}
"""Roles as people know them."""

SEVERITIES = {Urgency.NOTE: Severity.NOTE, Urgency.WARNING: Severity.WARNING}

LONGEST_IN_BADGE = 28
"""Characters of the site's and of the person's name in the title line."""


def badge_of(view: HomeView) -> str:
    """Return site and person for the title line."""
    where = f"{view.site} {_cut(view.site_name or '')}" if view.site else ROLES[view.role]
    return f"{where.strip()}, {_cut(view.name)}"


def moment(seconds: int) -> str:
    """Return a moment as people in the pharmacy read it.

    Args:
        seconds: UTC, since the epoch.
    """
    return f"{london_time(seconds):%A %-d %B %Y, %H:%M} London time"


def who_is(view: HomeView) -> str:
    """Return name and e-mail."""
    return f"{printable(view.name)}, {printable(view.email)}"


def where_is(view: HomeView) -> str:
    """Return role and place."""
    if view.site is None:
        return f"{ROLES[view.role]} for all sites"
    return f"{ROLES[view.role]} at {printable(view.site_name or view.site)} ({view.site})"


def before(view: HomeView) -> str:
    """Return when the sign-in before this one was."""
    if view.previous_sign_in is None:
        return "This is your first sign-in."
    return f"You signed in last on {moment(view.previous_sign_in)}."


def waiting(view: HomeView) -> str:
    """Return how many requests wait."""
    return f"{view.requests} open" if view.requests else "None is open"


def notices_of(view: HomeView) -> Iterator[Notice]:
    """Return what there is to know, each with a word for how much it matters."""
    return (Notice(printable(each.text), SEVERITIES[each.urgency]) for each in view.notices)


def _cut(text: str) -> str:
    plain = printable(text)
    return plain if len(plain) <= LONGEST_IN_BADGE else plain[: LONGEST_IN_BADGE - 3] + "..."
