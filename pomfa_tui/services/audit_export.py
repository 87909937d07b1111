"""Giving the audit log out of the store: recorded, after a fresh code, and never beyond what the caller may read (rules 22, 32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.audit_lines import FORMS
from pomfa_tui.services.audit_question import AuditQuestion, asked
from pomfa_tui.services.audit_scope import AuditFilter, require_known, require_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pomfa_tui.domain.audit import AuditRecord
    from pomfa_tui.domain.ports import Exports, Store
    from pomfa_tui.services.access import Access, Caller
    from pomfa_tui.services.recorder import Recorder


class SavedFile(NamedTuple):
    """A file that was made.

    Attributes:
        place: Where it is, for a sentence.
        records: How many there are in it.
    """

    place: str
    records: int


class AuditExport:
    """Hands out records one by one, however many there are."""

    def __init__(self, store: Store, access: Access, recorder: Recorder, exports: Exports) -> None:
        """Take the store, the rights check, the audit log's pen and where files are put."""
        self._store = store
        self._access = access
        self._recorder = recorder
        self._exports = exports

    def save(self, caller: Caller, wanted: AuditFilter, form: str) -> SavedFile:
        """Give out what fits as a file in the folder for exports.

        Args:
            caller: Who asks.
            wanted: Which records; see `export`.
            form: `jsonl` or `csv`.

        Raises:
            Unavailable: The file cannot be written.
            Refusal: As for `export`.
        """
        line, heading = FORMS[form]
        with self._exports.new_file("audit", f".{form}") as file:
            file.write(heading)
            count = self.export(caller, wanted, lambda record: file.write(line(record)))
        return SavedFile(file.place, count)

    def export(
        self, caller: Caller, wanted: AuditFilter, write: Callable[[AuditRecord], object]
    ) -> int:
        """Record that the log is given out, then give out what fits, oldest first.

        Args:
            caller: Who asks.
            wanted: Which records; its `limit` is not looked at.
            write: Takes each record.

        Returns:
            How many there were.

        Raises:
            StepUpNeeded: The last proof by code is too old.
            NotFound: No such person or site, or not visible to the caller.
            Refusal: The caller may not.
        """
        question, last = self._opened(caller, wanted)
        count = 0
        for record in self._fitting(question, last):
            write(record)
            count += 1
        return count

    def _opened(self, caller: Caller, wanted: AuditFilter) -> tuple[AuditQuestion, int]:
        with self._access.change(caller) as (tx, actor):
            scope = require_scope(
                self._access, tx, actor, Action.EXPORT, site=wanted.site, who=wanted.person
            )
            require_known(tx, scope)
            self._access.require_fresh(actor)
            self._recorder.act(
                tx,
                Event.AUDIT_READ,
                actor,
                reason="exported",
                subject=scope.person,
                site=scope.site,
                detail=_bounds(wanted),
            )
            question = asked(tx, actor, scope, wanted)
        return question, self._store.audit_count()

    def _fitting(self, question: AuditQuestion, last: int) -> Iterator[AuditRecord]:
        """Return what fits, up to the record of the export itself: what others add meanwhile is for the next one."""
        text = question.text
        for record in self._store.audit_records():
            if record.seq > last:
                return
            if question.takes(record.event, text):
                yield record


def _bounds(wanted: AuditFilter) -> dict[str, str]:
    named = {"since": wanted.since, "until": wanted.until, "event": wanted.event}
    if wanted.whom or wanted.search:
        # Not what was typed: it may be a name, and the log has none (PRI-01).
        named["searched"] = "yes"
    return {name: str(value) for name, value in named.items() if value is not None}
