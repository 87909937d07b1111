"""The embedded store: TinyDB's documents and file, with a journal, a lock and an audit log around them."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pomfa_tui.domain.audit import AuditRecord, Checkpoint
from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.domain.ports import AuditVerdict, HeadSeal
from pomfa_tui.store.base import TablesTransaction, TablesView
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.tinydb import journal
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.bookkeeper import Bookkeeper
from pomfa_tui.store.tinydb.cutting import Cutting
from pomfa_tui.store.tinydb.drafts import Drafts
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, unavailable
from pomfa_tui.store.tinydb.holding import Holding
from pomfa_tui.store.tinydb.journal import Position
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.logbook import Logbook
from pomfa_tui.store.tinydb.marks import SAFE, Mark
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.refusals import OldFormat
from pomfa_tui.store.tinydb.safety import Safety
from pomfa_tui.store.tinydb.tables import LiveDatabase, TinyRows
from pomfa_tui.store.tinydb.upgrade import upgrade
from pomfa_tui.store.tinydb.upkeep import Exported, Upkeep
from pomfa_tui.store.tinydb.verifying import Verifying
from pomfa_tui.store.tinydb.writer import Writer

_TRIES = 5


class TinyStore:
    """The `Store` port on files in one folder, for any number of processes of one host.

    Args:
        folder: The data folder; it is created (mode 0700) when it is missing. An empty one is an empty store.
        head_seal: Seals the head of the audit chain.
        lock_seconds: How long to wait for the lock, seconds.
        read_only: Create, settle and repair nothing, and refuse every transaction.
        ledger: Kept outside the folder, so that older files do not pass for the newest; none for a store without.

    Raises:
        UnsafeEnvironment: Others could get at the folder or a file in it.
        Unavailable: Something cannot be read.
        IntegrityFailure: The store is damaged, or was written by a newer program.
    """

    def __init__(
        self,
        folder: Path,
        *,
        head_seal: HeadSeal,
        lock_seconds: float = 5.0,
        read_only: bool = False,
        ledger: Ledger | None = None,
    ) -> None:
        self._read_only = read_only
        self._looking = threading.RLock()
        self._pid = os.getpid()
        self._folder = Folder(folder)
        self._lock = LockFile(self._folder, read_only=read_only)
        self._holding = Holding(self._lock, lock_seconds)
        self._picture = Picture(self._folder)
        self._drafts = Drafts(self._picture)
        self._audit = AuditFile(self._folder)
        self._logbook = Logbook(self._folder, self._audit, self._picture, head_seal)
        self._bookkeeper = Bookkeeper(ledger, self._picture)
        self._writer = Writer(
            self._folder,
            lock=self._lock,
            picture=self._picture,
            audit=self._audit,
            head_seal=head_seal,
            looking=self._looking,
            bookkeeper=self._bookkeeper,
        )
        self._safety = Safety(
            self._folder,
            lock=self._lock,
            picture=self._picture,
            writer=self._writer,
            audit=self._audit,
            hold=self._held,
            seconds=lock_seconds,
        )
        self._upkeep = Upkeep(
            self._folder,
            lock=self._lock,
            picture=self._picture,
            writer=self._writer,
            safety=self._safety,
            audit=self._audit,
            hold=self._held,
        )
        self._cutting = Cutting(
            picture=self._picture,
            writer=self._writer,
            safety=self._safety,
            upkeep=self._upkeep,
            bookkeeper=self._bookkeeper,
            begin=self._begin,
            end=self._holding.end,
        )
        self._verifying = Verifying(
            self._picture, self._writer, self._audit, self._logbook, self._upkeep
        )
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[TablesTransaction]:
        """Begin an exclusive transaction; it commits at the end of the block, and not at all when the block raises."""
        self._begin()
        seen = written = None
        try:
            try:
                seen = self._picture.position
                layers = self._drafts.begin()
                transaction = TablesTransaction(self._drafts.rows)
                try:
                    yield transaction
                finally:
                    transaction.end()
                audit = transaction.audit
                cut = None if audit.dropped is None else self._logbook.cut_at(audit.dropped)
                written = self._writer.commit(layers, audit.events, cut)
            finally:
                self._holding.end()
        finally:
            if written is None and seen is not None:
                # Whatever is answered may rest on what another process has just written.
                self._make_safe(seen)
        if written is not None:
            self._safety.make_safe(written.mark, written.records)
            self._bookkeeper.reach(written.mark.seq)
            self._upkeep.fold_when_due()
            self._cutting.finish()

    @contextmanager
    def view(self) -> Iterator[TablesView]:
        """Open a consistent picture; no lock is held."""
        self._refresh()
        with self._looking:
            tables, position = dict(self._picture.tables), self._picture.position
            for rows in tables.values():
                rows.pins += 1
        database = LiveDatabase(tables.__getitem__)
        view = TablesView(lambda kind: TinyRows(tables[kind.name], database))
        try:
            if position is not None and not self._holding.is_mine():
                # Another thread's transaction may have read what is not safe yet. One's own makes it safe when it ends.
                self._make_safe(position)
            yield view
        finally:
            view.end()
            with self._looking:
                for rows in tables.values():
                    rows.pins -= 1

    def changes(self) -> int:
        """Return a number that grows with every commit of any process."""
        safe = self._look()
        if safe is None or not self._writer.knows(safe):
            self._refresh()
            return self._picture.seq
        return safe.seq

    def audit_records(self, first: int = 1) -> Iterator[AuditRecord]:
        """Yield the committed audit records from number `first` on, oldest first.

        Raises:
            IntegrityFailure: The log is cut, or a line is no record; names it.
        """
        self._refresh()
        return self._logbook.records(first, self._looking)

    def audit_count(self) -> int:
        """Return the number of the newest committed audit record."""
        self._refresh()
        return self._picture.head.seq

    def audit_checkpoint(self) -> Checkpoint | None:
        """Return what stands for the audit records that were dropped; none while the log is whole."""
        self._refresh()
        return self._logbook.checkpoint()

    def verify_audit(self) -> AuditVerdict:
        """Check the whole audit log against itself and against its sealed head."""
        return self._verifying.verdict(
            refresh=self._refresh, make_safe=self._make_safe, looking=self._looking
        )

    def fold(self) -> None:
        """Bring the snapshot up to date, so that it holds everything and the journal nothing.

        Raises:
            Unavailable: The disk refuses.
        """
        self._check_process()
        self._upkeep.fold()

    def exported(self) -> Exported:
        """Return everything at one moment, as a backup holds it."""
        for _ in range(_TRIES):
            self._refresh()
            found = self._upkeep.exported()
            if found is not None:
                return found
        raise self._logbook.wrong_start()

    def compact(self) -> None:
        """Rewrite the files, so that they hold nothing that was removed."""
        self.fold()

    def close(self) -> None:
        """Let go of files; harmless to call twice."""
        parts = (self._safety, self._writer, self._audit, self._picture, self._lock)
        for part in (*parts, self._bookkeeper, self._folder):
            part.close()

    def _open(self) -> None:
        if not self._read_only:
            self._upkeep.tidy()
        try:
            self._refresh()
        except OldFormat:
            with self._safety.locked(), self._holding:
                upgrade(self._folder, self._audit, self._lock)
            self._refresh()
        begin = None if self._read_only else self.transaction
        self._bookkeeper.check(self._folder.shown, self._refresh, begin)
        if not self._read_only:
            self._cutting.finish()

    def _refresh(self) -> None:
        """Read what others have committed."""
        self._check_process()
        self._folder.check()
        known = self._writer.knows(self._look()) or self._holding.is_mine() or self._recover()
        with self._looking:
            # Looked at again, because it must not be older than what another thread has read by now.
            safe = self._lock.look(SAFE)
            self._picture.follow(safe if known else None)
            if safe is not None and known:
                self._picture.keep(min(safe.seq, self._picture.seq))

    def _recover(self) -> bool:
        """Find out what is safe, where the mark does not tell: after a restart of the host, or when it is lost.

        Returns:
            Whether the mark tells now. If not, nobody can write here, so whatever is whole is safe.
        """
        if self._folder.find(journal.NAME) is not NOTHING:
            try:
                self._upkeep.recover()
            except Unavailable:
                return False
        return True

    def _make_safe(self, position: Position) -> None:
        """Make sure that what was read cannot be undone by a crash."""
        if position.seq <= self._picture.safest:
            return
        safe = self._look()
        if safe is not None and safe.seq < position.seq and not self._read_only:
            self._safety.make_safe(self._writer.mark_at(position))

    def _look(self) -> Mark | None:
        with self._looking:
            return self._lock.look(SAFE)

    def _begin(self) -> None:
        """Take the lock, and read everything to its end; recover the store first when its marks cannot be believed."""
        self._check_process()
        for _ in range(_TRIES):
            self._holding.take()
            try:
                if self._writer.settle():
                    return
            except BaseException:
                self._holding.end()
                raise
            self._holding.end()
            self._upkeep.recover()
        raise unavailable(OSError(errno.EIO, "no mark"), self._folder.path)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the lock with everything read to its end, where the marks are known to be good."""
        with self._holding:
            self._writer.settle()
            yield

    def _check_process(self) -> None:
        """After a fork: share no lock with the parent."""
        if os.getpid() == self._pid:
            return
        self._pid = os.getpid()
        self._looking = threading.RLock()
        self._writer.looking, self._safety.gate = self._looking, threading.Lock()
        self._holding.after_fork()
