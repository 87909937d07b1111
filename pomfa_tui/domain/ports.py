"""What the services need from the outside, as protocols; the adapters live in `store`, `security` and `bootstrap`.

Neither side imports the other: both import this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.floods import Flood

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from pomfa_tui.domain.audit import AuditEvent, AuditRecord
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.requests import Request, RequestMeter
    from pomfa_tui.domain.reviews import SiteReview
    from pomfa_tui.domain.sessions import Session
    from pomfa_tui.domain.site_keys import SiteKey
    from pomfa_tui.domain.sites import Site
    from pomfa_tui.domain.throttle import Stranger

D_co = TypeVar("D_co", bound=Document, covariant=True)
D = TypeVar("D", bound=Document)


class Clock(Protocol):
    """Two clocks: one tells the time, the other how much of it has passed."""

    def now(self) -> int:
        """Return UTC seconds since the epoch."""
        ...

    def elapsed(self) -> float:
        """Return seconds that only grow, sleep of the machine included; comparable within one process only."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass; never while the store is locked."""
        ...


class PasswordHasher(Protocol):
    """Slow salted hashing of what people type."""

    def hash(self, secret: str) -> str:
        """Return a self-describing hash."""
        ...

    def verify(self, stored: str, secret: str) -> bool:
        """Tell whether `secret` fits; a damaged hash fits nothing."""
        ...

    def verify_dummy(self, secret: str) -> None:
        """Do the same work as `verify` for an account that does not exist (A17)."""
        ...

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether the hash was made with weaker parameters than today's."""
        ...

    def resealed(self, stored: str) -> str:
        """Return the same hash under the current key; as it is where there is nothing to exchange."""
        ...


@dataclass(frozen=True, slots=True)
class SealContext:
    """What a sealed item belongs to; it opens nowhere else (A33).

    Attributes:
        table: Where it is kept.
        owner: Id of the person.
        item: Id of the item, for example of the authenticator.
        field: Which field of the item.
    """

    table: str
    owner: str
    item: str
    field: str


class Vault(Protocol):
    """Authenticated encryption of secrets at rest."""

    def seal(self, plaintext: bytes, context: SealContext) -> str:
        """Return the sealed text."""
        ...

    def open(self, sealed: str, context: SealContext) -> bytes:
        """Return the plaintext.

        Raises:
            SealBroken: Damaged, moved from its place, or sealed with another key.
        """
        ...

    def is_current(self, sealed: str) -> bool:
        """Tell whether an item is sealed with the current key."""
        ...


class StrangerDigest(Protocol):
    """Keyed digest of e-mails that have no account."""

    def digest(self, canonical_email: str) -> str:
        """Return a digest that tells nothing without the key."""
        ...


class HeadSeal(Protocol):
    """Keyed seal of the audit chain's head."""

    def seal(self, head: bytes) -> str:
        """Return the seal."""
        ...

    def check(self, head: bytes, sealed: str) -> bool:
        """Tell whether the seal was made for this head with this key."""
        ...


class Printer(Protocol):
    """Puts a text on paper."""

    def print(self, text: str) -> None:
        """Print a text.

        Raises:
            PrintFailed: It is not on paper.
        """
        ...


class NewFile(Protocol):
    """A file that is being written for people to take away."""

    @property
    def place(self) -> str:
        """Where it is, for a sentence."""
        ...

    def write(self, text: str) -> None:
        """Add text to it."""
        ...


class Forwarded(Protocol):
    """How far the audit log was forwarded to the host's log."""

    def held(self) -> AbstractContextManager[None]:
        """Be the only one who forwards.

        Raises:
            Busy: Somebody else is at it.
            Unavailable: It cannot be written.
        """
        ...

    def read(self) -> int:
        """Return the number of the last record that was forwarded; 0 before the first."""
        ...

    def write(self, number: int) -> None:
        """Remember the number of the last record that was forwarded."""
        ...


class Exports(Protocol):
    """Where files for people are put that are made from a screen."""

    def new_file(self, stem: str, suffix: str) -> AbstractContextManager[NewFile]:
        """Make a new file of mode 0600; whole at the end of the block, or gone when the block raises.

        Args:
            stem: Beginning of its name.
            suffix: End of its name, with the dot.

        Raises:
            Unavailable: It cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process runs, for the audit log and the list of sessions.

    Attributes:
        terminal: Name of the tty, or origin of the SSH connection; advisory only (A37).
        boot: Identifies the host's boot.
        pid: This process.
        version: Of the program.
    """

    terminal: str
    boot: str
    pid: int
    version: str


class Processes(Protocol):
    """Knows which processes of this host still run."""

    def alive(self, pid: int) -> bool:
        """Tell whether a process with this number runs."""
        ...


class MovedBack(Document, frozen=True, kw_only=True):
    """One time that the host's clock was behind (rule 27).

    Attributes:
        at: UTC seconds of the newest recorded moment then; the clock's own was wrong.
        seconds: By how much it was behind.
    """

    at: int
    seconds: int


class StoreMeta(Document, frozen=True, kw_only=True):
    """Facts about the store itself; one document.

    Attributes:
        id: Random identifier of the store.
        key_id: Names the key the store was made with; another key is refused.
        initialised_at: UTC seconds of set-up, or none on an empty store; set once, for ever (A29).
        latest: Newest moment that was recorded, UTC seconds (rule 27).
        moved_back: The newest time that codes were refused because the clock was behind, or none.
        failed_at: UTC seconds of the newest failed first factors of all accounts, oldest first (THR-08).
        flood: Refusals of the last minute that can do no harm, or none (AUD-12).
    """

    id: str
    key_id: str
    initialised_at: int | None = None
    latest: int = 0
    moved_back: MovedBack | None = None
    failed_at: tuple[int, ...] = ()
    flood: Flood | None = None


class TableView(Protocol[D_co]):
    """Reads one table."""

    def get(self, key: str) -> D_co | None:
        """Return the document with this id, or none."""
        ...

    def all(self) -> Iterator[D_co]:
        """Yield every document, oldest first."""
        ...

    def count(self) -> int:
        """Return how many documents there are."""
        ...


class Table(TableView[D], Protocol[D]):
    """Reads and writes one table within a transaction."""

    def put(self, document: D) -> None:
        """Write a document over whatever has its id."""
        ...

    def remove(self, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        ...


class PeopleView(TableView["Person"], Protocol):
    """Reads people."""

    def by_email(self, email_key: str) -> Person | None:
        """Return the person with this canonical e-mail, or none; by an index."""
        ...

    def at_site(self, site: str) -> Sequence[Person]:
        """Return everybody with a membership of `site`, ended ones too; by an index."""
        ...

    def search(self, text: str) -> Sequence[Person]:
        """Return the people whose name or e-mail holds `text`, whatever its case."""
        ...


class People(PeopleView, Table["Person"], Protocol):
    """Reads and writes people."""


class SessionsView(TableView["Session"], Protocol):
    """Reads sessions."""

    def of_person(self, person: str) -> Sequence[Session]:
        """Return the person's sessions, ended ones too, oldest first; by an index."""
        ...


class Sessions(SessionsView, Table["Session"], Protocol):
    """Reads and writes sessions."""


class RequestsView(TableView["Request"], Protocol):
    """Reads requests."""

    def in_state(self, *, is_open: bool) -> Sequence[Request]:
        """Return the open or the closed requests, oldest first; by an index."""
        ...

    def by_reference(self, reference: str) -> Request | None:
        """Return the request that one of its reference numbers names, or none; by an index."""
        ...

    def open_like(self, need: str, email_key: str) -> Request | None:
        """Return the open request for the same need and canonical e-mail, or none; by an index."""
        ...


class Requests(RequestsView, Table["Request"], Protocol):
    """Reads and writes requests."""


class View(Protocol):
    """A consistent picture of the store at one moment."""

    @property
    def people(self) -> PeopleView:
        """Everybody."""
        ...

    @property
    def credentials(self) -> TableView[Credentials]:
        """What proves them."""
        ...

    @property
    def sites(self) -> TableView[Site]:
        """The pharmacies, keyed by ODS code."""
        ...

    @property
    def site_keys(self) -> TableView[SiteKey]:
        """What sites share with the helpdesk, keyed by ODS code."""
        ...

    @property
    def sessions(self) -> SessionsView:
        """Who is signed in."""
        ...

    @property
    def reviews(self) -> TableView[SiteReview]:
        """The access reviews, keyed by ODS code."""
        ...

    @property
    def strangers(self) -> TableView[Stranger]:
        """Counters of e-mails without account."""
        ...

    @property
    def requests(self) -> RequestsView:
        """What people ask the helpdesk for."""
        ...

    @property
    def request_meters(self) -> TableView[RequestMeter]:
        """How much each terminal asked for lately."""
        ...

    @property
    def meta(self) -> StoreMeta | None:
        """Facts about the store; none before it is created."""
        ...


class AuditAppender(Protocol):
    """Adds to the audit log within a transaction."""

    def append(self, event: AuditEvent) -> None:
        """Record an event; it is committed with the change or not at all."""
        ...


class Transaction(Protocol):
    """Exclusive reading and writing; all or nothing."""

    @property
    def people(self) -> People:
        """Everybody."""
        ...

    @property
    def credentials(self) -> Table[Credentials]:
        """What proves them."""
        ...

    @property
    def sites(self) -> Table[Site]:
        """The pharmacies, keyed by ODS code."""
        ...

    @property
    def site_keys(self) -> Table[SiteKey]:
        """What sites share with the helpdesk, keyed by ODS code."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        ...

    @property
    def reviews(self) -> Table[SiteReview]:
        """The access reviews, keyed by ODS code."""
        ...

    @property
    def strangers(self) -> Table[Stranger]:
        """Counters of e-mails without account."""
        ...

    @property
    def requests(self) -> Requests:
        """What people ask the helpdesk for."""
        ...

    @property
    def request_meters(self) -> Table[RequestMeter]:
        """How much each terminal asked for lately."""
        ...

    @property
    def meta(self) -> StoreMeta | None:
        """Facts about the store; none before it is created."""
        ...

    def put_meta(self, meta: StoreMeta) -> None:
        """Write the facts about the store."""
        ...

    @property
    def audit(self) -> AuditAppender:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What checking the whole audit log found.

    Attributes:
        ok: Whether every record follows the one before it and the sealed head fits.
        records: How many records were read.
        head: Hash of the newest good record.
        first_bad: Number of the first line that does not fit, counted from 1; none when all do.
        problem: One sentence about what is wrong, or none.
    """

    ok: bool
    records: int
    head: str
    first_bad: int | None
    problem: str | None


class Store(Protocol):
    """The one way to what is kept."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin an exclusive transaction; it commits at the end of the block, and not at all when the block raises.

        Raises:
            Busy: Somebody else holds the store for longer than the time-out.
            Unavailable: The change cannot be written; nothing was changed.
            IntegrityFailure: The store is damaged.
        """
        ...

    def view(self) -> AbstractContextManager[View]:
        """Open a consistent picture; no lock is held.

        Raises:
            Unavailable: The store cannot be read.
            IntegrityFailure: The store is damaged.
        """
        ...

    def changes(self) -> int:
        """Return a number that grows with every commit of any process; cheap enough to ask every second."""
        ...

    def audit_records(self, first: int = 1) -> Iterator[AuditRecord]:
        """Yield the committed audit records, oldest first.

        Args:
            first: Number of the record to begin with; passing over those before it costs next to nothing.
        """
        ...

    def audit_count(self) -> int:
        """Return the number of the newest committed audit record; 0 when there is none."""
        ...

    def verify_audit(self) -> AuditVerdict:
        """Check the whole audit log against itself and against its sealed head."""
        ...

    def compact(self) -> None:
        """Rewrite the files, so that what was removed stands in none of them any more.

        Raises:
            Unavailable: It cannot be done now; what was changed stands.
        """
        ...

    def close(self) -> None:
        """Let go of files; harmless to call twice."""
        ...
