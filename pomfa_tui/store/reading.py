"""One typed table for services to read or write, over the rows that an engine brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import EmailExists
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.requests import Request
from pomfa_tui.domain.sessions import Session
from pomfa_tui.store.kinds import (
    EMAIL,
    PERSON,
    REFERENCE,
    RETIRED,
    SAME,
    SEARCHED,
    SITE,
    STATE,
    Taken,
    same_entry,
    state_entry,
)

D = TypeVar("D", bound=Document)
D_co = TypeVar("D_co", bound=Document, covariant=True)


class RowsReader(Protocol[D_co]):
    """What an engine offers for reading one table."""

    def get(self, key: str) -> D_co | None:
        """Return the document with this id, or none."""
        ...

    def all(self) -> Sequence[D_co]:
        """Return every document, oldest first."""
        ...

    def count(self) -> int:
        """Return how many documents there are."""
        ...

    def find(self, index: str, entry: str) -> Sequence[D_co]:
        """Return the documents found under this entry of an index, oldest first."""
        ...

    def picked(self, pick: str) -> Sequence[D_co]:
        """Return the documents that have what the pick is named for, oldest first."""
        ...

    def search(self, fields: Sequence[str], text: str) -> Sequence[D_co]:
        """Return the documents that hold `text` in one of these text fields; see `fold`."""
        ...


class RowsWriter(RowsReader[D], Protocol[D]):
    """What an engine offers for changing one table within a transaction."""

    def put(self, document: D) -> None:
        """Write a document over whatever has its id.

        Raises:
            Taken: A unique index has another document there.
        """
        ...

    def remove(self, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        ...


class Span:
    """The time from the beginning to the end of a view or transaction."""

    __slots__ = ("over",)

    def __init__(self) -> None:
        self.over = False

    def check(self) -> None:
        """Refuse to work with what is over: reading would mix two moments, writing would be lost."""
        if self.over:
            message = "This view or transaction is over; open another one."
            raise RuntimeError(message)


class TableReader(Generic[D]):
    """Reads one table."""

    def __init__(self, rows: RowsReader[D], span: Span) -> None:
        self._rows = rows
        self._span = span

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        self._span.check()
        return self._rows.get(key)

    def all(self) -> Iterator[D]:
        """Return every document, oldest first."""
        self._span.check()
        return iter(self._rows.all())

    def count(self) -> int:
        """Return how many documents there are."""
        self._span.check()
        return self._rows.count()


class PeopleReader(TableReader[Person]):
    """Reads people."""

    def by_email(self, email_key: str) -> Person | None:
        """Return the person with this canonical e-mail, or none."""
        self._span.check()
        found = self._rows.find(EMAIL, email_key)
        return found[0] if found else None

    def at_site(self, site: str) -> Sequence[Person]:
        """Return everybody with a membership of `site`, ended ones too."""
        self._span.check()
        return self._rows.find(SITE, site)

    def search(self, text: str) -> Sequence[Person]:
        """Return the people whose name or e-mail holds `text`, whatever its case."""
        self._span.check()
        return self._rows.search(SEARCHED, text)


class CredentialsReader(TableReader[Credentials]):
    """Reads credentials."""

    def with_retired_secrets(self) -> Sequence[Credentials]:
        """Return those in which the secret of an ended pairing is kept still, oldest first."""
        self._span.check()
        return self._rows.picked(RETIRED)


class SessionsReader(TableReader[Session]):
    """Reads sessions."""

    def of_person(self, person: str) -> Sequence[Session]:
        """Return the person's sessions, ended ones too, oldest first."""
        self._span.check()
        return self._rows.find(PERSON, person)


class RequestsReader(TableReader[Request]):
    """Reads requests."""

    def in_state(self, *, is_open: bool) -> Sequence[Request]:
        """Return the open or the closed requests, oldest first."""
        self._span.check()
        return self._rows.find(STATE, state_entry(is_open=is_open))

    def by_reference(self, reference: str) -> Request | None:
        """Return the request that one of its reference numbers names, or none."""
        self._span.check()
        found = self._rows.find(REFERENCE, reference)
        return found[0] if found else None

    def open_like(self, need: str, email_key: str) -> Request | None:
        """Return the open request for the same need and canonical e-mail, or none."""
        self._span.check()
        found = self._rows.find(SAME, same_entry(need, email_key))
        return found[0] if found else None


class TableWriter(TableReader[D]):
    """Reads and writes one table within a transaction."""

    def __init__(self, rows: RowsWriter[D], span: Span) -> None:
        super().__init__(rows, span)
        self._writer = rows

    def put(self, document: D) -> None:
        """Write a document over whatever has its id.

        Raises:
            EmailExists: Another person has this e-mail.
        """
        self._span.check()
        try:
            self._writer.put(document)
        except Taken:
            raise EmailExists from None

    def remove(self, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        self._span.check()
        self._writer.remove(key)


class PeopleWriter(PeopleReader, TableWriter[Person]):
    """Reads and writes people."""


class CredentialsWriter(CredentialsReader, TableWriter[Credentials]):
    """Reads and writes credentials."""


class SessionsWriter(SessionsReader, TableWriter[Session]):
    """Reads and writes sessions."""


class RequestsWriter(RequestsReader, TableWriter[Request]):
    """Reads and writes requests."""
