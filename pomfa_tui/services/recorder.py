"""Writes what happened into the transaction it happened in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome, Severity

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Place, Transaction, View
    from pomfa_tui.services.access import Actor

UNKNOWN = "unknown"
"""Actor of a try by somebody who has no account, before the digest is added."""


class Recorder:
    """Adds events to the audit log and keeps the newest recorded moment."""

    def __init__(self, clock: Clock, place: Place, *, tolerance: int) -> None:
        """Take the clock and the place.

        Args:
            clock: Tells the moment of an event.
            place: Terminal, process and version that every event carries.
            tolerance: Seconds the clock may step back without being called wrong.
        """
        self._clock = clock
        self._place = place
        self._tolerance = tolerance

    def record(
        self,
        tx: Transaction,
        event: Event,
        *,
        actor: str,
        actor_role: str | None = None,
        outcome: Outcome = Outcome.SUCCESS,
        severity: Severity = Severity.INFO,
        reason: str | None = None,
        subject: str | None = None,
        site: str | None = None,
        session: str | None = None,
        detail: dict[str, str] | None = None,
    ) -> None:
        """Add one event to the transaction; it is kept with the change or not at all (rule 32)."""
        now = self._clock.now()
        tx.audit.append(
            AuditEvent(
                at=now,
                event=event,
                outcome=outcome,
                severity=severity,
                reason=reason,
                actor=actor,
                actor_role=actor_role,
                subject=subject,
                site=site,
                session=session,
                terminal=self._place.terminal,
                pid=self._place.pid,
                version=self._place.version,
                detail=detail or {},
            )
        )
        meta = tx.meta
        if meta is not None and now > meta.latest:
            tx.put_meta(msgspec.structs.replace(meta, latest=now))

    def act(
        self,
        tx: Transaction,
        event: Event,
        actor: Actor,
        *,
        outcome: Outcome = Outcome.SUCCESS,
        severity: Severity = Severity.INFO,
        reason: str | None = None,
        subject: str | None = None,
        site: str | None = None,
        detail: dict[str, str] | None = None,
    ) -> None:
        """Add what somebody did through a session or the command line, with the role they had in doing it."""
        self.record(
            tx,
            event,
            actor=actor.id,
            actor_role=actor.role.value,
            outcome=outcome,
            severity=severity,
            reason=reason,
            subject=subject,
            site=site,
            session=actor.session_id,
            detail=detail,
        )

    def failure(
        self,
        tx: Transaction,
        event: Event,
        *,
        actor: str,
        reason: str,
        subject: str | None = None,
        severity: Severity = Severity.WARNING,
        detail: dict[str, str] | None = None,
    ) -> None:
        """Add an event that ended badly."""
        self.record(
            tx,
            event,
            actor=actor,
            reason=reason,
            subject=subject,
            outcome=Outcome.FAILURE,
            severity=severity,
            detail=detail,
        )

    @property
    def terminal(self) -> str:
        """Where all this happens."""
        return self._place.terminal

    def seconds_behind(self, view: View) -> int:
        """Return by how many seconds the clock is behind the newest recorded moment; 0 when it is not (rule 27)."""
        latest = view.meta.latest if view.meta is not None else 0
        behind = latest - self._clock.now()
        return behind if behind > self._tolerance else 0
