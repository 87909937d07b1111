"""What is read from standard input: a line that nobody may see, or a whole file. Never from the arguments, which everybody can read."""

from __future__ import annotations

import sys

import click

from pomfa_tui.domain.errors import WrongUsage

LONGEST_LINE = 256
"""Bytes of a line that are read; nothing that is asked for is as long."""


def secret_line(what: str) -> str:
    """Read one line, asked for without an echo where somebody types it.

    Args:
        what: What it is, for the prompt and the sentence.

    Raises:
        WrongUsage: There is none.
        click.Abort: Whoever was asked left.
    """
    if is_terminal():
        # The prompt keeps off standard output, where programs expect the answer alone.
        typed = click.prompt(what, hide_input=True, err=True, default="", show_default=False)
        line = str(typed)
    else:
        line = _bytes(LONGEST_LINE, line=True).decode("utf-8", "replace")
    if not line.strip():
        raise WrongUsage(
            f"{what} missing: it is read from standard input, one line, and never from the command line."
        )
    return line.strip("\r\n")


def whole(limit: int) -> bytes:
    """Read everything, and one byte more than the limit at most.

    Raises:
        WrongUsage: Standard input is a terminal, at which nobody types a file.
    """
    if is_terminal():
        raise WrongUsage("Standard input is a terminal. Send a file in: `... - < FILE.csv`.")
    return _bytes(limit + 1)


def some(limit: int) -> bytes:
    """Read everything a program sends.

    Raises:
        WrongUsage: It is more than `limit` bytes.
    """
    data = _bytes(limit + 1)
    if len(data) > limit:
        raise WrongUsage(f"More than {limit} bytes came in through standard input.")
    return data


def is_terminal() -> bool:
    """Tell whether somebody types."""
    return sys.stdin is not None and sys.stdin.isatty()


def _bytes(most: int, *, line: bool = False) -> bytes:
    if sys.stdin is None:
        return b""
    source = sys.stdin.buffer
    return source.readline(most) if line else source.read(most)
