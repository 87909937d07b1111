"""The places for personal NHSmail accounts at a site (rules 3, 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.emails import is_nhsmail
from pomfa_tui.domain.errors import NhsmailFull

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import View


def count_nhsmail(people: Iterable[Person], site: str) -> int:
    """Count the personal NHSmail accounts that a site sponsors; disabled and left people do not count."""
    return sum(1 for person in people if _counts(person, site))


def nhsmail_limit(view: View, site: str, general: int) -> int:
    """Return how many a site may sponsor: its own limit where support raised it, else the general one."""
    known = view.sites.get(site)
    if known is None or known.nhsmail_limit is None:
        return general
    return known.nhsmail_limit


def require_nhsmail_place(view: View, before: Person | None, after: Person, general: int) -> None:
    """Make sure that there is a place for a person who would take a new one; asked within the transaction that writes them.

    Somebody who has a place at that site keeps it, also where the limit was lowered since. Ending a link never comes here: when the
    sponsoring site ends its tie, the next one sponsors, even beyond its limit, since nobody's leaving may be refused.

    Args:
        view: The open transaction.
        before: As they are, or none for somebody new.
        after: As they would be.
        general: The limit for sites without one of their own.

    Raises:
        NhsmailFull: The sponsoring site's places are taken.
    """
    site = after.sponsor()
    if site is None or not _counts(after, site):
        return
    if before is not None and _counts(before, site):
        return
    others = [other for other in view.people.at_site(site) if other.id != after.id]
    limit = nhsmail_limit(view, site, general)
    if count_nhsmail(others, site) >= limit:
        raise NhsmailFull(limit)


def _counts(person: Person, site: str) -> bool:
    return person.may_start_sign_in() and person.sponsor() == site and is_nhsmail(person.email_key)
