"""The store in memory alone: the double for the tests of everything above it, plain enough to be right by reading.

It passes the same contract suite as the engines that keep something.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import msgspec

from pomfa_tui.domain.audit import AuditRecord, Checkpoint, Head
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import Busy
from pomfa_tui.domain.ports import AuditVerdict, HeadSeal
from pomfa_tui.domain.text import folded
from pomfa_tui.store import audit_log
from pomfa_tui.store.audit_log import chained, head_bytes
from pomfa_tui.store.base import TablesTransaction, TablesView
from pomfa_tui.store.kinds import KINDS, Kind, Taken

D = TypeVar("D", bound=Document)


class MemoryRows(Generic[D]):
    """One table: documents by id, oldest first."""

    def __init__(self, kind: Kind[D], documents: dict[str, D]) -> None:
        self.documents = documents
        self._kind = kind

    def get(self, key: str) -> D | None:
        """Return the document with this id, or none."""
        return self.documents.get(key)

    def all(self) -> Sequence[D]:
        """Return every document, oldest first."""
        return list(self.documents.values())

    def count(self) -> int:
        """Return how many documents there are."""
        return len(self.documents)

    def find(self, index: str, entry: str) -> Sequence[D]:
        """Return the documents under an entry, oldest first."""
        entries_of = self._kind.indexes[index]
        return [document for document in self.all() if entry in entries_of(document)]

    def picked(self, pick: str) -> Sequence[D]:
        """Return the documents that have what the pick is named for, oldest first."""
        return list(filter(self._kind.picks[pick].holds, self.all()))

    def search(self, fields: Sequence[str], text: str) -> Sequence[D]:
        """Return the documents that hold `text` in one of these fields."""
        wanted = folded(text)
        return [
            document
            for document in self.all()
            if any(wanted in folded(getattr(document, name)) for name in fields)
        ]

    def put(self, document: D) -> None:
        """Write a document over whatever has its id."""
        key = self._kind.key(document)
        msgspec.json.decode(msgspec.json.encode(document), type=self._kind.type)
        for index in self._kind.unique:
            for entry in self._kind.indexes[index](document):
                if any(self._kind.key(other) != key for other in self.find(index, entry)):
                    raise Taken(index)
        self.documents[key] = document

    def remove(self, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        self.documents.pop(key, None)


class MemoryStore:
    """The `Store` port without files.

    Args:
        head_seal: Seals the head of the audit chain.
        lock_seconds: How long to wait for another thread's transaction, seconds.
    """

    def __init__(self, *, head_seal: HeadSeal, lock_seconds: float = 5.0) -> None:
        self._seal = head_seal
        self._seconds = lock_seconds
        self._gate = threading.Lock()
        self._holder: int | None = None
        self._tables: dict[str, dict[str, Any]] = {kind.name: {} for kind in KINDS}
        self._log: list[bytes] = []
        self._cut: Checkpoint | None = None
        self._head = Head()
        self._sealed = head_seal.seal(head_bytes(self._head))
        self._changes = 0

    @contextmanager
    def transaction(self) -> Iterator[TablesTransaction]:
        """Begin an exclusive transaction; it commits at the end of the block, and not at all when the block raises."""
        me = threading.get_ident()
        if self._holder == me:
            message = "Transactions do not nest: finish one before you begin another."
            raise RuntimeError(message)
        if not self._gate.acquire(timeout=self._seconds):
            raise Busy
        self._holder = me
        try:
            tables = {name: dict(documents) for name, documents in self._tables.items()}
            transaction = TablesTransaction(lambda kind: MemoryRows(kind, tables[kind.name]))
            try:
                yield transaction
            finally:
                transaction.end()
            self._commit(tables, transaction)
        finally:
            self._holder = None
            self._gate.release()

    @contextmanager
    def view(self) -> Iterator[TablesView]:
        """Open a consistent picture."""
        # Tables are replaced as a whole, never changed, so this picture stays as it is.
        tables = self._tables
        view = TablesView(lambda kind: MemoryRows(kind, tables[kind.name]))
        try:
            yield view
        finally:
            view.end()

    def changes(self) -> int:
        """Return a number that grows with every commit."""
        return self._changes

    def audit_records(self, first: int = 1) -> Iterator[AuditRecord]:
        """Yield the committed audit records from number `first` on, oldest first."""
        after = self._after.seq
        first = max(first, after + 1)
        return audit_log.records(iter(self._log[first - after - 1 :]), "The audit log", first)

    def audit_count(self) -> int:
        """Return the number of the newest committed audit record."""
        return self._head.seq

    def audit_checkpoint(self) -> Checkpoint | None:
        """Return what stands for the records that were dropped; none while the log is whole."""
        return self._cut

    def verify_audit(self) -> AuditVerdict:
        """Check the whole audit log against itself and against its sealed head."""
        verdict = audit_log.verify(iter(tuple(self._log)), self._head, self._after)
        if verdict.ok and not self._seal.check(head_bytes(self._head), self._sealed):
            return audit_log.unsealed(verdict)
        return verdict

    def compact(self) -> None:
        """Rewrite nothing: what was removed is gone."""

    def close(self) -> None:
        """Let go of nothing."""

    @property
    def _after(self) -> Head:
        return Head() if self._cut is None else self._cut.head

    def _place_after(self, dropped: Checkpoint) -> int:
        place = dropped.seq - self._after.seq
        if dropped.head == self._after:
            return 0
        if not 0 < place <= len(self._log):
            message = f"record {dropped.seq} is not in the log"
            raise ValueError(message)
        return place

    def _commit(self, tables: dict[str, dict[str, Any]], transaction: TablesTransaction) -> None:
        lines, head = chained(self._head, transaction.audit.events)
        dropped = transaction.audit.dropped
        if tables == self._tables and not lines and dropped is None:
            return
        if dropped is not None:
            self._log = self._log[self._place_after(dropped) :]
            self._cut = dropped
        self._log += lines
        self._head, self._sealed = head, self._seal.seal(head_bytes(head))
        self._tables = tables
        self._changes += 1
