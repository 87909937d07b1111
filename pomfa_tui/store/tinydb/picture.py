"""What one process knows of the store: the tables in memory, and how far the files have been read.

Reading costs what has changed: a look at the mark, a look at the journal's name, and the new lines. A folded journal is recognised by its
new file; the old one is read to its end, and then the new one goes on from there.
"""

from __future__ import annotations

import os
from contextlib import suppress

from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.content import Content
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, file_of, looks_of, read_at, unavailable
from pomfa_tui.store.tinydb.journal import Position, Tail
from pomfa_tui.store.tinydb.marks import Mark
from pomfa_tui.store.tinydb.refusals import damaged, missing, older
from pomfa_tui.store.tinydb.snapshot import Facts

_TRIES = 20
_NOTHING_MORE = frozenset({b"", journal.PADDING})
_NOTHING = Facts(format=FORMAT, generation=0, seq=0, audit=None, audit_size=0)


class Folded(Exception):  # noqa: N818 - never leaves this module
    """The journal was folded while it was read; look again."""


class Picture(Content):
    """The store in memory, and how far it has been read.

    Attributes:
        position: How far the journal has been read; none while the store is empty.
        facts: Of the snapshot it started from.
        seen: Which file is open as the journal.
        journal_size: Bytes of the journal's file when it was last looked at.
        snapshot_size: Bytes of the snapshot.
        epoch: How often commits had been taken back when this was read.
        safest: Number of the newest commit that was known to be safe: no state before it is ever gone back to.
    """

    def __init__(self, folder: Folder) -> None:
        super().__init__(folder.place(journal.NAME))
        self._folder = folder
        self._fd = -1
        self.seen = NOTHING
        self.facts = _NOTHING
        self.snapshot_size = self.journal_size = 0
        self.position: Position | None = None
        self.epoch = self.safest = 0

    @property
    def seq(self) -> int:
        """Number of the newest commit in the picture."""
        return self.facts.seq if self.position is None else max(self.position.seq, self.facts.seq)

    def follow(
        self, mark: Mark | None, *, to_the_end: bool = False, all_of_it: bool = False
    ) -> Tail | None:
        """Read what is new.

        Args:
            mark: How far the store has been made safe, where that is known.
            to_the_end: Read beyond the mark, which only the holder of the lock may do.
            all_of_it: Look through the padding too, into which a crash of the host may have written anywhere.

        Returns:
            What is beyond the last commit that was read; none on an empty store.

        Raises:
            IntegrityFailure: Something is damaged, missing or foreign.
            Unavailable: Something cannot be read.
        """
        if mark is not None and mark.epoch != self.epoch:
            self.forget()
            self.epoch = mark.epoch
        for _ in range(_TRIES):
            try:
                tail = self._follow(mark, to_the_end=to_the_end, all_of_it=all_of_it)
            except Folded:
                continue
            if self.seq < self.safest:
                raise older(self._folder.shown, journal.NAME)
            return tail
        if self._folder.find(snapshot.NAME) is NOTHING:
            raise missing(self._folder.place(snapshot.NAME))
        raise older(self._folder.shown, snapshot.NAME)

    def keep(self, seq: int) -> None:
        """Never again go back to before a commit that is known to be safe."""
        self.safest = max(self.safest, seq)

    def forget(self) -> None:
        """Read everything anew next time: something in here was taken back."""
        self.position, self.facts = None, _NOTHING

    def audit_since_snapshot(self) -> tuple[int, bytes]:
        """Return where in the audit log the journal's records begin, and those records."""
        if self.position is None:
            return 0, b""
        with self._folder.sentences():
            data = read_at(self._fd, 0, self.position.end)
        start = journal.start(data, self.journal_place)
        tail = journal.read(data[start.end :], start, self.journal_place)
        since = [line for line in tail.lines if line.seq > self.facts.seq]
        return self.facts.audit_size, journal.audit_bytes(since)

    def go_on(self, facts: Facts, size: int, position: Position | None) -> None:
        """Go on with a snapshot, and a journal where there is a position, that this process has just written."""
        self.facts, self.snapshot_size = facts, size
        self.audit, self.audit_size, self.cut = facts.audit, facts.audit_size, facts.cut
        if position is not None:
            with suppress(Folded):
                self._use(*self._opened())
            self.position, self.journal_size = position, self.seen.st_size

    def close(self) -> None:
        """Let go of the journal."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self.seen = -1, NOTHING

    def _follow(self, mark: Mark | None, *, to_the_end: bool, all_of_it: bool) -> Tail | None:
        found = self._folder.find(journal.NAME)
        if found is NOTHING:
            self._without_journal(mark)
            return None
        if self.position is None or looks_of(found) != looks_of(self.seen):
            self._switch()
            found = self.seen
        self.journal_size = found.st_size
        if not to_the_end and mark is not None and mark.seq <= self.seq:
            return None
        if mark is not None and not all_of_it and self._is_at(mark):
            return Tail([], mark.position, torn=False, damaged=False)
        # What the snapshot holds is safe, also where the mark was read before it.
        least = max(self.facts.seq, mark.seq if mark else 0)
        data = self._read(mark, to_the_end=to_the_end, all_of_it=all_of_it)
        tail = self._take(data, mark, None if to_the_end or mark is None else least)
        if tail.position.seq < least:
            raise damaged(self.journal_place, tail.position.next_line)
        return tail

    def _is_at(self, mark: Mark) -> bool:
        """Tell whether everything up to the mark is known and nothing comes after it."""
        position = self.position
        if position is None or position.end != mark.end or position.generation != mark.generation:
            return False
        known = journal.SUM_LENGTH
        try:
            data = os.pread(self._fd, known + 1, mark.end - known)
        except OSError as error:
            raise unavailable(error, self._folder.path) from error
        return data[known:] in _NOTHING_MORE and journal.ends_there(data[:known], position)

    def _read(self, mark: Mark | None, *, to_the_end: bool, all_of_it: bool) -> bytes:
        """Return the journal's bytes after the position: up to the mark where that will do."""
        if self.position is None:
            raise Folded
        end = self.position.end
        if self.journal_size < end or self.journal_size > snapshot.LARGEST:
            raise damaged(self.journal_place, self.position.next_line - 1)
        with self._folder.sentences():
            if to_the_end:
                self._require_end(self.position)
            if mark is not None and mark.generation == self.position.generation and not all_of_it:
                known = max(mark.end - end, 0)
                # One byte more tells whether anything comes after.
                data = read_at(self._fd, end, known + to_the_end)
                if data[known:] in _NOTHING_MORE:
                    return data[:known]
            return read_at(self._fd, end, self.journal_size - end)

    def _require_end(self, position: Position) -> None:
        """Refuse a file in which an older one was put, or another: what has been read must still be there."""
        if not self._is_end(self._fd, position):
            raise damaged(self.journal_place, position.next_line - 1)

    @staticmethod
    def _is_end(fd: int, position: Position) -> bool:
        data = os.pread(fd, journal.SUM_LENGTH, position.end - journal.SUM_LENGTH)
        return journal.ends_there(data, position)

    def _take(self, data: bytes, mark: Mark | None, limit: int | None) -> Tail:
        """Apply new lines."""
        position, place = self.position, self.journal_place
        if position is None:
            raise Folded
        tail = None
        if mark is not None and len(data) == mark.end - position.end:
            lines = journal.read_whole(data, position, mark.position, place)
            if lines is not None:
                tail = Tail(lines, mark.position, torn=False, damaged=False)
        if tail is None:
            tail = journal.read(data, position, place, limit)
        # The snapshot has the others already.
        first = max(self.facts.seq - position.seq, 0)
        self.take_in(tail.lines[first:], position.next_line + first)
        self.position = tail.position
        return tail

    def _switch(self) -> None:
        """Go over to the journal that has the name now."""
        if self.position is not None:
            # Whoever folded it had read it to its end.
            self.journal_size = os.fstat(self._fd).st_size
            self._take(self._read(None, to_the_end=True, all_of_it=True), None, None)
        fd, seen = self._opened()
        try:
            start = self._continued(fd, seen)
        except BaseException:
            os.close(fd)
            raise
        self._use(fd, seen)
        if start is None:
            self.forget()
            self._load()
        elif start != self.position:
            self.facts = Facts(
                format=FORMAT,
                generation=start.generation,
                seq=start.seq,
                audit=self.audit,
                audit_size=self.audit_size,
                cut=self.cut,
            )
            self._measure_snapshot()
            self.position = start

    def _continued(self, fd: int, seen: os.stat_result) -> Position | None:
        """Return where another file goes on from here; none where it has to be read with its snapshot.

        Raises:
            IntegrityFailure: It is an older one.
        """
        position = self.position
        if position is None or file_of(seen) == file_of(self.seen):
            return position
        start = self._read_header(fd)
        if start.seq > self.seq:
            return None
        if start.seq == self.seq:
            return start
        if start[:2] == position[:2] and self._is_end(fd, position):
            # The same one once more, put back by somebody.
            return position
        raise older(self._folder.shown, journal.NAME)

    def _load(self) -> None:
        """Read everything anew."""
        found = snapshot.read(self._folder)
        if file_of(self._folder.find(journal.NAME)) != file_of(self.seen):
            # The snapshot may be of a later journal than the one that is open.
            raise Folded
        start = self._read_header(self._fd)
        if found is None or start.seq > found.facts.seq:
            raise Folded
        self.tables, self.position = found.tables, start
        self.go_on(found.facts, found.size, None)

    def _without_journal(self, mark: Mark | None) -> None:
        """Find out whether the store is empty or its journal is lost."""
        found = snapshot.read(self._folder)
        seq = max(self.seq, mark.seq if mark else 0, found.facts.seq if found else 0)
        if seq == 0 and self.position is None:
            return
        if self._folder.find(journal.NAME) is not NOTHING:
            raise Folded
        raise missing(self.journal_place)

    def _read_header(self, fd: int) -> Position:
        with self._folder.sentences():
            data = read_at(fd, 0, journal.HEADER_LONGEST)
        return journal.start(data, self.journal_place)

    def _opened(self) -> tuple[int, os.stat_result]:
        fd = self._folder.open(journal.NAME)
        if fd < 0:
            raise Folded
        return fd, os.fstat(fd)

    def _use(self, fd: int, seen: os.stat_result) -> None:
        # The old one is closed last: as long as it is open, no other file can get its inode and pass for it.
        self.close()
        self._fd, self.seen = fd, seen

    def _measure_snapshot(self) -> None:
        self.snapshot_size = self._folder.find(snapshot.NAME).st_size
