"""Checks of what the host decides: the program of this terminal, swap, and the keys of the machine."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pomfa_tui.domain.checks import Check
from pomfa_tui.domain.errors import UnsafeEnvironment
from pomfa_tui.terminal.environment import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.settings import Settings

KERNEL = Path("/proc/sys")
SWAPS = Path("/proc/swaps")
BLOCKS = Path("/sys/class/block")
CGROUPS = Path("/sys/fs/cgroup")
OURSELVES = Path("/proc/self/cgroup")

SWITCHES = {
    "kernel.sysrq": ("0", "SysRq keys work at its keyboard"),
    "dev.tty.legacy_tiocsti": ("0", "programs may type into terminals"),
    "fs.protected_symlinks": ("1", "links in shared folders are followed"),
}
"""Settings of the kernel, what each should be, and what it means when it is not (rows K09, K35 and K65 of docs/security.md)."""

_SECTION = "Correct `command` under [handover], or install the program."
_LONGEST_LINE = 256


def handover(settings: Settings) -> Check:
    """Look whether the program of this terminal could be started, and whether anybody could put another in its place."""
    from pomfa_tui.filewords import shown

    command, name = settings.handover.command, "handover"
    if not command:
        return Check.fine(name, "No program follows the sign-in: people stay on Home.")
    found = shutil.which(command[0], mode=os.F_OK, path=OURS["PATH"])
    if found is None:
        return Check.failed(name, f"The program {shown(Path(command[0]))} is not there.", _SECTION)
    path = Path(found)
    if obstacle := _obstacle(path):
        return Check.failed(name, f"The program {shown(path)} {obstacle}.", _SECTION)
    places = list(_way_to(path))
    if open_place := next((each for each in places if _others_write(each)), None):
        return Check.failed(
            name,
            f"Others may write to {shown(open_place)}, so they could put their own program in place of {shown(path)}, which gets this "
            "account's rights.",
            f"Give it to root and close it: chown root {shown(open_place)}; chmod go-w {shown(open_place)}",
            UnsafeEnvironment.exit_code,
        )
    if shared := next((each for each in places if _is_shared(each)), None):
        return Check.doubtful(
            name,
            f"The program {shown(path)} lies in {shown(shared)}, where everybody may make files.",
            "Move it to a folder that only root writes to, such as /usr/local/bin.",
        )
    return Check.fine(
        name, f"{shown(path)} can be started after sign-in, and only its owner changes it."
    )


def machine() -> Check:
    """Look at what no program can close by itself: swap, and keys and links of the machine."""
    from pomfa_tui.domain.text import printable

    swaps = [printable(each) for each in _bare_swaps()]
    open_to = [f"swap on {each} is not encrypted" for each in swaps]
    fixes = ["swapoff -a, or encrypt it"] if swaps else []
    for switch, (wanted, meaning) in SWITCHES.items():
        found = _read(KERNEL / switch.replace(".", "/"))
        if found and found != wanted:
            open_to.append(f"{meaning} ({switch}={printable(found)})")
            fixes.append(f"sysctl {switch}={wanted}")
    if not open_to:
        return Check.fine("host", "No secret is written to swap, and its keys open nothing.")
    first, *others = open_to
    return Check.doubtful(
        "host",
        "; ".join([first[0].upper() + first[1:], *others]) + ".",
        f"On the host, for good: {'; '.join(fixes)}",
    )


def _obstacle(path: Path) -> str:
    """Return why a file cannot be started without a shell, or nothing."""
    if not path.is_file():
        return "is no file"
    if not os.access(path, os.X_OK):
        return "may not be started by this account"
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_LINE)
    except OSError:
        return ""  # it may be started without being readable
    if line.startswith(b"#!"):
        interpreter = Path(os.fsdecode(line[2:].split()[0])) if line[2:].split() else Path()
        return "" if os.access(interpreter, os.X_OK) else "has a first line that names no program"
    return "" if line.startswith(b"\x7fELF") else "is no program: its first line must name one (#!)"


def _way_to(path: Path) -> Iterator[Path]:
    """Yield everything by which a program is found: the file and its folders, as named and without links."""
    for each in dict.fromkeys((path, path.resolve())):
        yield each
        yield from each.parents


def _others_write(path: Path) -> bool:
    """Tell whether somebody else than root and this account may change a file, or what lies in a folder."""
    found = path.stat()
    if found.st_uid not in {0, os.geteuid()}:
        return True
    if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
        return False
    return bool(found.st_mode & (stat.S_IWOTH | (stat.S_IWGRP if found.st_gid else 0)))


def _is_shared(path: Path) -> bool:
    mode = path.stat().st_mode
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISVTX) and bool(mode & stat.S_IWOTH)


def _bare_swaps() -> Iterator[str]:
    """Yield each swap that keeps on a disk, unencrypted, what this process may have in memory (K33)."""
    if _kept_in_memory():
        return
    for line in _read(SWAPS).splitlines()[1:]:
        name = line.split()[0]
        device = Path(name).resolve().name
        encrypted = _read(BLOCKS / device / "dm" / "uuid").startswith("CRYPT-")
        if not encrypted and not device.startswith("zram"):
            yield name


def _kept_in_memory() -> bool:
    """Tell whether the unit that this runs in may not swap (`MemorySwapMax=0`)."""
    for line in _read(OURSELVES).splitlines():
        if line.startswith("0::/"):
            own = CGROUPS / line.removeprefix("0::/")
            inside = [each for each in (own, *own.parents) if CGROUPS in (each, *each.parents)]
            return any(_read(each / "memory.swap.max") == "0" for each in inside)
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
