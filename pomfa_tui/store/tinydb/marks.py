"""The marks in the lock file: how far the store has been written, and how far it has been made safe.

`WRITTEN` moves with each commit, under the lock, before the commit is on the disk. `SAFE` moves after that, under the sync lock: everything
up to it survives a crash of the host and may have been acknowledged to somebody. Neither is ever synced itself, so after a restart of the
host `SAFE` may be late, but it is never early, and `WRITTEN` says nothing.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from pomfa_tui.store.tinydb.journal import Position

WRITTEN, SAFE = 0, 128
"""Where in the file each mark stands."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_FORM = Struct("<QQQQQQQQQ16s")
_SUM = Struct("<I")
LENGTH = _FORM.size + _SUM.size


class Mark(NamedTuple):
    """One mark.

    Attributes:
        generation: Of the journal.
        base: Number of the last commit before the journal.
        seq: Number of the last commit.
        crc: The journal's running checksum after it.
        end: Bytes of the journal up to it.
        log: Bytes that the audit log must have with it.
        logged: Bytes that the audit log was seen to have; less than `log` when it could not be written.
        epoch: Counts how often commits were taken back, because the disk refused to make them safe.
        kept: Number of the last commit that stayed when that happened last.
        boot: The host's boot in which the mark was written, 16 bytes.
    """

    generation: int
    base: int
    seq: int
    crc: int
    end: int
    log: int
    logged: int
    epoch: int
    kept: int
    boot: bytes

    @property
    def position(self) -> Position:
        """Where in the journal it points to."""
        return Position(self.generation, self.base, self.seq, self.crc, self.end)

    def encode(self) -> bytes:
        """Return the mark as it stands in the file, with a checksum."""
        data = _FORM.pack(*self)
        return data + _SUM.pack(zlib.crc32(data))

    @classmethod
    def decode(cls, data: bytes) -> Mark | None:
        """Read a mark; none when it is missing, half written or damaged."""
        if len(data) != LENGTH or data[-4:] != _SUM.pack(zlib.crc32(data[:-4])):
            return None
        return cls(*_FORM.unpack(data[:-4]))


def this_boot() -> bytes:
    """Return what identifies the host's boot; something new each time where the system does not tell."""
    with suppress(OSError, ValueError):
        return bytes.fromhex(_BOOT.read_text("ascii").strip().replace("-", ""))
    return os.urandom(16)
