"""The checkpoint in a copy of the audit log, read away from its store: joins store and keys for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.bootstrap import keys_if_any
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import HmacHeadSeal
from pomfa_tui.store.checkpoint import is_sealed, start_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.audit import Head
    from pomfa_tui.settings import Settings


class FoundCheckpoint(NamedTuple):
    """A checkpoint that a copy of the log begins with.

    Attributes:
        head: Where the chain stood after the records that it stands for.
        sealed: Whether this key sealed it; none without a key.
    """

    head: Head
    sealed: bool | None


def finder(settings: Settings | None) -> Callable[[bytes], FoundCheckpoint | None]:
    """Return what reads a first line: none where that is no checkpoint.

    Args:
        settings: Where the key is; none where that is not known, so that no seal is checked.
    """
    keys = None if settings is None else keys_if_any(settings)
    seal = None if keys is None else HmacHeadSeal(keys.sub_keys(Purpose.AUDIT_HEAD))

    def find(line: bytes) -> FoundCheckpoint | None:
        found = start_of(line).sealed
        if found is None:
            return None
        good = None if seal is None else is_sealed(found, seal)
        return FoundCheckpoint(found.checkpoint.head, good)

    return find
