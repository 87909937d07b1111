"""What an edit of a person says, read from texts before the store is touched, and what two versions of a person differ in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import parse_override_reason, parse_reason
from pomfa_tui.domain.memberships import Membership, parse_day, parse_job, parse_role
from pomfa_tui.domain.people import Person, parse_gphc, parse_name, parse_period
from pomfa_tui.domain.sites import parse_site_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.services.views import PersonSummary

DETAILS = {
    "name": "name",
    "email": "e-mail",
    "gphc": "GPhC number",
    "period": "seconds a code lives",
}
"""Fields of a person that can be edited, with their words."""

VALUES = {
    "role": "role",
    "job": "job title",
    "starts": "first day",
    "ends": "last day",
    "away_until": "away until",
}
"""Fields of a membership that can be edited, with their words."""


@dataclass(frozen=True, slots=True)
class PersonEdit:
    """What is to be different; texts as typed, none for what stays, an empty text to take an optional value away.

    Attributes:
        name: As shown.
        email: Address of their own.
        gphc: Registration number.
        period: Seconds a code lives, from the next pairing on.
        override_reason: Why a role-like address is really personal.
        site: The membership that the rest is about; the actor's own site, or the person's only one, when none.
        role: staff or admin.
        job: Job title.
        starts: First day, year-month-day.
        ends: Last day, year-month-day.
        away_until: Last day of an absence, year-month-day.
        reason: Why; needed only where support takes a site's last administrator away.
    """

    name: str | None = None
    email: str | None = None
    gphc: str | None = None
    period: int | None = None
    override_reason: str | None = None
    site: str | None = None
    role: str | None = None
    job: str | None = None
    starts: str | None = None
    ends: str | None = None
    away_until: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReadEdit:
    """An edit whose values are all in order by themselves.

    Attributes:
        details: New values of the person's fields.
        values: New values of the membership's fields.
        site: ODS code of the membership, or none.
        reason: Why, or none.
        override_reason: Why a role-like address is really personal, or none.
    """

    details: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    site: str | None = None
    reason: str | None = None
    override_reason: str | None = None


def read_edit(edit: PersonEdit, emails: EmailRules) -> ReadEdit:
    """Read the texts; nothing of the store is looked at.

    Raises:
        BadInput: A value cannot be used, or nothing is to be changed; names the field.
        SharedMailbox: The address is not personal (rule 2).
    """
    read = ReadEdit(
        details=dict(_read_details(edit, emails)),
        values=dict(_read_values(edit)),
        site=parse_site_code(edit.site) if edit.site else None,
        reason=parse_reason(edit.reason) if (edit.reason or "").strip() else None,
        override_reason=parse_override_reason(edit.override_reason),
    )
    if not read.details and not read.values:
        raise BadInput("who", "Nothing is to be changed. Say what should be different.")
    return read


def differences(seen: PersonSummary, now: PersonSummary) -> tuple[str, ...]:
    """Say what is different now from what somebody was shown, in words; empty when nothing of it is (ROL-16)."""
    return tuple(_differences(seen, now))


def changed_fields(before: Person, after: Person, site: str | None) -> tuple[str, ...]:
    """Return the names of the fields that an edit changed, for the audit log; never their values."""
    names = [name for name in DETAILS if getattr(before, name) != getattr(after, name)]
    old, new = (
        person.membership_at(site) if site is not None else None for person in (before, after)
    )
    if old is not None and new is not None:
        names += [name for name in VALUES if getattr(old, name) != getattr(new, name)]
    return tuple(names)


def _read_details(edit: PersonEdit, emails: EmailRules) -> Iterator[tuple[str, Any]]:
    if edit.name is not None:
        yield "name", parse_name(edit.name)
    if edit.gphc is not None:
        yield "gphc", parse_gphc(edit.gphc, None)
    if edit.period is not None:
        yield "period", parse_period(edit.period)
    if edit.email is not None:
        email = emails.parse_personal(edit.email, override_reason=edit.override_reason)
        yield "email", email.text
        yield "email_key", email.key


def _read_values(edit: PersonEdit) -> Iterator[tuple[str, Any]]:
    if edit.role is not None:
        yield "role", parse_role(edit.role)
    if edit.job is not None:
        yield "job", parse_job(edit.job)
    days = (("starts", "from"), ("ends", "to"), ("away_until", "away_until"))
    for name, shown in days:
        text: str | None = getattr(edit, name)
        if text is not None:
            yield name, parse_day(shown, text) if text.strip() else None


def _differences(seen: PersonSummary, now: PersonSummary) -> Iterator[str]:
    for name, words in DETAILS.items():
        if getattr(seen, name) != getattr(now, name):
            yield f"{words} is now {getattr(now, name) or 'none'}"
    if seen.state is not now.state:
        yield f"the account is now {now.state}"
    before = {membership.site: membership for membership in seen.memberships}
    after = {membership.site: membership for membership in now.memberships}
    for site in sorted(before.keys() | after.keys()):
        yield from _membership_differences(site, before.get(site), after.get(site))
    if seen.elsewhere is not now.elsewhere:
        yield "also linked elsewhere" if now.elsewhere else "no longer linked elsewhere"


def _membership_differences(
    site: str, seen: Membership | None, now: Membership | None
) -> Iterator[str]:
    if now is None:
        yield f"no longer linked to {site}"
    elif seen is None:
        yield f"now linked to {site}"
    else:
        for name, words in VALUES.items():
            if getattr(seen, name) != getattr(now, name):
                yield f"{words} at {site} is now {getattr(now, name) or 'none'}"
