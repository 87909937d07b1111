"""What documents are found under: their own ids, and the entries of each index."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from pomfa_tui.domain.documents import Document
from pomfa_tui.store.kinds import Kind, Taken
from pomfa_tui.store.tinydb.layers import Layer

D = TypeVar("D", bound=Document)

Index = MutableMapping[str, tuple[int, ...]]


class Indexes(Generic[D]):
    """The indexes of one table.

    Args:
        kind: Which table.
        ids: Numbers by the documents' own ids.
        entries: By the index's name, numbers by entry, oldest first.
    """

    __slots__ = ("_entries", "_ids", "_kind")

    def __init__(
        self, kind: Kind[D], ids: MutableMapping[str, int], entries: dict[str, Index]
    ) -> None:
        self._kind = kind
        self._ids = ids
        self._entries = entries

    @classmethod
    def of(cls, kind: Kind[D], documents: Mapping[int, D]) -> Indexes[D]:
        """Index documents.

        Raises:
            Taken: Two of them share an id or a unique entry.
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
        return cls(kind, ids, indexes)

    def layer(self) -> Indexes[D]:
        """Return indexes that start like these and change apart from them."""
        return Indexes(
            self._kind,
            Layer(self._ids),
            {name: Layer(index) for name, index in self._entries.items()},
        )

    def copy(self) -> Indexes[D]:
        """Return the same indexes, free to change."""
        return Indexes(
            self._kind,
            dict(self._ids),
            {name: dict(index) for name, index in self._entries.items()},
        )

    def number(self, key: str) -> int | None:
        """Return the number of the document with this id, or none."""
        return self._ids.get(key)

    def numbers(self, index: str, entry: str) -> tuple[int, ...]:
        """Return the numbers under an entry, oldest first."""
        return self._entries[index].get(entry, ())

    def move(self, changes: Sequence[tuple[int, D | None, D | None]]) -> None:
        """Follow changes of documents; all of them or, when one is refused, none.

        Args:
            changes: Number, document before and document after; none where there is none.

        Raises:
            Taken: An id or a unique entry belongs to another number.
        """
        moves = [self._move(*change) for change in changes]
        self._check_unique(moves)
        # Those that leave make room for those that enter.
        for move in moves:
            for name, gone, _ in move.entries:
                for entry in gone:
                    _leave(self._entries[name], entry, move.number)
            if move.before is not None and move.before != move.after:
                del self._ids[move.before]
        for move in moves:
            for name, _, come in move.entries:
                index = self._entries[name]
                for entry in come:
                    # Sorted, so that "oldest first" holds whoever joins when.
                    index[entry] = tuple(sorted((*index.get(entry, ()), move.number)))
            if move.after is not None:
                self._ids[move.after] = move.number

    def _move(self, number: int, before: D | None, after: D | None) -> _Move:
        entries = []
        for name, entries_of in self._kind.indexes.items():
            old = () if before is None else entries_of(before)
            new = () if after is None else entries_of(after)
            gone = [entry for entry in old if entry not in new]
            entries.append((name, gone, [entry for entry in new if entry not in old]))
        key = self._kind.key
        return _Move(
            number=number,
            before=None if before is None else key(before),
            after=None if after is None else key(after),
            entries=entries,
        )

    def _check_unique(self, moves: list[_Move]) -> None:
        leaving = {move.number for move in moves}
        entering: set[tuple[str, str]] = set()
        for move in moves:
            if move.after is not None and move.after != move.before:
                owner = self._ids.get(move.after, move.number)
                if owner not in leaving or ("id", move.after) in entering:
                    raise Taken("id")
                entering.add(("id", move.after))
            for name, _, come in move.entries:
                if name not in self._kind.unique:
                    continue
                for entry in come:
                    owners = self._entries[name].get(entry, ())
                    if (name, entry) in entering or not leaving.issuperset(owners):
                        raise Taken(name)
                    entering.add((name, entry))


class _Move(NamedTuple):
    """What one change does to the indexes: ids before and after, and per index the entries that it leaves and enters."""

    number: int
    before: str | None
    after: str | None
    entries: list[tuple[str, list[str], list[str]]]


def _leave(index: Index, entry: str, number: int) -> None:
    rest = tuple(other for other in index[entry] if other != number)
    if rest:
        index[entry] = rest
    else:
        del index[entry]
