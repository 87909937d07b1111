"""Load compiled libraries late, and say plainly when this machine will not load them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import UnsafeEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def loading(library: str) -> Iterator[None]:
    """Turn a failed import into a sentence; a file system mounted `noexec` is the usual cause (K56)."""
    try:
        yield
    except (ImportError, OSError):
        raise UnsafeEnvironment(
            f"The library {library} cannot be loaded here: install pomfa-tui again, in a place from "
            "which this machine runs programs (not one mounted noexec)."
        ) from None
