"""The ledger: what is kept beside the key, outside the data folder, so that no older copy of the store brings back what is dead (BAK-03).

It has a line for each standing that changed (see `domain.standing`), sealed with the key and synced before the change itself is made. So a
restore knows what happened after the backup, also when the disk with the store is lost. Beside it lies the mark (see `reached`).
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import msgspec

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.domain.setbacks import Setback
from pomfa_tui.domain.standing import Standing, StandingKind
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import (
    atomic_replace,
    create_private,
    open_private,
    read_private,
    write_all,
)
from pomfa_tui.store.reached import CLOSED, MarkFile, Reached, RolledBack
from pomfa_tui.store.setbacks import SetbackFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pomfa_tui.domain.ports import HeadSeal

LARGEST = 1 << 28
"""Bytes of a ledger that will be read."""

TIDY_FROM = 1 << 20
"""Bytes below which old lines are not worth dropping."""

Standings = dict[tuple[StandingKind, str], Standing]

_NAME_LENGTH = 8

_encode = msgspec.json.Encoder().encode


class Begun(Document, frozen=True, kw_only=True):
    """The first line.

    Attributes:
        ledger: Version of the format.
        store: The store's identifier.
        seq: After which commit every change of a standing is in here.
    """

    ledger: int
    store: str
    seq: int


class Ledger:
    """The files of one store.

    Args:
        folder: Where they are: the key's folder.
        name: What their names begin with: the key file's name.
        seal: Seals each line.

    Attributes:
        kept: Whether there are files.
    """

    def __init__(self, folder: Path, name: str, *, seal: HeadSeal) -> None:
        self._folder = folder
        self._name = name
        self._seal = seal
        self._store = ""
        self._mark = MarkFile(folder)
        self.kept = False

    @property
    def path(self) -> Path:
        """Where the lines are."""
        return self._named("ledger")

    @property
    def setbacks(self) -> SetbackFile:
        """What is noted of files that were refused."""
        return SetbackFile(self._named("refused"), self._store, seal=self._seal)

    def serve(self, store: str) -> None:
        """Say which store this is about; nothing is created.

        Args:
            store: The store's identifier.
        """
        if store != self._store:
            self.close()
            self._store = store
            self._mark = MarkFile(self._named("mark"))
            self.kept = self.path.exists() and self._mark.path.exists()

    def keep(self, store: str, reached: Reached) -> None:
        """Begin the files where there are none yet; where the key's folder takes no files, go on without them.

        Args:
            store: The store's identifier.
            reached: How far it has got.

        Raises:
            Unavailable: The disk refuses.
            UnsafeEnvironment: Others could change them.
        """
        self.serve(store)
        if self.kept or not os.access(self._folder, os.W_OK | os.X_OK):
            return
        try:
            self._begin(reached.seq)
            self._mark.create(reached)
        except OSError as error:
            if error.errno in CLOSED:
                return
            raise self._refused(error) from error
        self.kept = True

    def check(self, seq: int, reached: Reached | None, place: str, *, note: bool = False) -> None:
        """Refuse a store that is behind its mark.

        Args:
            seq: Number of its newest commit.
            reached: The mark, read before the store was.
            place: The store's folder, for the sentence.
            note: Whether a refusal is noted for the audit log.

        Raises:
            RolledBack: It is.
        """
        if reached is not None and seq < reached.seq:
            if note:
                moment = int(time.time())
                self.setbacks.note(Setback(at=moment, ends_at=seq, reached=reached.seq))
            raise RolledBack(place, seq, reached.seq)

    def reached(self) -> Reached | None:
        """Return the mark; none where there is none.

        Raises:
            IntegrityFailure: It is damaged.
            Unavailable: It cannot be read.
        """
        try:
            return self._mark.read() if self.kept else None
        except OSError as error:
            raise self._refused(error) from error

    def reach(self, reached: Reached) -> None:
        """Move the mark forward."""
        if self.kept:
            self._mark.advance(reached)

    def note(self, standings: Sequence[Standing], reached: Reached) -> None:
        """Add lines and wait until they are on the disk; the caller holds the store's lock.

        Where the key's folder has become read-only, as in locked-down places, it goes on without them.

        Args:
            standings: What is about to change.
            reached: How far the store has got, in case the ledger has to be begun anew.

        Raises:
            Unavailable: The disk refuses, so the change must not be made.
        """
        if not self.kept or not standings:
            return
        try:
            self._begin(reached.seq)
            size = self._append(b"".join(self._line(standing) for standing in standings))
        except OSError as error:
            if error.errno in CLOSED:
                return
            raise self._refused(error) from error
        if size > TIDY_FROM:
            self._tidy(size)

    def read(self) -> tuple[Begun, Standings] | None:
        """Return from where on the ledger knows everything, and the newest standings; none where there is no ledger.

        Raises:
            IntegrityFailure: It is damaged, or was not written with this key.
            Unavailable: It cannot be read.
        """
        try:
            data = read_private(self.path, limit=LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(error) from error
        # A crash of the host may leave the last line half written; the change that it announced was never made.
        lines = data.split(b"\n")[:-1]
        if not lines:
            return None
        begun: Begun = self._opened(lines[0], Begun, 1)
        if begun.store != self._store:
            raise self._damaged(1)
        newest: Standings = {}
        for number, line in enumerate(lines[1:], start=2):
            standing: Standing = self._opened(line, Standing, number)
            newest[standing.key] = standing
        return begun, newest

    def renew(
        self, begun: Begun, standings: Iterable[Standing], reached: Reached | None = None
    ) -> None:
        """Write everything anew, sealed with the current key; after a restore also the mark, whatever it says.

        Raises:
            Unavailable: The disk refuses; the old file is intact.
        """
        if not self.kept:
            return
        data = b"".join([self._line(begun), *(self._line(standing) for standing in standings)])
        try:
            atomic_replace(self.path, data)
            if reached is not None:
                self._mark.reset(reached)
        except OSError as error:
            raise self._refused(error) from error

    def close(self) -> None:
        """Let go of the files."""
        self._mark.close()

    def _named(self, ending: str) -> Path:
        return self._folder / f"{self._name}.{self._store[:_NAME_LENGTH]}.{ending}"

    def _begin(self, seq: int) -> None:
        """Write the first line where there is none."""
        if not self.path.exists():
            try:
                create_private(self.path, self._line(Begun(ledger=1, store=self._store, seq=seq)))
            except FileExistsError:
                # Another process was quicker, with the same.
                return

    def _append(self, data: bytes) -> int:
        """Add whole lines; return how long the file was before."""
        fd = open_private(self.path, os.O_RDWR | os.O_APPEND)
        try:
            size = _whole(fd)
            try:
                write_all(fd, data)
                os.fsync(fd)
            except OSError:
                os.ftruncate(fd, size)
                raise
        finally:
            os.close(fd)
        return size

    def _tidy(self, size: int) -> None:
        found = self.read()
        if (
            found is not None
            and 2 * sum(len(self._line(each)) for each in found[1].values()) < size
        ):
            self.renew(found[0], found[1].values())

    def _line(self, content: Document) -> bytes:
        encoded = _encode(content)
        return b"%s %s\n" % (self._seal.seal(self._store.encode() + encoded).encode(), encoded)

    def _opened(self, line: bytes, kind: type[Any], number: int) -> Any:
        seal, _, encoded = line.partition(b" ")
        if not self._seal.check(self._store.encode() + encoded, seal.decode("ascii", "replace")):
            raise self._damaged(number)
        try:
            return msgspec.json.decode(encoded, type=kind)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise self._damaged(number) from None

    def _damaged(self, line: int) -> IntegrityFailure:
        return IntegrityFailure(
            f"{shown(self.path)} is damaged at line {line}, or was written with another key. Put its newest copy back, or see "
            "`pomfa-tui restore --help` for the way without it."
        )

    def _refused(self, error: OSError) -> Unavailable:
        reason = os.strerror(error.errno) if error.errno else "no reason given"
        return Unavailable(
            f"{shown(self.path)} cannot be kept ({reason}), so nothing was changed. Make room or have the disk looked at."
        )


def _whole(fd: int) -> int:
    """Return the file's length, after cutting off a last line that a crash of the host left half written."""
    size = os.fstat(fd).st_size
    while size and os.pread(fd, 1, size - 1) != b"\n":
        size -= 1
    os.ftruncate(fd, size)
    return size
