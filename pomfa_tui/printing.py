"""Hands a slip to the printer's program: no shell, no file, nothing of ours but the text on its standard input."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

from pomfa_tui.domain.errors import PrintFailed

SECONDS = 20.0
"""How long the printer's program may take."""

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""All that the printer's program is told."""


class CommandPrinter:
    """Prints by a program that reads the text from standard input, such as `lp`.

    It runs in a session of its own, so that it never reaches the terminal, and is ended with everything it started when it takes too
    long.

    Args:
        command: The program, by its full path or by a name in the usual folders, and its arguments.
        seconds: How long it may take.
    """

    def __init__(self, command: tuple[str, ...], *, seconds: float = SECONDS) -> None:
        self._command = command
        self._seconds = seconds

    def print(self, text: str) -> None:
        """Print a text; blocks until the program has taken it.

        Raises:
            PrintFailed: The program cannot be started, took too long, or said that it failed.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
            )
        except (OSError, ValueError):
            raise PrintFailed("The printer's program cannot be started.") from None
        try:
            process.communicate(text.encode(), timeout=self._seconds)
        except subprocess.TimeoutExpired:
            raise PrintFailed("The printer did not answer in time.") from None
        finally:
            _end(process)
        if process.returncode != 0:
            raise PrintFailed("The printer did not take the slip.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it has started, however it went."""
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
