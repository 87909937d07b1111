"""Say in one sentence what is wrong with a file or folder, and which command mends it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import UnsafeEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def shown(path: Path) -> str:
    """Return a path for a sentence or a command: quoted where a shell needs it, control characters escaped."""
    import shlex  # noqa: PLC0415 - only a refusal needs it

    quoted = shlex.quote(os.fspath(path))
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in quoted)


def link_refused(path: Path) -> UnsafeEnvironment:
    """Refuse a symbolic link: whoever owns it decides what is read and overwritten."""
    return UnsafeEnvironment(
        f"{shown(path)} is a symbolic link, which is not followed here: remove it, or name the place it leads to."
    )


def kind_refused(path: Path, *, wanted: str) -> UnsafeEnvironment:
    """Refuse a FIFO, device, socket or folder in the place of a file, or a file in that of a folder."""
    return UnsafeEnvironment(f"{shown(path)} is not {wanted}: move it away and start again.")


def owner_refused(path: Path, found: int, wanted: int) -> UnsafeEnvironment:
    """Refuse what belongs to somebody else, and name both ways out."""
    theirs, ours = account(found), account(wanted)
    return UnsafeEnvironment(
        f"{shown(path)} belongs to {theirs}, but this is {ours}: "
        f"start pomfa-tui as {theirs}, or run as root: chown {ours} {shown(path)}"
    )


def mode_refused(path: Path, mode: int, *, mend: str) -> UnsafeEnvironment:
    """Refuse what others may read or write."""
    return UnsafeEnvironment(
        f"{shown(path)} is open to other accounts (mode {stat.S_IMODE(mode):04o}): run: chmod {mend} {shown(path)}"
    )


def second_name_refused(path: Path) -> UnsafeEnvironment:
    """Refuse a file with a hard link, by which it can be changed from elsewhere."""
    copy = path.with_name(f"{path.name}.copy")
    return UnsafeEnvironment(
        f"{shown(path)} has a second name (hard link) through which it can be changed: "
        f"run: cp -p {shown(path)} {shown(copy)} && mv {shown(copy)} {shown(path)}"
    )


def size_refused(path: Path, limit: int) -> UnsafeEnvironment:
    """Refuse a file that is larger than anything that belongs there."""
    return UnsafeEnvironment(
        f"{shown(path)} is larger than the {limit} bytes it may have: put the right file in its place."
    )


@contextmanager
def sentences(path: Path, *, wanted: str) -> Iterator[None]:
    """Turn the errors of an unsafe or closed path into sentences; leave those of a missing file or a full disk alone."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise link_refused(path) from None
        if error.errno in {errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.ENODEV}:
            raise kind_refused(path, wanted=wanted) from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            ours, name = account(os.geteuid()), shown(path)
            raise UnsafeEnvironment(
                f"{name} is closed to {ours}: start pomfa-tui as its owner, or run as root: "
                f"chown {ours} {name} && chmod u+rwX {name}"
            ) from None
        raise


def account(uid: int) -> str:
    """Return the name of an account, or its number where it has none."""
    import pwd  # noqa: PLC0415 - only a refusal needs it

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
