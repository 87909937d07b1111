"""`pomfa-tui person link` and `unlink`: one person, one login, several sites (rules 11, 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.justifying import Given, justified, record_not_verified
from pomfa_tui.cli.kinds import Job
from pomfa_tui.cli.person import JOBS
from pomfa_tui.cli.person_texts import done_text
from pomfa_tui.cli.shapes import person_document
from pomfa_tui.domain.memberships import SiteRole
from pomfa_tui.domain.permissions import Action

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import JobTitle

SITE_ROLES = tuple(role.value for role in SiteRole)


@click.command()
@click.argument("who", metavar="WHO")
@click.option("--site", required=True, metavar="CODE", help="ODS code of the further site.")
@click.option("--role", required=True, type=click.Choice(SITE_ROLES), help="Role there.")
@click.option(
    "--job", required=True, type=Job(), metavar="JOB", help=f"Job title there. One of: {JOBS}."
)
@click.option("--from", "starts", metavar="DATE", help="First day, such as 2026-11-23.")
@click.option("--to", "ends", metavar="DATE", help="Last day, to midnight in London.")
@justified
@json_option
@pass_call
def link(
    call: Call,
    who: str,
    *,
    site: str,
    role: str,
    job: JobTitle,
    starts: str | None,
    ends: str | None,
    given: Given,
) -> None:
    """Link a person to a further site.

    They keep their one login. A ticket is needed, and so is a check of the identity.
    """
    given.check(ticket_needed=True)
    if given.could_not_verify:
        record_not_verified(call, who, Action.LINK, given)
        return
    from pomfa_tui.services.linking import Link

    why = given.justification()
    wanted = Link(site=site, role=role, job=job, starts=starts, ends=ends)
    with call.desk() as desk:
        person = desk.office.links.link(call.caller, who, wanted, why)
    call.answer({"person": person_document(person)}, lambda: done_text(person, "is linked."))


@click.command()
@click.argument("who", metavar="WHO")
@click.option("--site", required=True, metavar="CODE", help="ODS code of the site to leave.")
@click.option(
    "--role", type=click.Choice(SITE_ROLES), help="Only if this is the role there; may be left out."
)
@click.option(
    "--job",
    type=Job(),
    metavar="JOB",
    help="Only if this is the job title there; may be left out.",
)
@justified
@json_option
@pass_call
def unlink(
    call: Call, who: str, *, site: str, role: str | None, job: JobTitle | None, given: Given
) -> None:
    """End a person's link to one site; their other sites stay.

    A ticket is needed, and so is a check of the identity. Somebody without any link has left.
    """
    given.check(ticket_needed=True)
    if given.could_not_verify:
        record_not_verified(call, who, Action.LINK, given)
        return
    why = given.justification()
    with call.desk() as desk:
        person = desk.office.links.unlink(call.caller, who, site, why, role=role, job=job)
    call.answer({"person": person_document(person)}, lambda: done_text(person, "is unlinked."))
