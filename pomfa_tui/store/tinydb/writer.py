"""What is done under the lock: reading to the end, writing a commit's line, creating the files.

A line that has been written is not safe yet: see `safety`.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from pomfa_tui.domain.audit import AuditEvent, Head
from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.domain.ports import HeadSeal
from pomfa_tui.store.audit_log import chained, head_bytes
from pomfa_tui.store.checkpoint import Cut
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.bookkeeper import Bookkeeper
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, looks_of, unavailable, write_at
from pomfa_tui.store.tinydb.journal import Line, Position
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.marks import SAFE, WRITTEN, Mark, this_boot
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.refusals import damaged
from pomfa_tui.store.tinydb.rows import Rows
from pomfa_tui.store.tinydb.snapshot import Facts, SealedHead


class Written(NamedTuple):
    """A commit that has been written.

    Attributes:
        mark: How far the store is written with it.
        records: What it adds to the audit log.
    """

    mark: Mark
    records: bytes


class Writer:
    """Writes commits; every method wants the lock to be held by the caller.

    Args:
        folder: Where the files are.
        lock: Holds the marks.
        picture: What this process knows.
        audit: The audit log's file.
        head_seal: Seals the head of the audit chain.
        looking: Held while the picture changes, so that no thread sees it half-way.
        bookkeeper: Is told beforehand what is about to change.
    """

    def __init__(
        self,
        folder: Folder,
        *,
        lock: LockFile,
        picture: Picture,
        audit: AuditFile,
        head_seal: HeadSeal,
        looking: threading.RLock,
        bookkeeper: Bookkeeper,
    ) -> None:
        self.boot = this_boot()
        self.looking = looking
        self._folder = folder
        self._lock = lock
        self._picture = picture
        self._audit = audit
        self._seal = head_seal
        self._bookkeeper = bookkeeper
        self._fd = -1
        self._wanted = NOTHING
        self._own_head: SealedHead | None = None

    def knows(self, mark: Mark | None) -> bool:
        """Tell whether a mark says all that was acknowledged: only within the boot in which it was written."""
        return mark is not None and mark.boot == self.boot

    def settle(self) -> bool:
        """Read to the end of what has been written, and cut off what somebody left half written.

        Returns:
            Whether the mark could be believed; if not, nothing was done and the store must be recovered first.

        Raises:
            IntegrityFailure: Something is damaged, missing or foreign.
            Unavailable: Something cannot be read or written.
        """
        mark = self._lock.mark(WRITTEN)
        if not self.knows(mark):
            if self._folder.find(journal.NAME) is not NOTHING:
                return False
            mark = None
        with self.looking:
            tail = self._picture.follow(mark, to_the_end=True)
        position = self._picture.position
        if tail is None or position is None or mark is None:
            return True
        if tail.damaged:
            raise damaged(self._picture.journal_place, position.next_line)
        if tail.torn:
            with self._folder.sentences():
                self.cut(position)
        if position.seq > mark.seq:
            # Written whole by somebody who died before marking it.
            self._lock.put(WRITTEN, self.mark_at(position, mark))
        return True

    def commit(
        self, changed: Mapping[str, Rows[Any]], events: Sequence[AuditEvent], cut: Cut | None = None
    ) -> Written | None:
        """Write one line; none when there is nothing to write.

        Args:
            changed: Layers over the picture's tables, by name.
            events: What goes into the audit log.
            cut: What is dropped from the audit log's head, where that changes.

        Raises:
            Unavailable: It cannot be written; nothing was changed.
            IntegrityFailure: The head of the audit chain is not sealed with this key.
            ValueError: Something cannot be encoded; nothing was changed.
        """
        changes = {name: written for name, rows in changed.items() if (written := rows.changed())}
        if not changes and not events and cut is None:
            return None
        picture = self._picture
        position = picture.position
        if position is None:
            position = self._create()
        records, head = self._next_head(events)
        added = b"".join([record + b"\n" for record in records])
        line = Line(
            seq=position.seq + 1,
            changes=tuple(
                [
                    journal.change(name, number, document)
                    for name, written in changes.items()
                    for number, document in written
                ]
            ),
            audit=tuple(map(msgspec.Raw, records)),
            log=picture.audit_size + len(added) if added else 0,
            head=head,
            cut=cut,
        )
        data, after = journal.extend(line, position)
        self._bookkeeper.note(changes, position.seq)
        self._write(data, position)
        with self.looking:
            picture.apply(changes)
            picture.position = after
            picture.audit_size += len(added)
            picture.audit = self._own_head = head or picture.audit
            picture.cut = cut or picture.cut
        mark = self.mark_at(after)
        self._lock.put(WRITTEN, mark)
        return Written(mark, added)

    def mark_at(self, position: Position, before: Mark | None = None) -> Mark:
        """Return the mark for a position, in the epoch of the picture."""
        return Mark(
            *position,
            log=self._picture.audit_size,
            logged=0 if before is None else before.logged,
            epoch=self._picture.epoch,
            kept=0 if before is None else before.kept,
            boot=self.boot,
        )

    def journal(self) -> int:
        """Return the journal opened for writing: the very file that the picture was read from.

        Raises:
            Unavailable: It is not there any more.
            UnsafeEnvironment: It is not ours alone.
        """
        wanted = self._picture.seen
        if self._fd < 0 or self._wanted is not wanted:
            self.close()
            self._fd = self._folder.open(journal.NAME, os.O_WRONLY)
            seen = NOTHING if self._fd < 0 else os.fstat(self._fd)
            if looks_of(seen) != looks_of(wanted):
                raise unavailable(FileNotFoundError(errno.ENOENT, journal.NAME), self._folder.path)
            self._wanted = wanted
        return self._fd

    def cut(self, position: Position) -> None:
        """Shorten the journal to a position.

        Raises:
            OSError: The disk refuses.
        """
        os.ftruncate(self.journal(), position.end)
        self._picture.journal_size = position.end

    def is_sealed(self, sealed: SealedHead) -> bool:
        """Tell whether a head was sealed with this key."""
        return self._seal.check(head_bytes(sealed.head), sealed.seal)

    def close(self) -> None:
        """Let go of the journal."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._wanted = -1, NOTHING

    def _create(self) -> Position:
        """Begin the files of an empty store; a crash half-way leaves it empty."""
        if self._folder.find(journal.NAME) is not NOTHING:
            # Never begin anew over a store, whatever this process thinks.
            raise Unavailable(f"The store in {self._folder.shown} has just changed. Try again.")
        self._audit.create()
        head = SealedHead(head=Head(), seal=self._seal.seal(head_bytes(Head())))
        facts = Facts(format=FORMAT, generation=1, seq=0, audit=head, audit_size=0)
        data = snapshot.encode(facts, self._picture.tables)
        first, position = journal.new(facts.generation, facts.seq)
        with self._folder.sentences():
            self._folder.replace(snapshot.NAME, data)
            self._folder.replace(journal.NAME, first)
        with self.looking:
            self._picture.go_on(facts, len(data), position)
        for which in (WRITTEN, SAFE):
            self._lock.put(which, self.mark_at(position))
        return position

    def _next_head(self, events: Sequence[AuditEvent]) -> tuple[list[bytes], SealedHead | None]:
        if not events:
            return [], None
        before = self._picture.audit
        if before is not None and before is not self._own_head and not self.is_sealed(before):
            # Never seal over a head that somebody else made up.
            raise IntegrityFailure(
                f"The audit log's head in {self._folder.shown} is not sealed with this key: the key file belongs to another "
                "store, or the store was changed by another program. Put the right key file in place, or ask the helpdesk."
            )
        records, head = chained(self._picture.head, events)
        return records, SealedHead(head=head, seal=self._seal.seal(head_bytes(head)))

    def _write(self, data: bytes, position: Position) -> None:
        """Write a line into the padding, or take it back."""
        fd, end = self.journal(), position.end + len(data)
        grows = end > self._picture.journal_size
        try:
            write_at(fd, journal.padded(data, end) if grows else data, position.end)
        except BaseException as error:
            # Where even that fails, whoever comes next cuts off what was never marked.
            with suppress(OSError):
                self.cut(position)
            if isinstance(error, OSError):
                raise unavailable(error, self._folder.path) from error
            raise
        if grows:
            self._picture.journal_size = end - end % -journal.PORTION
