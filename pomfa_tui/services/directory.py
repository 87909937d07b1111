"""Everybody whom somebody may see, in the order of their names, with what of them is searched."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action, Role, allowed, relation_to
from pomfa_tui.domain.text import folded

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import View
    from pomfa_tui.services.access import Actor


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


def entries_for(view: View, look: Look, before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return everybody who may be seen, by name; the entries of those who have not changed are taken over."""
    if look.own_site not in {None, look.site}:
        # Who of the own site is at another one as well is told to nobody (rule 11).
        return ()
    people = view.people.at_site(look.site) if look.site is not None else view.people.all()
    present = {id(person): person for person in people}
    kept = [entry for entry in before if id(entry.person) in present]
    for entry in kept:
        del present[id(entry.person)]
    fresh = [_entry(person) for person in present.values() if _seen(look, person)]
    # Sorting what is nearly in order costs next to nothing.
    return tuple(sorted((*kept, *fresh), key=itemgetter(0)))


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
