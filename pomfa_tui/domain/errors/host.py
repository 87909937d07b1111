"""What the place that the program runs in refuses."""

from __future__ import annotations

from typing import Self

from pomfa_tui.domain.errors.base import Refusal


class Busy(Refusal):
    """The store is locked by somebody else for longer than the time-out."""

    code = "busy"
    exit_code = 5

    def __init__(
        self, message: str = "The store is busy. Try again in a moment; nothing has been changed."
    ) -> None:
        """Say that nothing was changed."""
        super().__init__(message)


class Unavailable(Busy):
    """The store cannot be written or read: disk full, read-only, vanished. Nothing was changed."""


class IntegrityFailure(Refusal):
    """Something stored is damaged, foreign, or sealed with another key."""

    code = "integrity"
    exit_code = 6


class SealBroken(IntegrityFailure):
    """A sealed item does not open: damaged, moved to another record, or made with another key."""

    def __init__(self, what: str = "A sealed item") -> None:
        """Name the kind of item, never its content."""
        super().__init__(
            f"{what} in the store cannot be opened: it is damaged or belongs elsewhere. Ask the helpdesk."
        )


class WrongKey(IntegrityFailure):
    """The key file is not the one this store was made with."""

    def __init__(self) -> None:
        """Say what to look for."""
        super().__init__(
            "The key file does not belong to this store. Put the store's own key file in place and start again."
        )


class PrintFailed(Refusal):
    """The printer's program did not print; what was to be printed is still on the screen."""

    code = "print_failed"

    def __init__(self, why: str) -> None:
        """Say what to do instead."""
        super().__init__(f"{why} Write it down instead.")


class UnsafeEnvironment(Refusal):
    """Modes, owner or links of a file or folder would let others in."""

    code = "unsafe_environment"
    exit_code = 7


class Unloadable(UnsafeEnvironment):
    """A compiled library does not load: its file system is mounted `noexec`, or memory is short (K56).

    Args:
        library: Its name.
    """

    def __init__(self, library: str) -> None:
        """Name the library, and both reasons that there can be."""
        super().__init__(
            f"The library {library} cannot be loaded here. Either memory is short: close other programs. Or pomfa-tui lies where "
            "nothing may be executed (noexec): install it elsewhere."
        )

    @classmethod
    def because_of(cls, error: ImportError) -> Self | None:
        """Return the refusal for a compiled file that did not load, and none for any other failed import."""
        path = error.path or ""
        library = path.rpartition("-packages/")[2].partition("/")[0]
        return cls(library) if path.endswith(".so") else None


class WrongUsage(Refusal):
    """The command line or the configuration is wrong."""

    code = "bad_input"
    exit_code = 2
