"""Keep secrets from leaving the process by dumps, debuggers, wide modes and tracebacks (STO-12, K30, K31, K36)."""

from __future__ import annotations

import os
import resource
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Hardening:
    """What this system allowed.

    Attributes:
        no_core_files: `RLIMIT_CORE` is 0, hard limit included.
        not_dumpable: No dump through a pipe, no debugger, no `/proc/PID/environ` for the same account.
    """

    no_core_files: bool
    not_dumpable: bool


def harden() -> Hardening:
    """Set umask 077, forbid core dumps and debuggers, and silence tracebacks, as far as this system allows.

    Call it in the process that will hold secrets: `execve` undoes what it says about debuggers.
    """
    os.umask(0o077)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    return Hardening(no_core_files=_forbid_core_files(), not_dumpable=_forbid_dumps())


def forbid_new_privileges() -> bool:
    """Let neither this process nor whatever it starts gain rights from a file; tell whether this system allowed that.

    Not where a hand-over may go through `sudo`, which would gain none.
    """
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def silence_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Make an event loop report forgotten failures without their values, also where nobody set up logging."""
    import logging  # noqa: PLC0415 - asyncio has imported it already

    loop.set_exception_handler(_forgotten_in_loop)
    if not logging.getLogger().handlers:
        # Without any handler, logging prints warnings with their values to the terminal.
        logging.getLogger().addHandler(logging.NullHandler())


def fault_place(kind: type[BaseException], traceback: TracebackType | None) -> str:
    """Return `TypeName at file:line`, the innermost line of this program or else of all: never a value."""
    places: list[tuple[Path, int]] = []
    while traceback is not None:
        places.append((Path(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno))
        traceback = traceback.tb_next
    if not places:
        return kind.__name__
    ours = [place for place in places if _PACKAGE in place[0].parents]
    file, line = (ours or places)[-1]
    name = file.relative_to(_PACKAGE) if ours else file.name
    return f"{kind.__name__} at {name}:{line}"


def _uncaught(
    kind: type[BaseException], _value: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _report(kind, traceback)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if not issubclass(args.exc_type, SystemExit):
        _report(args.exc_type, args.exc_traceback)


def _forgotten_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        _report(type(error), error.__traceback__)
    else:
        _write("pomfa-tui: a fault in the event loop. Tell the helpdesk.")


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    _report(args.exc_type, args.exc_traceback)


def _report(kind: type[BaseException], traceback: TracebackType | None) -> None:
    _write(f"pomfa-tui: a fault ({fault_place(kind, traceback)}). Tell the helpdesk.")


def _write(sentence: str) -> None:
    # The last words of a process may find standard error closed or missing.
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()


def _forbid_core_files() -> bool:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return True


def _forbid_dumps() -> bool:
    """Set `PR_SET_DUMPABLE` to 0: a core pattern that pipes ignores the limit on core files."""
    return _prctl(_PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes  # noqa: PLC0415 - only here

        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False
