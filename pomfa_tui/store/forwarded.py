"""How far the audit log was forwarded: one number in a file of its own, held by one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pomfa_tui.domain.errors import Busy, Unavailable
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import open_private

NAME = "audit.forwarded"

_DIGITS = 20


class ForwardMark:
    """The `Forwarded` port on a file of mode 0600.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self._path = data.absolute() / NAME
        self._fd = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one who forwards; what was written is on the disk at the end.

        Raises:
            Busy: Somebody else is at it.
            Unavailable: The file cannot be written.
            UnsafeEnvironment: Others could get at it.
        """
        try:
            self._fd = open_private(self._path, os.O_RDWR | os.O_CREAT)
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield
                os.fsync(self._fd)
            finally:
                os.close(self._fd)
                self._fd = -1
        except BlockingIOError:
            raise Busy from None
        except OSError as error:
            raise Unavailable(
                f"{shown(self._path)} cannot be written: {error.strerror}. Nothing is lost: forward again later."
            ) from None

    def reached(self) -> int | None:
        """Return the number of the last record that was forwarded, whoever forwards; none where nothing ever was.

        Raises:
            Unavailable: The file cannot be read.
            UnsafeEnvironment: Others could get at it.
        """
        try:
            fd = open_private(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{shown(self._path)} cannot be read: {error.strerror}.") from None
        try:
            return _number(fd)
        finally:
            os.close(fd)

    def read(self) -> int:
        """Return the number of the last record that was forwarded; 0 before the first."""
        return _number(self._fd)

    def write(self, number: int) -> None:
        """Remember the number of the last record that was forwarded."""
        # In place and of one length: whoever is killed here leaves the old number or the new one.
        os.pwrite(self._fd, f"{number:0{_DIGITS}}".encode("ascii"), 0)


def _number(fd: int) -> int:
    text = os.pread(fd, _DIGITS, 0)
    return int(text) if text.strip().isdigit() else 0
