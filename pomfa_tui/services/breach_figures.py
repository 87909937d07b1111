"""What happened to whose account since a moment: the figures of the breach report (UK GDPR Art. 33; PRI-05)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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

    def add(self, at: int, *, signed_in: bool) -> None:
        """Count one more record."""
        self.signed_in += signed_in
        self.last = at


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
        what: In words.
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
