"""Load compiled libraries late, and say plainly when this machine will not load them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import Unloadable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def loading(library: str) -> Iterator[None]:
    """Turn a failed import into a sentence (K56)."""
    try:
        yield
    except (ImportError, OSError):
        raise Unloadable(library) from None
