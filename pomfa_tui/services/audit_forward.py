"""Forwarding the audit log to the host's own log, each record once and in order (AUD-09).

It is a step of its own, beside everything else: whoever signs in never waits for it, and what could not be forwarded is forwarded by the
next run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.audit import AuditRecord
    from pomfa_tui.domain.ports import Forwarded, Store
    from pomfa_tui.services.access import Access, Caller
    from pomfa_tui.services.recorder import Recorder


class AuditForward:
    """Goes on with the log where the last run ended."""

    def __init__(
        self, store: Store, access: Access, recorder: Recorder, forwarded: Forwarded
    ) -> None:
        """Take the store, the rights check, the audit log's pen and how far it was forwarded."""
        self._store = store
        self._access = access
        self._recorder = recorder
        self._forwarded = forwarded

    def run(self, caller: Caller, send: Callable[[AuditRecord], object]) -> int:
        """Hand over every record that was not forwarded yet, oldest first.

        Args:
            caller: Who asks: the command line or support.
            send: Takes each record; when it raises, the run ends and the next one begins with that record.

        Returns:
            How many were handed over.

        Raises:
            Busy: Another run is under way.
            Refusal: The caller may not.
        """
        with self._forwarded.held():
            at = self._forwarded.read()
            if at > self._store.audit_count():
                # Another store stands here now, such as one from a backup; sent twice is better than never.
                at = 0
            self._begin(caller, first=not at)
            count = 0
            for record in self._store.audit_records(at + 1):
                send(record)
                self._forwarded.write(record.seq)
                count += 1
            return count

    def _begin(self, caller: Caller, *, first: bool) -> None:
        """Check the right to it, and record that forwarding begins; a record of every run would make work for the next one."""
        with self._access.look(caller) as (_, actor):
            self._access.require(actor, Action.EXPORT)
        if first:
            with self._access.change(caller) as (tx, actor):
                self._recorder.act(
                    tx,
                    Event.AUDIT_READ,
                    actor,
                    reason="forwarding_began",
                )
