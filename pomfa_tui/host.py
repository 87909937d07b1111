"""Facts about this machine: its clocks, its processes, and where this terminal is."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pomfa_tui import __version__
from pomfa_tui.domain.notices import NO_TERMINAL
from pomfa_tui.domain.ports import Place
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_ORIGIN = re.compile(r"[0-9A-Fa-f:.%a-z]{2,64}")
_LONGEST = 64
_TIMEX_BYTES, _CLOCK_UNSYNCHRONISED = 512, 5


class SystemClock:
    """The machine's own clocks. No variable of the environment sets them (TOTP-10)."""

    def now(self) -> int:
        """Return UTC seconds since the epoch."""
        return int(time.time())

    def elapsed(self) -> float:
        """Return seconds since boot, sleep of the machine included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        time.sleep(seconds)


class HostProcesses:
    """The processes of this machine."""

    def alive(self, pid: int) -> bool:
        """Tell whether a process with this number runs."""
        if pid <= 0:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True


def clock_is_kept() -> bool | None:
    """Tell whether a time service keeps the system's clock, as the kernel says; none where it does not say (adjtimex(2))."""
    import ctypes  # noqa: PLC0415 - only the doctor asks

    try:
        # Nothing is set: the first field, which says what to change, is 0.
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _CLOCK_UNSYNCHRONISED


def this_place(environ: Mapping[str, str]) -> Place:
    """Return where this process runs.

    Args:
        environ: As it was before it was cleaned; `SSH_CONNECTION` names the origin, which is advisory only (A37).
    """
    return Place(terminal=_terminal(environ), boot=_boot(), pid=os.getpid(), version=__version__)


def login_name() -> str:
    """Return the login name of the account that runs the command line, for the audit log."""
    import pwd  # noqa: PLC0415 - only the command line asks

    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return printable(name)[:_LONGEST]


def _terminal(environ: Mapping[str, str]) -> str:
    origin = environ.get("SSH_CONNECTION", "").split(" ", 1)[0]
    if origin and _ORIGIN.fullmatch(origin):
        return f"ssh:{origin}"
    for descriptor in (0, 1, 2):
        try:
            return printable(os.ttyname(descriptor)).removeprefix("/dev/")[:_LONGEST]
        except OSError:
            continue
    return NO_TERMINAL


def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()[:_LONGEST]
    except (OSError, UnicodeDecodeError):
        return "unknown"
