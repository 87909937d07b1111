"""Puts restored files in the place of whatever is in the data folder, and keeps that aside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import msgspec

from pomfa_tui.domain.errors import Busy, Refusal
from pomfa_tui.domain.ports import HeadSeal
from pomfa_tui.safefiles import create_folder, create_private
from pomfa_tui.store import audit_log
from pomfa_tui.store.audit_log import head_bytes
from pomfa_tui.store.checkpoint import (
    LONGEST,
    Cut,
    SealedCheckpoint,
    line_of,
    sealed_checkpoint,
    start_of,
)
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.backup import Backup
from pomfa_tui.store.tinydb.folder import NOTHING, Folder
from pomfa_tui.store.tinydb.holding import Holding
from pomfa_tui.store.tinydb.lock import LockFile
from pomfa_tui.store.tinydb.marks import SAFE, WRITTEN
from pomfa_tui.store.tinydb.patience import Patience
from pomfa_tui.store.tinydb.snapshot import Facts, SealedHead

STAGING = "restoring"
"""Folder within the data folder in which the restored files are made ready."""

FILES = (audit_log.NAME, snapshot.NAME, journal.NAME)
"""In the order in which they are replaced; until the last one is, the store does not open."""


_MOST_ASIDE = 1000


class StoreThere(Refusal):
    """There is a store where one should be restored."""

    def __init__(self, place: str) -> None:
        """Name the way on."""
        super().__init__(
            f"There is a store in {place} already. To put the backup in its place, say --replace; its files are kept aside."
        )


class RestorePlace:
    """A data folder while a store is restored into it; nobody else changes anything meanwhile.

    Args:
        folder: The open data folder.
        lock: Its lock file; the caller holds both locks.
    """

    def __init__(self, folder: Folder, lock: LockFile) -> None:
        self._folder = folder
        self._lock = lock
        self.staging = folder.path / STAGING

    @property
    def is_taken(self) -> bool:
        """Whether there is a store, whole or not."""
        return any(self._folder.find(name) is not NOTHING for name in FILES)

    @property
    def newest(self) -> tuple[int, int]:
        """Generation and commit that any program may have seen here."""
        marks = [self._lock.mark(which) for which in (WRITTEN, SAFE)]
        known = [(mark.generation, mark.seq) for mark in marks if mark is not None]
        return max((each[0] for each in known), default=0), max(
            (each[1] for each in known), default=0
        )

    def stage(self, backup: Backup, *, seq: int, seal: HeadSeal, anew: bool) -> None:
        """Make the files ready, beside those in use.

        Args:
            backup: What to restore.
            seq: Number of the newest commit that was ever made here; the restored store goes on after it.
            seal: Checks the head of the audit chain.
            anew: Seal that head with this key, since the one it was sealed with is lost.

        Raises:
            Unavailable: The disk refuses.
        """
        self._clear()
        generation, newest = self.newest
        facts = backup.facts
        audit = facts.audit
        if audit is not None and anew:
            audit = SealedHead(head=audit.head, seal=seal.seal(head_bytes(audit.head)))
        facts = msgspec.structs.replace(
            facts,
            generation=max(generation, facts.generation) + 1,
            seq=max(seq, newest, facts.seq) + 1,
            audit=audit,
        )
        log = backup.log
        if anew:
            facts, log = _sealed_anew(facts, log, seal)
        first, _ = journal.new(facts.generation, facts.seq)
        with self._folder.sentences():
            create_folder(self.staging)
            create_private(self.staging / audit_log.NAME, log)
            create_private(self.staging / snapshot.NAME, snapshot.encode_raw(facts, backup.tables))
            create_private(self.staging / journal.NAME, first)

    def install(self, aside: str) -> Path | None:
        """Put the staged files in place; whoever has the store open finds them at the next look.

        Args:
            aside: Name of the folder within the data folder that takes the files which were there.

        Returns:
            That folder, or none where there was nothing to keep.

        Raises:
            Unavailable: The disk refuses. When that happens half-way the store does not open: restore again.
        """
        kept = self._keep_aside(aside) if self.is_taken else None
        with self._folder.sentences():
            # Marks of the old files would say that the new ones are damaged; without any, whoever comes next looks for itself.
            self._lock.forget()
            for name in FILES:
                (self.staging / name).replace(self._folder.path / name)
                os.fsync(self._folder.fd)
        self._clear()
        return kept

    def _keep_aside(self, aside: str) -> Path:
        names = (aside, *(f"{aside}-{number}" for number in range(2, _MOST_ASIDE)))
        folder = next(
            self._folder.path / name
            for name in names
            if not os.path.lexists(self._folder.path / name)
        )
        with self._folder.sentences():
            create_folder(folder)
            for name in FILES:
                with suppress(FileNotFoundError):
                    create_private(folder / name, (self._folder.path / name).read_bytes())
        return folder

    def _clear(self) -> None:
        if self.staging.is_dir() and not self.staging.is_symlink():
            shutil.rmtree(self.staging)


def _sealed_anew(facts: Facts, log: bytes, seal: HeadSeal) -> tuple[Facts, bytes]:
    """Return facts and log with their checkpoints sealed with this key."""

    def again(each: SealedCheckpoint) -> SealedCheckpoint:
        return sealed_checkpoint(each.checkpoint, each.store, each.size, seal)

    start, cut = start_of(log[:LONGEST]), facts.cut
    if start.sealed is not None:
        log = line_of(again(start.sealed)) + log[start.header :]
    if cut is not None:
        facts = msgspec.structs.replace(facts, cut=Cut(sealed=again(cut.sealed), done=cut.done))
    return facts, log


@contextmanager
def restore_place(path: Path, *, lock_seconds: float) -> Iterator[RestorePlace]:
    """Open a data folder for a restore, and hold both of its locks.

    Args:
        path: Is created when it is missing.
        lock_seconds: How long to wait for the locks.

    Raises:
        Busy: Somebody else holds them for too long.
        UnsafeEnvironment: Others could get at the folder.
    """
    folder = Folder(path)
    lock = LockFile(folder)
    try:
        wait = Patience().begin(monotonic() + lock_seconds)
        while not lock.try_sync():
            if not wait.again():
                raise Busy
        with Holding(lock, lock_seconds):
            yield RestorePlace(folder, lock)
    finally:
        lock.close()
        folder.close()
