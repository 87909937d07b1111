"""The check that records of the audit log are kept as long as they should be, and no longer (AUD-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.checks import Check
from pomfa_tui.domain.errors import Refusal

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Store

_NAME = "retention"


def retention(store: Store | None, clock: Clock, months: int) -> Check:
    """Say how old the oldest record of the audit log is, and whether it should be gone.

    Args:
        store: None where it cannot be opened.
        clock: Of the host.
        months: How long records are kept.
    """
    if store is None:
        return Check.doubtful(
            _NAME,
            "Not known without the store.",
            "Put the store right first, then run the doctor again.",
        )
    try:
        oldest = next(iter(store.audit_records()), None)
        return _judged(store, None if oldest is None else oldest.event.at, clock.now(), months)
    except Refusal:
        return Check.doubtful(
            _NAME, "Not known without the audit log.", "Put the audit log right first."
        )


def _judged(store: Store, oldest: int | None, now: int, months: int) -> Check:
    from pomfa_tui.cli.shapes import iso
    from pomfa_tui.domain.amounts import DAY, counted
    from pomfa_tui.domain.retention import kept_since, overdue_since

    gone = store.audit_checkpoint()
    dropped = (
        ""
        if gone is None
        else f" {counted(gone.seq, 'older record')} dropped, up to {iso(gone.at)}."
    )
    if oldest is None:
        return Check.fine(_NAME, f"The audit log has no records.{dropped}")
    days = max(now - oldest, 0) // DAY
    said = f"The oldest record is {counted(days, 'day')} old ({iso(oldest)}); {months} months are kept."
    if oldest < overdue_since(now, months):
        return Check.doubtful(
            _NAME,
            f"{said}{dropped} Older ones are overdue to be dropped.",
            "Run: pomfa-tui tidy; a timer can do it every night. If they are still there then, run: pomfa-tui audit verify, and where the log is "
            "forwarded: pomfa-tui audit forward.",
        )
    if oldest < kept_since(now, months):
        said += " Older ones are due to be dropped by the next start of the terminal interface or pomfa-tui tidy."
    return Check.fine(_NAME, f"{said}{dropped}")
