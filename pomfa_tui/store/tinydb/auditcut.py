"""Puts a shorter audit log in the place of the one that is there: prepared beside it while everybody goes on, then exchanged at once."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from pomfa_tui.domain.errors import Busy
from pomfa_tui.safefiles import (
    discard_temporary,
    open_private,
    sync_folder,
    temporary_path,
    write_all,
)
from pomfa_tui.store.audit_log import NAME
from pomfa_tui.store.checkpoint import line_of
from pomfa_tui.store.tinydb.auditreader import LogReader
from pomfa_tui.store.tinydb.folder import NOTHING, Folder, file_of, read_at

if TYPE_CHECKING:
    from pomfa_tui.store.checkpoint import SealedCheckpoint

_PORTION = 1 << 20


class Shortening:
    """A log without the records that a checkpoint stands for, made under another name.

    Args:
        folder: Where the log is.
        sealed: The checkpoint that comes first.
        safe: Up to where the log is known to stay as it is.

    Raises:
        Busy: Somebody else is at it.
        Unavailable: The disk refuses; the log is as it was.
    """

    def __init__(self, folder: Folder, sealed: SealedCheckpoint, safe: int) -> None:
        self._folder = folder
        self._sealed = sealed
        self._safe = safe
        self._log = LogReader(folder)
        self._fd = -1
        self._upto = 0

    def __enter__(self) -> Self:
        """Copy what there is so far, and wait until that is on the disk."""
        with self._log:
            if self._is_done(self._log):
                return self
            with self._folder.sentences():
                self._fd = self._new()
                try:
                    write_all(self._fd, line_of(self._sealed))
                    self._upto = self._sealed.size
                    self._copy(self._log, self._safe)
                    os.fsync(self._fd)
                except BaseException:
                    self._discard()
                    raise
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind that was not put in place."""
        self._discard()

    def take_place(self, end: int) -> None:
        """Copy what has been added meanwhile, and take the log's place; nothing happens where that was done before.

        Args:
            end: Where the log ends; the caller holds both locks, and all of it is on the disk.

        Raises:
            Busy: Somebody else tidied it away meanwhile.
            OSError: The disk refuses; the old log is intact.
        """
        if self._fd < 0:
            return
        with LogReader(self._folder) as log:
            if self._is_done(log):
                return
            self._copy(log, end)
        if self._upto != end:
            raise OSError(errno.EIO, "the log is shorter than it was")
        os.fsync(self._fd)
        temporary = temporary_path(self._folder.path / NAME).name
        found = self._folder.find(temporary)
        if found is NOTHING or file_of(found) != file_of(os.fstat(self._fd)):
            raise Busy
        os.replace(temporary, NAME, src_dir_fd=self._folder.fd, dst_dir_fd=self._folder.fd)
        sync_folder(self._folder.path, dir_fd=self._folder.fd)
        os.close(self._fd)
        self._fd = -1

    def _new(self) -> int:
        try:
            return open_private(
                temporary_path(self._folder.path / NAME),
                os.O_RDWR | os.O_CREAT | os.O_EXCL,
                dir_fd=self._folder.fd,
            )
        except FileExistsError:
            raise Busy from None

    def _is_done(self, log: LogReader) -> bool:
        """Tell whether a log begins with this checkpoint or a later one."""
        there = log.start.sealed
        return there is not None and (
            there == self._sealed or there.checkpoint.seq > self._sealed.checkpoint.seq
        )

    def _copy(self, log: LogReader, end: int) -> None:
        while self._upto < end:
            data = read_at(log.fd, self._upto - log.start.shift, min(_PORTION, end - self._upto))
            if not data:
                return
            write_all(self._fd, data)
            self._upto += len(data)

    def _discard(self) -> None:
        if self._fd < 0:
            return
        temporary = temporary_path(self._folder.path / NAME)
        ours = file_of(os.fstat(self._fd))
        os.close(self._fd)
        self._fd = -1
        # What cannot be removed now is removed at the next start.
        with suppress(OSError):
            if file_of(self._folder.find(temporary.name)) == ours:
                discard_temporary(temporary.with_name(NAME), dir_fd=self._folder.fd)
