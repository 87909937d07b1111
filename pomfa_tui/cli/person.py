"""`pomfa-tui person`: everything about people; adding, listing and showing them is here."""

from __future__ import annotations

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.kinds import Job, WholeNumber
from pomfa_tui.cli.lazy import LazyGroup
from pomfa_tui.cli.person_texts import issued_text, people_text, person_text
from pomfa_tui.cli.shapes import issued_document, person_document
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.memberships import JobTitle, SiteRole
from pomfa_tui.domain.people import PersonState, SystemRole

ROLES = tuple(role.value for kind in (SiteRole, SystemRole) for role in kind)
STATES = tuple(state.value for state in PersonState)
MFA_STATES = tuple(state.value for state in MfaState)
LONGEST_DORMANCY = 36_500
"""Days; a hundred years."""

JOBS = ", ".join(job.value.replace(" ", "-") for job in JobTitle)
"""Job titles as they are typed."""

PERIODS = ("30", "60")
"""Seconds that a code may live."""


@click.group(
    cls=LazyGroup,
    modules={
        "add": "pomfa_tui.cli.person",
        "list": "pomfa_tui.cli.person:list_people",
        "show": "pomfa_tui.cli.person",
        "edit": "pomfa_tui.cli.person_edit",
        "disable": "pomfa_tui.cli.person_states",
        "enable": "pomfa_tui.cli.person_states",
        "unlock": "pomfa_tui.cli.person_resets",
        "reset-password": "pomfa_tui.cli.person_resets:reset_password",
        "reset-mfa": "pomfa_tui.cli.person_resets:reset_mfa",
        "link": "pomfa_tui.cli.person_links",
        "unlink": "pomfa_tui.cli.person_links",
        "leave": "pomfa_tui.cli.person_states",
        "data": "pomfa_tui.cli.person_privacy",
        "erase": "pomfa_tui.cli.person_privacy",
    },
)
@early_json_option
def person() -> None:
    """Add, show and change people."""


@click.command("add")
@click.option("--email", required=True, help="Address that only this person reads.")
@click.option("--name", required=True, help="Name as shown on screens.")
@click.option("--site", metavar="CODE", help="ODS code of the site; for staff and admin.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option(
    "--job",
    type=Job(),
    metavar="JOB",
    help=f"Job title; for staff and admin. One of: {JOBS}.",
)
@click.option("--gphc", metavar="N", help="GPhC number, seven digits.")
@click.option("--from", "starts", metavar="DATE", help="First day, such as 2026-11-23.")
@click.option("--to", "ends", metavar="DATE", help="Last day, to midnight in London.")
@click.option(
    "--period",
    type=click.Choice(PERIODS),
    default=PERIODS[0],
    show_default=True,
    help="Seconds a code lives.",
)
@click.option(
    "--override-reason", metavar="TEXT", help="Why an address like info@ is really personal."
)
@json_option
@pass_call
def add(
    call: Call,
    *,
    email: str,
    name: str,
    site: str | None,
    role: str,
    job: JobTitle | None,
    gphc: str | None,
    starts: str | None,
    ends: str | None,
    period: str,
    override_reason: str | None,
) -> None:
    """Create a person and print an activation code."""
    _require_membership(role, site, job)
    from pomfa_tui.services.newcomers import NewPerson

    new = NewPerson(
        email=email,
        name=name,
        role=role,
        site=site,
        job=job,
        gphc=gphc,
        starts=starts,
        ends=ends,
        period=int(period),
        override_reason=override_reason,
    )
    # Before anything is written: a configuration that broke meanwhile must not cost the code.
    hours = call.settings().limits.activation_hours
    with call.desk() as desk:
        issued = desk.people.add(call.caller, new)
    call.answer(issued_document(issued), lambda: issued_text(issued, hours))


@click.command("list")
@click.option("--site", metavar="CODE", help="Only people of this site.")
@click.option("--role", type=click.Choice(ROLES), help="Only people with this role.")
@click.option("--state", type=click.Choice(STATES), help="Only accounts in this state.")
@click.option("--mfa", type=click.Choice(MFA_STATES), help="Only people whose second factor is so.")
@click.option(
    "--dormant",
    type=WholeNumber(0, LONGEST_DORMANCY),
    metavar="DAYS",
    help="Only people who have not signed in for so many days.",
)
@click.option("--search", metavar="TEXT", help="Only people with this in name or e-mail.")
@json_option
@pass_call
def list_people(
    call: Call,
    *,
    site: str | None,
    role: str | None,
    state: str | None,
    mfa: str | None,
    dormant: int | None,
    search: str | None,
) -> None:
    """List people by name."""
    from pomfa_tui.services.people import PeopleFilter

    wanted = PeopleFilter(
        site=site,
        role=role,
        state=None if state is None else PersonState(state),
        mfa=None if mfa is None else MfaState(mfa),
        dormant_days=dormant,
        search=search,
    )
    with call.desk() as desk:
        if site is not None:
            # A mistyped site must not look like a site without people.
            desk.sites.show(call.caller, site)
        people = desk.people.list(call.caller, wanted)
    call.answer(
        {"people": [person_document(person) for person in people]}, lambda: people_text(people)
    )


@click.command("show")
@click.argument("who", metavar="WHO")
@json_option
@pass_call
def show(call: Call, who: str) -> None:
    """Show one person; WHO is an e-mail or an id."""
    with call.desk() as desk:
        found = desk.people.show(call.caller, who)
    call.answer({"person": person_document(found)}, lambda: person_text(found))


def _require_membership(role: str, site: str | None, job: JobTitle | None) -> None:
    if role not in {known.value for known in SiteRole}:
        return
    for option, value in (("--site", site), ("--job", job)):
        if value is None:
            raise click.UsageError(
                f"Missing option '{option}': {role} belongs to a site and has a job title.",
                click.get_current_context(),
            )
