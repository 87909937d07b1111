"""The data folder: opened once, checked at every use, and the sentences for what its disk refuses."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import (
    atomic_replace,
    create_folder,
    discard_temporary,
    open_folder,
    open_private,
    temporary_path,
)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


NOTHING = os.stat_result((0,) * 10)
"""What `Folder.find` sees where there is no such name."""

File = tuple[float, ...]
"""Which file it is: inode and device."""


def file_of(found: os.stat_result) -> File:
    """Return which file a name leads to."""
    return tuple.__getitem__(found, slice(1, 3))


def looks_of(found: os.stat_result) -> File:
    """Return what must stay the same between two looks: kind and mode, file, names, owner, group; else it must be checked again."""
    return tuple.__getitem__(found, slice(6))


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
        self.shown = shown(self.path)
        self._text = str(self.path)
        with self.sentences():
            try:
                self.fd = open_folder(self.path)
            except FileNotFoundError:
                create_folder(self.path)
                self.fd = open_folder(self.path)
            self._seen = os.fstat(self.fd)

    def check(self) -> None:
        """Refuse when the folder has vanished, was replaced, or has been opened to others since."""
        try:
            found = os.stat(self._text, follow_symlinks=False)  # noqa: PTH116 - a tenth of the time, at every commit
            seen = self._seen
            if found[0] == seen[0] and found[1:3] == seen[1:3] and found[4:6] == seen[4:6]:
                return
            os.close(open_folder(self.path))
        except OSError as error:
            raise unavailable(error, self.path) from error
        if file_of(found) != file_of(seen):
            raise Unavailable(
                f"The data folder {self.shown} was replaced while pomfa-tui was running. Start pomfa-tui again."
            )
        self._seen = found

    def find(self, name: str) -> os.stat_result:
        """Look at a file without opening it; `NOTHING` when there is no such name."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return NOTHING
        except OSError as error:
            raise unavailable(error, self.path) from error

    def find_by_path(self, name: str) -> os.stat_result:
        """Look at a file by the folder's name, which may lead elsewhere by now."""
        try:
            return os.stat(f"{self._text}/{name}", follow_symlinks=False)  # noqa: PTH116 - at every commit
        except (FileNotFoundError, NotADirectoryError):
            return NOTHING
        except OSError as error:
            raise unavailable(error, self.path) from error

    def open(self, name: str, flags: int = os.O_RDONLY) -> int:
        """Open a private file in the folder; -1 when there is no such name and `flags` do not create it."""
        try:
            return open_private(self.path / name, flags, dir_fd=self.fd)
        except FileNotFoundError:
            return -1
        except OSError as error:
            raise unavailable(error, self.path) from error

    def place(self, name: str) -> str:
        """Return a file's path for a sentence."""
        return shown(self.path / name)

    def replace(self, name: str, data: bytes) -> None:
        """Put a file in the place of another, all or nothing.

        Raises:
            OSError: The disk refuses; the old file is intact.
        """
        atomic_replace(self.path / name, data, dir_fd=self.fd)

    def is_untidy(self, *names: str) -> bool:
        """Tell whether a crash within `replace` has left something of these files."""
        return any(
            self.find(temporary_path(self.path / name).name) is not NOTHING for name in names
        )

    def tidy(self, *names: str) -> None:
        """Remove what a crash within `replace` has left of these files: it may hold secrets."""
        for name in names:
            with suppress(OSError):
                discard_temporary(self.path / name, dir_fd=self.fd)

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


def write_at(fd: int, data: bytes, start: int) -> None:
    """Write every byte from `start` on, also where the system takes them in portions."""
    done = os.pwrite(fd, data, start)
    while done < len(data):
        done += os.pwrite(fd, data[done:], start + done)
