"""Processes of a test, looked at from outside: whether they run, and whether they want a processor just now; from /proc."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_WAITS_FOR_DISK_OR_RUNS = frozenset("DR")


def at_work(pid: int) -> bool:
    """Tell whether a thread of a process or of its descendants runs, or would if a processor were free."""
    return any(state in _WAITS_FOR_DISK_OR_RUNS for state in _states(pid))


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    return found


def _states(pid: int) -> Iterator[str]:
    # Whatever ends while it is looked at has nothing more to do.
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                yield (task / "stat").read_text(errors="replace").rpartition(") ")[2][:1]
                for child in (task / "children").read_text().split():
                    yield from _states(int(child))


def is_running(pid: int) -> bool:
    """Tell whether a process runs and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def child_of(pid: int) -> int:
    """Return the process that a process started first, of those that run."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0])
