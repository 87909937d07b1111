"""Keeps `audit.jsonl` level with the store: exactly what was committed, exactly once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.safefiles import create_private, write_all
from pomfa_tui.store.audit_log import LARGEST_RECORD, NAME
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, looks_of, read_at, unavailable
from pomfa_tui.store.tinydb.marks import Mark
from pomfa_tui.store.tinydb.picture import Picture

_PORTION = 1 << 20


class AuditFile:
    """The log's file.

    Args:
        folder: Where it is.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.place = folder.place(NAME)
        self._fd = -1
        self._seen = NOTHING

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
            raise self.too_short()
        try:
            if size < safe.log:
                start, data = known()
                # What is known may go beyond what is safe.
                self._add_missing(size, start, data[: safe.log - start])
                return 0
            if size > safe.log:
                there = read_at(self._fd, safe.log, size - safe.log)
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
        if size < start:
            raise self.too_short()
        try:
            there = read_at(self._fd, start, len(data))
            if not data.startswith(there):
                os.ftruncate(self._fd, start)
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
            return os.fstat(self._fd).st_size
        return before + len(data)

    def sync(self) -> int:
        """Wait until the log is on the disk; return its size."""
        os.fsync(self._fd)
        return os.fstat(self._fd).st_size

    def size(self) -> int:
        """Return the log's size; 0 when there is none."""
        return self._folder.find(NAME).st_size

    def lines(
        self, upto: int | None = None, more: bytes = b"", *, start: int = 0
    ) -> Iterator[bytes]:
        """Yield the log's lines without newline.

        Args:
            upto: Where in the file to stop reading; at its end by default. It may end earlier.
            more: What to read after the file's own bytes.
            start: Where in the file to begin.

        A line that is longer than any record comes cut short, and nothing after it.
        """
        fd = self._folder.open(NAME)
        rest = b""
        try:
            for portion in self._portions(fd, start, upto, more):
                *whole, rest = (rest + portion).split(b"\n")
                yield from whole
                if len(rest) > LARGEST_RECORD:
                    break
        finally:
            if fd >= 0:
                os.close(fd)
        if rest:
            yield rest

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd, self._seen = -1, NOTHING

    def _portions(self, fd: int, start: int, upto: int | None, more: bytes) -> Iterator[bytes]:
        while fd >= 0 and (upto is None or start < upto):
            size = _PORTION if upto is None else min(_PORTION, upto - start)
            with self._folder.sentences():
                data = read_at(fd, start, size)
            if not data:
                break
            start += len(data)
            yield data
        if more:
            yield more

    def _open(self, wanted: int) -> int:
        """Open the file, or look whether it is still the one that is open; return its size."""
        found = self._folder.find(NAME)
        if found is NOTHING:
            if wanted:
                raise self.too_short()
            self.create()
        if self._fd < 0 or looks_of(found) != looks_of(self._seen):
            self.close()
            self._fd = self._folder.open(NAME, os.O_RDWR | os.O_APPEND)
            if self._fd < 0:
                raise self.too_short()
            self._seen = found = os.fstat(self._fd)
        return found.st_size

    def _add_missing(self, size: int, start: int, data: bytes) -> None:
        """Complete the log after a crash; what stands there already must be the beginning of what is missing."""
        if size < start or read_at(self._fd, start, size - start) != data[: size - start]:
            raise IntegrityFailure(
                f"{self.place} does not end as it was written. Run `pomfa-tui audit verify`, and ask the helpdesk."
            )
        write_all(self._fd, data[size - start :])

    def too_short(self) -> IntegrityFailure:
        """Say that records are missing which had been written."""
        return IntegrityFailure(
            f"{self.place} is missing or its end was cut off. Nothing can be changed until it is put back: "
            "run `pomfa-tui audit verify`, and ask the helpdesk."
        )

    def _too_long(self) -> IntegrityFailure:
        return IntegrityFailure(
            f"{self.place} has records that the store does not know: an older copy of the store was put back, or somebody else "
            "wrote there. Run `pomfa-tui audit verify`, and ask the helpdesk."
        )


def committed_lines(audit: AuditFile, picture: Picture, start: int = 0) -> Iterator[bytes]:
    """Return the lines of everything that a picture knows to be committed, whether or not the log has them yet.

    Args:
        audit: The log's file.
        picture: What is committed.
        start: Where in the file to begin; no further than it reaches.

    Raises:
        IntegrityFailure: The log was cut.
    """
    wanted = picture.audit_size
    size = min(audit.size(), wanted)
    if size == wanted:
        return audit.lines(wanted, start=start)
    # A crash came between the journal and the log; the journal has the rest.
    begin, known = picture.audit_since_snapshot()
    if size < begin:
        raise audit.too_short()
    return audit.lines(size, known[size - begin :], start=start)
