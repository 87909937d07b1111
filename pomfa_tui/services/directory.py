"""Everybody whom somebody may see, in the order of their names, with what of them is searched."""

from __future__ import annotations

from bisect import bisect_left, insort
from operator import is_, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action, Role, allowed, relation_to
from pomfa_tui.domain.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import View
    from pomfa_tui.services.access import Actor

_FEW = 100
"""Changes up to which it is cheaper to move those who changed than to sort everybody."""

_sort_key = itemgetter(0)


class Entry(NamedTuple):
    """One person, and what is searched of them."""

    sort_key: tuple[str, str]
    folded: str
    person: Person


class Look(NamedTuple):
    """Who looks at whom.

    Attributes:
        actor: Id of whoever looks.
        role: Theirs.
        own_site: Site of their session, or none.
        site: The one site whose people are wanted, or none for all.
    """

    actor: str
    role: Role
    own_site: str | None
    site: str | None


def look_of(actor: Actor, site: str | None) -> Look:
    """Return who looks at whom.

    Args:
        actor: Who looks.
        site: ODS code as typed; without one, the site of their session.
    """
    site = (site or "").strip().upper() or actor.site
    return Look(actor.id, actor.role, actor.site, site)


class Everybody(NamedTuple):
    """Whom somebody may see, as they were at one moment.

    Attributes:
        people: Everybody there was, as the store gave them, seen or not.
        entries: Of those who may be seen, by name.
    """

    people: Sequence[Person] = ()
    entries: Sequence[Entry] = ()


def everybody_for(view: View, look: Look, before: Everybody) -> Everybody:
    """Return everybody who may be seen.

    Args:
        view: The store.
        look: Who looks.
        before: What the same look found before. After a commit or two that costs a comparison for each person and nothing more.
    """
    if look.own_site not in {None, look.site}:
        # Who of the own site is at another one as well is told to nobody (rule 11).
        return Everybody()
    found = view.people.at_site(look.site) if look.site is not None else view.people.all()
    people = tuple(found)
    there = len(before.people)
    same = map(is_, before.people, people)
    changed = [place for place, alike in enumerate(same) if not alike]
    if not there <= len(people) <= there + _FEW or len(changed) > _FEW:
        return Everybody(people, _sorted(look, people, before.entries))
    entries = list(before.entries)
    for place in changed:
        _take_out(entries, before.people[place])
    for person in (*(people[place] for place in changed), *people[there:]):
        if _seen(look, person):
            insort(entries, _entry(person), key=_sort_key)
    return Everybody(people, entries)


def _sorted(look: Look, people: Sequence[Person], before: Sequence[Entry]) -> Sequence[Entry]:
    # Whoever is in an entry lives on, so nobody else has that id.
    known = {id(entry.person): entry for entry in before}
    found = (
        known.get(id(person)) or (_entry(person) if _seen(look, person) else None)
        for person in people
    )
    return sorted((entry for entry in found if entry is not None), key=_sort_key)


def _take_out(entries: list[Entry], person: Person) -> None:
    """Remove somebody's entry, if there is one; e-mails are unique, so nobody else has the same key."""
    place = bisect_left(entries, _entry(person).sort_key, key=_sort_key)
    if place < len(entries) and entries[place].person is person:
        del entries[place]


def _seen(look: Look, person: Person) -> bool:
    relation = relation_to(look.actor, look.own_site, person)
    return allowed(look.role, Action.SEE_PERSON, relation) and _belongs(person, look.site)


def _entry(person: Person) -> Entry:
    name, email = folded(person.name), folded(person.email)
    return Entry((name, email), f"{name}\n{email}", person)


def _belongs(person: Person, site: str | None) -> bool:
    """Tell whether somebody is linked to `site`, or was before they left."""
    if site is None:
        return True
    left = person.state is PersonState.LEFT
    return any(each.site == site and (left or each.lasts()) for each in person.memberships)
