"""The embedded store: TinyDB's documents and file, with a journal, a lock and an audit log around them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from pomfa_tui.domain.audit import AuditRecord, Head
from pomfa_tui.domain.errors import Busy, IntegrityFailure, Unavailable
from pomfa_tui.domain.ports import AuditVerdict, HeadSeal
from pomfa_tui.store import audit_log
from pomfa_tui.store.base import TablesTransaction, TablesView
from pomfa_tui.store.kinds import Kind
from pomfa_tui.store.tinydb import journal
from pomfa_tui.store.tinydb.folder import NOTHING, Folder
from pomfa_tui.store.tinydb.journal import OldFormat
from pomfa_tui.store.tinydb.lock import Mark, StoreLock
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.rows import Rows
from pomfa_tui.store.tinydb.snapshot import SealedHead
from pomfa_tui.store.tinydb.tables import LiveDatabase, TinyRows
from pomfa_tui.store.tinydb.upgrade import upgrade
from pomfa_tui.store.tinydb.writer import Writer


class TinyStore:
    """The `Store` port on files in one folder, for any number of processes of one host.

    Args:
        folder: The data folder; it is created (mode 0700) when it is missing. An empty one is an empty store.
        head_seal: Seals the head of the audit chain.
        lock_seconds: How long to wait for the lock, seconds.

    Raises:
        UnsafeEnvironment: Others could get at the folder or a file in it.
        Unavailable: Something cannot be read.
        IntegrityFailure: The store is damaged, or was written by a newer program.
    """

    def __init__(self, folder: Path, *, head_seal: HeadSeal, lock_seconds: float = 5.0) -> None:
        self._seconds = lock_seconds
        self._gate = threading.Lock()
        self._holder: int | None = None
        self._looking = threading.RLock()
        self._pid = os.getpid()
        self._layers: dict[str, Rows[Any]] = {}
        self._database = LiveDatabase(self._layer)
        self._folder = Folder(folder)
        self._lock = StoreLock(self._folder)
        self._picture = Picture(self._folder)
        self._writer = Writer(self._folder, self._lock, self._picture, head_seal, self._looking)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[TablesTransaction]:
        """Begin an exclusive transaction; it commits at the end of the block, and not at all when the block raises."""
        with self._locked():
            layers = self._layers = {}
            transaction = TablesTransaction(self._rows)
            try:
                yield transaction
            finally:
                transaction.end()
            self._writer.commit(layers, transaction.audit.events)

    @contextmanager
    def view(self) -> Iterator[TablesView]:
        """Open a consistent picture; no lock is held."""
        self._refresh()
        with self._looking:
            tables = dict(self._picture.tables)
            for rows in tables.values():
                rows.pins += 1
        database = LiveDatabase(tables.__getitem__)
        view = TablesView(lambda kind: TinyRows(tables[kind.name], database))
        try:
            yield view
        finally:
            view.end()
            with self._looking:
                for rows in tables.values():
                    rows.pins -= 1

    def changes(self) -> int:
        """Return a number that grows with every commit of any process."""
        self._refresh()
        return self._picture.seq

    def audit_records(self) -> Iterator[AuditRecord]:
        """Yield the committed audit records, oldest first.

        Raises:
            IntegrityFailure: The log is cut, or a line is no record; names it.
        """
        self._refresh()
        audit = self._writer.audit
        with self._looking:
            wanted = self._picture.audit_size
            size, more = min(audit.size(), wanted), b""
            if size < wanted:
                # A crash came between the journal and the log; the journal has the rest.
                start, known = self._picture.audit_since_snapshot()
                if size < start:
                    raise audit.too_short()
                more = known[size - start :]
        return audit_log.records(audit.lines(size, more), audit.place)

    def verify_audit(self) -> AuditVerdict:
        """Check the whole audit log against itself and against its sealed head."""
        wanted, sealed, longer = self._audit_bounds()
        head = Head() if sealed is None else sealed.head
        lines = self._writer.audit.lines(None if longer else wanted)
        verdict = audit_log.verify(lines, head)
        if verdict.ok and sealed is not None and not self._writer.is_sealed(sealed):
            return audit_log.unsealed(verdict)
        return verdict

    def _audit_bounds(self) -> tuple[int, SealedHead | None, bool]:
        """Return how long the audit log must be, its head, and whether it is longer than that."""
        self._refresh()
        picture, audit = self._picture, self._writer.audit
        with self._looking:
            wanted, sealed = picture.audit_size, picture.audit
        if audit.size() == wanted:
            return wanted, sealed, False
        # Somebody is just writing, a crash left something to be added, or the log was cut or added to.
        with suppress(IntegrityFailure, Unavailable), self._locked():
            pass
        with suppress(Unavailable), self._locked(level=False):
            wanted, sealed = picture.audit_size, picture.audit
        return wanted, sealed, audit.size() > wanted

    def fold(self) -> None:
        """Bring the snapshot up to date, so that it holds everything and the journal nothing.

        Raises:
            Unavailable: The disk refuses; nothing was changed.
        """
        with self._locked(), self._folder.sentences():
            self._writer.fold()

    def close(self) -> None:
        """Let go of files; harmless to call twice."""
        self._writer.close()
        self._picture.close()
        self._lock.close()
        self._folder.close()

    def _locked(self, *, settle: bool = True, level: bool = True) -> AbstractContextManager[None]:
        return self._hold(settle=settle, level=level)

    @contextmanager
    def _hold(self, *, settle: bool, level: bool) -> Iterator[None]:
        """Hold the lock.

        Args:
            settle: Bring the picture up to date, and the files into order after a crash.
            level: Bring the audit log up to date too, without which nothing may be changed.
        """
        self._check_process()
        deadline = monotonic() + self._seconds
        me = threading.get_ident()
        if self._holder == me:
            message = "Transactions do not nest: finish one before you begin another."
            raise RuntimeError(message)
        if not self._gate.acquire(timeout=self._seconds):
            raise Busy
        try:
            self._holder = me
            self._folder.check()
            self._lock.take(deadline)
            try:
                if settle:
                    mark = self._lock.own_mark()
                    self._writer.settle(mark)
                    if level:
                        self._writer.level_audit(mark)
                yield
            finally:
                self._lock.give()
        finally:
            self._holder = None
            self._gate.release()

    def _layer(self, name: str) -> Rows[Any]:
        """Return what the running transaction sees of a table."""
        layer = self._layers.get(name)
        if layer is None:
            layer = self._layers[name] = self._picture.tables[name].layer()
        return layer

    def _rows(self, kind: Kind[Any]) -> TinyRows[Any]:
        return TinyRows(self._layer(kind.name), self._database)

    def _open(self) -> None:
        try:
            self._refresh()
        except OldFormat:
            with self._locked(settle=False):
                upgrade(self._folder, self._writer.audit, self._lock.own_mark())
            self._refresh()

    def _refresh(self) -> None:
        """Read what others have committed."""
        self._check_process()
        self._folder.check()
        mark = self._read_mark()
        if not self._writer.knows(mark) and self._holder != threading.get_ident():
            mark = self._settle_for_reading()
        with self._looking:
            self._picture.follow(mark, to_the_end=False)

    def _settle_for_reading(self) -> Mark | None:
        """Find out what is safe, where the mark does not tell: after a restart of the host, or when it is lost."""
        if self._folder.find(journal.NAME) is NOTHING:
            return self._read_mark()
        try:
            with self._locked(level=False):
                return self._lock.own_mark()
        except Unavailable:
            # Nobody can write here, so whatever is whole is safe.
            return None

    def _read_mark(self) -> Mark | None:
        with self._looking:
            return self._lock.read_mark()

    def _check_process(self) -> None:
        """After a fork: share no lock and no file with the parent."""
        if os.getpid() == self._pid:
            return
        self._pid = os.getpid()
        self._gate, self._looking, self._holder = threading.Lock(), threading.RLock(), None
        self._lock.close()
        self._writer.after_fork(self._looking)
