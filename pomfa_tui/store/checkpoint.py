"""The checkpoint: the first line of an audit log whose oldest records were dropped, sealed with the key (AUD-10).

It states where the chain stood after the last of them, so that what is left can be verified from there, and how many bytes they had, so
that every place in the log keeps its number. The store knows which checkpoint belongs in front; no other passes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pomfa_tui.domain.audit import Checkpoint, Head
from pomfa_tui.domain.documents import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.ports import HeadSeal

LONGEST = 1024
"""Bytes of its line at most."""

_OPEN = b'{"checkpoint":'
_encode = msgspec.json.Encoder().encode


class _Stated(Document, frozen=True, kw_only=True):
    checkpoint: Checkpoint
    store: str
    size: int


class SealedCheckpoint(Document, frozen=True, kw_only=True):
    """A checkpoint as it stands in the log.

    Attributes:
        checkpoint: What it states.
        store: Identifier of the store.
        size: Bytes of all records that were dropped since the log began.
        seal: Made over `sealed_bytes`, with the id of the key in it.
    """

    checkpoint: Checkpoint
    store: str
    size: int
    seal: str


class Cut(Document, frozen=True, kw_only=True):
    """What the store knows of the checkpoint.

    Attributes:
        sealed: The one that belongs in front of the log.
        done: Whether it was put there; until then the log's file may still have the older records.
    """

    sealed: SealedCheckpoint
    done: bool


class Start(NamedTuple):
    """How a log's file begins.

    Attributes:
        sealed: The checkpoint in front; none where there is none, or none that can be read.
        header: Bytes of its line; 0 for none.
    """

    sealed: SealedCheckpoint | None = None
    header: int = 0

    @property
    def after(self) -> Head:
        """Where the chain stood before the first record of the file."""
        return Head() if self.sealed is None else self.sealed.checkpoint.head

    @property
    def base(self) -> int:
        """Bytes that all records before the first one of the file had."""
        return 0 if self.sealed is None else self.sealed.size

    @property
    def shift(self) -> int:
        """What to add to a place in the file for the place in the log as if nothing had ever been dropped."""
        return self.base - self.header


def sealed_bytes(checkpoint: Checkpoint, store: str, size: int) -> bytes:
    """Return what the seal is made over; nothing that is sealed as a head reads like it."""
    return b"audit checkpoint " + _encode(_Stated(checkpoint=checkpoint, store=store, size=size))


def sealed_checkpoint(
    checkpoint: Checkpoint, store: str, size: int, seal: HeadSeal
) -> SealedCheckpoint:
    """Return the checkpoint with a seal of the current key."""
    made = seal.seal(sealed_bytes(checkpoint, store, size))
    return SealedCheckpoint(checkpoint=checkpoint, store=store, size=size, seal=made)


def is_sealed(sealed: SealedCheckpoint, seal: HeadSeal) -> bool:
    """Tell whether a checkpoint was sealed with this key."""
    return seal.check(sealed_bytes(sealed.checkpoint, sealed.store, sealed.size), sealed.seal)


def line_of(sealed: SealedCheckpoint) -> bytes:
    """Return its line, with the newline."""
    return _encode(sealed) + b"\n"


def start_of(data: bytes) -> Start:
    """Read how a log begins.

    Args:
        data: Its first bytes, `LONGEST` of them or all.
    """
    end = data.find(b"\n") + 1
    if data.startswith(_OPEN) and end:
        with suppress(msgspec.DecodeError, ValueError, RecursionError):
            sealed = msgspec.json.decode(data[:end], type=SealedCheckpoint)
            if line_of(sealed) == data[:end]:
                return Start(sealed, end)
    return Start()


def problem_of(
    found: SealedCheckpoint | None, cut: Cut | None, is_good: Callable[[SealedCheckpoint], bool]
) -> str | None:
    """Say in one sentence why a log's checkpoint is not the one that belongs there; none when it is.

    Args:
        found: What the log begins with.
        cut: What the store knows.
        is_good: Checks a seal.
    """
    if found is not None and not is_good(found):
        return "The checkpoint in front of the log is not sealed with this key: it was forged, or is another store's."
    if found == (None if cut is None else cut.sealed):
        return None
    if cut is None:
        return (
            "The log begins with a checkpoint that this store did not make: an older copy of the store was put back, or somebody "
            "exchanged the log."
        )
    return None if _may_stay(found, cut) else _another(found, cut.sealed.checkpoint.seq)


def _may_stay(found: SealedCheckpoint | None, cut: Cut) -> bool:
    """Tell whether a log may begin like this until the store's own checkpoint has been put there."""
    if cut.done:
        return False
    if found is None:
        return True
    own = cut.sealed
    return found.store == own.store and found.checkpoint.seq <= own.checkpoint.seq


def _another(found: SealedCheckpoint | None, last: int) -> str:
    if found is None:
        return f"The checkpoint that stands for records 1 to {last} is missing or damaged, or an older copy of the log was put back."
    return (
        f"The log begins with a checkpoint after record {found.checkpoint.seq}, but the store's own is after record {last}: another copy of "
        "the log was put in its place."
    )
