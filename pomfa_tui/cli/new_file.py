"""A file that a command makes: new, for this account alone, whole or not there at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import new_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def require_free(path: Path) -> None:
    """Refuse a place that cannot be used before anything is done for it.

    Raises:
        WrongUsage: Something is there, or nothing can be created there.
    """
    if os.path.lexists(path):
        raise taken(path)
    folder = path.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise WrongUsage(
            f"No file can be created in {shown(folder)}. Name a place in a folder that this account may write to."
        )


@contextmanager
def new_file(path: Path) -> Iterator[Callable[[str], None]]:
    """Create a file of mode 0600; yields what writes text to it.

    Raises:
        WrongUsage: Something is there already.
        OSError: The disk refuses; nothing is left behind.
    """
    require_free(path)
    try:
        with new_private(path.absolute()) as write:
            yield lambda text: write(text.encode())
    except FileExistsError:
        raise taken(path) from None


def taken(path: Path) -> WrongUsage:
    """Return the refusal of a place where something is already."""
    return WrongUsage(
        f"{shown(path)} is there already and is never overwritten. Name a file that is not there."
    )
