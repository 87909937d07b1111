"""`pomfa-tui person edit`: change a person's details, or their place at one site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.kinds import Job
from pomfa_tui.cli.person import JOBS, PERIODS
from pomfa_tui.cli.person_links import SITE_ROLES
from pomfa_tui.cli.person_texts import person_text
from pomfa_tui.cli.shapes import person_document

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import JobTitle


@click.command()
@click.argument("who", metavar="WHO")
@click.option("--name", help="Name as shown on screens.")
@click.option("--email", help="Address that only this person reads; their sessions end.")
@click.option("--gphc", metavar="N", help="GPhC number, seven digits.")
@click.option(
    "--period", type=click.Choice(PERIODS), help="Seconds a code lives, from the next pairing on."
)
@click.option("--role", type=click.Choice(SITE_ROLES), help="Role at the site.")
@click.option("--job", type=Job(), metavar="JOB", help=f"Job title at the site. One of: {JOBS}.")
@click.option(
    "--site",
    metavar="CODE",
    help="The site that role, job and dates are about; needed where the person has several.",
)
@click.option("--from", "starts", metavar="DATE", help="First day, such as 2026-11-23.")
@click.option("--to", "ends", metavar="DATE", help="Last day, to midnight in London.")
@click.option("--away-until", metavar="DATE", help="Last day of an absence from the site.")
@click.option(
    "--override-reason", metavar="TEXT", help="Why an address like info@ is really personal."
)
@click.option(
    "--reason",
    metavar="TEXT",
    help="Why; needed where a site loses its last active administrator.",
)
@json_option
@pass_call
def edit(
    call: Call,
    who: str,
    *,
    name: str | None,
    email: str | None,
    gphc: str | None,
    period: str | None,
    role: str | None,
    job: JobTitle | None,
    site: str | None,
    starts: str | None,
    ends: str | None,
    away_until: str | None,
    override_reason: str | None,
    reason: str | None,
) -> None:
    """Change a person's details, or their place at one site.

    What is not named stays. An empty text, such as --gphc "", takes GPhC number, dates or absence away.
    """
    from pomfa_tui.domain.errors import BadInput
    from pomfa_tui.services.person_edits import PersonEdit

    wanted = PersonEdit(
        name=name,
        email=email,
        gphc=gphc,
        period=None if period is None else int(period),
        override_reason=override_reason,
        site=site,
        role=role,
        job=job,
        starts=starts,
        ends=ends,
        away_until=away_until,
        reason=reason,
    )
    with call.desk() as desk:
        try:
            person = desk.office.changes.edit(call.caller, who, wanted)
        except BadInput as refusal:
            if refusal.field != "reason" or (reason or "").strip():
                raise
            raise BadInput(
                "reason",
                "This takes a site's last active administrator away. Add --reason and say why.",
            ) from None
    call.answer({"person": person_document(person)}, lambda: person_text(person))
