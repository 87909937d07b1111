"""Everything that is done under the lock: settling what a crash left, committing, folding."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pomfa_tui.domain.audit import AuditEvent, Head
from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.domain.ports import HeadSeal
from pomfa_tui.store.audit_log import chained, head_bytes
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, looks_of, unavailable, write_at
from pomfa_tui.store.tinydb.journal import Line, Position
from pomfa_tui.store.tinydb.lock import Mark, StoreLock, this_boot
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.rows import Rows
from pomfa_tui.store.tinydb.snapshot import Facts, SealedHead

FOLD_FROM = 1 << 18
"""Bytes of journal below which folding is not worth its syncs."""


class Writer:
    """Changes the store; every method wants the lock to be held by the caller.

    Args:
        folder: Where the files are.
        lock: Holds the mark.
        picture: What this process knows.
        head_seal: Seals the head of the audit chain.
        looking: Held while the picture changes, so that no thread sees it half-way.
    """

    def __init__(
        self,
        folder: Folder,
        lock: StoreLock,
        picture: Picture,
        head_seal: HeadSeal,
        looking: threading.RLock,
    ) -> None:
        self.audit = AuditFile(folder)
        self._folder = folder
        self._lock = lock
        self._picture = picture
        self._seal = head_seal
        self._looking = looking
        self._boot = this_boot()
        self._fd = -1
        self._seen = NOTHING
        self._own_head: SealedHead | None = None
        self._fold_above = 0
        self._broken = False

    def knows(self, mark: Mark | None) -> bool:
        """Tell whether a mark says all that was acknowledged: only within the boot in which it was written."""
        return mark is not None and mark.boot == self._boot

    def settle(self, mark: Mark | None) -> None:
        """Read to the end, cut off what a crash left half written, and make the rest safe.

        Args:
            mark: As it stands.

        Raises:
            IntegrityFailure: Something is damaged, missing or foreign.
            Unavailable: Something cannot be read or written.
        """
        if self._broken:
            raise Unavailable(
                f"An earlier write to {self._folder.shown} failed half-way. Have the disk looked at and start pomfa-tui again."
            )
        with self._looking:
            tail = self._picture.follow(mark, to_the_end=True, all_of_it=not self.knows(mark))
        position = self._picture.position
        if tail is None or position is None:
            return
        if tail.damaged:
            raise journal.damaged(self._picture.journal_place, position.next_line)
        if tail.torn:
            self._cut(position)
        if (
            mark is None
            or not self.knows(mark)
            or (mark.seq, mark.end) != (position.seq, position.end)
        ):
            self._make_safe()
            self._write_mark(position, self._claimed(mark))

    def level_audit(self, mark: Mark | None) -> None:
        """Make sure that the audit log has every committed record and takes more.

        Args:
            mark: As it stood before `settle`.

        Raises:
            IntegrityFailure: It was cut, or has records that were never committed.
            Unavailable: It cannot be written.
        """
        picture = self._picture
        if picture.position is None:
            return
        claimed = self._claimed(mark)
        self.audit.level(picture.audit_size, claimed, picture.audit_since_snapshot)
        if claimed != picture.audit_size:
            self._write_mark(picture.position, picture.audit_size)

    def _claimed(self, mark: Mark | None) -> int:
        """Return how many bytes the audit log has had for certain."""
        least = self._picture.facts.audit_size
        return max(least, mark.audit_size) if mark is not None and self.knows(mark) else least

    def commit(self, changed: Mapping[str, Rows[Any]], events: Sequence[AuditEvent]) -> None:
        """Write one line, and with it everything or nothing.

        Args:
            changed: Layers over the picture's tables, by name.
            events: What goes into the audit log.

        Raises:
            Unavailable: It cannot be written; nothing was changed.
            IntegrityFailure: The head of the audit chain is not sealed with this key.
            ValueError: Something cannot be encoded; nothing was changed.
        """
        changes = {name: rows.changed() for name, rows in changed.items() if rows.changed()}
        if not changes and not events:
            return
        picture = self._picture
        position = self._create() if picture.position is None else picture.position
        records, head = self._next_head(events)
        line = Line(
            seq=position.seq + 1,
            changes=tuple(
                journal.change(name, number, document)
                for name, written in changes.items()
                for number, document in written
            ),
            audit=tuple(map(msgspec.Raw, records)),
            head=head,
        )
        data, after = journal.extend(line, position)
        self._append(data, position)
        # Committed. From here on nothing may fail: what is left undone is done by whoever comes next.
        self._own_head = head or self._own_head
        audit_size = picture.audit_size
        written = b"".join([record + b"\n" for record in records])
        if written:
            audit_size = self.audit.append(written, audit_size)
        with self._looking:
            self._write_mark(after, audit_size)
            picture.apply(changes, after)
            picture.audit_size += len(written)
            picture.audit = head or picture.audit
        if after.end > max(FOLD_FROM, picture.snapshot_size, self._fold_above):
            self._fold_or_put_off()

    def fold(self) -> None:
        """Write a new snapshot and begin a new journal.

        A crash between any two steps leaves a snapshot and a journal that belong together: lines that the snapshot holds already are
        passed over by their number.

        Raises:
            OSError: The disk refuses; the old files are intact.
        """
        picture = self._picture
        if picture.position is None or self.audit.sync() != picture.audit_size:
            return
        facts = Facts(
            format=FORMAT,
            generation=picture.facts.generation + 1,
            seq=picture.seq,
            audit=picture.audit,
            audit_size=picture.audit_size,
        )
        data = snapshot.encode(facts, picture.tables)
        self._folder.replace(snapshot.NAME, data)
        with self._looking:
            picture.go_on(facts, len(data), None)
        first, position = journal.new(facts.generation, facts.seq)
        self._folder.replace(journal.NAME, first)
        with self._looking:
            self._write_mark(position, picture.audit_size)
            picture.go_on(facts, len(data), position)

    def after_fork(self, looking: threading.RLock) -> None:
        """Go on in a child process with a lock of its own."""
        self._looking = looking

    def close(self) -> None:
        """Let go of the files."""
        self.audit.close()
        self._close_journal()

    def _create(self) -> Position:
        """Begin the files of an empty store; a crash half-way leaves it empty."""
        self.audit.create()
        head = SealedHead(head=Head(), seal=self._seal.seal(head_bytes(Head())))
        facts = Facts(format=FORMAT, generation=1, seq=0, audit=head, audit_size=0)
        data = snapshot.encode(facts, self._picture.tables)
        first, position = journal.new(facts.generation, facts.seq)
        with self._folder.sentences():
            self._folder.replace(snapshot.NAME, data)
            self._folder.replace(journal.NAME, first)
        with self._looking:
            self._write_mark(position, 0)
            self._picture.go_on(facts, len(data), position)
        self.audit.level(0, 0, self._picture.audit_since_snapshot)
        return position

    def _next_head(self, events: Sequence[AuditEvent]) -> tuple[list[bytes], SealedHead | None]:
        if not events:
            return [], None
        before = self._picture.audit
        if before is not None and before is not self._own_head:
            # Never seal over a head that somebody else made up.
            self._check_seal(before)
        records, head = chained(self._picture.head, events)
        return records, SealedHead(head=head, seal=self._seal.seal(head_bytes(head)))

    def is_sealed(self, sealed: SealedHead) -> bool:
        """Tell whether a head was sealed with this key."""
        return self._seal.check(head_bytes(sealed.head), sealed.seal)

    def _check_seal(self, sealed: SealedHead) -> None:
        if not self.is_sealed(sealed):
            raise IntegrityFailure(
                f"The audit log's head in {self._folder.shown} is not sealed with this key: the key file belongs to another "
                "store, or the store was changed by another program. Put the right key file in place, or ask the helpdesk."
            )

    def _append(self, data: bytes, position: Position) -> None:
        """Put a line on the disk, or take it back."""
        self._open()
        end = position.end + len(data)
        grows = end > self._picture.journal_size
        try:
            write_at(self._fd, journal.padded(data, end) if grows else data, position.end)
            if grows:
                os.fsync(self._fd)
            else:
                os.fdatasync(self._fd)
        except BaseException as error:
            self._take_back(position)
            if isinstance(error, OSError):
                raise unavailable(error, self._folder.path) from error
            raise
        if grows:
            self._picture.journal_size = os.fstat(self._fd).st_size

    def _take_back(self, position: Position) -> None:
        try:
            self._shorten(position)
        except OSError:
            # Whether the line stays is up to the disk now. This process must not go on as if it knew.
            self._broken = True

    def _cut(self, position: Position) -> None:
        self._open()
        with self._folder.sentences():
            self._shorten(position)

    def _shorten(self, position: Position) -> None:
        os.ftruncate(self._fd, position.end)
        self._picture.journal_size = position.end
        os.fsync(self._fd)

    def _make_safe(self) -> None:
        self._open()
        with self._folder.sentences():
            os.fsync(self._fd)
        self._folder.tidy(snapshot.NAME, journal.NAME)

    def _write_mark(self, position: Position, audit_size: int) -> None:
        mark = Mark(position.generation, position.seq, position.end, audit_size, self._boot)
        self._lock.write_mark(mark)

    def _fold_or_put_off(self) -> None:
        """Fold; when the disk refuses, the commit stands, and folding waits until the journal has grown as much again."""
        try:
            self.fold()
        except (OSError, Unavailable):
            self._fold_above = 2 * self._picture.journal_size
        else:
            self._fold_above = 0

    def _open(self) -> None:
        """Open the journal for writing: the very file that the picture was read from."""
        wanted = looks_of(self._picture.seen)
        if self._fd >= 0 and looks_of(self._seen) == wanted:
            return
        self._close_journal()
        self._fd = self._folder.open(journal.NAME, os.O_WRONLY)
        if self._fd >= 0:
            self._seen = os.fstat(self._fd)
        if looks_of(self._seen) != wanted:
            raise unavailable(FileNotFoundError(errno.ENOENT, journal.NAME), self._folder.path)

    def _close_journal(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._seen = -1, NOTHING
