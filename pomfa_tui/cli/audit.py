"""`pomfa-tui audit`: show, verify and export the audit log."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.audit_export import export
from pomfa_tui.cli.audit_forward import forward
from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.choosing_records import choosing_records
from pomfa_tui.cli.kinds import WholeNumber
from pomfa_tui.cli.shapes import iso, record_document, verdict_document
from pomfa_tui.cli.tables import facts, paragraph
from pomfa_tui.domain.audit import MOST_SHOWN
from pomfa_tui.domain.errors import IntegrityFailure, Refusal
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.cli.audit_file import FileVerdict
    from pomfa_tui.domain.audit import AuditRecord


@click.group()
@early_json_option
def audit() -> None:
    """Show, verify, export and forward the audit log."""


audit.add_command(export)
audit.add_command(forward)


@audit.command("show")
@choosing_records
@click.option(
    "--limit",
    type=WholeNumber(1, MOST_SHOWN),
    metavar="N",
    help=f"Only the newest N; {MOST_SHOWN} where nothing is said.",
)
@json_option
@pass_call
def show(
    call: Call,
    *,
    site: str | None,
    person: str | None,
    event: str | None,
    since: int | None,
    until: int | None,
    limit: int | None,
) -> None:
    """Show records, oldest first; that they were read is recorded too."""
    from pomfa_tui.services.audit_scope import AuditFilter

    wanted = AuditFilter(
        site=site, person=person, event=event, since=since, until=until, limit=limit
    )
    with call.desk() as desk:
        if site is not None:
            desk.sites.show(call.caller, site)
        records = desk.audit.show(call.caller, wanted)
    call.answer(
        {"records": [record_document(record) for record in records]}, lambda: records_text(records)
    )


@audit.command("verify")
@click.option(
    "--file",
    "exported",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check a file of `audit export --format jsonl` instead; needs no store, and the key only for the seal of a checkpoint.",
)
@json_option
@pass_call
def verify(call: Call, exported: Path | None) -> int:
    """Check that no record was changed, lost or added."""
    if exported is not None:
        return _verify_file(call, exported)
    with call.desk() as desk:
        verdict = desk.audit.verify(call.caller)
    if verdict.ok or call.as_json:
        call.answer(
            verdict_document(verdict),
            lambda: facts(
                [
                    ("Audit log", "whole: every record follows the one before it"),
                    ("Records", str(verdict.records)),
                    ("Dropped", _dropped(verdict.dropped)),
                    ("Head", verdict.head),
                ]
            ),
        )
    else:
        _complain(
            f"The audit log is broken: {verdict.problem} Keep its files as they are and tell the helpdesk."
        )
    return 0 if verdict.ok else IntegrityFailure.exit_code


def _verify_file(call: Call, path: Path) -> int:
    from pomfa_tui.checkpoints import finder
    from pomfa_tui.cli.audit_file import verify_file

    settings = None
    with suppress(Refusal):
        settings = call.settings()
    verdict = verify_file(path, finder(settings))
    if verdict.ok or call.as_json:
        call.answer(
            verdict.document(),
            lambda: facts(
                [
                    ("File", "every record carries its own hash"),
                    *_begins(verdict),
                    ("Records", f"{verdict.records}, from {verdict.first} to {verdict.last}"),
                    ("Gaps", f"{verdict.gaps}" if verdict.gaps else "none"),
                    ("Head", verdict.head),
                ]
            ),
        )
    else:
        _complain(f"The file was changed: {verdict.problem} Export the log anew and compare.")
    return 0 if verdict.ok else IntegrityFailure.exit_code


def _begins(verdict: FileVerdict) -> list[tuple[str, str]]:
    if verdict.sealed is not None:
        told = {"yes": "sealed with this key", "unknown": "its seal needs the key to be checked"}
        return [("Begins", f"with a checkpoint for older records; {told[verdict.sealed]}")]
    if verdict.first > 1:
        return [("Begins", f"with record {verdict.first}; what came before is not in this file")]
    return []


def _dropped(count: int) -> str:
    return (
        f"1 to {count}, for their age; the log is whole after its checkpoint" if count else "none"
    )


def _complain(sentence: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{sentence}\n")


def records_text(records: tuple[AuditRecord, ...]) -> str:
    """Return the records: what happened in one line, by whom and to whom below it."""
    if not records:
        return "No records found."
    width = len(str(records[-1].seq))
    return "\n".join(_record(record, width) for record in records)


def _record(record: AuditRecord, width: int) -> str:
    event = record.event
    marks = [event.event.value, event.outcome.value]
    if event.severity.value != "info":
        marks.append(event.severity.value)
    about = [f"by {event.actor}"]
    about += [f"for {event.subject}"] if event.subject not in {None, event.actor} else []
    about += [f"at {event.site}"] if event.site else []
    about += [f"on {event.terminal}"]
    about += [f"because {event.reason}"] if event.reason else []
    about += [f"{key}={value}" for key, value in event.detail.items()]
    indent = width + 2
    head = f"{record.seq:>{width}}  {iso(event.at)}  {' '.join(marks)}"
    return f"{printable(head)}\n{paragraph(printable(' '.join(about)), indent=indent)}"
