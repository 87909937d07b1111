"""`pomfa-tui request`: list, show and close what people ask the helpdesk for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.kinds import WholeNumber
from pomfa_tui.cli.shapes import iso, person_document, request_document
from pomfa_tui.cli.tables import facts, table
from pomfa_tui.domain.requests import Need, RequestOutcome, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.services.request_views import RequestPage, RequestView

STATES: dict[str, bool | None] = {"open": True, "closed": False, "all": None}

MOST_DAYS = 3660


@click.group()
@early_json_option
def request() -> None:
    """List, show and close requests to the helpdesk."""


@request.command("list")
@click.option(
    "--state", type=click.Choice(list(STATES)), default="open", help="Which; open by default."
)
@click.option("--need", type=click.Choice([need.value for need in Need]), help="What is needed.")
@click.option("--site", default="", metavar="CODE", help="ODS code that was given.")
@click.option(
    "--search", default="", metavar="TEXT", help="Part of a name, e-mail, telephone or number."
)
@click.option("--again", is_flag=True, help="Only what was asked for more than once.")
@click.option(
    "--older", type=WholeNumber(0, MOST_DAYS), default=0, metavar="DAYS", help="Least age in days."
)
@json_option
@pass_call
def list_requests(
    call: Call, *, state: str, need: str | None, site: str, search: str, again: bool, older: int
) -> None:
    """List requests, the oldest first; closed ones, the last closed first."""
    from pomfa_tui.services.request_views import RequestFilter

    wanted = RequestFilter(
        is_open=STATES[state],
        need=None if need is None else Need(need),
        site=site,
        search=search,
        again=again,
        days=older,
    )
    with call.desk() as desk:
        page = desk.requests.page(call.caller, wanted)
    call.answer(
        {
            "requests": [request_document(found) for found in page.requests],
            "open": page.waiting,
        },
        lambda: requests_text(page),
    )


@request.command("show")
@click.argument("reference", metavar="NUMBER")
@json_option
@pass_call
def show(call: Call, reference: str) -> None:
    """Show one request; any number that was given out for it will do."""
    with call.desk() as desk:
        found = desk.requests.show(call.caller, reference)
    person = None if found.person is None else person_document(found.person)
    call.answer({"request": request_document(found), "person": person}, lambda: request_text(found))


@request.command("close")
@click.argument("reference", metavar="NUMBER")
@click.option(
    "--outcome",
    type=click.Choice([outcome.value for outcome in RequestOutcome]),
    required=True,
    help="How it ended.",
)
@click.option("--note", default="", metavar="TEXT", help="For the helpdesk alone.")
@json_option
@pass_call
def close(call: Call, reference: str, outcome: str, note: str) -> None:
    """Close a request; whoever asked is told at the next sign-in."""
    with call.desk() as desk:
        closed = desk.requests.close(call.caller, reference, outcome, note)
    call.answer({"request": request_document(closed)}, lambda: request_text(closed))


def requests_text(page: RequestPage) -> str:
    """Return a table of requests."""
    if not page.requests:
        return "No request found."
    rows = [
        (
            found.reference,
            iso(found.first.at)[:10],
            found.need.value,
            found.first.name,
            found.email,
            found.newest.site or "",
            str(found.times),
            "open" if found.closing is None else found.closing.outcome.value,
        )
        for found in page.requests
    ]
    headings = ("NUMBER", "SENT", "NEED", "NAME", "E-MAIL", "SITE", "TIMES", "STATE")
    return table(headings, rows, shrinks=(3, 4))


def request_text(found: RequestView) -> str:
    """Return everything about one request."""
    return facts(_facts(found))


def _facts(found: RequestView) -> Iterator[tuple[str, str]]:
    yield "Number", found.reference
    yield "Needed", found.need.value
    yield "E-mail", found.email
    person = found.person
    yield "Account", "none with this e-mail" if person is None else f"{person.name}, {person.id}"
    yield "Asked", "once" if found.times == 1 else f"{found.times} times"
    for filing in found.filings:
        yield "", ""
        yield "Sent", f"{iso(filing.at)} from {filing.terminal}, as {spoken(filing.reference)}"
        yield "Name", filing.name
        yield "Telephone", f"{filing.phone} (not checked)"
        yield "Site", filing.site or "not given"
        yield "Says", filing.note or "nothing"
    if found.closing is not None:
        closing = found.closing
        yield "", ""
        yield "Closed", f"{iso(closing.at)} by {closing.name}: {closing.outcome.value}"
        yield "Note", closing.note or "none"
