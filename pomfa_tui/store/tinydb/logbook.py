"""The audit log as one process reads it: its records from any number on, the verdict on all of it, and the place of a cut."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Head
from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store import audit_log
from pomfa_tui.store.checkpoint import (
    Cut,
    SealedCheckpoint,
    is_sealed,
    problem_of,
    sealed_checkpoint,
)
from pomfa_tui.store.kinds import META, META_KEY
from pomfa_tui.store.tinydb.auditplaces import AuditPlaces
from pomfa_tui.store.tinydb.refusals import wrong_checkpoint

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from pomfa_tui.domain.audit import AuditRecord, Checkpoint
    from pomfa_tui.domain.ports import AuditVerdict, HeadSeal
    from pomfa_tui.store.tinydb.auditfile import AuditFile
    from pomfa_tui.store.tinydb.folder import Folder
    from pomfa_tui.store.tinydb.picture import Picture
    from pomfa_tui.store.tinydb.snapshot import SealedHead


class Logbook:
    """Reads the log beside a picture of what is committed.

    Args:
        folder: Where the log is.
        audit: Its file.
        picture: What this process knows.
        seal: Seals and checks checkpoints.
    """

    def __init__(self, folder: Folder, audit: AuditFile, picture: Picture, seal: HeadSeal) -> None:
        self._folder = folder
        self._audit = audit
        self._picture = picture
        self._places = AuditPlaces(folder)
        self._seal = seal
        audit.check = self.check_start

    def checkpoint(self) -> Checkpoint | None:
        """Return what stands for the records that were dropped."""
        cut = self._picture.cut
        return None if cut is None else cut.sealed.checkpoint

    def records(self, first: int, looking: threading.RLock) -> Iterator[AuditRecord]:
        """Yield the committed records from a number on, or from the oldest that is left.

        Args:
            first: That number.
            looking: Held while the picture is looked at.

        Raises:
            IntegrityFailure: The log was cut, or a line is no record; names it.
        """
        with self._audit.reader() as log:
            with looking:
                upto, more = log.committed(self._picture)
            first = max(first, log.start.after.seq + 1)
            place, number = self._places.before(log, first)
            lines = islice(log.lines(upto, more, start=place), first - number, None)
            yield from audit_log.records(lines, self._audit.place, first)

    def verdict(
        self, wanted: int | None, sealed: SealedHead | None, *, again: bool
    ) -> AuditVerdict | None:
        """Check the whole log.

        Args:
            wanted: Where to stop reading; none for the file's end.
            sealed: The head that the store knows.
            again: Whether the caller can look again.

        Returns:
            What was found; none when others seem to have cut the log's head since this process looked, and it can look again.
        """
        cut = self._picture.cut
        with self._audit.reader() as log:
            found = log.start.sealed
            problem = problem_of(found, cut, self._is_good)
            if problem is None:
                head = Head() if sealed is None else sealed.head
                return audit_log.verify(log.lines(wanted), head, log.start.after)
        if again and found is not None and self._is_good(found):
            return None
        return audit_log.without_checkpoint(problem)

    def cut_at(self, checkpoint: Checkpoint) -> Cut:
        """Return what the store has to remember of a checkpoint; the caller holds the lock.

        Raises:
            IntegrityFailure: The log has another record there.
            ValueError: There is no such record, or it was dropped before.
        """
        before, meta = self._picture.cut, self._picture.tables[META.name].get(META_KEY)
        if before is not None and before.sealed.checkpoint.head == checkpoint.head:
            # The same once more, for a new key.
            size = before.sealed.size
        else:
            size = self._end_of(checkpoint)
        store = "" if meta is None else meta.id
        return Cut(sealed=sealed_checkpoint(checkpoint, store, size, self._seal), done=False)

    def check_start(self, found: SealedCheckpoint | None) -> None:
        """Refuse a file whose checkpoint is forged, or older than the one that this process knows to be in front.

        Raises:
            IntegrityFailure: It is.
        """
        cut = self._picture.cut
        if found is not None and self._is_good(found) and _may_be_later(found, cut):
            # Others may have dropped more since this process looked.
            return
        problem = problem_of(found, cut, self._is_good)
        if problem is not None:
            raise wrong_checkpoint(self._audit.place, problem)

    def wrong_start(self) -> IntegrityFailure:
        """Say what is wrong with how the log begins."""
        with self._audit.reader() as log:
            problem = problem_of(log.start.sealed, self._picture.cut, self._is_good)
        return wrong_checkpoint(self._audit.place, problem or "It changes all the time.")

    def _is_good(self, found: SealedCheckpoint) -> bool:
        return is_sealed(found, self._seal)

    def _end_of(self, checkpoint: Checkpoint) -> int:
        """Return where in the log a record ends."""
        number = checkpoint.seq
        with self._audit.reader() as log:
            first = log.start.after.seq + 1
            if not first <= number <= self._picture.head.seq:
                message = f"record {number} is not in the log"
                raise ValueError(message)
            place, at = self._places.before(log, number)
            upto, more = log.committed(self._picture)
            line = b""
            for line in islice(log.lines(upto, more, start=place), number - at + 1):
                place += len(line) + 1
        record = audit_log.parse(line)
        if record is None or (record.seq, record.hash) != (number, checkpoint.hash):
            raise IntegrityFailure(
                f"{self._audit.place} has another record {number} than was read before. Run `pomfa-tui audit verify`, and ask the helpdesk."
            )
        return place


def _may_be_later(found: SealedCheckpoint, cut: Cut | None) -> bool:
    """Tell whether a checkpoint may have followed the one that is known."""
    if cut is None:
        return True
    own = cut.sealed
    return found.store == own.store and found.checkpoint.seq >= own.checkpoint.seq
