"""`pomfa-tui site`: add, list, show, edit and close sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.kinds import WholeNumber
from pomfa_tui.cli.shapes import site_document
from pomfa_tui.cli.site_key import key
from pomfa_tui.cli.tables import facts, table
from pomfa_tui.domain.limits import LIMITS

if TYPE_CHECKING:
    from pomfa_tui.services.sites import SiteSummary

NHSMAIL = LIMITS["nhsmail_per_site"]


@click.group()
@early_json_option
def site() -> None:
    """Add, show and change sites."""


@site.command("add")
@click.option("--code", required=True, metavar="CODE", help="ODS code, such as FZ101.")
@click.option("--name", required=True, help="Name as shown on screens.")
@json_option
@pass_call
def add(call: Call, code: str, name: str) -> None:
    """Create a site."""
    with call.desk() as desk:
        added = desk.sites.add(call.caller, code=code, name=name)
    call.answer({"site": site_document(added)}, lambda: site_text(added))


@site.command("list")
@json_option
@pass_call
def list_sites(call: Call) -> None:
    """List sites by name."""
    with call.desk() as desk:
        sites = desk.sites.list(call.caller)
    call.answer({"sites": [site_document(found) for found in sites]}, lambda: sites_text(sites))


@site.command("show")
@click.argument("code", metavar="CODE")
@json_option
@pass_call
def show(call: Call, code: str) -> None:
    """Show one site."""
    with call.desk() as desk:
        found = desk.sites.show(call.caller, code)
    call.answer({"site": site_document(found)}, lambda: site_text(found))


@site.command("edit")
@click.argument("code", metavar="CODE")
@click.option("--name", help="New name, as shown on screens.")
@click.option(
    "--nhsmail-limit",
    type=WholeNumber(NHSMAIL.low, NHSMAIL.high),
    metavar="N",
    help="How many NHSmail accounts the site may sponsor.",
)
@click.option("--reason", metavar="TEXT", help="Why that limit changes; needed with it.")
@json_option
@pass_call
def edit(
    call: Call, code: str, *, name: str | None, nhsmail_limit: int | None, reason: str | None
) -> None:
    """Rename a site, or set how many NHSmail accounts it may sponsor."""
    if nhsmail_limit is not None and reason is None:
        raise click.UsageError(
            "Missing option '--reason': a new limit needs one.", click.get_current_context()
        )
    with call.desk() as desk:
        edited = desk.office.site_changes.edit(
            call.caller, code, name=name, nhsmail_limit=nhsmail_limit, reason=reason
        )
    call.answer({"site": site_document(edited)}, lambda: site_text(edited))


@site.command("close")
@click.argument("code", metavar="CODE")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a few words.")
@json_option
@pass_call
def close(call: Call, code: str, reason: str) -> None:
    """Close a site: nobody signs in there any more.

    Sessions there end; who belonged to it stays on record.
    """
    with call.desk() as desk:
        closed = desk.office.site_changes.close(call.caller, code, reason)
    call.answer({"site": site_document(closed)}, lambda: site_text(closed))


site.add_command(key)


def sites_text(sites: tuple[SiteSummary, ...]) -> str:
    """Return a table of sites."""
    rows = [
        (
            found.code,
            found.name,
            found.state.value,
            str(found.people),
            str(found.administrators),
            f"{found.nhsmail} of {found.nhsmail_limit}",
        )
        for found in sites
    ]
    return table(("CODE", "NAME", "STATE", "PEOPLE", "ADMINS", "NHSMAIL"), rows, shrinks=(1,))


def site_text(found: SiteSummary) -> str:
    """Return everything about one site."""
    return facts(
        [
            ("Code", found.code),
            ("Name", found.name),
            ("State", found.state.value),
            ("People", str(found.people)),
            ("Administrators", f"{found.administrators} who can act today"),
            ("NHSmail", f"{found.nhsmail} of {found.nhsmail_limit} accounts"),
        ]
    )
