"""Whether a site keeps an administrator, today and on every later day that can be known already (rule 8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pomfa_tui.domain.memberships import SiteRole
from pomfa_tui.domain.people import Person, count_administrators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pomfa_tui.domain.memberships import Membership

ADMINISTRATORS_WANTED = 2
"""How many a site should have, active and not away (rule 8)."""


def takes_last_administrator(
    others: Iterable[Person], before: Person, after: Person, site: str, today: date
) -> bool:
    """Tell whether a change to one person leaves `site` without administrator on a day on which it had one.

    Later days count too: two administrators with a last day each would otherwise leave a site to nobody when it comes.

    Args:
        others: Everybody else of the site.
        before: The person as they are.
        after: The person as they would be.
        site: ODS code.
        today: The date in London.
    """
    rest = [person for person in others if any(_administrations(person, site))]
    days = sorted({today, *_turning_days((*rest, before, after), site, today)})
    return any(
        count_administrators((*rest, before), site, day) > 0
        and count_administrators((*rest, after), site, day) == 0
        for day in days
    )


def _turning_days(people: Iterable[Person], site: str, today: date) -> Iterator[date]:
    """Yield the days after today on which somebody begins or ceases to count."""
    for person in people:
        for membership in _administrations(person, site):
            if membership.starts is not None and membership.starts > today:
                yield membership.starts
            for last in (membership.ends, membership.away_until):
                if last is not None and today <= last < date.max:
                    yield last + timedelta(days=1)


def _administrations(person: Person, site: str) -> Iterator[Membership]:
    return (
        membership
        for membership in person.memberships
        if membership.site == site and membership.role is SiteRole.ADMIN
    )
