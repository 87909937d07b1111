"""`pomfa-tui report`: what a pharmacy shows to inspectors (rule 33)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.kinds import MomentOfTime
from pomfa_tui.cli.new_file import new_file, require_free
from pomfa_tui.domain.errors import BadInput, WrongUsage
from pomfa_tui.domain.memberships import parse_day
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from datetime import date


Function = TypeVar("Function", bound=Callable[..., object])


def _file_options(command: Function) -> Function:
    """Add what says whether a report goes into a file, and how."""
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="A table instead of text.")
    out = click.option(
        "--out", type=click.Path(path_type=Path), metavar="FILE", help="A new file, mode 0600."
    )
    return as_csv(out(command))


@click.group()
@early_json_option
def report() -> None:
    """Reports for inspections and for the yearly toolkit."""


@report.command("evidence")
@click.option("--site", metavar="CODE", help="One site; all of them where none is named.")
@click.option("--since", metavar="DATE", help="First day; 1 July of the toolkit's year by default.")
@click.option("--until", metavar="DATE", help="Last day; today by default.")
@_file_options
@json_option
@pass_call
def evidence(
    call: Call,
    *,
    site: str | None,
    since: str | None,
    until: str | None,
    as_csv: bool,
    out: Path | None,
) -> None:
    """Who is enrolled, who administers, how identities were checked.

    For the yearly Data Security and Protection Toolkit.
    """
    from pomfa_tui.services import evidence_text

    _require_room(call, out=out, as_csv=as_csv)
    first, last = _day("--since", since), _day("--until", until)
    with call.desk() as desk:
        found = desk.evidence.report(
            call.caller, site=site, first=first, last=last, for_file=as_csv or out is not None
        )
    words = evidence_text.table(found) if as_csv else evidence_text.text(found)
    _give(call, {"evidence": evidence_text.document(found)}, words, out=out, as_csv=as_csv)


@report.command("breach")
@click.option(
    "--since",
    type=MomentOfTime(end_of_day=False),
    metavar="MOMENT",
    required=True,
    help="When the breach began: a date, or a date and time; UTC.",
)
@click.option("--site", metavar="CODE", help="One site; all of them where none is named.")
@_file_options
@json_option
@pass_call
def breach(call: Call, *, since: int, site: str | None, as_csv: bool, out: Path | None) -> None:
    """Who was affected from a moment on until now.

    Whose account was used and where, whose credentials or rights changed, who is in which copy: for the 72 hours of UK GDPR Art. 33.
    """
    from pomfa_tui.services import breach_text

    _require_room(call, out=out, as_csv=as_csv)
    with call.desk() as desk:
        found = desk.breach.report(
            call.caller, since=since, site=site, for_file=as_csv or out is not None
        )
    words = breach_text.table(found) if as_csv else breach_text.text(found)
    _give(call, {"breach": breach_text.document(found)}, words, out=out, as_csv=as_csv)


def _require_room(call: Call, *, out: Path | None, as_csv: bool) -> None:
    """Make sure, before anything is recorded, that a report can be put where it is asked for.

    Raises:
        WrongUsage: JSON and a table would share standard output, or the file exists.
    """
    if call.as_json and as_csv and out is None:
        raise WrongUsage("With --json the table needs a file of its own: name one with --out.")
    if out is not None:
        require_free(out)


def _give(
    call: Call, answer: dict[str, Any], words: str, *, out: Path | None, as_csv: bool
) -> None:
    """Put a report where it was asked for."""
    if out is not None:
        with new_file(out) as write:
            write(words)
        call.answer(
            {**answer, "file": str(out)},
            lambda: f"Written to {shown(out)}, which only this account can read.",
        )
    elif as_csv:
        sys.stdout.write(words)
    else:
        call.answer(answer, lambda: words)


def _day(option: str, text: str | None) -> date | None:
    try:
        return parse_day(option, text) if text is not None else None
    except BadInput as refusal:
        raise WrongUsage(f"{option}: {refusal.message}") from None
