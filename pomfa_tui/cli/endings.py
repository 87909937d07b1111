"""How a command ends badly: one sentence, one code of the contract, one exit status, and never a traceback.

Beside 0 to 7 of the contract there are three statuses that sysexits and shells know: 70 for a fault of the program's own, 130 when it
was interrupted from the keyboard, 141 when nobody reads its output any more.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Fault
from pomfa_tui.domain.errors import Refusal, Unavailable, Unloadable
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pomfa_tui.cli.call import Call

CODES = frozenset(
    {
        "shared_mailbox",
        "email_exists",
        "nhsmail_full",
        "last_admin",
        "self_reset",
        "multi_site",
        "not_permitted",
        "weak_password",
        "bad_input",
        "not_found",
        "busy",
        "integrity",
        "unsafe_environment",
    }
)
"""Every code that a program may meet; what has none of its own is told by its status."""

FAULT, INTERRUPTED, UNREAD = 70, 130, 141
WRONG_USAGE = 2

_BY_STATUS = {
    1: "not_permitted",
    WRONG_USAGE: "bad_input",
    3: "not_permitted",
    4: "not_found",
    5: "busy",
    6: "integrity",
    7: "unsafe_environment",
    FAULT: "integrity",
}
_LONGEST = 600
_CUT = 120


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    Attributes:
        status: Exit status.
        code: For programs.
        message: One sentence for people; empty for a quiet end.
    """

    status: int
    code: str = ""
    message: str = ""


def end_badly(error: BaseException, call: Call, arguments: Sequence[str]) -> int:
    """Say what happened, where it was asked for, and return the exit status."""
    ending = ending_of(error)
    wants_json = call.as_json or (isinstance(error, click.UsageError) and _asks(arguments))
    with suppress(OSError, ValueError):
        if ending.message and wants_json and sys.stdout is not None:
            document = {"error": {"code": ending.code, "message": ending.message}}
            sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
        elif ending.message and sys.stderr is not None:
            sys.stderr.write(f"{ending.message}\n")
    return _settled(ending.status)


def ending_of(error: BaseException) -> Ending:
    """Return how a command ends that raised this."""
    if isinstance(error, ImportError):
        error = Unloadable.because_of(error) or error
    quiet = _quiet_status(error)
    if quiet is not None:
        return Ending(quiet)
    if isinstance(error, Refusal):
        code = error.code if error.code in CODES else _BY_STATUS[error.exit_code]
        return Ending(error.exit_code, code, _one_line(error.message))
    if isinstance(error, click.ClickException):
        return Ending(WRONG_USAGE, "bad_input", _usage(error))
    if isinstance(error, OSError | MemoryError):
        return Ending(Unavailable.exit_code, "busy", _system_refused(error))
    return _fault(error)


def _quiet_status(error: BaseException) -> int | None:
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case SystemExit():
            return error.code if isinstance(error.code, int) else int(error.code is not None)
        case KeyboardInterrupt() | click.Abort():
            return INTERRUPTED
        case OSError(errno=errno.EPIPE):
            return UNREAD
    return None


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.exceptions.NoArgsIsHelpError) or _is_group_alone(error):
        message = "A command is missing."
    else:
        message = error.format_message().strip()
    sentence = message if message.endswith((".", "?", ")")) else f"{message}."
    path = context.command_path if context is not None else "pomfa-tui"
    return _one_line(f"{sentence} See `{path} --help`.")


def _is_group_alone(error: click.ClickException) -> bool:
    return isinstance(error, click.UsageError) and error.message.startswith("Missing command")


def _system_refused(error: OSError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return "This computer is short of memory. Close other programs and try again."
    reason = error.strerror or type(error).__name__
    place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    where = f" ({place})" if place else ""
    return _one_line(
        f"The system refused something{where}: {reason}. Put that right and try again."
    )


def _fault(error: BaseException) -> Ending:
    fault = Fault.of(error)
    return Ending(
        FAULT,
        _BY_STATUS[FAULT],
        f"pomfa-tui stopped because of a fault of its own (incident {fault.incident}, {fault.place}). Try again; if it stops "
        "again, tell the helpdesk this number.",
    )


def _one_line(text: str) -> str:
    """Return a sentence that no terminal obeys and no screen overflows from, whatever was typed into it."""
    words = (printable(_shortened(word)) for word in " ".join(text.splitlines()).split(" ") if word)
    line = " ".join(words)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _shortened(word: str) -> str:
    return word if len(word) <= _CUT else f"{word[:_CUT]}…"


def _asks(arguments: Sequence[str]) -> bool:
    """Tell whether a command line that could not be read asks for JSON."""
    options = arguments[: list(arguments).index("--")] if "--" in arguments else arguments
    return "--json" in options


def _settled(status: int) -> int:
    """Close the streams here, where a full disk or a closed pipe can still be told by the status."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            status = status or UNREAD
            _forget(stream)
    return status


def _forget(stream: object) -> None:
    """Send what is held back to nowhere, so that the interpreter does not complain about it at its end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]
        os.close(nowhere)
