"""Reads `audit.jsonl` through one open file, whatever is put in its place meanwhile.

Places in the log count as if nothing had ever been dropped from it, so that they mean the same before and after.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Self

from pomfa_tui.store.audit_log import LARGEST_RECORD, NAME
from pomfa_tui.store.checkpoint import LONGEST, Start, start_of
from pomfa_tui.store.tinydb.folder import Folder, read_at
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.refusals import cut_short

_PORTION = 1 << 20


class LogReader:
    """The log's file as it is now, open until the end of the `with` block; one that is missing reads as empty.

    Args:
        folder: Where it is.

    Attributes:
        fd: The open file; -1 when it is missing.
        start: How it begins.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.fd = -1
        self.start = Start()

    def __enter__(self) -> Self:
        """Open the file.

        Raises:
            Unavailable: It cannot be read.
        """
        self.fd = self._folder.open(NAME)
        self.start = read_start(self._folder, self.fd)
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def size(self) -> int:
        """Return where the log ends."""
        return 0 if self.fd < 0 else os.fstat(self.fd).st_size + self.start.shift

    def lines(
        self, upto: int | None = None, more: bytes = b"", *, start: int = 0
    ) -> Iterator[bytes]:
        """Yield the log's lines without newline, the checkpoint left out.

        Args:
            upto: Where to stop reading; at the file's end by default. It may end earlier.
            more: What to read after the file's own bytes.
            start: Where to begin; with the first record where that was dropped.

        A line that is longer than any record comes cut short, and nothing after it.
        """
        rest = b""
        for portion in self._portions(max(start, self.start.base), upto, more):
            *whole, rest = (rest + portion).split(b"\n")
            yield from whole
            if len(rest) > LARGEST_RECORD:
                break
        if rest:
            yield rest

    def committed(self, picture: Picture) -> tuple[int, bytes]:
        """Return up to where the file's records are committed, and what is committed beyond the file's end.

        Args:
            picture: What is committed.

        Raises:
            IntegrityFailure: The log was cut.
        """
        wanted = picture.audit_size
        size = min(self.size(), wanted)
        if size == wanted:
            return wanted, b""
        # A crash came between the journal and the log; the journal has the rest.
        begin, known = picture.audit_since_snapshot()
        if size < begin:
            raise cut_short(self._folder.place(NAME))
        return size, known[size - begin :]

    def _portions(self, start: int, upto: int | None, more: bytes) -> Iterator[bytes]:
        while self.fd >= 0 and (upto is None or start < upto):
            size = _PORTION if upto is None else min(_PORTION, upto - start)
            with self._folder.sentences():
                data = read_at(self.fd, start - self.start.shift, size)
            if not data:
                break
            start += len(data)
            yield data
        if more:
            yield more


def read_start(folder: Folder, fd: int) -> Start:
    """Read how an open log begins."""
    if fd < 0:
        return Start()
    with folder.sentences():
        return start_of(read_at(fd, 0, LONGEST))
