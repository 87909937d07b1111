"""What services need of the store's tables, and the store's facts about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.floods import Flood

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.requests import Request
    from pomfa_tui.domain.sessions import Session

D_co = TypeVar("D_co", bound=Document, covariant=True)
D = TypeVar("D", bound=Document)


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


class CredentialsView(TableView["Credentials"], Protocol):
    """Reads credentials."""

    def with_retired_secrets(self) -> Sequence[Credentials]:
        """Return those in which the secret of an ended pairing is kept still, oldest first; the others are not even decoded."""
        ...


class CredentialsTable(CredentialsView, Table["Credentials"], Protocol):
    """Reads and writes credentials."""


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
