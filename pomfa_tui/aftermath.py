"""Carries what was noted while older files were refused into the audit log: joins the store's notes with the service that records them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.services.setbacks import record_setbacks

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Store
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.store.ledger import Ledger
    from pomfa_tui.store.setbacks import Noted


def record_noted(store: Store, noted: Noted, recorder: Recorder) -> None:
    """Record what was noted, if anything was.

    Args:
        store: In order again.
        noted: What waits.
        recorder: The audit log's pen.

    Raises:
        Refusal: The store takes no change now.
    """
    if noted.setbacks or noted.unreadable:
        with store.transaction() as tx:
            record_setbacks(tx, recorder, noted.setbacks, noted.unreadable)


def record_waiting(store: Store, ledger: Ledger, recorder: Recorder) -> None:
    """Record what waits beside the key; where that cannot be done now, whoever opens the store next does it."""
    if not ledger.kept:
        return
    with suppress(Refusal, OSError), ledger.setbacks.taken() as noted:
        record_noted(store, noted, recorder)
