"""Which records of the audit log somebody may see, and which of them are wanted (rule 32)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome
from pomfa_tui.domain.errors import NotFound
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.denials import FROM_SITE
from pomfa_tui.services.finding import find_person

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import View
    from pomfa_tui.services.access import Access, Actor

Words = Callable[[AuditEvent], str]
"""Says what happened, as the reader is shown it; what is searched for is looked for there too."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records to return; every part that is given must fit.

    Attributes:
        site: ODS code.
        person: E-mail or id, as actor or subject.
        event: Event's name.
        since: UTC seconds, included.
        until: UTC seconds, not included.
        limit: The newest so many.
        left_out: Kinds of events that are not wanted.
        kinds: The kinds of events that are wanted; all when there are none.
        outcome: How it ended.
        whom: Part of a name or e-mail, as actor or subject.
        search: Looked for in everything that the record says, and in names and e-mails.
        words: What the reader is shown of an event, searched as well.
    """

    site: str | None = None
    person: str | None = None
    event: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int | None = None
    left_out: frozenset[Event] = frozenset()
    kinds: frozenset[Event] = frozenset()
    outcome: Outcome | None = None
    whom: str | None = None
    search: str | None = None
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose records are shown.

    Attributes:
        site: ODS code, or none for all sites.
        people: Who is linked to that site and to no other.
        person: The one person asked for, or none for everybody.
    """

    site: str | None
    people: frozenset[str]
    person: str | None

    def holds(self, event: AuditEvent) -> bool:
        """Tell whether an event lies within."""
        if self.person is not None and self.person not in {event.actor, event.subject}:
            return False
        if self.site is None or event.site == self.site:
            return True
        if event.site is not None or event.subject not in self.people:
            return False
        # What somebody at another site tried in vain would tell that this person is, or was, known there (rule 11).
        return event.detail.get(FROM_SITE, self.site) == self.site

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self.site is None and self.person is None


def require_scope(
    access: Access,
    view: View,
    actor: Actor,
    action: Action,
    *,
    site: str | None,
    who: str | None = None,
) -> Scope:
    """Check a right to what the audit log says, and return how far it goes: one site, or all where none is named.

    Args:
        access: Checks rights.
        view: Sites and people, as they are now.
        actor: Who asks; what administrators do not name is their own site.
        action: What they want to do.
        site: ODS code as typed, or none.
        who: E-mail or id of the one person it is about, or none.

    Raises:
        NotFound: No such person, or site or person not visible to the actor.
        Refusal: The actor may not.
    """
    code = site.strip().upper() if site else actor.site
    if code is None:
        access.require(actor, action)
    else:
        access.require_site(actor, action, code)
    person = None
    if who:
        target = find_person(view, who)
        access.require_person(actor, Action.SEE_PERSON, target, sought=who)
        person = target.id
    return Scope(code, people_of(view, code), person)


def require_known(view: View, scope: Scope) -> None:
    """Make sure that a mistyped site is not answered like one at which nothing happened.

    Raises:
        NotFound: No such site.
    """
    if scope.site is not None and view.sites.get(scope.site) is None:
        raise NotFound(f"site {scope.site}")


def people_of(view: View, site: str | None) -> frozenset[str]:
    """Return who is linked to this site and to no other: what happens to them without naming a site is the site's business too."""
    if site is None:
        return frozenset()
    return frozenset(
        person.id for person in view.people.at_site(site) if person.linked_sites() == (site,)
    )


def fits(event: AuditEvent, wanted: AuditFilter) -> bool:
    """Tell whether an event is wanted, as far as it says so itself."""
    if event.event in wanted.left_out or (wanted.kinds and event.event not in wanted.kinds):
        return False
    if wanted.event is not None and event.event.value != wanted.event:
        return False
    if wanted.outcome not in {None, event.outcome}:
        return False
    if wanted.since is not None and event.at < wanted.since:
        return False
    return wanted.until is None or event.at < wanted.until
