"""The data folder: opened once, checked at every use, and the sentences for what its disk refuses."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import create_folder, open_folder, open_private

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Identity(NamedTuple):
    """What must stay the same between two looks at a file or folder; a difference means it must be checked again."""

    device: int
    inode: int
    mode: int
    owner: int
    names: int

    @classmethod
    def of(cls, found: os.stat_result) -> Identity:
        """Take it from what `stat` found; the names of a folder do not count."""
        return cls(found.st_dev, found.st_ino, found.st_mode, found.st_uid, found.st_nlink)


class Folder:
    """The open data folder. Every name is looked up in the folder that was checked, wherever it is moved.

    Args:
        path: Is created (mode 0700) when it is missing.

    Raises:
        UnsafeEnvironment: Others could get at it.
        Unavailable: It cannot be created or opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        with self.sentences():
            try:
                self.fd = open_folder(self.path)
            except FileNotFoundError:
                create_folder(self.path)
                self.fd = open_folder(self.path)
            self._seen = _place(os.fstat(self.fd))

    def check(self) -> None:
        """Refuse when the folder has vanished, was replaced, or has been opened to others since."""
        with self.sentences():
            found = _place(self.path.lstat())
            if found == self._seen:
                return
            os.close(open_folder(self.path))
            if found[:2] != self._seen[:2]:
                raise Unavailable(
                    f"The data folder {shown(self.path)} was replaced while pomfa-tui was running. Start pomfa-tui again."
                )
            self._seen = found

    def stat(self, name: str) -> os.stat_result | None:
        """Look at a file without opening it; none when there is no such name."""
        with self.sentences(), suppress(FileNotFoundError):
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        return None

    def open(self, name: str, flags: int = os.O_RDONLY) -> int | None:
        """Open a private file in the folder; none when there is no such name and `flags` do not create it."""
        with self.sentences(), suppress(FileNotFoundError):
            return open_private(self.path / name, flags, dir_fd=self.fd)
        return None

    def close(self) -> None:
        """Let go of the folder."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Turn what the system refuses into a sentence."""
        try:
            yield
        except OSError as error:
            raise unavailable(error, self.path) from error


def unavailable(error: OSError, path: Path) -> Unavailable:
    """Say in one sentence why the store in `path` cannot be read or written, and what to do."""
    place = shown(path)
    if error.errno in _FULL:
        text = f"The disk of {place} is full, so nothing was changed. Make room and try again."
    elif error.errno == errno.EROFS:
        text = f"The disk of {place} is read-only, so nothing was changed. Make it writable and try again."
    elif error.errno == errno.EFBIG:
        text = f"The files in {place} have reached the largest size this account may write, so nothing was changed. Raise the limit."
    elif error.errno in {errno.ENOENT, errno.ESTALE}:
        text = f"The data folder {place} has vanished, so nothing was changed. Bring it back and start pomfa-tui again."
    elif error.errno in {errno.EACCES, errno.EPERM}:
        text = f"The files in {place} are closed to changes, so nothing was changed. Look at them with lsattr and ls -l."
    elif error.errno in {errno.EMFILE, errno.ENFILE}:
        text = "Too many files are open, so nothing was changed. Close programs and try again."
    else:
        reason = os.strerror(error.errno) if error.errno else "no reason given"
        text = f"The disk of {place} does not work ({reason}), so nothing was changed. Have it looked at."
    return Unavailable(text)


def _place(found: os.stat_result) -> tuple[int, int, int, int]:
    return Identity.of(found)[:4]


def read_at(fd: int, start: int, size: int) -> bytes:
    """Read `size` bytes from `start`, or what there is."""
    data = os.pread(fd, size, start)
    if len(data) in {0, size}:
        return data
    parts = [data]
    while data and size > len(data):
        start, size = start + len(data), size - len(data)
        data = os.pread(fd, size, start)
        parts.append(data)
    return b"".join(parts)
