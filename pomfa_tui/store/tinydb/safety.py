"""What is done under the sync lock: making written commits safe, for everybody at once.

One process waits for the disk while others go on writing; the next one that syncs does it for all of them. Only then does a commit count:
its records enter the audit log, readers see it, and whoever made it is told.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic

from pomfa_tui.domain.errors import Busy, Refusal, Unavailable
from pomfa_tui.safefiles import sync_folder
from pomfa_tui.store.tinydb import journal
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.folder import Folder, read_at, unavailable
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.marks import SAFE, WRITTEN, Mark
from pomfa_tui.store.tinydb.patience import Patience
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.refusals import damaged, older
from pomfa_tui.store.tinydb.writer import Writer


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
        if self._has_turn() or self._wait_for_others(mark):
            self._take_turn(mark, records)
        self._picture.keep(mark.seq)

    def _take_turn(self, mark: Mark, records: bytes | None) -> None:
        """Do it for everybody; the caller has taken the sync lock, which is given back."""
        try:
            safe = self._lock.mark(SAFE)
            if safe is None:
                # Somebody removed the lock file; whoever comes next recovers.
                self._sync_alone()
            elif not self._is_safe(safe, mark):
                self._sync_for_all(safe, mark, records)
        finally:
            self.unlock()

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
            if self._has_turn():
                wait.end()
                return True
        # Whoever has the sync lock is stopped. The commit can be made safe without it; the rest is done after that.
        self._sync_alone()
        return False

    def _has_turn(self) -> bool:
        """Take the sync lock, or tell that it cannot be had: what is written already must not hang on that."""
        try:
            return self.try_lock()
        except Unavailable:
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
        """Make safe what has been written by anybody."""
        written = self._lock.mark(WRITTEN)
        if written is None or written.epoch != mark.epoch or written.seq < mark.seq:
            written = mark
        alone = safe.seq + 1 == mark.seq == written.seq
        self.sync(safe, written, records if alone else None)

    def sync(
        self, safe: Mark, written: Mark, coming: bytes | None, *, holds_lock: bool = False
    ) -> None:
        """Make everything between two marks safe, or take it back; the caller holds the sync lock.

        Args:
            safe: How far it is safe.
            written: How far it shall be.
            coming: What that adds to the audit log, where it is known.
            holds_lock: Whether the caller holds the lock too.

        Raises:
            Unavailable: The disk or the audit log refuses; it was taken back.
            IntegrityFailure: The audit log is not what it was; it was taken back.
        """
        before = safe
        if safe.generation != written.generation:
            safe = self.over_a_fold(safe)
        try:
            if self._broken:
                raise Unavailable(
                    f"An earlier write to {self._folder.shown} failed half-way. Have the disk looked at and start pomfa-tui again."
                )
            if safe is not before:
                # Nor may the journal's name have been on the disk.
                sync_folder(self._folder.path, dir_fd=self._folder.fd)
            fd = self.journal(safe.generation)
            if coming is None:
                coming = self._audit_between(fd, safe, written)
            there = self._audit.level(safe, coming, self.known_records)
            os.fdatasync(fd)
        except OSError as error:
            self._take_back(safe, holds_lock=holds_lock)
            raise unavailable(error, self._folder.path) from error
        except Refusal:
            self._take_back(safe, holds_lock=holds_lock)
            raise
        log = safe.log + len(coming)
        logged = self._audit.append(coming[there:], safe.log + there) if coming else safe.log
        self._lock.put(SAFE, written._replace(log=log, logged=logged, kept=safe.kept))

    def _audit_between(self, fd: int, safe: Mark, written: Mark) -> bytes:
        """Return what the commits between two marks add to the audit log."""
        with self._folder.sentences():
            data = read_at(fd, safe.end, max(written.end - safe.end, 0))
        place = self._picture.journal_place
        lines = journal.read_whole(data, safe.position, written.position, place)
        if lines is None:
            raise damaged(place, journal.read(data, safe.position, place).position.next_line)
        return journal.audit_bytes(lines)

    def _take_back(self, safe: Mark, *, holds_lock: bool) -> None:
        """Undo everything that is not safe, whoever wrote it; they find out by the epoch."""
        if safe.seq < self._picture.safest:
            # An old lock file was put back, or the mark is late: beyond it is what was acknowledged.
            self._broken = True
            return
        mark = safe._replace(epoch=safe.epoch + 1, kept=safe.seq)
        try:
            with nullcontext() if holds_lock else self._hold():
                # The marks first: a journal that ends before its mark would pass for damaged for ever.
                for which in (WRITTEN, SAFE):
                    self._lock.put(which, mark, back=True)
                self._writer.cut(safe.position)
                with self._writer.looking:
                    self._picture.forget()
        except (OSError, Refusal):
            # Whether it stays is up to the disk now. This process must not go on as if it knew.
            self._broken = True

    def known_records(self) -> tuple[int, bytes]:
        """Return where in the audit log the journal's records begin, and those records."""
        with self._writer.looking:
            return self._picture.audit_since_snapshot()

    def put(self, mark: Mark) -> None:
        """Write both marks, for the holder of both locks."""
        self._lock.put(WRITTEN, mark)
        self._lock.put(SAFE, mark)

    def over_a_fold(self, safe: Mark) -> Mark:
        """Return where in the journal that has the name now everything is safe; the caller holds the sync lock.

        Whoever folded it may have died before moving the marks, or an older lock file was put back.

        Raises:
            IntegrityFailure: It is not the journal that continues from there.
            Unavailable: It cannot be read.
        """
        place = self._picture.journal_place
        self.close()
        fd = self.journal(safe.generation)
        with self._folder.sentences():
            start = journal.start(read_at(fd, 0, journal.HEADER_LONGEST), place)
        if start.generation == safe.generation:
            return safe
        facts = self._picture.facts
        if start.seq == safe.seq:
            log = safe.log
        elif safe.seq < start.seq == facts.seq:
            # A late mark: nothing is folded that is not safe.
            log = facts.audit_size
        else:
            raise older(self._folder.shown, journal.NAME)
        self._generation = start.generation
        return safe._replace(**start._asdict(), log=log)

    def journal(self, generation: int) -> int:
        """Return the open journal of a generation, for the holder of the sync lock: nobody can fold meanwhile.

        Raises:
            Unavailable: It is not there any more.
        """
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
        while not self.try_lock():
            if not wait.again():
                raise Busy
        try:
            yield
        finally:
            self.unlock()

    def try_lock(self) -> bool:
        """Take the sync lock, or tell that somebody else has it."""
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

    def unlock(self) -> None:
        """Let the next one sync."""
        self._lock.give_sync()
        self.gate.release()
