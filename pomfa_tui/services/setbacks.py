"""Recording, as soon as there is a store to record it in, that older files were put in its place (A34)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.services.audit_lines import iso
from pomfa_tui.services.upkeep import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.domain.setbacks import Setback
    from pomfa_tui.services.recorder import Recorder


def record_setbacks(
    tx: Transaction, recorder: Recorder, refused: Sequence[Setback], unreadable: int
) -> None:
    """Record refusals, those of the same files together.

    Args:
        tx: A transaction of the store that is in order again.
        recorder: The audit log's pen.
        refused: Oldest first.
        unreadable: Notes of refusals that cannot be read any more.
    """
    for (ends_at, reached), same in groupby(refused, key=lambda each: (each.ends_at, each.reached)):
        moments = [each.at for each in same]
        detail = {"change": str(ends_at), "reached": str(reached), "noted": str(len(moments))}
        _record(tx, recorder, {**detail, "first": iso(moments[0]), "last": iso(moments[-1])})
    if unreadable:
        _record(tx, recorder, {"notes_unreadable": str(unreadable)})


def _record(tx: Transaction, recorder: Recorder, detail: dict[str, str]) -> None:
    recorder.record(
        tx,
        Event.STORE_ROLLED_BACK,
        actor=PROGRAM,
        outcome=Outcome.FAILURE,
        severity=Severity.CRITICAL,
        reason="refused",
        detail=detail,
    )
