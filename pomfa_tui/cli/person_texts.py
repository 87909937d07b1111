"""What people read of people: one person, a table of them, an activation code to hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.cli.shapes import iso
from pomfa_tui.cli.tables import facts, paragraph, table
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.memberships import SiteRole
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.services.views import Issued, PersonSummary


_FIRST = "at the first sign-in it is typed in place of the password."


def issued_text(issued: Issued, hours: int) -> str:
    """Return what to tell whoever hands an activation code over that is good for so many hours."""
    return _with_code(issued, "has an account now.", _FIRST, hours)


def reset_text(issued: Issued, action: Action, hours: int) -> str:
    """Return what to tell whoever hands an activation code over after a reset; it is good for so many hours."""
    if issued.person.state is PersonState.INVITED:
        what, how = "gets a new activation code; an earlier one is dead.", _FIRST
    elif action is Action.RESET_MFA:
        what = "has no authenticator any more; recovery codes are dead and sessions have ended."
        how = "at the next sign-in it is typed after the password, and then a new authenticator is paired."
    else:
        what = "has no password any more, and sessions have ended."
        how = (
            "at the next sign-in it is typed in place of the password, then comes the authenticator's code, and then a new password is "
            "chosen."
        )
    return _with_code(issued, what, how, hours)


def done_text(person: PersonSummary, what: str) -> str:
    """Return that something was done to somebody, how they stand now, and what they need to sign in.

    Args:
        person: As they are now.
        what: The rest of a sentence that begins with their name.
    """
    lines = [_about(person, what), "", person_text(person)]
    if person.state is PersonState.INVITED:
        hint = "To sign in they need a new activation code: use `person reset-password`."
        lines += ["", paragraph(hint)]
    return "\n".join(lines)


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
    away = f", away until {membership.away_until.isoformat()}" if membership.away_until else ""
    return f"{membership.site}: {membership.role.value}, {membership.job.value}{since}{until}{away}"


def _with_code(issued: Issued, what: str, how: str, hours: int) -> str:
    life = counted(hours, "hour")
    hand_over = (
        f"Hand it over in person. It works once and for {life}: {how} It is not shown again."
    )
    return "\n".join(
        [
            _about(issued.person, what),
            "",
            f"Activation code: {issued.activation_code}",
            "",
            paragraph(hand_over),
        ]
    )


def _about(person: PersonSummary, what: str) -> str:
    return paragraph(printable(f"{person.name} <{person.email}> {what}"))
