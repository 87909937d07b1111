"""One table in memory: documents by TinyDB's number, and the indexes beside them.

Committed rows use plain dicts. A transaction works on a `Layer` over them, so that beginning, reading and rolling back cost what was
changed, not what there is; nobody else sees a layer. Documents are frozen and shared by all.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pomfa_tui.domain.documents import Document
from pomfa_tui.store.kinds import Kind, Taken

D = TypeVar("D", bound=Document)
K = TypeVar("K")
V = TypeVar("V")

_GONE: Final[Any] = object()


class Layer(MutableMapping[K, V]):
    """A mapping that keeps its changes apart from the mapping below."""

    __slots__ = ("_base", "_grown", "_top")

    def __init__(self, base: MutableMapping[K, V]) -> None:
        self._base = base
        self._top: dict[K, V] = {}
        self._grown = 0

    def changed(self) -> list[tuple[K, V | None]]:
        """Return every changed entry with its new value, or none where it was removed."""
        return [(key, None if value is _GONE else value) for key, value in self._top.items()]

    def __getitem__(self, key: K) -> V:
        value = self._top[key] if key in self._top else self._base[key]
        if value is _GONE:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        if key in self._top:
            return self._top[key] is not _GONE
        return key in self._base

    def __setitem__(self, key: K, value: V) -> None:
        if key not in self:
            self._grown += 1
            # Newest last: a removed entry must not come back in its old place.
            self._top.pop(key, None)
        self._top[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        self._grown -= 1
        self._top[key] = _GONE

    def __iter__(self) -> Iterator[K]:
        top = self._top
        for key in self._base:
            if top.get(key) is not _GONE:
                yield key
        for key, value in top.items():
            if value is not _GONE and key not in self._base:
                yield key

    def __len__(self) -> int:
        return len(self._base) + self._grown


class Rows(Generic[D]):
    """The documents of one table.

    Attributes:
        kind: Which table.
        documents: By TinyDB's number, oldest first.
        last: Highest number ever given, so that none is given twice.
        pins: How many open views look at these rows; pinned rows are copied before they change.
    """

    __slots__ = ("_ids", "_indexes", "documents", "kind", "last", "pins")

    def __init__(
        self,
        kind: Kind[D],
        documents: MutableMapping[int, D],
        ids: MutableMapping[str, int],
        indexes: dict[str, MutableMapping[str, tuple[int, ...]]],
        last: int,
    ) -> None:
        self.kind = kind
        self.documents = documents
        self.last = last
        self.pins = 0
        self._ids = ids
        self._indexes = indexes

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
        indexes: dict[str, MutableMapping[str, tuple[int, ...]]] = {}
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
        indexes: dict[str, MutableMapping[str, tuple[int, ...]]] = {
            name: Layer(index) for name, index in self._indexes.items()
        }
        return Rows(self.kind, Layer(self.documents), Layer(self._ids), indexes, self.last)

    def copy(self) -> Rows[D]:
        """Return the same rows, free to change while views still look at the old ones."""
        indexes: dict[str, MutableMapping[str, tuple[int, ...]]] = {
            name: dict(index) for name, index in self._indexes.items()
        }
        return Rows(self.kind, dict(self.documents), dict(self._ids), indexes, self.last)

    def changed(self) -> list[tuple[int, D | None]]:
        """Return what was changed in this layer: number and document, or none where it was removed."""
        return self.documents.changed() if isinstance(self.documents, Layer) else []

    def number(self, key: str) -> int | None:
        """Return TinyDB's number of the document with this id, or none."""
        return self._ids.get(key)

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        number = self._ids.get(key)
        return None if number is None else self.documents[number]

    def find(self, index: str, entry: str) -> list[D]:
        """Return the documents under an entry, oldest first."""
        documents = self.documents
        return [documents[number] for number in self._indexes[index].get(entry, ())]

    def write(self, changes: Sequence[tuple[int, D | None]]) -> None:
        """Put documents under numbers, or take away what is there; all of them or, when one is refused, none.

        Raises:
            Taken: An id or a unique entry belongs to another number.
        """
        if len(changes) == 1 and self._replace(*changes[0]):
            return
        moves = [self._move(number, document) for number, document in changes]
        self._check_unique(moves)
        # Those that leave make room for those that enter.
        for move in moves:
            for name, gone, _ in move.entries:
                index = self._indexes[name]
                for entry in gone:
                    _leave(index, entry, move.number)
            if move.before_key is not None and move.before_key != move.after_key:
                del self._ids[move.before_key]
            if move.after is None:
                self.documents.pop(move.number, None)
        for move in moves:
            self._enter(move)

    def _replace(self, number: int, after: D | None) -> bool:
        """Put a document in the place of one that every index finds alike, the usual change; tell whether it was so."""
        before = self.documents.get(number)
        if before is None or after is None:
            return False
        marks = self.kind.marks
        if marks(before) != marks(after):
            return False
        self.documents[number] = after
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
        self.documents[move.number] = move.after
        self.last = max(self.last, move.number)

    def _move(self, number: int, after: D | None) -> _Move[D]:
        kind, before = self.kind, self.documents.get(number)
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


class _Move(NamedTuple, Generic[D]):
    """What one change does to the indexes."""

    number: int
    before_key: str | None
    after_key: str | None
    after: D | None
    entries: list[tuple[str, list[str], list[str]]]


def _leave(index: MutableMapping[str, tuple[int, ...]], entry: str, number: int) -> None:
    rest = tuple(other for other in index[entry] if other != number)
    if rest:
        index[entry] = rest
    else:
        del index[entry]
