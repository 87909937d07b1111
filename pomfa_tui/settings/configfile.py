"""Read the configuration file: only one that this account or root owns and nobody else can change."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.filewords import account, mode_refused, shown
from pomfa_tui.safefiles import WRITABLE_BY_OTHERS, check_folder, open_private

LARGEST = 65_536
"""Bytes a configuration file may have."""


def read_config(path: Path) -> dict[str, object]:
    """Return the tables of a configuration file.

    Args:
        path: An absolute path; a symbolic link is followed when the file and both folders are safe.

    Raises:
        FileNotFoundError: There is no such file.
        WrongUsage: Not an ordinary file, closed to this account, too large, not UTF-8, not TOML.
        UnsafeEnvironment: Somebody else could change it.
    """
    try:
        text = _read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUsage(f"{shown(path)} is not a text in UTF-8: save it as UTF-8.") from None

    import tomllib  # noqa: PLC0415 - many terminals have no such file

    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise WrongUsage(f"{shown(path)} is not valid TOML{_place(error)}.") from None
    except RecursionError:
        raise WrongUsage(f"{shown(path)} is not valid TOML: it is nested too deeply.") from None


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise WrongUsage(f"{shown(path)} is not an ordinary file: name a configuration file.")
        if not os.access(path, os.R_OK, effective_ids=True):
            raise _closed(path)
        if found.st_mode & WRITABLE_BY_OTHERS:
            raise mode_refused(path, found.st_mode, mend="go-w")
        return _read_safely(path, owner=0 if found.st_uid == 0 else os.geteuid())
    except PermissionError:
        raise _closed(path) from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise WrongUsage(f"{shown(path)} cannot be read: {error.strerror}.") from None


def _read_safely(path: Path, owner: int) -> bytes:
    real = Path(os.path.realpath(path))
    for folder in dict.fromkeys((path.parent, real.parent)):
        check_folder(folder, private=False)
    fd = open_private(real, owner=owner, forbidden=WRITABLE_BY_OTHERS)
    with os.fdopen(fd, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise WrongUsage(
            f"{shown(path)} is larger than {LARGEST} bytes, so it is no configuration file."
        )
    return data


def _closed(path: Path) -> WrongUsage:
    ours = account(os.geteuid())
    return WrongUsage(
        f"{shown(path)} cannot be read by {ours}: let {ours} read it, or name another."
    )


def _place(error: ValueError) -> str:
    """Return where the mistake is, and nothing of what stands there."""
    _, found, place = str(error).rpartition("(at ")
    return f": look at {place.removesuffix(')')}" if found else ""
