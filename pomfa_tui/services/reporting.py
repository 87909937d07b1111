"""What all reports share: the right to one, the record of who asked for it, and the form of its file (rules 22, 32 and 33)."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.audit_scope import require_known, require_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.ports import View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.audit_scope import Scope
    from pomfa_tui.services.recorder import Recorder

Report = TypeVar("Report")


class ReportKind(StrEnum):
    """Which report, as the audit log names it."""

    EVIDENCE = "evidence"
    BREACH = "breach_report"


class ReportForm(StrEnum):
    """How a report is written into a file; the ending of the file's name."""

    TEXT = "txt"
    TABLE = "csv"


class SavedReport(NamedTuple, Generic[Report]):
    """A report that was put into a file.

    Attributes:
        place: Where the file is, for a sentence.
        report: What is in it.
    """

    place: str
    report: Report


class Reporting:
    """Opens the store for a report."""

    def __init__(self, access: Access, recorder: Recorder) -> None:
        """Take the rights check and the audit log's pen."""
        self._access = access
        self._recorder = recorder

    def begin(
        self,
        caller: Caller,
        kind: ReportKind,
        *,
        site: str | None,
        for_file: bool,
        detail: dict[str, str] | None = None,
    ) -> Scope:
        """Check the right to a report and record that it was asked for; return what it is about.

        Args:
            caller: Who asks.
            kind: Which report.
            site: ODS code as typed, or none for the caller's own site or all.
            for_file: Whether it goes into a file, so that a fresh code is needed (rule 22).
            detail: What else was asked, for the audit log.

        Raises:
            NotFound: No such site, or not visible to the caller.
            StepUpNeeded: The last proof by code is too old.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            scope = require_scope(self._access, tx, actor, Action.EXPORT, site=site)
            require_known(tx, scope)
            if for_file:
                self._access.require_fresh(actor)
            self._recorder.act(
                tx,
                Event.AUDIT_READ,
                actor,
                reason=f"{kind}_saved" if for_file else kind.value,
                site=scope.site,
                detail=detail,
            )
        return scope

    @contextmanager
    def look(self, caller: Caller, scope: Scope) -> Iterator[tuple[View, Actor]]:
        """Open a consistent picture for a report whose log was read: that takes a while, so the right is asked for again.

        Raises:
            Refusal: The caller may not any more.
        """
        with self._access.look(caller) as (view, actor):
            require_scope(self._access, view, actor, Action.EXPORT, site=scope.site)
            yield view, actor
