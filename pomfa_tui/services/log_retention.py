"""Dropping the audit log's oldest records in time, behind a sealed checkpoint (AUD-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Checkpoint, Event, Head, Severity, follows
from pomfa_tui.domain.limits import LIMITS
from pomfa_tui.domain.retention import kept_since
from pomfa_tui.services.audit_lines import iso
from pomfa_tui.services.upkeep import PROGRAM

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Forwarded, Store
    from pomfa_tui.services.recorder import Recorder

PORTION = 20_000
"""Records that are dropped at once at most; the rest goes at the next start, or in the next portion of the same `tidy`."""


class LogRetention:
    """What is too old leaves the log, from its beginning on and never from anywhere else."""

    def __init__(
        self, store: Store, clock: Clock, recorder: Recorder, forwarded: Forwarded, *, months: int
    ) -> None:
        """Take the store, the clock, the audit log's pen, how far it was forwarded, and how many months it is kept."""
        self._store = store
        self._clock = clock
        self._recorder = recorder
        self._forwarded = forwarded
        self._months = months

    def drop_old(self) -> int:
        """Drop the records that are older than they have to be kept; return how many.

        It is due once a day, and costs one look at the oldest record otherwise. Where `audit forward` is in use, what has not been forwarded
        stays, but never longer than the longest time that can be set. From a record on that does not fit the chain nothing is dropped:
        nobody could tell any more that it was changed.

        Raises:
            Refusal: The store cannot be read or written.
        """
        before = self._store.audit_checkpoint()
        last = self._last_old(before)
        if last is None:
            return 0
        with self._store.transaction() as tx:
            if self._store_has_moved(before):
                return 0
            self._recorder.record(
                tx,
                Event.PURGED,
                actor=PROGRAM,
                severity=Severity.WARNING,
                reason="audit_log",
                detail={
                    "records": str(last.seq - (before.seq if before is not None else 0)),
                    "upto": str(last.seq),
                    "recorded": iso(last.at),
                },
            )
            tx.audit.drop(last)
        return last.seq - (before.seq if before is not None else 0)

    def _store_has_moved(self, before: Checkpoint | None) -> bool:
        """Tell whether somebody else has dropped records meanwhile."""
        return self._store.audit_checkpoint() != before

    def _last_old(self, before: Checkpoint | None) -> Checkpoint | None:
        """Return the last record that may go now, as a checkpoint; none when none may."""
        now = self._clock.now()
        old, oldest = kept_since(now, self._months), kept_since(now, LIMITS["audit_months"].high)
        at = begin = Head() if before is None else before.head
        unsent: int | None = None
        last = None
        for record in self._store.audit_records(at.seq + 1):
            if record.event.at >= old or record.seq - begin.seq > PORTION:
                break
            if record.event.at >= oldest:
                unsent = self._first_unsent() if unsent is None else unsent
                if record.seq >= unsent:
                    break
            if not follows(record, at):
                break
            at = Head(seq=record.seq, hash=record.hash)
            last = Checkpoint(seq=at.seq, hash=at.hash, at=record.event.at, made_at=now)
        return last

    def _first_unsent(self) -> int:
        """Return the number of the first record that still has to be forwarded; beyond all where nothing is forwarded."""
        sent, count = self._forwarded.reached(), self._store.audit_count()
        if sent is None:
            return count + 1
        # Beyond the log: another store was forwarded, and the next run begins anew.
        return sent + 1 if sent <= count else 1
