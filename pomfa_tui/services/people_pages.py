"""People one page at a time, searched and filtered: quick with ten and with ten thousand.

Everybody's name and e-mail are kept folded and in order beside the store's own documents until something is committed. What of a
person may be seen is asked anew at each call, and only for those on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.memberships import SiteRole, london_day
from pomfa_tui.domain.people import SystemRole
from pomfa_tui.domain.permissions import (
    Action,
    Relation,
    allowed,
    relation_to_site,
)
from pomfa_tui.domain.text import folded
from pomfa_tui.services.directory import Everybody, Look, everybody_for, look_of
from pomfa_tui.services.nhsmail import count_nhsmail, nhsmail_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Store, View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.people import PeopleFilter
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import PersonSummary

LONGEST_PAGE = 500
"""People on one page at most."""


class Passes(Enum):
    """Passes to look for (rule 13); the days are those to the last day."""

    WEEK = 7
    MONTH = 30
    OVER = 0


@dataclass(frozen=True, slots=True)
class Places:
    """NHSmail accounts that a site sponsors, and how many it may (rule 3)."""

    taken: int
    limit: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the people that were asked for.

    Attributes:
        people: By name.
        offset: How many come before them.
        total: How many there are altogether.
        site: ODS code of the one site they belong to; none for people of all sites.
        places: NHSmail accounts of that site, or none.
        roles: What somebody new may be made by whoever asks; empty for those who may add nobody.
    """

    people: tuple[PersonSummary, ...]
    offset: int
    total: int
    site: str | None
    places: Places | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Directory:
    """Everybody whom one actor may see, in their order, as they were at one moment.

    Attributes:
        look: Who looks at whom.
        changes: Commits that the store had seen before these were read.
        everybody: Those people.
        places: NHSmail accounts of the one site, or none.
    """

    look: Look
    changes: int
    everybody: Everybody
    places: Places | None


class _Finding(NamedTuple):
    """What was asked for last and what was found, for the next page of it."""

    directory: _Directory
    wanted: PeopleFilter
    today: date
    people: tuple[Person, ...]


class PeoplePages:
    """Gives pages of people to administrators and support."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        access: Access,
        views: PersonViews,
        nhsmail_per_site: int,
    ) -> None:
        """Take the store that tells of commits, the clock, the rights check, the views of people and the NHSmail limit."""
        self._store = store
        self._clock = clock
        self._access = access
        self._views = views
        self._nhsmail_per_site = nhsmail_per_site
        self._directory: _Directory | None = None
        self._finding: _Finding | None = None

    def page(
        self, caller: Caller, wanted: PeopleFilter, *, offset: int = 0, size: int = 50
    ) -> PeoplePage:
        """Return some of the people that the caller may see and the filter wants, by name.

        Args:
            caller: Who asks.
            wanted: Which people.
            offset: How many to pass over; the last page is given when there are fewer.
            size: How many at most, 1 to 500.

        Raises:
            SessionEnded: The session is over.
        """
        # Asked before the picture is opened: what is committed between the two makes the directory look old, never new.
        changes = self._store.changes()
        size = max(1, min(size, LONGEST_PAGE))
        with self._access.look(caller) as (view, actor):
            directory = self._open(view, look_of(actor, wanted.site), changes)
            found = self._find(view, directory, wanted)
            offset = max(0, min(offset, (len(found) - 1) // size * size))
            return PeoplePage(
                people=tuple(
                    self._views.show(view, actor, person)
                    for person in found[offset : offset + size]
                ),
                offset=offset,
                total=len(found),
                site=directory.look.site,
                places=directory.places,
                roles=tuple(_roles(actor)),
            )

    def list(self, caller: Caller, wanted: PeopleFilter) -> tuple[PersonSummary, ...]:
        """Return all the people that the caller may see and the filter wants, by name.

        Raises:
            SessionEnded: The session is over.
        """
        changes = self._store.changes()
        with self._access.look(caller) as (view, actor):
            directory = self._open(view, look_of(actor, wanted.site), changes)
            found = self._find(view, directory, wanted)
            return tuple(self._views.show(view, actor, person) for person in found)

    def _open(self, view: View, look: Look, changes: int) -> _Directory:
        known = self._directory
        if known is None or known.look != look:
            known = _Directory(look, -1, Everybody(), None)
        if known.changes != changes:
            known = _Directory(
                look, changes, everybody_for(view, look, known.everybody), self._places(view, look)
            )
            self._directory = known
        return known

    def _find(self, view: View, directory: _Directory, wanted: PeopleFilter) -> tuple[Person, ...]:
        today = london_day(self._clock.now())
        last = self._finding
        if last is None or last.directory is not directory or last[1:3] != (wanted, today):
            people = tuple(self._found(view, directory, wanted, today))
            last = self._finding = _Finding(directory, wanted, today, people)
        return last.people

    def _found(
        self, view: View, directory: _Directory, wanted: PeopleFilter, today: date
    ) -> Iterable[Person]:
        text = folded(wanted.search or "").strip()
        people = [entry.person for entry in directory.everybody.entries if text in entry.folded]
        if _asks_for_all(wanted):
            return people
        site = directory.look.site
        return (each for each in people if self._fits(view, site, each, wanted, today))

    def _fits(
        self, view: View, site: str | None, person: Person, wanted: PeopleFilter, today: date
    ) -> bool:
        if wanted.state is not None and person.state is not wanted.state:
            return False
        linked = [each for each in person.memberships if each.lasts() and site in {None, each.site}]
        if wanted.role and wanted.role not in {person.role, *(each.role for each in linked)}:
            return False
        if wanted.passes is not None and not _any_pass(linked, wanted.passes, today):
            return False
        if wanted.dormant_days is not None and not self._dormant(person, wanted.dormant_days):
            return False
        if wanted.mfa is None:
            return True
        credentials = view.credentials.get(person.id) or Credentials(id=person.id)
        return credentials.mfa is wanted.mfa

    def _dormant(self, person: Person, days: int) -> bool:
        return self._clock.now() - (person.last_sign_in or person.created_at) >= days * DAY

    def _places(self, view: View, look: Look) -> Places | None:
        if look.site is None or view.sites.get(look.site) is None:
            return None
        if not allowed(look.role, Action.SEE_SITE, relation_to_site(look.own_site, look.site)):
            return None
        return Places(
            count_nhsmail(view.people.at_site(look.site), look.site),
            nhsmail_limit(view, look.site, self._nhsmail_per_site),
        )


def _asks_for_all(wanted: PeopleFilter) -> bool:
    return (wanted.role or None, wanted.state, wanted.mfa, wanted.dormant_days, wanted.passes) == (
        None,
    ) * 5


def _any_pass(linked: Iterable[Membership], passes: Passes, today: date) -> bool:
    days = [(each.ends - today).days for each in linked if each.ends is not None]
    if passes is Passes.OVER:
        return any(left < 0 for left in days)
    return any(0 <= left <= passes.value for left in days)


def _roles(actor: Actor) -> Iterator[str]:
    here = Relation.OWN_SITE if actor.site is not None else Relation.OTHER_SITE
    if allowed(actor.role, Action.ADD_PERSON, here):
        yield from (role.value for role in SiteRole)
    if allowed(actor.role, Action.ADD_SYSTEM_ROLE, Relation.NONE):
        yield from (role.value for role in SystemRole)
