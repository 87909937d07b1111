"""The names of shared mailboxes (rule 2)."""

from __future__ import annotations

from functools import cache


@cache
def role_names() -> frozenset[str]:
    """Return the local parts that stand for a role, in lower case."""
    from importlib.resources import files  # noqa: PLC0415 - not needed to show the first screen

    text = files("pomfa_tui.content").joinpath("role_mailboxes.txt").read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
