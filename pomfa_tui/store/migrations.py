"""Steps that bring older documents to today's form: numbered, idempotent, over raw tables.

A step gets every table as plain dicts, keyed by table and TinyDB number, and changes them in place. It must be harmless when it runs
twice. Engines back up before the first step and check every document against its type after the last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pomfa_tui.domain.errors import IntegrityFailure

FORMAT = 2
"""Version of what is stored; raise it together with a step from the version before."""

Tables = dict[str, dict[str, dict[str, Any]]]


def _add_requests(tables: Tables) -> None:
    """Bring version 1 to 2: requests to the helpdesk; fields that came later are filled in when documents are checked."""
    for name in ("requests", "request_meters"):
        tables.setdefault(name, {})


STEPS: dict[int, Callable[[Tables], None]] = {1: _add_requests}
"""By the version that a step starts from. Version 1 is the first that was ever written."""


def bring_up_to_date(tables: Tables, version: int, place: str) -> None:
    """Run every step from `version` on.

    Args:
        tables: Changed in place.
        version: What they have now.
        place: Where they come from, for the sentence.

    Raises:
        IntegrityFailure: The version is newer than this program, or older than any step.
    """
    check_known(version, place)
    for step in range(version, FORMAT):
        STEPS[step](tables)


def check_known(version: int, place: str) -> None:
    """Refuse a version that this program cannot read; nothing is ever written over it."""
    if version > FORMAT:
        raise IntegrityFailure(
            f"{place} has format {version} and was written by a newer pomfa-tui; this one knows formats up to {FORMAT}. "
            "Use the newer program; nothing was changed."
        )
    if any(step not in STEPS for step in range(version, FORMAT)):
        raise IntegrityFailure(
            f"{place} has format {version}, which this pomfa-tui cannot bring up to date. Ask the helpdesk; nothing was changed."
        )
