"""`pomfa-tui import`: people in bulk from a table, all or nothing (ENR-17)."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.codes_file import CodesFile
from pomfa_tui.cli.kinds import PLACE
from pomfa_tui.cli.progress import on_standard_error
from pomfa_tui.cli.shapes import issued_document, person_document
from pomfa_tui.cli.table_file import read_table
from pomfa_tui.cli.tables import paragraph
from pomfa_tui.content.slips import WIDTH as SLIP_WIDTH
from pomfa_tui.content.slips import SlipKind, slip_lines
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.london import london_time
from pomfa_tui.domain.text import printable
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.imports import ImportRefused
    from pomfa_tui.services.views import Issued


@click.command("import")
@click.argument("file", type=PLACE, metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Check every row and change nothing.")
@click.option(
    "--codes",
    type=PLACE,
    metavar="FILE",
    help="Put the activation codes into this new file instead of printing slips.",
)
@json_option
@pass_call
def import_people(call: Call, file: Path, *, dry_run: bool, codes: Path | None) -> int:
    """Create everybody of a table, or nobody.

    FILE.csv is comma-separated, in UTF-8, or - for standard input. Its first row names the columns: email, name, site, role and job, and as
    needed gphc, from, to, period and override_reason. Every bad row is named with its reason.

    Without --codes it prints a slip to hand over for each person, one on a page.
    """
    from pomfa_tui.services.imports import ImportRefused

    call.require_output()
    keep = None if codes is None else CodesFile(codes)
    if keep is not None:
        keep.require_free()
    table = read_table(file)
    try:
        if dry_run:
            _check(call, table)
        else:
            _import(call, table, keep)
    except ImportRefused as refusal:
        return _tell(call, refusal)
    return 0


def _check(call: Call, table: str) -> None:
    with call.desk() as desk:
        count = desk.office.imports.check(call.caller, table)
    call.answer(
        {"dry_run": True, "rows": count},
        lambda: f"{_people(count)} could be imported. Nothing was changed.",
    )


def _import(call: Call, table: str, codes: CodesFile | None) -> None:
    settings = call.settings()
    # Not later than the codes end in truth, also where making them lasts.
    until = int(time.time()) + 3600 * settings.limits.activation_hours
    with _interruptible() as no_longer:
        issued = _run(call, table, codes, until, no_longer)
        if codes is None:
            call.answer(
                {"people": [issued_document(each) for each in issued]},
                lambda: _slips(issued, settings.issuer, until),
            )
        else:
            # Whoever names a file for the codes wants them nowhere else.
            people = [person_document(each.person) for each in issued]
            call.answer(
                {"people": [{"person": each, "activation_code": None} for each in people]},
                lambda: _kept(len(issued), codes.path, until),
            )


def _run(
    call: Call, table: str, codes: CodesFile | None, until: int, no_longer: Callable[[], None]
) -> tuple[Issued, ...]:
    progress = on_standard_error("Making activation codes", wanted=not call.as_json)

    def keep(issued: tuple[Issued, ...]) -> None:
        # From here to the answer an interruption could only lose codes of people who stand in the store.
        no_longer()
        if codes is not None:
            codes.write(issued, until=until)

    with call.desk() as desk:
        try:
            return desk.office.imports.run(call.caller, table, progress, before_commit=keep)
        except BaseException:
            if codes is not None and codes.written and not _may_stand(desk, call, table):
                codes.remove()
            raise
        finally:
            progress.clear()


def _may_stand(desk: Desk, call: Call, table: str) -> bool:
    """Tell whether people may stand in the store although the commit was refused: a disk can refuse when it has taken everything.

    Asked by a rehearsal, since that sees what was written and is not safe yet. Where nobody can tell the answer is yes: codes that are
    good for nobody harm less than codes that are lost.
    """
    try:
        desk.office.imports.check(call.caller, table)
    except (Refusal, OSError):
        return True
    return False


@contextmanager
def _interruptible() -> Iterator[Callable[[], None]]:
    """Yield what makes Ctrl-C too late from then on, to the end of the block."""
    before = signal.getsignal(signal.SIGINT)

    def no_longer() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    try:
        yield no_longer
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(call: Call, refusal: ImportRefused) -> int:
    """Name every bad row."""
    if call.as_json:
        rows = [{"line": row.line, "reason": row.reason} for row in refusal.rows]
        error = {"code": refusal.code, "message": refusal.message}
        call.answer({"error": error, "rows": rows}, str)
    elif sys.stderr is not None:
        which = "this row" if len(refusal.rows) == 1 else f"these {len(refusal.rows)} rows"
        lines = [f"Line {row.line}: {row.reason}" for row in refusal.rows]
        lines.append(f"Nothing was imported. Mend {which} and try again.")
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
    return refusal.exit_code


def _slips(issued: tuple[Issued, ...], issuer: str, until: int) -> str:
    """Return a slip for each person: one on a page, or below each other on a terminal."""
    pages = (
        slip_lines(
            SlipKind.NEW,
            issuer=printable(issuer),
            name=printable(each.person.name),
            email=printable(each.person.email),
            code=each.activation_code,
            until=_moment(until),
        )
        for each in issued
    )
    between = f"\n\n{'-' * SLIP_WIDTH}\n\n" if sys.stdout.isatty() else "\n\f"
    return between.join("\n".join(lines) for lines in pages)


def _kept(count: int, path: Path, until: int) -> str:
    stand = counted(count, "person is", "people are")
    return "\n".join(
        [
            paragraph(
                f"{stand} in the store now. Their activation codes are in this file, which only this account can read:"
            ),
            shown(path),
            paragraph(
                f"Each works once, until {_moment(until)}. Hand them over in person, and then delete the file."
            ),
        ]
    )


def _moment(seconds: int) -> str:
    return f"{london_time(seconds):%-d %b %Y, %H:%M} London time"


def _people(count: int) -> str:
    return counted(count, "person", "people")
