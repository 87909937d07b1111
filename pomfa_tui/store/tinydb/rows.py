"""One table in memory: documents by TinyDB's number, with the indexes beside them.

Committed rows use plain dicts. A transaction works on a `Layer` over them, so that beginning, reading and rolling back cost what was
changed, not what there is; nobody else sees a layer. Documents are frozen and shared by all.

What other processes change arrives as text and is decoded when somebody asks for it: beside thirty busy terminals most changes are
overtaken by later ones before that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from pomfa_tui.domain.documents import Document
from pomfa_tui.store.kinds import Kind, Taken
from pomfa_tui.store.tinydb.indexes import Indexes
from pomfa_tui.store.tinydb.layers import Layer
from pomfa_tui.store.tinydb.refusals import contradicting

D = TypeVar("D", bound=Document)

Written = tuple[int, Any]
"""A number and its document; none where it was removed."""

Text = bytes | msgspec.Raw
Decode = Callable[[str, Text, int], Any]
"""Decodes a table's document that came from a line of the journal, or from the snapshot (line 0)."""

Later = dict[int, tuple[Text, int, Decode]]
"""What has not been decoded, by number: the text, the line it came from, and how to decode it."""


class _Keyed(msgspec.Struct):
    id: str


_id_of = msgspec.json.Decoder(_Keyed).decode

_decoding = threading.RLock()


class Rows(Generic[D]):
    """The documents of one table.

    Attributes:
        kind: Which table.
        last: Highest number ever given, so that none is given twice.
        pins: How many open views look at these rows; pinned rows are copied before they change.
    """

    __slots__ = ("_base", "_documents", "_indexes", "_later", "kind", "last", "pins")

    def __init__(
        self,
        kind: Kind[D],
        documents: MutableMapping[int, D],
        indexes: Indexes[D],
        last: int,
        later: Later | None = None,
    ) -> None:
        self.kind = kind
        self.last = last
        self.pins = 0
        self._documents = documents
        self._indexes = indexes
        self._base: Rows[D] = self
        # Texts that have not been decoded. What `_documents` and the indexes hold of these is what was before, or the id alone.
        self._later: Later = later or {}

    @classmethod
    def load(cls, kind: Kind[D], documents: dict[int, D]) -> Rows[D]:
        """Index documents read from a file.

        Raises:
            Taken: Two documents share an id or a unique entry.
        """
        indexes = Indexes.of(kind, documents)
        return cls(kind, documents, indexes, max(documents, default=0))

    @classmethod
    def load_lazily(cls, kind: Kind[D], texts: dict[int, msgspec.Raw], decode: Decode) -> Rows[D]:
        """Index documents by their ids alone.

        Args:
            kind: A lazy one.
            texts: The encoded documents.
            decode: Decodes one.

        Raises:
            Taken: Two documents share an id.
            msgspec.DecodeError: A document has none.
        """
        ids: dict[int, Any] = {number: _id_of(text) for number, text in texts.items()}
        later: Later = {number: (text, 0, decode) for number, text in texts.items()}
        return cls(kind, ids, Indexes.of(kind, ids), max(ids, default=0), later)

    def layer(self) -> Rows[D]:
        """Return rows that start like these and change apart from them."""
        layer = Rows(self.kind, Layer(_Current(self)), self._indexes.layer(), self.last)
        layer._base = self
        return layer

    def copy(self) -> Rows[D]:
        """Return the same rows, free to change while views still look at the old ones."""
        return Rows(
            self.kind,
            dict(self._documents),
            self._indexes.copy(),
            self.last,
            dict(self._later),
        )

    def changed(self) -> list[Written]:
        """Return what was changed in this layer."""
        return self._documents.changed() if isinstance(self._documents, Layer) else []

    def number(self, key: str) -> int | None:
        """Return TinyDB's number of the document with this id, or none."""
        return self._indexes.number(key)

    def numbers(self) -> list[int]:
        """Return every number, oldest first."""
        return list(self._documents)

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        number = self._indexes.number(key)
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

    def encodable(self) -> Mapping[int, D | msgspec.Raw]:
        """Return every document by its number, those that were never decoded as they are."""
        if self.kind.indexes:
            self.catch_up()
        if not self._later:
            return self._documents
        later = {number: msgspec.Raw(text) for number, (text, _, _) in self._later.items()}
        return {number: later.get(number, found) for number, found in self._documents.items()}

    def count(self) -> int:
        """Return how many documents there are."""
        return len(self._documents)

    def find(self, index: str, entry: str) -> list[D]:
        """Return the documents under an entry, oldest first."""
        self._base.catch_up()
        return [self.document(number) for number in self._indexes.numbers(index, entry)]

    def picked(self, pick: str) -> list[D]:
        """Return the documents that have what a pick is named for, oldest first, without decoding the others.

        A layer decodes them all, since it cannot tell by what arrived what it has changed itself.
        """
        wanted = self.kind.picks[pick]
        later = dict(self._later)
        numbers = [
            number
            for number in self.numbers()
            if number not in later or wanted.may(bytes(later[number][0]))
        ]
        return list(filter(wanted.holds, map(self.document, numbers)))

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
        if self.kind.indexes:
            self._base.catch_up()
        self._move_all(changes)

    def _move_all(self, changes: Sequence[Written]) -> None:
        documents = self._documents
        self._indexes.move([(number, documents.get(number), after) for number, after in changes])
        for number, after in changes:
            self._later.pop(number, None)
            if after is None:
                documents.pop(number, None)
            else:
                documents[number] = after
                self.last = max(self.last, number)

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
                raise contradicting(self.kind.name, newest) from None

    def _decoded(self, number: int) -> D:
        text, line, decode = self._later[number]
        document: D = decode(self.kind.name, text, line)
        if self.kind.key(document) != self.kind.key(self._documents[number]):
            # A number belongs to one document for ever.
            raise contradicting(self.kind.name, line)
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


class _Current(Mapping[int, D]):
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
