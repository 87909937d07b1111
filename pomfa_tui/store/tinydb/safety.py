"""What is done under the sync lock: making written commits safe, for everybody at once, and folding.

One process waits for the disk while others go on writing; the next one that syncs does it for all of them. Only then does a commit count:
its records enter the audit log, readers see it, and whoever made it is told.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from time import monotonic

from pomfa_tui.domain.errors import Busy, Refusal, Unavailable
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.folder import Folder, read_at, unavailable
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.marks import SAFE, WRITTEN, Mark
from pomfa_tui.store.tinydb.patience import Patience
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.snapshot import Facts
from pomfa_tui.store.tinydb.writer import Writer

FOLD_FROM = 1 << 18
"""Bytes of journal below which folding is not worth its syncs."""


class Safety:
    """Makes commits safe.

    Args:
        folder: Where the files are.
        lock: Holds the locks and marks.
        picture: What this process knows.
        writer: Writes to the journal.
        audit: The audit log's file.
        hold: Takes the lock, for threads and processes.
        seconds: How long to wait for a lock.
    """

    def __init__(
        self,
        folder: Folder,
        *,
        lock: LockFile,
        picture: Picture,
        writer: Writer,
        audit: AuditFile,
        hold: Callable[[], AbstractContextManager[None]],
        seconds: float,
    ) -> None:
        self._folder = folder
        self._lock = lock
        self._picture = picture
        self._writer = writer
        self._audit = audit
        self._hold = hold
        self._seconds = seconds
        self._fd = self._generation = -1
        self._patience = Patience()
        self._fold_above = 0
        self._broken = False
        self.gate = threading.Lock()

    def make_safe(self, mark: Mark, records: bytes | None = None) -> None:
        """Wait until a written commit, and with it everything before it, is on the disk.

        Args:
            mark: Of that commit.
            records: What it adds to the audit log, where that is known.

        Raises:
            Unavailable: The disk or the audit log refuses; the commit was taken back.
            IntegrityFailure: The audit log is not what it was; the commit was taken back.
        """
        if not self._try_lock() and not self._wait_for_others(mark):
            return
        try:
            safe = self._lock.mark(SAFE)
            if safe is None:
                # Somebody removed the lock file; whoever comes next recovers.
                self._sync_alone()
            elif not self._is_safe(safe, mark):
                self._sync_for_all(safe, mark, records)
        finally:
            self._unlock()

    def recover(self) -> None:
        """After a restart of the host, or when the marks are lost: find out what is there, and make that safe.

        Raises:
            IntegrityFailure: Something is damaged, missing or foreign.
            Unavailable: Something cannot be read or written.
            Busy: Somebody else holds a lock for too long.
        """
        with self.locked(), self._hold():
            safe = self._lock.mark(SAFE)
            if self._writer.knows(safe) and self._writer.knows(self._lock.mark(WRITTEN)):
                return
            with self._writer.looking:
                tail = self._picture.follow(safe, to_the_end=True, all_of_it=True)
            position = self._picture.position
            if tail is None or position is None:
                return
            if tail.damaged:
                raise journal.damaged(self._picture.journal_place, position.next_line)
            with self._folder.sentences():
                if tail.torn:
                    self._writer.cut(position)
                os.fsync(self._writer.journal())
            start, known = self._picture.audit_since_snapshot()
            logged = start
            # Whoever changes something next will say what is wrong with it.
            with suppress(Refusal):
                self._audit.mend(start, known)
                logged = self._picture.audit_size
            self._put(self._writer.mark_at(position, safe)._replace(logged=logged))

    def level_audit(self) -> None:
        """Add to the audit log what a crash has left out.

        Raises:
            IntegrityFailure: It was cut, or has records that were never committed.
            Unavailable: It cannot be written.
        """
        with self.locked():
            safe = self._lock.mark(SAFE)
            if safe is None:
                return
            fd = self._journal(safe.generation)
            with self._folder.sentences():
                data = read_at(fd, safe.end, os.fstat(fd).st_size - safe.end)
            tail = journal.read(data, safe.position, self._picture.journal_place)
            coming = journal.audit_bytes(tail.lines)
            self._audit.level(safe, coming, self._picture.audit_since_snapshot)
            self._lock.put(SAFE, safe._replace(logged=safe.log))

    def tidy(self) -> None:
        """Remove what a crash has left of files that were being replaced: it may hold secrets."""
        if self._folder.is_untidy(snapshot.NAME, journal.NAME):
            with self.locked(), self._hold():
                self._folder.tidy(snapshot.NAME, journal.NAME)

    def fold(self) -> None:
        """Write a new snapshot and begin a new journal.

        A crash between any two steps leaves a snapshot and a journal that belong together: lines that the snapshot holds already are
        passed over by their number.

        Raises:
            Unavailable: The disk refuses; the old files are intact.
            Busy: Somebody else holds a lock for too long.
        """
        with self.locked(), self._hold():
            self._fold()

    def fold_when_due(self) -> None:
        """Fold when the journal has outgrown the snapshot, unless somebody else is at it.

        Nobody is told when the disk refuses: the commits stand, and folding waits until the journal has grown as much again.
        """
        position = self._picture.position
        if position is None or position.end <= max(
            FOLD_FROM, self._picture.snapshot_size, self._fold_above
        ):
            return
        if not self._try_lock():
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
            self._unlock()

    def close(self) -> None:
        """Let go of the journal."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = self._generation = -1

    def _wait_for_others(self, mark: Mark) -> bool:
        """Wait until the sync lock is there, or somebody else has made the commit safe; tell whether it is still to be done."""
        wait = self._patience.begin(monotonic() + self._seconds)
        while wait.again():
            safe = self._lock.look(SAFE)
            if safe is not None and self._is_safe(safe, mark):
                wait.end()
                return False
            if self._try_lock():
                wait.end()
                return True
        # Whoever has the sync lock is stopped. The commit can be made safe without it; the rest is done after that.
        self._sync_alone()
        return False

    def _is_safe(self, safe: Mark, mark: Mark) -> bool:
        """Tell whether a commit is safe already.

        Raises:
            Unavailable: It was taken back, because the disk refused.
        """
        if safe.epoch == mark.epoch:
            return safe.seq >= mark.seq
        if safe.epoch == mark.epoch + 1 and mark.seq <= safe.kept:
            return True
        raise Unavailable(
            f"The disk of {self._folder.shown} did not take the change, so nothing was changed. Have it looked at and try again."
        )

    def _sync_for_all(self, safe: Mark, mark: Mark, records: bytes | None) -> None:
        written = self._lock.mark(WRITTEN)
        if written is None or written.epoch != mark.epoch or written.seq < mark.seq:
            written = mark
        alone = safe.seq + 1 == mark.seq == written.seq
        self._sync(safe, written, records if alone else None)

    def _sync(self, safe: Mark, written: Mark, coming: bytes | None) -> None:
        """Make everything between two marks safe, or take it back."""
        try:
            if self._broken:
                raise Unavailable(
                    f"An earlier write to {self._folder.shown} failed half-way. Have the disk looked at and start pomfa-tui again."
                )
            fd = self._journal(safe.generation)
            if coming is None:
                coming = self._audit_between(fd, safe, written)
            there = self._audit.level(safe, coming, self._picture.audit_since_snapshot)
            os.fdatasync(fd)
        except OSError as error:
            self._take_back(safe)
            raise unavailable(error, self._folder.path) from error
        except Refusal:
            self._take_back(safe)
            raise
        log = safe.log + len(coming)
        logged = self._audit.append(coming[there:], safe.log + there) if coming else safe.log
        self._lock.put(SAFE, written._replace(log=log, logged=logged, kept=safe.kept))

    def _audit_between(self, fd: int, safe: Mark, written: Mark) -> bytes:
        """Return what the commits between two marks add to the audit log."""
        with self._folder.sentences():
            data = read_at(fd, safe.end, written.end - safe.end)
        place = self._picture.journal_place
        tail = journal.read(data, safe.position, place)
        if tail.position.seq < written.seq:
            raise journal.damaged(place, tail.position.next_line)
        return journal.audit_bytes(tail.lines)

    def _take_back(self, safe: Mark) -> None:
        """Undo everything that is not safe, whoever wrote it; they find out by the epoch."""
        mark = safe._replace(epoch=safe.epoch + 1, kept=safe.seq)
        try:
            with self._hold():
                self._writer.cut(safe.position)
                with self._writer.looking:
                    self._picture.forget()
                self._put(mark)
        except (OSError, Refusal):
            # Whether it stays is up to the disk now. This process must not go on as if it knew.
            self._broken = True

    def _fold(self) -> None:
        picture = self._picture
        safe, written = self._lock.mark(SAFE), self._lock.mark(WRITTEN)
        if picture.position is None or safe is None or written is None:
            return
        if written.seq > safe.seq:
            self._sync(safe, written, None)
            safe = self._lock.mark(SAFE) or safe
        self._audit.level(safe, b"", picture.audit_since_snapshot)
        with self._folder.sentences():
            if self._audit.sync() != picture.audit_size:
                return
        facts = Facts(
            format=FORMAT,
            generation=max(picture.facts.generation, picture.position.generation) + 1,
            seq=picture.seq,
            audit=picture.audit,
            audit_size=picture.audit_size,
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
        self._put(self._writer.mark_at(position, safe)._replace(logged=picture.audit_size))

    def _put(self, mark: Mark) -> None:
        """Write both marks, for the holder of both locks."""
        self._lock.put(WRITTEN, mark)
        self._lock.put(SAFE, mark)

    def _journal(self, generation: int) -> int:
        """Return the open journal of a generation; nobody can fold meanwhile."""
        if self._fd < 0 or self._generation != generation:
            self.close()
            self._fd = self._folder.open(journal.NAME)
            self._generation = generation
        if self._fd < 0:
            raise unavailable(FileNotFoundError(errno.ENOENT, journal.NAME), self._folder.path)
        return self._fd

    def _sync_alone(self) -> None:
        fd = self._folder.open(journal.NAME)
        if fd < 0:
            raise unavailable(FileNotFoundError(errno.ENOENT, journal.NAME), self._folder.path)
        try:
            with self._folder.sentences():
                os.fdatasync(fd)
        finally:
            os.close(fd)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the sync lock.

        Raises:
            Busy: Somebody else holds it for too long.
        """
        wait = self._patience.begin(monotonic() + self._seconds)
        while not self._try_lock():
            if not wait.again():
                raise Busy
        try:
            yield
        finally:
            self._unlock()

    def _try_lock(self) -> bool:
        if not self.gate.acquire(blocking=False):
            return False
        try:
            if self._lock.try_sync():
                return True
        except BaseException:
            self.gate.release()
            raise
        self.gate.release()
        return False

    def _unlock(self) -> None:
        self._lock.give_sync()
        self.gate.release()
