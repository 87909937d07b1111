"""TinyDB over live rows: its whole interface, at the price of what changes.

Plain TinyDB reads and writes the whole file for one update. Here the storage hands out the rows in memory, and the table gives each
updater a mapping that records what it does. TinyDB's query cache is never used: it goes stale when another process writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Generic, NoReturn, TypeVar

import msgspec
from tinydb import Query, TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.text import folded
from pomfa_tui.store.kinds import KINDS, Kind
from pomfa_tui.store.tinydb.rows import Rows

D = TypeVar("D", bound=Document)

_PLAIN = (str, int, float, bool, type(None))


class Fields(Mapping[str, Any]):
    """A frozen document as the mapping that TinyDB and its queries expect."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        self.document = document

    def __getitem__(self, name: str) -> Any:
        try:
            value = getattr(self.document, name)
        except (AttributeError, TypeError):
            raise KeyError(name) from None
        return value if type(value) in _PLAIN else msgspec.to_builtins(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self.document.__struct_fields__)

    def __len__(self) -> int:
        return len(self.document.__struct_fields__)


class Shown(Mapping[str, Fields]):
    """Rows as TinyDB reads them: keyed by text, as in its file."""

    __slots__ = ("rows",)

    def __init__(self, rows: Rows[Any]) -> None:
        self.rows = rows

    def __getitem__(self, number: str) -> Fields:
        return Fields(self.rows.document(int(number)))

    def __iter__(self) -> Iterator[str]:
        return map(str, self.rows.numbers())

    def __len__(self) -> int:
        return self.rows.count()


class Draft(MutableMapping[str, Any]):
    """A document that an updater may change field by field, or put another one in the place of as a whole."""

    __slots__ = ("_before", "_fields", "_whole")

    def __init__(self, before: Document | None, fields: dict[str, Any] | None = None) -> None:
        self._before = before
        self._fields = fields
        self._whole: Document | None = None

    def update(self, *others: Any, **named: Any) -> None:
        """Take fields over; a whole document replaces this one without a detour."""
        if len(others) == 1 and isinstance(others[0], Fields) and not named:
            self._whole, self._fields = others[0].document, None
        else:
            super().update(*others, **named)

    def finished(self, kind: type[D]) -> D:
        """Return the document, checked against its type."""
        if isinstance(self._whole, kind):
            return self._whole
        return msgspec.convert(self._open(), kind, strict=True)

    def _open(self) -> dict[str, Any]:
        if self._fields is None:
            document = self._whole or self._before
            self._fields = {} if document is None else dict(Fields(document))
            self._whole = None
        return self._fields

    def __getitem__(self, name: str) -> Any:
        return self._open()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._open()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._open()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._open())

    def __len__(self) -> int:
        return len(self._open())


class Recorder(MutableMapping[int, Any]):
    """Rows as TinyDB changes them; `finish` writes what an updater has done, all or nothing."""

    __slots__ = ("_drafts", "_rows")

    def __init__(self, rows: Rows[Any]) -> None:
        self._rows = rows
        self._drafts: dict[int, Draft | None] = {}

    def __getitem__(self, number: int) -> Draft:
        if number not in self._drafts:
            self._drafts[number] = Draft(self._rows.document(number))
        draft = self._drafts[number]
        if draft is None:
            raise KeyError(number)
        return draft

    def __setitem__(self, number: int, fields: dict[str, Any]) -> None:
        self._drafts[number] = Draft(None, fields)

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._drafts[number] = None

    def __contains__(self, number: object) -> bool:
        if number in self._drafts:
            return self._drafts[number] is not None
        return isinstance(number, int) and self._rows.holds(number)

    def __iter__(self) -> Iterator[int]:
        yield from (number for number in self._rows.numbers() if number in self)
        yield from (
            number
            for number, draft in self._drafts.items()
            if draft is not None and not self._rows.holds(number)
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def finish(self) -> None:
        """Check every draft against the table's type and write those that differ from what is there."""
        rows, checked = self._rows, []
        for number, draft in self._drafts.items():
            before = rows.document(number) if rows.holds(number) else None
            after = None if draft is None else draft.finished(rows.kind.type)
            if before is not None and after is not None and _renamed(rows.kind, before, after):
                message = "A document keeps its id: remove it and put another one."
                raise ValueError(message)
            if before != after:
                checked.append((number, after))
        rows.write(checked)


class LiveStorage(Storage):
    """Hands out rows in memory; nothing is ever written through it.

    Attributes:
        rows: Returns a table's rows by its name.
    """

    def __init__(self, rows: Callable[[str], Rows[Any]]) -> None:
        super().__init__()
        self.rows = rows

    def read(self) -> dict[str, Any]:
        """Return every table."""
        return {kind.name: Shown(self.rows(kind.name)) for kind in KINDS}

    def write(self, data: dict[str, Any]) -> NoReturn:  # noqa: ARG002 - TinyDB's interface
        """Refuse: a whole-file write is what this storage exists to avoid."""
        message = "Tables are changed one by one, within a transaction."
        raise TypeError(message)


class LiveTable(Table):
    """A table that reads rows in place and records changes."""

    default_query_cache_capacity = 0
    _given = 0

    def __init__(self, storage: LiveStorage, name: str, **_: Any) -> None:
        super().__init__(storage, name, cache_size=0)
        self._live = storage.rows

    def _read_table(self) -> Shown:  # type: ignore[override]  # TinyDB only reads from it
        return Shown(self._live(self.name))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        recorder = Recorder(self._live(self.name))
        updater(recorder)
        recorder.finish()

    def _get_next_id(self) -> int:
        # TinyDB looks for the highest number among all documents. Several may be given within one update, before any is in.
        self._given = max(self._given, self._live(self.name).last) + 1
        return self._given


class LiveDatabase(TinyDB):
    """TinyDB over live rows."""

    table_class = LiveTable  # type: ignore[assignment]  # TinyDB asks for Table itself

    def __init__(self, rows: Callable[[str], Rows[Any]]) -> None:
        super().__init__(storage=lambda: LiveStorage(rows))


class TinyRows(Generic[D]):
    """One table as `base` wants it: by id and index from the rows, everything else through TinyDB."""

    __slots__ = ("_database", "_rows")

    def __init__(self, rows: Rows[D], database: LiveDatabase) -> None:
        self._rows = rows
        self._database = database

    def _table(self) -> LiveTable:
        table: LiveTable = self._database.table(self._rows.kind.name)  # type: ignore[assignment]
        return table

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        return self._rows.get(key)

    def all(self) -> Sequence[D]:
        """Return every document, oldest first."""
        return list(self._rows.documents().values())

    def count(self) -> int:
        """Return how many documents there are."""
        return self._rows.count()

    def find(self, index: str, entry: str) -> Sequence[D]:
        """Return the documents under an entry, oldest first."""
        return self._rows.find(index, entry)

    def picked(self, pick: str) -> Sequence[D]:
        """Return the documents that have what the pick is named for, oldest first."""
        return self._rows.picked(pick)

    def search(self, fields: Sequence[str], text: str) -> Sequence[D]:
        """Return the documents that hold `text` in one of these fields."""
        wanted = folded(text)
        query = Query()[fields[0]].test(_holds, wanted)
        for name in fields[1:]:
            query |= Query()[name].test(_holds, wanted)
        numbers = [found.doc_id for found in self._table().search(query)]
        return [self._rows.document(number) for number in numbers]

    def put(self, document: D) -> None:
        """Write a document over whatever has its id."""
        number = self._rows.number(self._rows.kind.key(document))
        if number is None:
            self._table().insert(Fields(document))
        else:
            self._table().update(Fields(document), doc_ids=[number])

    def remove(self, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        number = self._rows.number(key)
        if number is not None:
            self._table().remove(doc_ids=[number])


def _renamed(kind: Kind[D], before: D, after: D) -> bool:
    return kind.key(before) != kind.key(after)


def _holds(value: str, wanted: str) -> bool:
    return wanted in folded(value)
