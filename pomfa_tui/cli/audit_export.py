"""`pomfa-tui audit export`: the audit log as a file, for inspectors and for programs (rule 32)."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.choosing_records import choosing_records
from pomfa_tui.cli.new_file import new_file, require_free
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="JSON Lines, which `audit verify --file` checks, or CSV for a spreadsheet.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A new file, mode 0600; standard output where none is named.",
)
@choosing_records
@json_option
@pass_call
def export(
    call: Call,
    *,
    form: str,
    out: Path | None,
    site: str | None,
    person: str | None,
    event: str | None,
    since: int | None,
    until: int | None,
) -> None:
    """Write records to a file, oldest first.

    That they were given out is recorded before the first of them is written. The table has an apostrophe before every text that a
    spreadsheet would take for a formula.
    """
    from pomfa_tui.services.audit_lines import FORMS
    from pomfa_tui.services.audit_scope import AuditFilter

    if call.as_json and out is None:
        raise WrongUsage("With --json the records need a file of their own: name one with --out.")
    if out is not None:
        require_free(out)
    wanted = AuditFilter(site=site, person=person, event=event, since=since, until=until)
    with call.desk() as desk:
        if site is not None:
            desk.sites.show(call.caller, site)
        with _opened(out) as write:
            line, heading = FORMS[form]
            write(heading)
            count = desk.audit.export(call.caller, wanted, lambda record: write(line(record)))
    if out is not None:
        call.answer(
            {"records": count, "file": str(out), "format": form},
            lambda: (
                f"{counted(count, 'record')} written to {shown(out)}, which only this account can read."
            ),
        )


@contextmanager
def _opened(out: Path | None) -> Iterator[Callable[[str], object]]:
    if out is None:
        yield sys.stdout.write
    else:
        with new_file(out) as write:
            yield write
