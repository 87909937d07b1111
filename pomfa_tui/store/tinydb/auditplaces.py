"""Where in `audit.jsonl` its lines begin: learnt once, by counting newlines, so that a page of a long log is found at once."""

from __future__ import annotations

import os
import threading

from pomfa_tui.store.tinydb.auditreader import LogReader
from pomfa_tui.store.tinydb.folder import Folder, read_at

EVERY = 256
"""Lines between two places that are remembered."""

_PORTION = 1 << 20


class AuditPlaces:
    """Remembers where every so many lines begin; a log that only grows is never read twice for it.

    Args:
        folder: Where the log is.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._gate = threading.Lock()
        self._file = (0, 0, 0)
        self._first = 1
        self._places = [0]
        self._read = self._lines = 0

    def before(self, log: LogReader, number: int) -> tuple[int, int]:
        """Return a place in the log at or before a record.

        Args:
            log: The open file.
            number: Of the record; the file has it, or those before it.

        Returns:
            Where a line begins, and the number of the record on it.
        """
        with self._gate, self._folder.sentences():
            if log.fd < 0:
                return 0, 1
            wanted = number - log.start.after.seq - 1
            self._learn(log, wanted)
            step = min(wanted // EVERY, len(self._places) - 1)
            return self._places[step] + log.start.shift, self._first + step * EVERY

    def _learn(self, log: LogReader, wanted: int) -> None:
        found, first = os.fstat(log.fd), log.start.after.seq + 1
        if (found.st_dev, found.st_ino, first) != self._file or found.st_size < self._read:
            self._file = (found.st_dev, found.st_ino, first)
            self._first, self._read, self._lines = first, log.start.header, 0
            self._places = [log.start.header]
        while wanted // EVERY >= len(self._places):
            data = read_at(log.fd, self._read, min(_PORTION, found.st_size - self._read))
            if not data:
                return
            self._count(data)

    def _count(self, data: bytes) -> None:
        """Count the lines that end in what follows, and remember where each so manieth begins."""
        at = 0
        while True:
            missing = len(self._places) * EVERY - self._lines
            ends = data.count(b"\n", at)
            if ends < missing:
                self._lines += ends
                self._read += len(data)
                return
            for _ in range(missing):
                at = data.index(b"\n", at) + 1
            self._lines += missing
            self._places.append(self._read + at)
