"""Start the program: a clean interpreter first, then the command line, which opens the terminal interface by default."""

from __future__ import annotations

import os
import sys

from pomfa_tui.terminal.environment import isolate

INTERRUPTED = 130
"""Ctrl+C at a command of the command line; the terminal interface ignores it."""

_WITH_VALUE = ("--data", "--key-file", "--config")


def opens_interface(arguments: list[str]) -> bool:
    """Tell from the command line whether the terminal interface is asked for, before anything that knows better is loaded."""
    words = iter(arguments)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word == "run"
        elif word in {"--help", "--version"}:
            return False
    return True


def main() -> None:
    """Run the program and end the process with its exit status; does not return."""
    isolate(sys.argv[1:])
    status: int | None = None
    try:
        if opens_interface(sys.argv[1:]):
            from pomfa_tui.terminal import quick_start
            from pomfa_tui.terminal.tty import ignore_keys_of_the_line

            ignore_keys_of_the_line()
            if "--kiosk" in sys.argv[1:]:
                from pomfa_tui.terminal.supervisor import supervise

                supervise()
            quick_start.begin()
            from pomfa_tui.cli.quick import open_quickly

            status = open_quickly(sys.argv[1:], os.environ)
        if status is None:
            from pomfa_tui.cli.main import cli

            cli(prog_name="pomfa-tui")
            status = 0
    except SystemExit as ending:
        status = _status(ending.code)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception:  # noqa: BLE001 - no traceback ever reaches a person
        from pomfa_tui.terminal.faults import new_incident, stopped
        from pomfa_tui.terminal.statuses import CRASHED

        print(stopped(new_incident()), file=sys.stderr)  # noqa: T201 - the last resort
        status = CRASHED
    end(status)


def end(status: int) -> None:
    """End the process now: threads that hang must not hold it, nor anything read from the environment (K04, K53)."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(status)


def _status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)  # noqa: T201 - what SystemExit says
    return 1


if __name__ == "__main__":
    main()
