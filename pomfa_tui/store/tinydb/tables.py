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
from pomfa_tui.store.base import fold
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
        return Fields(self.rows.documents[int(number)])

    def __iter__(self) -> Iterator[str]:
        return map(str, self.rows.documents)

    def __len__(self) -> int:
        return len(self.rows.documents)


class Recorder(MutableMapping[int, dict[str, Any]]):
    """Rows as TinyDB changes them; `finish` writes what an updater has done, all or nothing."""

    __slots__ = ("_drafts", "_rows")

    def __init__(self, rows: Rows[Any]) -> None:
        self._rows = rows
        self._drafts: dict[int, dict[str, Any] | None] = {}

    def __getitem__(self, number: int) -> dict[str, Any]:
        if number not in self._drafts:
            self._drafts[number] = dict(Fields(self._rows.documents[number]))
        draft = self._drafts[number]
        if draft is None:
            raise KeyError(number)
        return draft

    def __setitem__(self, number: int, fields: dict[str, Any]) -> None:
        self._drafts[number] = fields

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._drafts[number] = None

    def __contains__(self, number: object) -> bool:
        if number in self._drafts:
            return self._drafts[number] is not None
        return number in self._rows.documents

    def __iter__(self) -> Iterator[int]:
        yield from (number for number in self._rows.documents if number in self)
        yield from (
            number
            for number, draft in self._drafts.items()
            if draft is not None and number not in self._rows.documents
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def finish(self) -> None:
        """Check every draft against the table's type and write those that differ from what is there."""
        rows, checked = self._rows, []
        for number, draft in self._drafts.items():
            before = rows.documents.get(number)
            after = None if draft is None else msgspec.convert(draft, rows.kind.type, strict=True)
            if before != after:
                checked.append((number, after))
        rows.write(checked)


class LiveStorage(Storage):
    """Hands out rows in memory; nothing is ever written through it."""

    def __init__(self, rows: Callable[[str], Rows[Any] | None], names: Sequence[str]) -> None:
        super().__init__()
        self.rows = rows
        self._names = names

    def read(self) -> dict[str, Any]:
        """Return every table."""
        found = {name: self.rows(name) for name in self._names}
        return {name: Shown(rows) for name, rows in found.items() if rows is not None}

    def write(self, data: dict[str, Any]) -> NoReturn:  # noqa: ARG002 - TinyDB's interface
        """Refuse: a whole-file write is what this storage exists to avoid."""
        message = "Tables are changed one by one, within a transaction."
        raise TypeError(message)


class LiveTable(Table):
    """A table that reads rows in place and records changes."""

    default_query_cache_capacity = 0
    _given = 0

    def _live(self) -> Rows[Any]:
        rows: Rows[Any] | None = self._storage.rows(self.name)  # type: ignore[attr-defined]
        if rows is None:
            raise KeyError(self.name)
        return rows

    def _read_table(self) -> Shown:  # type: ignore[override]  # TinyDB only reads from it
        return Shown(self._live())

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        recorder = Recorder(self._live())
        updater(recorder)
        recorder.finish()

    def _get_next_id(self) -> int:
        # TinyDB looks for the highest number among all documents.
        # Several may be given within one update, before any of them is in.
        self._given = max(self._given, self._live().last) + 1
        return self._given


class LiveDatabase(TinyDB):
    """TinyDB over live rows."""

    table_class = LiveTable

    def __init__(self, rows: Callable[[str], Rows[Any] | None], names: Sequence[str]) -> None:
        super().__init__(storage=lambda: LiveStorage(rows, names))

    def table(self, name: str, **_: Any) -> LiveTable:
        """Return a table, always without TinyDB's query cache."""
        table = super().table(name, cache_size=0)
        if not isinstance(table, LiveTable):
            raise TypeError(name)
        return table


class TinyRows(Generic[D]):
    """One table as `base` wants it: by id and index from the rows, everything else through TinyDB."""

    __slots__ = ("_rows", "_table")

    def __init__(self, rows: Rows[D], table: LiveTable) -> None:
        self._rows = rows
        self._table = table

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        return self._rows.get(key)

    def all(self) -> Sequence[D]:
        """Return every document, oldest first."""
        return list(self._rows.documents.values())

    def count(self) -> int:
        """Return how many documents there are."""
        return len(self._rows.documents)

    def find(self, index: str, entry: str) -> Sequence[D]:
        """Return the documents under an entry, oldest first."""
        return self._rows.find(index, entry)

    def search(self, fields: Sequence[str], text: str) -> Sequence[D]:
        """Return the documents that hold `text` in one of these fields."""
        wanted = fold(text)
        query = Query()[fields[0]].test(_holds, wanted)
        for name in fields[1:]:
            query |= Query()[name].test(_holds, wanted)
        numbers = [found.doc_id for found in self._table.search(query)]
        return [self._rows.documents[number] for number in numbers]

    def put(self, document: D) -> None:
        """Write a document over whatever has its id."""
        number = self._rows.number(self._rows.kind.key(document))
        if number is None:
            self._table.insert(Fields(document))
        else:
            self._table.update(Fields(document), doc_ids=[number])

    def remove(self, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        number = self._rows.number(key)
        if number is not None:
            self._table.remove(doc_ids=[number])


def _holds(value: str, wanted: str) -> bool:
    return wanted in fold(value)
