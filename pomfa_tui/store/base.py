"""The typed tables that services see, over the rows that an engine brings.

An engine (memory, TinyDB, PostgreSQL) brings rows for each `Kind`; everything above that is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pomfa_tui.domain.audit import AuditEvent, Checkpoint
from pomfa_tui.domain.ports import StoreMeta
from pomfa_tui.domain.requests import RequestMeter
from pomfa_tui.domain.reviews import SiteReview
from pomfa_tui.domain.site_keys import SiteKey
from pomfa_tui.domain.sites import Site
from pomfa_tui.domain.throttle import Stranger
from pomfa_tui.store.kinds import (
    CREDENTIALS,
    META,
    META_KEY,
    PEOPLE,
    REQUEST_METERS,
    REQUESTS,
    REVIEWS,
    SESSIONS,
    SITE_KEYS,
    SITES,
    STRANGERS,
    Kind,
)
from pomfa_tui.store.reading import (
    CredentialsReader,
    CredentialsWriter,
    PeopleReader,
    PeopleWriter,
    RequestsReader,
    RequestsWriter,
    RowsReader,
    RowsWriter,
    SessionsReader,
    SessionsWriter,
    Span,
    TableReader,
    TableWriter,
)


class TablesView:
    """A consistent picture of the store, made from an engine's rows."""

    def __init__(self, rows: Callable[[Kind[Any]], RowsReader[Any]]) -> None:
        self._rows = rows
        self._span = Span()

    def end(self) -> None:
        """Refuse every later use."""
        self._span.over = True

    @property
    def people(self) -> PeopleReader:
        """Everybody."""
        return PeopleReader(self._rows(PEOPLE), self._span)

    @property
    def credentials(self) -> CredentialsReader:
        """What proves them."""
        return CredentialsReader(self._rows(CREDENTIALS), self._span)

    @property
    def sites(self) -> TableReader[Site]:
        """The pharmacies."""
        return TableReader(self._rows(SITES), self._span)

    @property
    def site_keys(self) -> TableReader[SiteKey]:
        """What sites share with the helpdesk."""
        return TableReader(self._rows(SITE_KEYS), self._span)

    @property
    def sessions(self) -> SessionsReader:
        """Who is signed in."""
        return SessionsReader(self._rows(SESSIONS), self._span)

    @property
    def reviews(self) -> TableReader[SiteReview]:
        """The access reviews, by site."""
        return TableReader(self._rows(REVIEWS), self._span)

    @property
    def strangers(self) -> TableReader[Stranger]:
        """Counters of e-mails without account."""
        return TableReader(self._rows(STRANGERS), self._span)

    @property
    def requests(self) -> RequestsReader:
        """What people ask the helpdesk for."""
        return RequestsReader(self._rows(REQUESTS), self._span)

    @property
    def request_meters(self) -> TableReader[RequestMeter]:
        """How much each terminal asked for lately."""
        return TableReader(self._rows(REQUEST_METERS), self._span)

    @property
    def meta(self) -> StoreMeta | None:
        """Facts about the store; none before it is created."""
        self._span.check()
        found: StoreMeta | None = self._rows(META).get(META_KEY)
        return found


class EventList:
    """Collects the events of one transaction; they get number and chain when it commits."""

    def __init__(self, span: Span) -> None:
        self.events: list[AuditEvent] = []
        self.dropped: Checkpoint | None = None
        self._span = span

    def append(self, event: AuditEvent) -> None:
        """Record an event; it is committed with the change or not at all."""
        self._span.check()
        self.events.append(event)

    def drop(self, checkpoint: Checkpoint) -> None:
        """Drop the records up to this one when the transaction commits."""
        self._span.check()
        self.dropped = checkpoint


class TablesTransaction:
    """Exclusive reading and writing, made from an engine's rows."""

    def __init__(self, rows: Callable[[Kind[Any]], RowsWriter[Any]]) -> None:
        self._rows = rows
        self._span = Span()
        self.audit = EventList(self._span)

    def end(self) -> None:
        """Refuse every later use."""
        self._span.over = True

    @property
    def people(self) -> PeopleWriter:
        """Everybody."""
        return PeopleWriter(self._rows(PEOPLE), self._span)

    @property
    def credentials(self) -> CredentialsWriter:
        """What proves them."""
        return CredentialsWriter(self._rows(CREDENTIALS), self._span)

    @property
    def sites(self) -> TableWriter[Site]:
        """The pharmacies."""
        return TableWriter(self._rows(SITES), self._span)

    @property
    def site_keys(self) -> TableWriter[SiteKey]:
        """What sites share with the helpdesk."""
        return TableWriter(self._rows(SITE_KEYS), self._span)

    @property
    def sessions(self) -> SessionsWriter:
        """Who is signed in."""
        return SessionsWriter(self._rows(SESSIONS), self._span)

    @property
    def reviews(self) -> TableWriter[SiteReview]:
        """The access reviews, by site."""
        return TableWriter(self._rows(REVIEWS), self._span)

    @property
    def strangers(self) -> TableWriter[Stranger]:
        """Counters of e-mails without account."""
        return TableWriter(self._rows(STRANGERS), self._span)

    @property
    def requests(self) -> RequestsWriter:
        """What people ask the helpdesk for."""
        return RequestsWriter(self._rows(REQUESTS), self._span)

    @property
    def request_meters(self) -> TableWriter[RequestMeter]:
        """How much each terminal asked for lately."""
        return TableWriter(self._rows(REQUEST_METERS), self._span)

    @property
    def meta(self) -> StoreMeta | None:
        """Facts about the store; none before it is created."""
        self._span.check()
        found: StoreMeta | None = self._rows(META).get(META_KEY)
        return found

    def put_meta(self, meta: StoreMeta) -> None:
        """Write the facts about the store."""
        self._span.check()
        self._rows(META).put(meta)
