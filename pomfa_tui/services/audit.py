"""Reading and checking the audit log (rule 32)."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import MOST_SHOWN, Event, Outcome, Severity
from pomfa_tui.domain.errors import BadInput, Busy, IntegrityFailure
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.audit_scope import AuditFilter, fits, require_known, require_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.audit import AuditRecord
    from pomfa_tui.domain.ports import AuditVerdict, Store, Transaction
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.audit_export import AuditExport, SavedFile
    from pomfa_tui.services.audit_forward import AuditForward
    from pomfa_tui.services.audit_pages import AuditPage, AuditPages
    from pomfa_tui.services.recorder import Recorder


class AuditService:
    """The audit log as administrators, support and the command line see it."""

    def __init__(
        self,
        store: Store,
        access: Access,
        recorder: Recorder,
        *,
        pages: AuditPages,
        exports: AuditExport,
        forwarding: AuditForward,
    ) -> None:
        """Take the store, the rights check, the audit log's pen, and what gives pages, gives the log out and forwards it."""
        self._store = store
        self._access = access
        self._recorder = recorder
        self._pages = pages
        self._exports = exports
        self._forwarding = forwarding

    def page(
        self, token: SessionToken, wanted: AuditFilter, *, offset: int = 0, size: int = 50
    ) -> AuditPage:
        """Return some of the records that the caller may see, newest first; see `AuditPages.page`."""
        return self._pages.page(token, wanted, offset=offset, size=size)

    def own(
        self, token: SessionToken, wanted: AuditFilter, *, offset: int = 0, size: int = 50
    ) -> AuditPage:
        """Return some of the records about the caller's own account; see `AuditPages.own`."""
        return self._pages.own(token, wanted, offset=offset, size=size)

    def export(
        self, caller: Caller, wanted: AuditFilter, write: Callable[[AuditRecord], object]
    ) -> int:
        """Give out what fits, recorded and after a fresh code; see `AuditExport.export`."""
        return self._exports.export(caller, wanted, write)

    def show(self, caller: Caller, wanted: AuditFilter) -> tuple[AuditRecord, ...]:
        """Return the records that the caller may see, oldest first; that they were read is recorded (AUD-07).

        Administrators see what happened at their site, and what happened to people who are linked nowhere else.

        Raises:
            NotFound: No such person or site, or not visible to the caller.
            BadInput: The limit is below 1.
            Refusal: The caller may not.
        """
        most = MOST_SHOWN if wanted.limit is None else min(wanted.limit, MOST_SHOWN)
        if most < 1:
            raise BadInput("limit", "At least one record has to be asked for.")
        with self._access.change(caller) as (tx, actor):
            scope = require_scope(
                self._access, tx, actor, Action.SEE_AUDIT, site=wanted.site, who=wanted.person
            )
            require_known(tx, scope)
            self._record_reading(tx, actor, "read", subject=scope.person, site=scope.site)
        newest = deque(
            (
                record
                for record in self._store.audit_records()
                if scope.holds(record.event) and fits(record.event, wanted)
            ),
            maxlen=most,
        )
        return tuple(newest)

    def save(self, caller: Caller, wanted: AuditFilter, form: str) -> SavedFile:
        """Give out what fits as a file; see `AuditExport.save`."""
        return self._exports.save(caller, wanted, form)

    def forward(self, caller: Caller, send: Callable[[AuditRecord], object]) -> int:
        """Hand over what was not forwarded yet; see `AuditForward.run`."""
        return self._forwarding.run(caller, send)

    def verify(self, caller: Caller) -> AuditVerdict:
        """Check the whole log and record that it was checked.

        Raises:
            Refusal: The caller may not.
        """
        with self._access.look(caller) as (_, actor):
            self._access.require(actor, Action.VERIFY_AUDIT)
        verdict = self._store.verify_audit()
        # A damaged log may take no record any more; its verdict is needed all the same.
        with suppress(Busy, IntegrityFailure), self._access.change(caller) as (tx, actor):
            self._record_reading(tx, actor, "verified" if verdict.ok else "verify_failed")
        return verdict

    def _record_reading(
        self,
        tx: Transaction,
        actor: Actor,
        reason: str,
        *,
        subject: str | None = None,
        site: str | None = None,
    ) -> None:
        failed = reason == "verify_failed"
        self._recorder.act(
            tx,
            Event.AUDIT_READ,
            actor,
            outcome=Outcome.FAILURE if failed else Outcome.SUCCESS,
            severity=Severity.CRITICAL if failed else Severity.INFO,
            reason=reason,
            subject=subject,
            site=site,
        )
