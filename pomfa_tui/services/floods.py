"""Keeps a flood of refusals from filling the audit log: the first are recorded one by one, the others as one counted record (AUD-12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.floods import Flood, swollen
from pomfa_tui.services.recorder import UNKNOWN

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.recorder import Recorder


class Floods:
    """Counts refusals that can do no harm: of e-mails without account, and of accounts that are locked anyway."""

    def __init__(self, clock: Clock, recorder: Recorder) -> None:
        """Take the clock and the audit log's pen."""
        self._clock = clock
        self._recorder = recorder

    def lets_through(self, tx: Transaction) -> bool:
        """Count one more refusal; tell whether it gets a record of its own."""
        meta, now = tx.meta, self._clock.now()
        if meta is None:
            return True
        if meta.flood is not None and meta.flood.is_over(now):
            self._record(tx, meta.flood)
        flood = swollen(meta.flood, now, self._recorder.terminal)
        # Read anew: recording has moved the newest moment on.
        tx.put_meta(msgspec.structs.replace(tx.meta or meta, flood=flood))
        return not flood.counted

    def close_over(self, tx: Transaction) -> None:
        """Record a flood that is over, if there is one."""
        meta = tx.meta
        if meta is not None and meta.flood is not None and meta.flood.is_over(self._clock.now()):
            self._record(tx, meta.flood)
            tx.put_meta(msgspec.structs.replace(tx.meta or meta, flood=None))

    def _record(self, tx: Transaction, flood: Flood) -> None:
        if flood.counted:
            self._recorder.failure(
                tx,
                Event.RATE_LIMIT,
                actor=UNKNOWN,
                reason="flood",
                severity=Severity.CRITICAL,
                detail={
                    "not_listed": str(flood.counted),
                    "first": _iso(flood.since),
                    "last": _iso(flood.last),
                    "last_from": flood.terminal,
                },
            )


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
