"""What happened to whose account since a moment: the figures of the breach report (UK GDPR Art. 33; PRI-05)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pomfa_tui.domain.people import Person


class Doing(StrEnum):
    """What is counted for an account."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused_at_sign_in"
    BY_OTHERS = "credentials_by_others"
    OWN = "credentials_own"
    ACCOUNT = "account_changed"
    ON_OTHERS = "acts_on_others"
    NO_RIGHT = "acts_refused"
    DAMAGED = "secrets_damaged"


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
class Use:
    """One account's doings at one terminal.

    Attributes:
        terminal: Tty or SSH origin.
        signed_in: Full sign-ins there.
        first: The first thing it did there, UTC seconds.
        last: The last one, UTC seconds.
    """

    terminal: str
    signed_in: int
    first: int
    last: int

    def add(self, event: AuditEvent) -> None:
        """Count one more record."""
        self.signed_in += event.event in _SIGNED_IN
        self.last = event.at


@dataclass(frozen=True, slots=True)
class Affected:
    """One account.

    Attributes:
        id: As in the log.
        name: Whose it is, as far as the reader may know it.
        email: To tell them (UK GDPR Art. 34); empty where the reader may not know it.
        counts: How often what; what never happened is left out.
        used: Where the account was used.
        copies: How many of the copies hold the person.
    """

    id: str
    name: str
    email: str
    counts: Mapping[Doing, int]
    used: tuple[Use, ...]
    copies: int

    @property
    def was_touched(self) -> bool:
        """Whether more happened than being in a copy."""
        return bool(self.counts or self.used)


@dataclass(frozen=True, slots=True)
class Copied:
    """One copy of personal data.

    Attributes:
        at: UTC seconds.
        what: One of `COPIES`.
        by: Who made it.
        terminal: Where.
        site: Whose people are in it; none for all sites.
        whose: Whom alone it is about; empty for more than one.
        people: How many of those in this report it holds.
    """

    at: int
    what: str
    by: str
    terminal: str
    site: str | None
    whose: str
    people: int


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody in the log who has no account in this report: the command line, the helpdesk, unknown e-mails.

    Attributes:
        name: Who.
        acts: Records that name them as the one who acted.
        terminals: Where.
        last: The newest, UTC seconds.
    """

    name: str
    acts: int
    terminals: tuple[str, ...]
    last: int


@dataclass(frozen=True, slots=True)
class Breach:
    """The report.

    Attributes:
        made_at: UTC seconds.
        since: From when on, UTC seconds.
        site: ODS code of the one site it is about; none for all.
        log_from: When the log begins, where that is after `since` and older records were removed; else none.
        accounts: How many accounts there are altogether.
        people: Those to whom something happened, or who are in a copy, by name.
        copies: What was taken out, oldest first.
        outsiders: Who else acted.
    """

    made_at: int
    since: int
    site: str | None
    log_from: int | None
    accounts: int
    people: tuple[Affected, ...]
    copies: tuple[Copied, ...]
    outsiders: tuple[Outsider, ...]

    def touched(self) -> tuple[Affected, ...]:
        """Return those to whom more happened than being in a copy."""
        return tuple(each for each in self.people if each.was_touched)

    def totals(self) -> dict[Doing, tuple[int, int]]:
        """Return for each doing how many accounts, and how often altogether."""
        return {
            doing: (
                sum(doing in each.counts for each in self.people),
                sum(each.counts.get(doing, 0) for each in self.people),
            )
            for doing in Doing
        }


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
            place.add(event)
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
