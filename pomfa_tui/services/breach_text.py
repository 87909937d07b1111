"""The breach report as text for people, as CSV for spreadsheets and as a document for programs (PRI-05)."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from pomfa_tui.domain import spreadsheets
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.london import london_time
from pomfa_tui.domain.text import printable
from pomfa_tui.services.audit_lines import iso
from pomfa_tui.services.breach_figures import Doing
from pomfa_tui.services.reporting import ReportForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pomfa_tui.services.breach_figures import Affected, Breach, Copied, Outsider, Use

TITLE = "Who was affected"

WIDTH = 78
"""Columns of the text."""

LABELS = {
    Doing.SIGNED_IN: "signed in",
    Doing.REFUSED: "refused at sign-in",
    Doing.BY_OTHERS: "password or authenticator reset or ended by others",
    Doing.OWN: "own password, authenticator or recovery codes changed",
    Doing.ACCOUNT: "account or rights changed",
    Doing.ON_OTHERS: "acted on other accounts",
    Doing.NO_RIGHT: "tried what they may not",
    Doing.DAMAGED: "sealed secret could not be opened",
}
"""What is counted, in words."""

PERSON_COLUMNS = (
    "id",
    "name",
    "email",
    *(doing.value for doing in Doing),
    "copies",
    "terminals",
    "first_used",
    "last_used",
)
COPY_COLUMNS = ("at", "copy", "by", "terminal", "site", "person", "people")
OUTSIDER_COLUMNS = ("who", "acts", "terminals", "last")

ADVICE = (
    "If people's rights are at risk, the ICO has to be told within 72 hours of the moment you knew (UK GDPR Art. 33), and the people "
    "themselves without delay where the risk is high (Art. 34). Keep this report with what you decide, and why."
)


def summary(report: Breach) -> str:
    """Return the one sentence above everything."""
    signed = report.totals()[Doing.SIGNED_IN][0]
    changed = sum(bool({Doing.BY_OTHERS, Doing.OWN} & each.counts.keys()) for each in report.people)
    held = sum(bool(each.copies) for each in report.people)
    copies = f"{counted(len(report.copies), 'copy', 'copies')} made"
    held_in = f", with {counted(held, 'person', 'people')} in it" if report.copies else ""
    return (
        f"Something happened to {len(report.touched())} of {counted(report.accounts, 'account', 'accounts')}: {signed} signed in, "
        f"{changed} had a password, authenticator or recovery codes changed. {copies}{held_in}."
    )


def text(report: Breach) -> str:
    """Return the report on plain paper."""
    return "\n".join(_lines(report)) + "\n"


def table(report: Breach) -> str:
    """Return the report for a spreadsheet: people, then copies, then others who acted."""
    head = [("made_at", iso(report.made_at)), ("since", iso(report.since)), ("site", report.site)]
    people = [list(_person_row(each).values()) for each in report.people]
    copies = [list(_copy_row(each).values()) for each in report.copies]
    others = [
        [each.name, each.acts, "; ".join(each.terminals), iso(each.last)]
        for each in report.outsiders
    ]
    lines: list[Iterable[object]] = [*head, (), PERSON_COLUMNS, *people]
    lines += [(), COPY_COLUMNS, *copies, (), OUTSIDER_COLUMNS, *others]
    return spreadsheets.rows(lines)


def written(report: Breach, form: ReportForm) -> str:
    """Return the report as its file has it."""
    return table(report) if form is ReportForm.TABLE else text(report)


def document(report: Breach) -> dict[str, Any]:
    """Return the report for programs."""
    return {
        "made_at": iso(report.made_at),
        "since": iso(report.since),
        "site": report.site,
        "log_from": None if report.log_from is None else iso(report.log_from),
        "accounts": report.accounts,
        "affected": len(report.touched()),
        "totals": {
            doing.value: {"accounts": accounts, "times": times}
            for doing, (accounts, times) in report.totals().items()
        },
        "people": [_person(each) for each in report.people],
        "copies": [_copy_row(each) for each in report.copies],
        "others": [_outsider(each) for each in report.outsiders],
    }


def _person(each: Affected) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "email": each.email,
        **{doing.value: each.counts.get(doing, 0) for doing in Doing},
        "copies": each.copies,
        "used": [
            {
                "terminal": use.terminal,
                "signed_in": use.signed_in,
                "first": iso(use.first),
                "last": iso(use.last),
            }
            for use in each.used
        ],
    }


def _outsider(each: Outsider) -> dict[str, Any]:
    return {
        "who": each.name,
        "acts": each.acts,
        "terminals": list(each.terminals),
        "last": iso(each.last),
    }


def _person_row(each: Affected) -> dict[str, Any]:
    values = (
        each.id,
        each.name,
        each.email,
        *(each.counts.get(doing, 0) for doing in Doing),
        each.copies,
        "; ".join(use.terminal for use in each.used),
        iso(min(use.first for use in each.used)) if each.used else None,
        iso(max(use.last for use in each.used)) if each.used else None,
    )
    return dict(zip(PERSON_COLUMNS, values, strict=True))


def _copy_row(each: Copied) -> dict[str, Any]:
    values = (
        iso(each.at),
        each.what,
        each.by,
        each.terminal,
        each.site,
        each.whose or None,
        each.people,
    )
    return dict(zip(COPY_COLUMNS, values, strict=True))


def _lines(report: Breach) -> Iterator[str]:
    yield TITLE
    yield report.site or "All sites"
    yield f"From {moment(report.since)} to {moment(report.made_at)}, London time"
    if report.log_from is not None:
        yield f"The log begins on {moment(report.log_from)}: what was before it is not in here."
    yield ""
    yield from wrap(summary(report), WIDTH)
    yield ""
    for doing, (accounts, times) in report.totals().items():
        if times:
            yield f"{LABELS[doing].capitalize():<54}{counted(accounts, 'account', 'accounts')}, {times}x"
    yield from ("", *wrap(ADVICE, WIDTH))
    yield from ("", "Accounts to which something happened")
    for each in report.touched():
        yield from _person_lines(each)
    quiet = len(report.people) - len(report.touched())
    if quiet:
        yield f"Besides them {counted(quiet, 'person is', 'people are')} in a copy, and nothing else happened to them."
    yield from ("", "Copies of personal data, and what lets somebody in")
    yield from (printable(_copy_line(each)) for each in report.copies)
    if not report.copies:
        yield "None was made."
    if report.outsiders:
        yield from ("", "Others who acted")
        for other in report.outsiders:
            where = ", ".join(other.terminals)
            yield printable(
                f"{other.name}: {counted(other.acts, 'record', 'records')}, last {moment(other.last)}, at {where}"
            )


def _person_lines(each: Affected) -> Iterator[str]:
    yield printable(", ".join(part for part in (each.name, each.email) if part))
    told = [f"{LABELS[doing]} {each.counts[doing]}x" for doing in Doing if doing in each.counts]
    if each.copies:
        told.append(f"in {counted(each.copies, 'copy', 'copies')}")
    yield from (f"  {line}" for line in wrap("; ".join(told), WIDTH - 2))
    yield from (f"  {printable(_use(use))}" for use in each.used)


def _use(use: Use) -> str:
    times = f", signed in {use.signed_in}x" if use.signed_in else ""
    return f"at {use.terminal}, {moment(use.first)} to {moment(use.last)}{times}"


def _copy_line(each: Copied) -> str:
    about = each.whose or counted(each.people, "person", "people")
    return f"{moment(each.at)}  {each.what} by {each.by} at {each.terminal}: {about}"


def moment(seconds: int) -> str:
    """Return a moment in London, such as `5 Jan 2026 08:00`."""
    when = london_time(seconds)
    return f"{when:%-d %b %Y %H:%M}"
