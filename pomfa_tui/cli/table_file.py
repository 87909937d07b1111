"""Reading the table of an import: from an ordinary file or from standard input, bounded, and only as UTF-8."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pomfa_tui.cli.standard_input import whole
from pomfa_tui.domain.errors import BadInput, NotFound, WrongUsage
from pomfa_tui.filewords import kind_refused, sentences, shown

LARGEST = 4 * 1024 * 1024
"""Bytes of a table; five thousand rows with everything in them have less."""

STANDARD_INPUT = Path("-")

# O_NONBLOCK: a FIFO in the place of a file must not make the program wait for ever.
_CAREFUL = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_WANTED = "an ordinary file"


def read_table(path: Path) -> str:
    """Return the text of a table.

    Args:
        path: The file, or `-` for standard input.

    Raises:
        NotFound: There is no such file.
        UnsafeEnvironment: It is a link, a folder, a FIFO or a device.
        WrongUsage: It may not be read, or standard input is a terminal.
        BadInput: It is too large, or no UTF-8.
    """
    data = whole(LARGEST) if path == STANDARD_INPUT else _read(path)
    if len(data) > LARGEST:
        raise BadInput(
            "file", f"The table is larger than {LARGEST // 2**20} MiB. Import it in parts."
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            "file",
            f"Line {line} of the table is not UTF-8. Save the table as CSV in UTF-8 and try again.",
        ) from None


def _read(path: Path) -> bytes:
    try:
        with sentences(path, wanted=_WANTED):
            fd = _opened(path)
    except FileNotFoundError:
        raise NotFound(f"the file {shown(path)}") from None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise kind_refused(path, wanted=_WANTED)
        with os.fdopen(fd, "rb", closefd=False) as file:
            return file.read(LARGEST + 1)
    finally:
        os.close(fd)


def _opened(path: Path) -> int:
    try:
        return os.open(path, _CAREFUL)
    except PermissionError:
        raise WrongUsage(
            f"{shown(path)} may not be read by this account. Send it in: pomfa-tui import - < {shown(path)}"
        ) from None
