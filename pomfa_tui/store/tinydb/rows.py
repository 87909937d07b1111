"""One table in memory: documents by TinyDB's number, and the indexes beside them.

Committed rows use plain dicts. A transaction works on a `Layer` over them, so that beginning, reading and rolling back cost what was
changed, not what there is; nobody else sees a layer. Documents are frozen and shared by all.

What other processes change arrives as text and is decoded when somebody asks for it: beside thirty busy terminals most changes are
overtaken by later ones before that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store.kinds import Kind, Taken
from pomfa_tui.store.tinydb.layers import Layer

D = TypeVar("D", bound=Document)

Index = MutableMapping[str, tuple[int, ...]]
Written = tuple[int, Any]
"""A number and its document; none where it was removed."""

Decode = Callable[[str, bytes, int], Any]
"""Decodes a table's document that came from a line of the journal."""

_decoding = threading.RLock()


class Rows(Generic[D]):
    """The documents of one table.

    Attributes:
        kind: Which table.
        last: Highest number ever given, so that none is given twice.
        pins: How many open views look at these rows; pinned rows are copied before they change.
    """

    __slots__ = ("_base", "_documents", "_ids", "_indexes", "_later", "kind", "last", "pins")

    def __init__(
        self,
        kind: Kind[D],
        documents: MutableMapping[int, D],
        ids: MutableMapping[str, int],
        indexes: dict[str, Index],
        last: int,
    ) -> None:
        self.kind = kind
        self.last = last
        self.pins = 0
        self._documents = documents
        self._ids = ids
        self._indexes = indexes
        self._base: Rows[D] = self
        # Changes that have arrived. What `_documents` and the indexes hold of these is what was before.
        self._later: dict[int, tuple[bytes, int, Decode]] = {}

    @classmethod
    def load(cls, kind: Kind[D], documents: dict[int, D]) -> Rows[D]:
        """Index documents read from a file.

        Raises:
            Taken: Two documents share an id or a unique entry.
        """
        key = kind.key
        ids = {key(document): number for number, document in documents.items()}
        if len(ids) != len(documents):
            raise Taken("id")
        indexes: dict[str, Index] = {}
        for name, entries_of in kind.indexes.items():
            index: dict[str, list[int]] = {}
            for number, document in documents.items():
                for entry in entries_of(document):
                    index.setdefault(entry, []).append(number)
            if name in kind.unique and len(index) != len(documents):
                raise Taken(name)
            indexes[name] = {entry: tuple(numbers) for entry, numbers in index.items()}
        return cls(kind, documents, ids, indexes, max(documents, default=0))

    def layer(self) -> Rows[D]:
        """Return rows that start like these and change apart from them."""
        indexes: dict[str, Index] = {name: Layer(index) for name, index in self._indexes.items()}
        layer = Rows(self.kind, Layer(_Current(self)), Layer(self._ids), indexes, self.last)
        layer._base = self
        return layer

    def copy(self) -> Rows[D]:
        """Return the same rows, free to change while views still look at the old ones."""
        self.catch_up()
        indexes: dict[str, Index] = {name: dict(index) for name, index in self._indexes.items()}
        return Rows(self.kind, dict(self._documents), dict(self._ids), indexes, self.last)

    def changed(self) -> list[Written]:
        """Return what was changed in this layer."""
        return self._documents.changed() if isinstance(self._documents, Layer) else []

    def number(self, key: str) -> int | None:
        """Return TinyDB's number of the document with this id, or none."""
        return self._ids.get(key)

    def numbers(self) -> list[int]:
        """Return every number, oldest first."""
        return list(self._documents)

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        number = self._ids.get(key)
        return None if number is None else self.document(number)

    def document(self, number: int) -> D:
        """Return the document with this number.

        Raises:
            KeyError: There is none.
            IntegrityFailure: It arrived from another process and does not fit.
        """
        if number in self._later:
            self.catch_up(number)
        return self._documents[number]

    def documents(self) -> Mapping[int, D]:
        """Return every document by its number, oldest first."""
        self.catch_up()
        return self._documents

    def count(self) -> int:
        """Return how many documents there are."""
        return len(self._documents)

    def find(self, index: str, entry: str) -> list[D]:
        """Return the documents under an entry, oldest first."""
        self._base.catch_up()
        return [self.document(number) for number in self._indexes[index].get(entry, ())]

    def holds(self, number: int) -> bool:
        """Tell whether there is a document with this number."""
        return number in self._documents

    def arrive(self, number: int, text: bytes, line: int, decode: Decode) -> None:
        """Take a new version of a document that is here already, to be decoded when it is asked for.

        Args:
            number: Under which it is here.
            text: The new version, encoded.
            line: Where it came from.
            decode: Decodes it.
        """
        self._later[number] = (text, line, decode)

    def write(self, changes: Sequence[Written]) -> None:
        """Put documents under numbers, or take away what is there; all of them or, when one is refused, none.

        Raises:
            Taken: An id or a unique entry belongs to another number.
        """
        if len(changes) == 1 and self._replace(*changes[0]):
            return
        self._base.catch_up()
        self._move_all(changes)

    def _move_all(self, changes: Sequence[Written]) -> None:
        moves = [self._move(number, document) for number, document in changes]
        self._check_unique(moves)
        # Those that leave make room for those that enter.
        for move in moves:
            for name, gone, _ in move.entries:
                for entry in gone:
                    _leave(self._indexes[name], entry, move.number)
            if move.before_key is not None and move.before_key != move.after_key:
                del self._ids[move.before_key]
            if move.after is None:
                self._documents.pop(move.number, None)
        for move in moves:
            self._enter(move)

    def catch_up(self, wanted: int = -1) -> None:
        """Decode what has arrived under this number, or all of it."""
        if not self._later:
            return
        # Views in other threads may ask for the same.
        with _decoding:
            if wanted in self._later and self._replace(wanted, self._decoded(wanted)):
                return
            arrived = [(number, self._decoded(number)) for number in self._later]
            newest = max(line for _, line, _ in self._later.values())
            # All at once, because one may take the place that another leaves.
            try:
                self._move_all([change for change in arrived if not self._replace(*change)])
                self._later.clear()
            except Taken:
                raise IntegrityFailure(
                    f"store.journal holds documents of {self.kind.name} up to line {newest} that contradict each other. "
                    "Restore the newest backup, or ask the helpdesk."
                ) from None

    def _decoded(self, number: int) -> D:
        text, line, decode = self._later[number]
        document: D = decode(self.kind.name, text, line)
        return document

    def _replace(self, number: int, after: D | None) -> bool:
        """Put a document in the place of one that every index finds alike, the usual change; tell whether it was so."""
        before = self._documents.get(number)
        if before is None or after is None:
            return False
        marks = self.kind.marks
        if marks(before) != marks(after):
            return False
        self._documents[number] = after
        self._later.pop(number, None)
        return True

    def _enter(self, move: _Move[D]) -> None:
        if move.after is None or move.after_key is None:
            return
        for name, _, come in move.entries:
            index = self._indexes[name]
            for entry in come:
                # Sorted, so that "oldest first" holds whoever joins when.
                index[entry] = tuple(sorted((*index.get(entry, ()), move.number)))
        if move.before_key != move.after_key:
            self._ids[move.after_key] = move.number
        self._documents[move.number] = move.after
        self.last = max(self.last, move.number)

    def _move(self, number: int, after: D | None) -> _Move[D]:
        kind, before = self.kind, self._documents.get(number)
        entries = []
        for name, entries_of in kind.indexes.items():
            old = () if before is None else entries_of(before)
            new = () if after is None else entries_of(after)
            if old != new:
                gone = [entry for entry in old if entry not in new]
                entries.append((name, gone, [entry for entry in new if entry not in old]))
        return _Move(
            number=number,
            before_key=None if before is None else kind.key(before),
            after_key=None if after is None else kind.key(after),
            after=after,
            entries=entries,
        )

    def _check_unique(self, moves: list[_Move[D]]) -> None:
        leaving = {move.number for move in moves}
        entering: set[tuple[str, str]] = set()
        for move in moves:
            if move.after_key is not None and move.after_key != move.before_key:
                owner = self._ids.get(move.after_key, move.number)
                if owner not in leaving or ("id", move.after_key) in entering:
                    raise Taken("id")
                entering.add(("id", move.after_key))
            for name, _, come in move.entries:
                if name not in self.kind.unique:
                    continue
                for entry in come:
                    owners = self._indexes[name].get(entry, ())
                    if (name, entry) in entering or not leaving.issuperset(owners):
                        raise Taken(name)
                    entering.add((name, entry))


class _Current(MutableMapping[int, D]):
    """Committed documents as a layer reads them: each as new as it has arrived."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows[D]) -> None:
        self._rows = rows

    def __getitem__(self, number: int) -> D:
        return self._rows.document(number)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self._rows.holds(number)

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows.numbers())

    def __len__(self) -> int:
        return self._rows.count()

    def __setitem__(self, number: int, document: D) -> None:
        raise TypeError(number)

    def __delitem__(self, number: int) -> None:
        raise TypeError(number)


class _Move(NamedTuple, Generic[D]):
    """What one change does to the indexes."""

    number: int
    before_key: str | None
    after_key: str | None
    after: D | None
    entries: list[tuple[str, list[str], list[str]]]


def _leave(index: Index, entry: str, number: int) -> None:
    rest = tuple(other for other in index[entry] if other != number)
    if rest:
        index[entry] = rest
    else:
        del index[entry]
