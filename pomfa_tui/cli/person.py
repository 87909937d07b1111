"""`pomfa-tui person`: add, list and show people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.kinds import Job, WholeNumber
from pomfa_tui.cli.shapes import iso, issued_document, person_document
from pomfa_tui.cli.tables import facts, paragraph, table
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.memberships import JobTitle, SiteRole
from pomfa_tui.domain.people import PersonState, SystemRole
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.services.views import Issued, PersonSummary

ROLES = tuple(role.value for kind in (SiteRole, SystemRole) for role in kind)
STATES = tuple(state.value for state in PersonState)
MFA_STATES = tuple(state.value for state in MfaState)
LONGEST_DORMANCY = 36_500
"""Days; a hundred years."""

_PERIODS = ("30", "60")


@click.group()
@early_json_option
def person() -> None:
    """Add, list and show people."""


@person.command("add")
@click.option("--email", required=True, help="Address that only this person reads.")
@click.option("--name", required=True, help="Name as shown on screens.")
@click.option("--site", metavar="CODE", help="ODS code of the site; for staff and admin.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option(
    "--job",
    type=Job(),
    metavar="JOB",
    help=f"Job title; for staff and admin. One of: {', '.join(JobTitle).replace(' ', '-').replace(',-', ', ')}.",
)
@click.option("--gphc", metavar="N", help="GPhC number, seven digits.")
@click.option("--from", "starts", metavar="DATE", help="First day, such as 2026-11-23.")
@click.option("--to", "ends", metavar="DATE", help="Last day, to midnight in London.")
@click.option(
    "--period",
    type=click.Choice(_PERIODS),
    default=_PERIODS[0],
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
    """Create a person and print the activation code to hand over."""
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
    with call.desk() as desk:
        issued = desk.people.add(call.caller, new)
    call.answer(issued_document(issued), lambda: issued_text(issued))


@person.command("list")
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


@person.command("show")
@click.argument("who", metavar="WHO")
@json_option
@pass_call
def show(call: Call, who: str) -> None:
    """Show one person; WHO is an e-mail or an id."""
    with call.desk() as desk:
        found = desk.people.show(call.caller, who)
    call.answer({"person": person_document(found)}, lambda: person_text(found))


def issued_text(issued: Issued) -> str:
    """Return what to tell whoever hands an activation code over."""
    person = issued.person
    return "\n".join(
        [
            paragraph(printable(f"{person.name} <{person.email}> has an account now.")),
            "",
            f"Activation code: {issued.activation_code}",
            "",
            paragraph(
                "Hand it over in person. It works once and for a day: at the first sign-in it is typed in place of the password. "
                "It is not shown again."
            ),
        ]
    )


def people_text(people: tuple[PersonSummary, ...]) -> str:
    """Return a table of people."""
    if not people:
        return "No people found."
    rows = [
        (
            found.email,
            found.name,
            found.state.value + (", locked" if found.locked else ""),
            found.mfa.value,
            _places(found),
            iso(found.last_sign_in)[:10] if found.last_sign_in is not None else "never",
        )
        for found in people
    ]
    headings = ("E-MAIL", "NAME", "STATE", "MFA", "AT", "LAST")
    legend = "\n* administrator" if any("*" in row[4] for row in rows) else ""
    return table(headings, rows, shrinks=(1, 4)) + legend


def person_text(person: PersonSummary) -> str:
    """Return everything about one person."""
    pairs = [
        ("Name", person.name),
        ("E-mail", person.email),
        ("Id", person.id),
        ("State", person.state.value),
        ("MFA", person.mfa.value),
        ("Locked", "yes" if person.locked else "no"),
        ("Code lives", f"{person.period} seconds"),
        ("GPhC number", person.gphc or "none"),
        ("Last sign-in", iso(person.last_sign_in) if person.last_sign_in is not None else "never"),
    ]
    if person.role is not None:
        pairs.append(("Role", f"{person.role.value}, at all sites"))
    pairs.extend(("Site", _membership(membership)) for membership in person.memberships)
    return facts(pairs)


def _require_membership(role: str, site: str | None, job: JobTitle | None) -> None:
    if role not in {known.value for known in SiteRole}:
        return
    for option, value in (("--site", site), ("--job", job)):
        if value is None:
            raise click.UsageError(
                f"Missing option '{option}': {role} belongs to a site and has a job title.",
                click.get_current_context(),
            )


def _places(person: PersonSummary) -> str:
    if person.role is not None:
        return person.role.value
    return " ".join(
        f"{membership.site}{'*' if membership.role is SiteRole.ADMIN else ''}"
        for membership in person.memberships
    )


def _membership(membership: Membership) -> str:
    since = f", from {membership.starts.isoformat()}" if membership.starts is not None else ""
    until = f", to {membership.ends.isoformat()}" if membership.ends is not None else ""
    return f"{membership.site}: {membership.role.value}, {membership.job.value}{since}{until}"
