"""What is done under both locks: recovering after a restart of the host, folding, and cutting the audit log's head."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import NamedTuple

from pomfa_tui.domain.errors import IntegrityFailure, Refusal
from pomfa_tui.store.audit_log import NAME as AUDIT
from pomfa_tui.store.checkpoint import Cut, line_of, problem_of
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.auditcut import Shortening
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.folder import Folder, read_at
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.marks import SAFE, WRITTEN
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.refusals import cut_short, damaged
from pomfa_tui.store.tinydb.safety import Safety
from pomfa_tui.store.tinydb.snapshot import Facts
from pomfa_tui.store.tinydb.writer import Writer

FOLD_FROM = 1 << 18
"""Bytes of journal below which folding is not worth its syncs."""


class Exported(NamedTuple):
    """Everything that a store holds at one moment.

    Attributes:
        facts: Of the snapshot.
        snapshot: The bytes that `store.json` would have.
        log: The audit log up to the head that the snapshot knows, with the checkpoint in front where it has one.
    """

    facts: Facts
    snapshot: bytes
    log: bytes


class Upkeep:
    """Keeps the files in order.

    Args:
        folder: Where the files are.
        lock: Holds the marks.
        picture: What this process knows.
        writer: Writes to the journal.
        safety: Holds the sync lock.
        audit: The audit log's file.
        hold: Takes the lock, for threads and processes.
    """

    def __init__(
        self,
        folder: Folder,
        *,
        lock: LockFile,
        picture: Picture,
        writer: Writer,
        safety: Safety,
        audit: AuditFile,
        hold: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._folder = folder
        self._lock = lock
        self._picture = picture
        self._writer = writer
        self._safety = safety
        self._audit = audit
        self._hold = hold
        self._fold_above = 0

    def recover(self) -> None:
        """After a restart of the host, or when the marks are lost: find out what is there, and make that safe.

        Raises:
            IntegrityFailure: Something is damaged, missing or foreign.
            Unavailable: Something cannot be read or written.
            Busy: Somebody else holds a lock for too long.
        """
        with self._safety.locked(), self._hold():
            safe = self._lock.mark(SAFE)
            if self._writer.knows(safe) and self._writer.knows(self._lock.mark(WRITTEN)):
                return
            with self._writer.looking:
                tail = self._picture.follow(safe, to_the_end=True, all_of_it=True)
            position = self._picture.position
            if tail is None or position is None:
                return
            if tail.damaged:
                raise damaged(self._picture.journal_place, position.next_line)
            with self._folder.sentences():
                if tail.torn:
                    self._writer.cut(position)
                os.fsync(self._writer.journal())
            start, known = self._safety.known_records()
            logged = start
            # Whoever changes something next will say what is wrong with it.
            with suppress(Refusal):
                self._audit.mend(start, known)
                logged = self._picture.audit_size
            self._safety.put(self._writer.mark_at(position, safe)._replace(logged=logged))

    def level_audit(self) -> bool:
        """Add to the audit log what a crash has left out.

        Returns:
            Whether it has more than was ever committed.

        Raises:
            Unavailable: It cannot be written.
        """
        with self._safety.locked():
            safe = self._lock.mark(SAFE)
            if safe is None:
                return False
            begin = self._safety.over_a_fold(safe).position
            fd = self._safety.journal(begin.generation)
            with self._folder.sentences():
                data = read_at(fd, begin.end, os.fstat(fd).st_size - begin.end)
            tail = journal.read(data, begin, self._picture.journal_place)
            coming = journal.audit_bytes(tail.lines)
            try:
                self._audit.level(safe, coming, self._safety.known_records)
            except IntegrityFailure:
                return self._audit.size() > safe.log
            self._lock.put(SAFE, safe._replace(logged=safe.log))
            return False

    def tidy(self) -> None:
        """Remove what a crash has left of files that were being replaced: it may hold secrets."""
        names = (snapshot.NAME, journal.NAME, AUDIT)
        if self._folder.is_untidy(*names):
            with self._safety.locked(), self._hold():
                self._folder.tidy(*names)

    def fold(self) -> None:
        """Write a new snapshot and begin a new journal.

        A crash between any two steps leaves a snapshot and a journal that belong together: lines that the snapshot holds already are
        passed over by their number.

        Raises:
            Unavailable: The disk refuses; the old files are intact.
            Busy: Somebody else holds a lock for too long.
        """
        with self._safety.locked(), self._hold():
            self._fold()

    def cut_log(self) -> bool:
        """Take out of the audit log's file what its checkpoint stands for.

        The long part, copying what stays, is done while everybody goes on; only the exchange is done under the locks.

        Returns:
            Whether the file begins with the checkpoint now.

        Raises:
            Refusal: The disk refuses, or somebody else is at it; the log is as it was.
        """
        cut, safe = self._picture.cut, self._lock.look(SAFE)
        if cut is None or safe is None or not self._writer.knows(safe):
            return False
        with Shortening(self._folder, cut.sealed, safe.log) as shorter:
            return self._exchange(cut, shorter)

    def exported(self) -> Exported | None:
        """Return everything at one moment; nobody has to wait for it.

        Returns:
            Everything; none when others have cut the log's head since this process looked.

        Raises:
            IntegrityFailure: The audit log was cut, or the store is empty.
        """
        picture = self._picture
        with self._writer.looking:
            facts = Facts(
                format=FORMAT,
                generation=picture.facts.generation,
                seq=picture.seq,
                audit=picture.audit,
                audit_size=picture.audit_size,
                cut=picture.cut,
            )
            data = snapshot.encode(facts, picture.tables)
            with self._audit.reader() as log:
                start = log.start
                if problem_of(start.sealed, picture.cut, lambda _: True) is not None:
                    return None
                lines = [line + b"\n" for line in log.lines(*log.committed(picture))]
        records = b"".join(lines)
        if start.base + len(records) != facts.audit_size:
            raise cut_short(self._audit.place)
        header = b"" if start.sealed is None else line_of(start.sealed)
        return Exported(facts, data, header + records)

    def fold_when_due(self) -> None:
        """Fold when the journal has outgrown the snapshot, unless somebody else is at it.

        Nobody is told when the disk refuses: the commits stand, and folding waits until the journal has grown as much again.
        """
        position = self._picture.position
        if position is None or position.end <= max(
            FOLD_FROM, self._picture.snapshot_size, self._fold_above
        ):
            return
        if not self._safety.try_lock():
            return
        try:
            with self._hold():
                # Somebody else may have folded meanwhile.
                if (
                    self._picture.position is not None
                    and self._picture.position.end >= position.end
                ):
                    self._fold()
            self._fold_above = 0
        except Refusal:
            self._fold_above = 2 * position.end
        finally:
            self._safety.unlock()

    def _exchange(self, cut: Cut, shorter: Shortening) -> bool:
        with self._safety.locked(), self._hold():
            if self._picture.cut != cut or not self._is_level():
                return False
            if self._picture.facts.audit_size < cut.sealed.size:
                # The journal has the records too.
                self._fold()
            with self._folder.sentences():
                shorter.take_place(self._picture.audit_size)
        return True

    def _is_level(self) -> bool:
        """Make everything safe that was written, and the audit log hold all of it on the disk; tell whether it does."""
        picture = self._picture
        safe, written = self._lock.mark(SAFE), self._lock.mark(WRITTEN)
        if picture.position is None or safe is None or written is None:
            return False
        if written.seq > safe.seq:
            self._safety.sync(safe, written, None, holds_lock=True)
            safe = self._lock.mark(SAFE) or safe
        self._audit.level(safe, b"", self._safety.known_records)
        with self._folder.sentences():
            return self._audit.sync() == picture.audit_size

    def _fold(self) -> None:
        if not self._is_level():
            return
        picture, safe = self._picture, self._lock.mark(SAFE)
        if picture.position is None or safe is None:
            return
        facts = Facts(
            format=FORMAT,
            generation=max(picture.facts.generation, picture.position.generation) + 1,
            seq=picture.seq,
            audit=picture.audit,
            audit_size=picture.audit_size,
            cut=picture.cut,
        )
        data = snapshot.encode(facts, picture.tables)
        first, position = journal.new(facts.generation, facts.seq)
        with self._folder.sentences():
            self._folder.replace(snapshot.NAME, data)
            with self._writer.looking:
                picture.go_on(facts, len(data), None)
            self._folder.replace(journal.NAME, first)
        with self._writer.looking:
            picture.go_on(facts, len(data), position)
        self._safety.put(self._writer.mark_at(position, safe)._replace(logged=picture.audit_size))
