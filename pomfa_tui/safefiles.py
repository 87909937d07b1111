"""Open, create and replace files that belong to this account alone.

Symbolic links, second names, FIFOs, foreign owners and wide modes are refused with `UnsafeEnvironment`: a sentence that names
the path and the command that mends it. What is merely absent or full stays the `OSError` it is (`FileNotFoundError`,
`FileExistsError`, `ENOSPC`, `EROFS`), because only the caller knows what it means there.

`path` is always the full path, for the sentences. With `dir_fd` (see `open_folder`) the name is looked up in that open
folder, so that nobody can swap the folder between the check and the use.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from pomfa_tui.filewords import (
    kind_refused,
    link_refused,
    mode_refused,
    owner_refused,
    second_name_refused,
    sentences,
    size_refused,
)

FILE_MODE = 0o600
FOLDER_MODE = 0o700
FOR_OTHERS = 0o077
WRITABLE_BY_OTHERS = 0o022

_UID_MAP = Path("/proc/self/uid_map")
# O_NONBLOCK: a FIFO in the place of a file must not make the program wait for ever.
_CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FILE, _FOLDER = "an ordinary file", "a folder"


def check_folder(path: Path, *, owner: int | None = None, private: bool = True) -> None:
    """Refuse a folder that anybody but its owner could read, change or swap; see `open_folder`."""
    os.close(open_folder(path, owner=owner, private=private))


def open_folder(path: Path, *, owner: int | None = None, private: bool = True) -> int:
    """Open a folder after checking it and everything above it; the descriptor is the caller's to close.

    Args:
        path: The folder; its last component may not be a symbolic link.
        owner: The user id it must belong to; the effective user by default.
        private: Demand mode 0700 or narrower. Otherwise others may read it, but not write, and it may be root's.

    Raises:
        UnsafeEnvironment: The folder, or one above it, could be changed by others.
        FileNotFoundError: There is no such folder.
    """
    owner = os.geteuid() if owner is None else owner
    with sentences(path, wanted=_FOLDER):
        _check_ancestors(path, owner)
        if path.is_symlink():
            raise link_refused(path)
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _CAREFUL)
    try:
        _check_own_folder(path, os.fstat(fd), owner, private=private)
    except BaseException:
        os.close(fd)
        raise
    return fd


def create_folder(path: Path, *, private: bool = True) -> None:
    """Make a folder (mode 0700) and the missing ones above it, or check the one that is there."""
    with sentences(path, wanted=_FOLDER):
        if not path.parent.exists():
            create_folder(path.parent, private=False)
        _check_ancestors(path, os.geteuid())
        try:
            path.mkdir(FOLDER_MODE)
        except FileExistsError:
            pass
        else:
            path.chmod(FOLDER_MODE)
            sync_folder(path.parent)
    check_folder(path, private=private)


def open_private(
    path: Path,
    flags: int = os.O_RDONLY,
    *,
    dir_fd: int | None = None,
    owner: int | None = None,
    forbidden: int = FOR_OTHERS,
) -> int:
    """Open a file that is ours alone; the descriptor is the caller's to close.

    Args:
        path: The file. Its folder is not checked here; see `open_folder`.
        flags: `os.O_RDONLY`, `os.O_RDWR`, also with `os.O_APPEND` or `os.O_CREAT` (mode 0600). Never `os.O_TRUNC`, which
            would empty the file before it has been looked at: use `os.ftruncate` afterwards.
        dir_fd: The open folder to look the name up in.
        owner: The user id it must belong to; the effective user by default.
        forbidden: Mode bits that may not be set.

    Raises:
        UnsafeEnvironment: A link, a second name, no ordinary file, a foreign owner, a wide mode, or access denied.
        FileNotFoundError: There is no such file.
    """
    if flags & os.O_TRUNC:
        message = "O_TRUNC empties a file before it is checked"
        raise ValueError(message)
    with sentences(path, wanted=_FILE):
        fd = os.open(_at(path, dir_fd), flags | _CAREFUL, FILE_MODE, dir_fd=dir_fd)
    try:
        _check_file(path, os.fstat(fd), os.geteuid() if owner is None else owner, forbidden)
    except BaseException:
        os.close(fd)
        raise
    return fd


def read_private(
    path: Path,
    *,
    limit: int,
    dir_fd: int | None = None,
    owner: int | None = None,
    forbidden: int = FOR_OTHERS,
) -> bytes:
    """Read a whole private file of at most `limit` bytes; a larger one is refused as unsafe."""
    fd = open_private(path, dir_fd=dir_fd, owner=owner, forbidden=forbidden)
    with os.fdopen(fd, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise size_refused(path, limit)
    return data


def create_private(path: Path, data: bytes, *, dir_fd: int | None = None) -> None:
    """Create a file of mode 0600 whatever the umask is, and wait until it is on the disk; never overwrite one.

    Raises:
        FileExistsError: Something of that name is there, a dangling link included.
        OSError: The disk is full or read-only; nothing is left behind.
    """
    _write_new(path, data, dir_fd)
    sync_folder(path.parent, dir_fd=dir_fd)


@contextmanager
def new_private(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Do as `create_private` does, portion by portion: yields what writes one. Nothing is left behind when the block raises."""
    with _new(path, None) as write:
        yield write
    sync_folder(path.parent)


def atomic_replace(path: Path, data: bytes, *, dir_fd: int | None = None) -> None:
    """Put `data` in the place of a file, all or nothing, and wait until that is on the disk.

    The temporary file has one fixed name in the same folder, so a crash leaves at most one behind, and the next call (or
    `discard_temporary`) removes it. Two writers must exclude each other by a lock of their own.

    Raises:
        UnsafeEnvironment: What is there now is a link or not ours.
        OSError: The disk is full or read-only; the old file is intact.
    """
    with suppress(FileNotFoundError):
        found = os.stat(_at(path, dir_fd), dir_fd=dir_fd, follow_symlinks=False)
        _check_file(path, found, os.geteuid(), FOR_OTHERS)
    discard_temporary(path, dir_fd=dir_fd)
    temporary = temporary_path(path)
    _write_new(temporary, data, dir_fd)
    try:
        os.replace(_at(temporary, dir_fd), _at(path, dir_fd), src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    except OSError:
        discard_temporary(path, dir_fd=dir_fd)
        raise
    sync_folder(path.parent, dir_fd=dir_fd)


def temporary_path(path: Path) -> Path:
    """Return the one name under which `atomic_replace` prepares this file."""
    return path.with_name(f".{path.name}.new")


def discard_temporary(path: Path, *, dir_fd: int | None = None) -> None:
    """Remove what a crash inside `atomic_replace` left behind: it may hold secrets."""
    with suppress(FileNotFoundError):
        os.unlink(_at(temporary_path(path), dir_fd), dir_fd=dir_fd)


def sync_folder(path: Path, *, dir_fd: int | None = None) -> None:
    """Wait until the names in a folder are on the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if dir_fd is None else dir_fd
    try:
        os.fsync(fd)
    finally:
        if dir_fd is None:
            os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte, also where the system takes them in portions."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _write_new(path: Path, data: bytes, dir_fd: int | None) -> None:
    with _new(path, dir_fd) as write:
        write(data)


@contextmanager
def _new(path: Path, dir_fd: int | None) -> Iterator[Callable[[bytes], None]]:
    """Create a file with `O_EXCL` and sync it; remove it again when that fails half-way."""
    name = _at(path, dir_fd)
    with sentences(path, wanted=_FILE):
        fd = os.open(
            name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CAREFUL, FILE_MODE, dir_fd=dir_fd
        )
    try:
        os.fchmod(fd, FILE_MODE)
        yield partial(write_all, fd)
        os.fsync(fd)
    except BaseException:
        os.unlink(name, dir_fd=dir_fd)
        raise
    finally:
        os.close(fd)


def _at(path: Path, dir_fd: int | None) -> Path | str:
    return path if dir_fd is None else path.name


def _check_file(path: Path, found: os.stat_result, owner: int, forbidden: int) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise link_refused(path)
    if not stat.S_ISREG(found.st_mode):
        raise kind_refused(path, wanted=_FILE)
    if found.st_uid != owner:
        raise owner_refused(path, found.st_uid, owner)
    if found.st_mode & forbidden:
        raise mode_refused(path, found.st_mode, mend="600")
    # None at all is fine: another process has just replaced the file that is open here.
    if found.st_nlink > 1:
        raise second_name_refused(path)


def _check_own_folder(path: Path, found: os.stat_result, owner: int, *, private: bool) -> None:
    if found.st_uid != owner and (private or found.st_uid != 0):
        raise owner_refused(path, found.st_uid, owner)
    if found.st_mode & (FOR_OTHERS if private else WRITABLE_BY_OTHERS):
        raise mode_refused(path, found.st_mode, mend="700" if private else "go-w")


def _check_ancestors(path: Path, owner: int) -> None:
    """Refuse when somebody else could rename or swap a folder on the way to `path`."""
    written = path.absolute()
    # Not Path.resolve, which raises RuntimeError on a loop of links.
    real = Path(os.path.realpath(written.parent)) / path.name
    way = [*written.parents, *real.parents]
    for folder in reversed(list(dict.fromkeys(way))):
        found = folder.lstat()
        if found.st_uid not in {0, owner} and _is_mapped(found.st_uid):
            raise owner_refused(folder, found.st_uid, owner)
        if stat.S_ISLNK(found.st_mode) or found.st_mode & stat.S_ISVTX:
            continue
        by_group_only = not found.st_mode & stat.S_IWOTH and _is_own_group(found.st_gid, owner)
        if found.st_mode & WRITABLE_BY_OTHERS and not by_group_only:
            raise mode_refused(folder, found.st_mode, mend="go-w")


def _is_mapped(uid: int) -> bool:
    """Tell whether a user id exists in this user namespace; in a sandbox the host's root shows as an unmapped one."""
    try:
        ranges = [
            [int(number) for number in line.split()] for line in _UID_MAP.read_bytes().splitlines()
        ]
    except OSError:
        return True
    return any(first <= uid < first + count for first, _, count in ranges)


def _is_own_group(gid: int, owner: int) -> bool:
    """Tell whether a group is the private one that many systems give each user (umask 002 is usual there)."""
    import grp  # noqa: PLC0415 - only where a folder is open to a group
    import pwd  # noqa: PLC0415

    try:
        account, group = pwd.getpwuid(owner), grp.getgrgid(gid)
    except KeyError:
        return False
    alone = set(group.gr_mem) <= {account.pw_name}
    return alone and account.pw_gid == gid and account.pw_name == group.gr_name
