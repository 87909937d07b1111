"""Brings the files of an older format up to date, under the lock: back up, change, check, replace."""

from __future__ import annotations

import os
from typing import Any

import msgspec

from pomfa_tui.store import migrations
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.auditfile import AuditFile
from pomfa_tui.store.tinydb.folder import Folder, read_at
from pomfa_tui.store.tinydb.journal import Line
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.marks import SAFE
from pomfa_tui.store.tinydb.refusals import damaged, missing
from pomfa_tui.store.tinydb.snapshot import Facts


class OldFiles:
    """Snapshot and journal of an older format, read as far as their frame goes.

    Args:
        folder: Where they are.

    Raises:
        IntegrityFailure: They are damaged, or of a format that has no way to today's.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._place = folder.place(snapshot.NAME)
        self._journal_place = folder.place(journal.NAME)
        data = self._bytes(snapshot.NAME)
        self.version = snapshot.version_of(data, self._place)
        migrations.check_known(self.version, self._place)
        self.facts, self.tables = snapshot.decode_raw(data, self._place)
        self.lines = self._new_lines()

    def _new_lines(self) -> list[Line]:
        data = self._bytes(journal.NAME)
        start = journal.start(data, self._journal_place, oldest=0)
        tail = journal.read(data[start.end :], start, self._journal_place)
        if tail.damaged or tail.position.seq < self.facts.seq:
            raise damaged(self._journal_place, tail.position.next_line)
        return [line for line in tail.lines if line.seq > self.facts.seq]

    def _bytes(self, name: str) -> bytes:
        fd = self._folder.open(name)
        if fd < 0:
            raise missing(self._folder.place(name))
        try:
            with self._folder.sentences():
                return read_at(fd, 0, min(os.fstat(fd).st_size, snapshot.LARGEST))
        finally:
            os.close(fd)


def backup_name(version: int) -> str:
    """Return the name under which the snapshot is kept before it is brought up to date."""
    return f"store.v{version}.json"


def upgrade(folder: Folder, audit: AuditFile, lock: LockFile) -> None:
    """Bring the files up to date; the caller holds both locks.

    A crash at any point leaves the old files, or the new ones, or a new snapshot beside the old journal, whose lines it holds already;
    in each case the next start goes on.

    Args:
        folder: Where they are.
        audit: The audit log, which gets what only the old journal has.
        lock: Where the marks are.

    Raises:
        IntegrityFailure: Something is damaged, or has no way to today's format; nothing was changed.
        Unavailable: The disk refuses; the old files are intact.
    """
    old = OldFiles(folder)
    facts = _fold(old)
    mark = lock.mark(SAFE)
    if mark is not None and mark.seq > facts.seq:
        raise damaged(folder.place(journal.NAME), facts.seq - old.facts.seq + 2)
    with folder.sentences():
        audit.mend(old.facts.audit_size, journal.audit_bytes(old.lines))
        audit.sync()
        if old.version < FORMAT:
            folder.replace(backup_name(old.version), snapshot.encode_raw(facts, old.tables))
            migrations.bring_up_to_date(old.tables, old.version, folder.shown)
        _write(folder, facts, old.tables)


def _write(folder: Folder, facts: Facts, tables: dict[str, Any]) -> None:
    place = folder.place(snapshot.NAME)
    facts = msgspec.structs.replace(facts, format=FORMAT, generation=facts.generation + 1)
    checked = snapshot.decode(snapshot.encode_raw(facts, tables), place, exactly=False)
    folder.replace(snapshot.NAME, snapshot.encode(facts, checked.tables))
    folder.replace(journal.NAME, journal.new(facts.generation, facts.seq)[0])


def _fold(old: OldFiles) -> Facts:
    """Take the journal's lines into the raw tables, and return the facts after them."""
    facts = old.facts
    for line in old.lines:
        for table, number, raw in line.changes:
            document = msgspec.json.decode(raw)
            if document is None:
                old.tables.get(table, {}).pop(str(number), None)
            else:
                old.tables.setdefault(table, {})[str(number)] = document
        facts = msgspec.structs.replace(
            facts,
            seq=line.seq,
            audit=line.head or facts.audit,
            audit_size=facts.audit_size + len(journal.audit_bytes([line])),
            cut=line.cut or facts.cut,
        )
    return facts
