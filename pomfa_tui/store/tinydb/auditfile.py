"""Keeps `audit.jsonl` level with the store: exactly what was committed, exactly once."""

from __future__ import annotations

import os
from collections.abc import Callable

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.safefiles import create_private, write_all
from pomfa_tui.store.audit_log import NAME
from pomfa_tui.store.checkpoint import SealedCheckpoint, Start
from pomfa_tui.store.tinydb.auditreader import LogReader, read_start
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, looks_of, read_at, unavailable
from pomfa_tui.store.tinydb.marks import Mark
from pomfa_tui.store.tinydb.refusals import cut_short


class AuditFile:
    """The log's file; sizes and places in it count as if nothing had ever been dropped.

    Args:
        folder: Where it is.

    Attributes:
        check: Told which checkpoint the file begins with, none where it has none; raises where another one belongs there.
    """

    check: Callable[[SealedCheckpoint | None], None]

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.place = folder.place(NAME)
        self._fd = -1
        self._seen = NOTHING
        self._start = Start()

    def create(self) -> None:
        """Make an empty log for a new store.

        Raises:
            IntegrityFailure: There is one already that has records.
        """
        found = self._folder.find(NAME)
        if found.st_size:
            raise self._too_long()
        if found is NOTHING:
            with self._folder.sentences():
                create_private(self._folder.path / NAME, b"", dir_fd=self._folder.fd)

    def level(self, safe: Mark, coming: bytes, known: Callable[[], tuple[int, bytes]]) -> int:
        """Make sure that the log holds what is safe and takes more; the caller holds the sync lock.

        Args:
            safe: How much it must have, and how much it was seen to have.
            coming: What is to be added next.
            known: Returns the log's bytes from some place on, and that place; called only when something is missing.

        Returns:
            How much of what is coming is there already: all that somebody wrote who then died.

        Raises:
            IntegrityFailure: Records are missing that had been written, or there are some that were never committed.
            Unavailable: It cannot be written.
        """
        size = self._open(safe.log)
        if size < safe.logged:
            raise cut_short(self.place)
        try:
            if size < safe.log:
                start, data = known()
                # What is known may go beyond what is safe.
                self._add_missing(size, start, data[: safe.log - start])
                return 0
            if size > safe.log:
                there = self._read(safe.log, size - safe.log)
                if not coming.startswith(there):
                    raise self._too_long()
                return len(there)
            # Writes nothing, yet tells whether the file takes writes at all.
            os.write(self._fd, b"")
        except OSError as error:
            raise unavailable(error, self._folder.path) from error
        return 0

    def mend(self, start: int, data: bytes) -> None:
        """After a crash of the host, write again what may never have reached the disk.

        Args:
            start: Up to here the log was on the disk before.
            data: What must follow.

        Raises:
            IntegrityFailure: Even less is there.
            Unavailable: It cannot be written.
        """
        size = self._open(start)
        start, data = self._kept(start, data)
        if size < start:
            raise cut_short(self.place)
        try:
            there = self._read(start, len(data))
            if not data.startswith(there):
                os.ftruncate(self._fd, start - self._start.shift)
                there = b""
            write_all(self._fd, data[len(there) :])
        except OSError as error:
            raise unavailable(error, self._folder.path) from error

    def append(self, data: bytes, before: int) -> int:
        """Add committed records, as far as the disk takes them.

        Args:
            data: Whole lines.
            before: Bytes the log has.

        Returns:
            Bytes the log has now.
        """
        try:
            done = os.write(self._fd, data)
            if done < len(data):
                write_all(self._fd, data[done:])
        except OSError:
            # The journal has what is missing; nobody commits anything more before it has been added here.
            return os.fstat(self._fd).st_size + self._start.shift
        return before + len(data)

    def sync(self) -> int:
        """Wait until the log is on the disk; return its size."""
        os.fsync(self._fd)
        return os.fstat(self._fd).st_size + self._start.shift

    def size(self) -> int:
        """Return the log's size; 0 when there is none."""
        with self.reader() as log:
            return log.size()

    def reader(self) -> LogReader:
        """Return what reads the file as it is now."""
        return LogReader(self._folder)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd, self._seen = -1, NOTHING

    def _open(self, wanted: int) -> int:
        """Open the file, or look whether it is still the one that is open; return its size."""
        found = self._folder.find(NAME)
        if found is NOTHING:
            if wanted:
                raise cut_short(self.place)
            self.create()
        if self._fd < 0 or looks_of(found) != looks_of(self._seen):
            self.close()
            self._fd = self._folder.open(NAME, os.O_RDWR | os.O_APPEND)
            if self._fd < 0:
                raise cut_short(self.place)
            self._start = read_start(self._folder, self._fd)
            self.check(self._start.sealed)
            self._seen = found = os.fstat(self._fd)
        return found.st_size + self._start.shift

    def _read(self, start: int, size: int) -> bytes:
        return read_at(self._fd, start - self._start.shift, size)

    def _kept(self, start: int, data: bytes) -> tuple[int, bytes]:
        """Leave out of what follows a place whatever was dropped."""
        gone = max(self._start.base - start, 0)
        return start + gone, data[gone:]

    def _add_missing(self, size: int, start: int, data: bytes) -> None:
        """Complete the log after a crash; what stands there already must be the beginning of what is missing."""
        start, data = self._kept(start, data)
        if size < start or self._read(start, size - start) != data[: size - start]:
            raise IntegrityFailure(
                f"{self.place} does not end as it was written. Run `pomfa-tui audit verify`, and ask the helpdesk."
            )
        write_all(self._fd, data[size - start :])

    def _too_long(self) -> IntegrityFailure:
        return IntegrityFailure(
            f"{self.place} has records that the store does not know: an older copy of the store was put back, or somebody else "
            "wrote there. Run `pomfa-tui audit verify`, and ask the helpdesk."
        )
