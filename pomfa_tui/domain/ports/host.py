"""What services need of the machine: clocks, processes, a printer, files for somebody to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Clock(Protocol):
    """Two clocks: one tells the time, the other how much of it has passed."""

    def now(self) -> int:
        """Return UTC seconds since the epoch."""
        ...

    def elapsed(self) -> float:
        """Return seconds that only grow, sleep of the machine included; comparable within one process only."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass; never while the store is locked."""
        ...


class Printer(Protocol):
    """Puts a text on paper."""

    def print(self, text: str) -> None:
        """Print a text.

        Raises:
            PrintFailed: It is not on paper.
        """
        ...


class NewFile(Protocol):
    """A file that is being written for people to take away."""

    @property
    def place(self) -> str:
        """Where it is, for a sentence."""
        ...

    def write(self, text: str) -> None:
        """Add text to it."""
        ...


class Forwarded(Protocol):
    """How far the audit log was forwarded to the host's log."""

    def held(self) -> AbstractContextManager[None]:
        """Be the only one who forwards.

        Raises:
            Busy: Somebody else is at it.
            Unavailable: It cannot be written.
        """
        ...

    def reached(self) -> int | None:
        """Return the number of the last record that was forwarded, without being the one who forwards; none where nothing ever was.

        Raises:
            Unavailable: It cannot be read.
        """
        ...

    def read(self) -> int:
        """Return the number of the last record that was forwarded; 0 before the first."""
        ...

    def write(self, number: int) -> None:
        """Remember the number of the last record that was forwarded."""
        ...


class Exports(Protocol):
    """Where files for people are put that are made from a screen."""

    def new_file(self, stem: str, suffix: str) -> AbstractContextManager[NewFile]:
        """Make a new file of mode 0600; whole at the end of the block, or gone when the block raises.

        Args:
            stem: Beginning of its name.
            suffix: End of its name, with the dot.

        Raises:
            Unavailable: It cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process runs, for the audit log and the list of sessions.

    Attributes:
        terminal: Name of the tty, or origin of the SSH connection; advisory only (A37).
        boot: Identifies the host's boot.
        pid: This process.
        version: Of the program.
    """

    terminal: str
    boot: str
    pid: int
    version: str


class Processes(Protocol):
    """Knows which processes of this host still run."""

    def alive(self, pid: int) -> bool:
        """Tell whether a process with this number runs."""
        ...
