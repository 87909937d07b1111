"""What services need of the store: views, transactions, the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from pomfa_tui.domain.audit import AuditEvent, AuditRecord, Checkpoint
    from pomfa_tui.domain.ports.tables import (
        CredentialsTable,
        CredentialsView,
        People,
        PeopleView,
        Requests,
        RequestsView,
        Sessions,
        SessionsView,
        StoreMeta,
        Table,
        TableView,
    )
    from pomfa_tui.domain.requests import RequestMeter
    from pomfa_tui.domain.reviews import SiteReview
    from pomfa_tui.domain.site_keys import SiteKey
    from pomfa_tui.domain.sites import Site
    from pomfa_tui.domain.throttle import Stranger


class View(Protocol):
    """A consistent picture of the store at one moment."""

    @property
    def people(self) -> PeopleView:
        """Everybody."""
        ...

    @property
    def credentials(self) -> CredentialsView:
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

    def drop(self, checkpoint: Checkpoint) -> None:
        """Drop the oldest records, up to the one that a checkpoint states, once the transaction has been committed.

        The store seals the checkpoint with its current key. The one that is there already may be given again, so that it is sealed anew.
        When the disk refuses, the records go at the next start.
        """
        ...


class Transaction(Protocol):
    """Exclusive reading and writing; all or nothing."""

    @property
    def people(self) -> People:
        """Everybody."""
        ...

    @property
    def credentials(self) -> CredentialsTable:
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
        first_bad: Number of the first record that does not fit, counted from 1; 1 where the checkpoint in front does not; none when all do.
        problem: One sentence about what is wrong, or none.
        dropped: How many older records a checkpoint stands for.
    """

    ok: bool
    records: int
    head: str
    first_bad: int | None
    problem: str | None
    dropped: int = 0


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
            first: Number of the record to begin with; passing over those before it costs next to nothing. Where it was dropped, the oldest
                one that is left comes first.
        """
        ...

    def audit_count(self) -> int:
        """Return the number of the newest committed audit record; 0 when there is none."""
        ...

    def audit_checkpoint(self) -> Checkpoint | None:
        """Return what stands for the records that were dropped for their age; none while the log is whole."""
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
