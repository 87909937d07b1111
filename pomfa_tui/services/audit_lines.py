"""Records of the audit log as lines of text: for programs as JSON Lines, for spreadsheets as CSV."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pomfa_tui.domain import spreadsheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pomfa_tui.domain.audit import AuditRecord

COLUMNS = (
    "seq",
    "at",
    "event",
    "outcome",
    "severity",
    "reason",
    "actor",
    "actor_role",
    "subject",
    "site",
    "session",
    "terminal",
    "pid",
    "version",
    "detail",
    "hash",
    "previous",
)
"""Of the table, in the names of `audit show --json`."""


def iso(moment: int) -> str:
    """Return UTC seconds as `2026-11-23T07:00:00Z`."""
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def record_document(record: AuditRecord) -> dict[str, Any]:
    """Return one line of the audit log, its event beside its place in the chain."""
    event = record.event
    return {
        "seq": record.seq,
        "at": iso(event.at),
        "event": event.event.value,
        "outcome": event.outcome.value,
        "severity": event.severity.value,
        "reason": event.reason,
        "actor": event.actor,
        "actor_role": event.actor_role,
        "subject": event.subject,
        "site": event.site,
        "session": event.session,
        "terminal": event.terminal,
        "pid": event.pid,
        "version": event.version,
        "detail": event.detail,
        "hash": record.hash,
        "previous": record.previous,
    }


def json_line(record: AuditRecord) -> str:
    """Return a record as one line of JSON, in ASCII alone."""
    return json.dumps(record_document(record), ensure_ascii=True) + "\n"


def csv_line(record: AuditRecord) -> str:
    """Return a record as one line of a table."""
    document = record_document(record)
    detail = "; ".join(f"{name}={value}" for name, value in record.event.detail.items())
    return spreadsheets.row(({**document, "detail": detail})[name] for name in COLUMNS)


FORMS: Mapping[str, tuple[Callable[[AuditRecord], str], str]] = {
    "jsonl": (json_line, ""),
    "csv": (csv_line, spreadsheets.row(COLUMNS)),
}
"""By name: what makes a line of a record, and what stands above all lines."""
