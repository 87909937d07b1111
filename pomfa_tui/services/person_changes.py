"""Editing people, switching accounts off and on, and roles at a site (rules 8 to 10, 13, 14).

Two people may edit one person at once: whoever is second is told what has changed and loses nothing (ROL-16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.emails import EmailRules
from pomfa_tui.domain.errors import BadInput, EditedMeanwhile, EmailExists, NotFound
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.memberships import Membership, check_dates, parse_day, parse_job, parse_role
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, parse_gphc, parse_name, parse_period
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.nhsmail import require_nhsmail_place
from pomfa_tui.services.retired import end_half_done
from pomfa_tui.services.views import PersonSummary, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts


@dataclass(frozen=True, slots=True)
class PersonEdit:
    """What is to be different; texts as typed, none for what stays, an empty text to take an optional value away.

    Attributes:
        name: As shown.
        email: Address of their own.
        gphc: Registration number.
        period: Seconds a code lives, from the next pairing on.
        override_reason: Why a role-like address is really personal.
        site: The membership that the rest is about; the actor's own site when none.
        role: staff or admin.
        job: Job title.
        starts: First day, year-month-day.
        ends: Last day, year-month-day.
        away_until: Last day of an absence, year-month-day.
        reason: Needed to switch roles and to take away a last administrator.
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

    def touches_person(self) -> bool:
        """Tell whether anything but the membership is to change."""
        return any(value is not None for value in (self.name, self.email, self.gphc, self.period))

    def touches_membership(self) -> bool:
        """Tell whether the membership is to change."""
        return any(
            value is not None
            for value in (self.role, self.job, self.starts, self.ends, self.away_until)
        )


class PersonChangeService:
    """Changes to people that are no resets."""

    def __init__(
        self, *, access: Access, acts: Acts, emails: EmailRules, nhsmail_per_site: int
    ) -> None:
        """Take the rights check, the common part of acts, the e-mail rules and the NHSmail limit."""
        self._access = access
        self._acts = acts
        self._emails = emails
        self._nhsmail_per_site = nhsmail_per_site

    def edit(
        self, caller: Caller, who: str, edit: PersonEdit, *, seen_version: int | None = None
    ) -> PersonSummary:
        """Change a person's details or their membership of one site.

        Args:
            caller: Who acts.
            who: E-mail or id.
            edit: What is to be different.
            seen_version: The version the form was filled from; none for the command line.

        Raises:
            EditedMeanwhile: Somebody else changed the person since.
            EmailExists: The new address has an account (rule 5).
            LastAdmin: It would leave the site without an administrator.
            StepUpNeeded: A role changes and a fresh code is due.
            BadInput: A value cannot be used.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            before = find_person(tx, who)
            after = self._edited(tx, actor, before, edit, sought=who)
            if seen_version is not None and before.version != seen_version:
                raise EditedMeanwhile(_differences(before, edit))
            after = msgspec.structs.replace(after, version=before.version + 1)
            lost = self._acts.guard_last_admin(tx, actor, before, after)
            if lost is not None:
                parse_reason(edit.reason)
            role_changed = _role_at(before, edit, actor) != _role_at(after, edit, actor)
            self._write(tx, actor, before, after, edit, role_changed=role_changed, lost=lost)
            credentials = tx.credentials.get(before.id) or Credentials(id=before.id)
            return person_summary(after, credentials, locked=False, only_site=actor.site)

    def _edited(
        self, tx: Transaction, actor: Actor, before: Person, edit: PersonEdit, *, sought: str
    ) -> Person:
        if not edit.touches_person() and not edit.touches_membership():
            raise BadInput("who", "Nothing is to be changed. Say what should be different.")
        after = before
        if edit.touches_person():
            self._access.require_person(actor, Action.EDIT_PERSON, before, sought=sought)
            after = self._with_details(tx, actor, after, edit)
        if edit.touches_membership():
            self._access.require_person(actor, Action.EDIT_MEMBERSHIP, before, sought=sought)
            after = self._with_membership(actor, after, edit, sought=sought)
        return after

    def _with_details(
        self, tx: Transaction, actor: Actor, person: Person, edit: PersonEdit
    ) -> Person:
        if edit.name is not None:
            person = msgspec.structs.replace(person, name=parse_name(edit.name))
        if edit.period is not None:
            person = msgspec.structs.replace(person, period=parse_period(edit.period))
        if edit.gphc is not None:
            job = next(
                (membership.job for membership in person.memberships if membership.open_ended()),
                None,
            )
            person = msgspec.structs.replace(person, gphc=parse_gphc(edit.gphc, job))
        if edit.email is not None:
            person = self._with_email(tx, actor, person, edit)
        return person

    def _with_email(
        self, tx: Transaction, actor: Actor, person: Person, edit: PersonEdit
    ) -> Person:
        email = self._emails.parse_personal(edit.email or "", override_reason=edit.override_reason)
        known = tx.people.by_email(email.key)
        if known is not None and known.id != person.id:
            self._access.deny(actor, Action.EDIT_PERSON, EmailExists(), subject=person.id)
        changed = msgspec.structs.replace(person, email=email.text, email_key=email.key)
        if email.key != person.email_key:
            require_nhsmail_place(tx, changed, self._nhsmail_per_site)
        return changed

    def _with_membership(
        self, actor: Actor, person: Person, edit: PersonEdit, *, sought: str
    ) -> Person:
        site = actor.site or (edit.site or "").strip().upper() or person.sponsor() or ""
        old = person.membership_at(site)
        if old is None:
            raise NotFound(f"a membership of site {site}" if site else sought)
        new = _with_values(old, edit)
        if new.role is not old.role:
            self._access.require_person(actor, Action.CHANGE_ROLE, person, sought=sought)
            self._acts.require_fresh(actor)
        memberships = tuple(
            new if membership is old else membership for membership in person.memberships
        )
        return msgspec.structs.replace(person, memberships=memberships)

    def _write(
        self,
        tx: Transaction,
        actor: Actor,
        before: Person,
        after: Person,
        edit: PersonEdit,
        *,
        role_changed: bool,
        lost: str | None,
    ) -> None:
        after = self._acts.told(
            after, actor, NoticeKind.ROLE_CHANGED if role_changed else NoticeKind.EDITED
        )
        tx.people.put(after)
        if before.email_key != after.email_key:
            end_half_done(tx, after)
            self._acts.end_sessions(tx, after, actor=actor)
        detail = {"changed": ",".join(sorted(_changed(before, after)))}
        if edit.reason:
            detail["why"] = parse_reason(edit.reason)
        if lost is not None:
            detail["last_administrator_of"] = lost
        event = Event.PERMISSIONS_CHANGED if role_changed else Event.USER_UPDATED
        severity = Severity.WARNING if role_changed or lost is not None else Severity.INFO
        self._acts.record(
            tx, event, actor=actor, person=after, reason="edited", detail=detail, severity=severity
        )


def _with_values(old: Membership, edit: PersonEdit) -> Membership:
    new = old
    if edit.role is not None:
        new = msgspec.structs.replace(new, role=parse_role(edit.role))
    if edit.job is not None:
        new = msgspec.structs.replace(new, job=parse_job(edit.job))
    if edit.starts is not None:
        new = msgspec.structs.replace(new, starts=_day("from", edit.starts))
    if edit.ends is not None:
        new = msgspec.structs.replace(new, ends=_day("to", edit.ends))
    if edit.away_until is not None:
        new = msgspec.structs.replace(new, away_until=_day("away_until", edit.away_until))
    check_dates(new.starts, new.ends)
    return new


def _day(field: str, text: str) -> date | None:
    return parse_day(field, text) if text.strip() else None


def _changed(before: Person, after: Person) -> set[str]:
    names = ("name", "email", "gphc", "period", "memberships")
    return {name for name in names if getattr(before, name) != getattr(after, name)}


def _differences(now: Person, edit: PersonEdit) -> tuple[str, ...]:
    """Name what the person says now, for the fields that the late edit wanted to change."""
    shown = {
        "name": now.name,
        "email": now.email,
        "gphc": now.gphc or "none",
        "period": str(now.period),
    }
    wanted = {"name": edit.name, "email": edit.email, "gphc": edit.gphc, "period": edit.period}
    return tuple(
        f"{name} is now {shown[name]}" for name, value in wanted.items() if value is not None
    )


def _role_at(person: Person, edit: PersonEdit, actor: Actor) -> str | None:
    site = actor.site or (edit.site or "").strip().upper() or person.sponsor() or ""
    membership = person.membership_at(site)
    return membership.role.value if membership is not None else None
