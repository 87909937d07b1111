"""What records of the audit log mean for whose account, and who is in which copy: counted for the breach report (PRI-05)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome
from pomfa_tui.services.breach_figures import Doing, Outsider, Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pomfa_tui.domain.people import Person

COPIES: Mapping[tuple[Event, str], str] = {
    (Event.STORE_BACKED_UP, ""): "backup",
    (Event.AUDIT_READ, "exported"): "audit log exported",
    (Event.AUDIT_READ, "forwarding_began"): "audit log forwarded from here on",
    (Event.AUDIT_READ, "evidence_saved"): "evidence saved",
    (Event.AUDIT_READ, "breach_report_saved"): "this report saved",
    (Event.AUDIT_READ, "personal_data"): "one person's data given out",
    (Event.SITE_KEY, "exported"): "site key given out",
}
"""What takes personal data, or the means to get in, out of the store."""

_SIGNED_IN = frozenset({Event.SIGN_IN, Event.SIGN_IN_AFTER_FAILURES})
_REFUSED = frozenset(
    {
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN_FAILED_MAX,
        Event.SIGN_IN_LOCKED,
        Event.TOKEN_REUSE,
        Event.PASSWORD_CHANGE_FAILED,
    }
)
_CREDENTIALS = frozenset(
    {
        Event.PASSWORD_CHANGED,
        Event.TOKEN_CREATED,
        Event.TOKEN_REVOKED,
        Event.TOKEN_RESYNCHRONISED,
    }
)
_ACCOUNT = frozenset(
    {
        Event.USER_CREATED,
        Event.USER_UPDATED,
        Event.USER_ARCHIVED,
        Event.PERMISSIONS_CHANGED,
        Event.AUTHZ_CHANGED,
    }
)
_HARMLESS = "notices_acknowledged"


def doings_of(event: AuditEvent) -> Iterator[tuple[str, Doing]]:
    """Yield whose account a record touches, and how."""
    whose = event.subject or event.actor
    by_another = event.actor != whose
    if event.event in _SIGNED_IN:
        yield whose, Doing.SIGNED_IN
    elif event.event in _REFUSED:
        yield whose, Doing.REFUSED
    elif event.event is Event.AUTHZ_FAILED:
        yield event.actor, Doing.NO_RIGHT
    elif event.event is Event.DECRYPT_FAILED:
        yield whose, Doing.DAMAGED
    elif event.event in _CREDENTIALS:
        yield whose, Doing.BY_OTHERS if by_another else Doing.OWN
    elif event.event in _ACCOUNT and event.reason != _HARMLESS:
        yield whose, Doing.ACCOUNT
    if by_another and event.event in _CREDENTIALS | _ACCOUNT:
        yield event.actor, Doing.ON_OTHERS


@dataclass(slots=True)
class Tally:
    """Counts records, one by one.

    Attributes:
        counts: By account, how often what.
        used: By account and terminal.
        copies: Records of what was taken out.
        acted: By who acted: how often, where, and when last.
    """

    counts: dict[str, Counter[Doing]] = field(default_factory=lambda: defaultdict(Counter))
    used: dict[str, dict[str, Use]] = field(default_factory=lambda: defaultdict(dict))
    copies: list[AuditEvent] = field(default_factory=list)
    acted: dict[tuple[str, str | None], Outsider] = field(default_factory=dict)

    def add(self, event: AuditEvent) -> None:
        """Count a record."""
        for whose, doing in doings_of(event):
            self.counts[whose][doing] += 1
        if event.outcome is Outcome.SUCCESS:
            place = self.used[event.actor].setdefault(
                event.terminal, Use(event.terminal, 0, event.at, event.at)
            )
            place.add(event.at, signed_in=event.event in _SIGNED_IN)
        key = (event.actor.partition(":")[0], None) if _is_stranger(event) else _key(event)
        before = self.acted.get(key)
        terminals = (event.terminal,) if before is None else before.terminals
        if event.terminal not in terminals:
            terminals = (*terminals, event.terminal)
        acts = 1 if before is None else before.acts + 1
        self.acted[key] = Outsider(key[0], acts, terminals, event.at)


def is_copy(event: AuditEvent) -> bool:
    """Tell whether a record says that something was taken out of the store."""
    return (event.event, event.reason or "") in COPIES


class Holding:
    """Tells who is in which copy: everybody who had an account by then, of the site that it is about.

    Args:
        people: Everybody in the report.
        copies: Records of the copies, oldest first.
    """

    def __init__(self, people: Iterable[Person], copies: Iterable[AuditEvent]) -> None:
        self._made: dict[str | None, list[int]] = defaultdict(list)
        self._alone: Counter[str] = Counter()
        for copy in copies:
            if copy.subject is not None:
                self._alone[copy.subject] += 1
            else:
                self._made[copy.site].append(copy.at)
        self._added: dict[str | None, list[int]] = defaultdict(list)
        for person in sorted(people, key=lambda each: each.created_at):
            for site in {None, *(each.site for each in person.memberships)}:
                self._added[site].append(person.created_at)

    def copies_of(self, person: Person) -> int:
        """Return how many copies hold somebody."""
        places = {None, *(each.site for each in person.memberships)}
        found = (self._made.get(site, []) for site in places)
        return self._alone[person.id] + sum(
            len(made) - bisect_left(made, person.created_at) for made in found
        )

    def people_in(self, copy: AuditEvent) -> int:
        """Return how many people a copy holds."""
        return 1 if copy.subject else bisect_right(self._added.get(copy.site, []), copy.at)


def _is_stranger(event: AuditEvent) -> bool:
    return event.actor.startswith("unknown")


def _key(event: AuditEvent) -> tuple[str, str | None]:
    return event.actor, event.actor_role
