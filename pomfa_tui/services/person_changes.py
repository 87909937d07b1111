"""Editing people and their roles at a site (rules 3, 5, 8 to 11, 13).

Two people may edit one person at once: whoever is second is told what has changed and loses nothing (ROL-16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import BadInput, EditedMeanwhile, EmailExists, NotFound
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.memberships import Membership, check_dates
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, PersonState, parse_gphc
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.met_accounts import met_refusal
from pomfa_tui.services.nhsmail import require_nhsmail_place
from pomfa_tui.services.person_edits import (
    PersonEdit,
    ReadEdit,
    changed_fields,
    differences,
    read_edit,
)
from pomfa_tui.services.retired import with_new_epoch

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import PersonSummary


class PersonChangeService:
    """Changes to people that are no resets."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        acts: Acts,
        views: PersonViews,
        emails: EmailRules,
        nhsmail_per_site: int,
    ) -> None:
        """Take the clock, the rights check, the common part of acts, the views of people, the e-mail rules and the NHSmail limit."""
        self._clock = clock
        self._access = access
        self._acts = acts
        self._views = views
        self._emails = emails
        self._nhsmail_per_site = nhsmail_per_site

    def edit(
        self, caller: Caller, who: str, edit: PersonEdit, *, seen: PersonSummary | None = None
    ) -> PersonSummary:
        """Change a person's details or their membership of one site.

        Args:
            caller: Who acts.
            who: E-mail or id.
            edit: What is to be different.
            seen: What the form was filled from; none for the command line.

        Raises:
            EditedMeanwhile: Somebody else changed the person since; names what.
            EmailExists: The new address has an account (rule 5).
            NhsmailFull: The site's NHSmail places are taken.
            LastAdmin: It would leave the site without an administrator.
            StepUpNeeded: A role changes and a fresh code is due.
            BadInput: A value cannot be used, or the person has left.
            Refusal: The caller may not.
        """
        read = read_edit(edit, self._emails)
        with self._access.change(caller) as (tx, actor):
            before = find_person(tx, who)
            old = self._require_rights(actor, before, read, sought=who)
            if before.state is PersonState.LEFT:
                raise BadInput("who", "This person has left. Link them to a site first.")
            if seen is not None and seen.version != before.version:
                changed = differences(seen, self._views.show(tx, actor, before))
                if changed:
                    raise EditedMeanwhile(changed)
            after = self._edited(tx, actor, before, read, old)
            if after == before:
                return self._views.show(tx, actor, before)
            site = old.site if old is not None else None
            return self._write(tx, actor, before, after, read=read, site=site)

    def _require_rights(
        self, actor: Actor, person: Person, read: ReadEdit, *, sought: str
    ) -> Membership | None:
        """Check rights before anything of the person is looked at; return the membership that the edit is about, if it is about one."""
        if read.details:
            self._access.require_person(actor, Action.EDIT_PERSON, person, sought=sought)
        if not read.values:
            return None
        self._access.require_person(actor, Action.EDIT_MEMBERSHIP, person, sought=sought)
        site = read.site or actor.site or _only_site(person)
        self._access.require_site(actor, Action.EDIT_MEMBERSHIP, site)
        old = person.membership_at(site)
        if old is None:
            raise NotFound(f"a membership of site {site}")
        if read.values.get("role", old.role) is not old.role:
            self._access.require_person(actor, Action.CHANGE_ROLE, person, sought=sought)
            self._access.require_fresh(actor)
        return old

    def _edited(
        self, tx: Transaction, actor: Actor, before: Person, read: ReadEdit, old: Membership | None
    ) -> Person:
        after = msgspec.structs.replace(before, **read.details)
        if after.email_key != before.email_key:
            self._require_unmet(tx, actor, before, after.email_key)
            require_nhsmail_place(tx, before, after, self._nhsmail_per_site)
        if "gphc" in read.details:
            for membership in after.memberships:
                if membership.lasts() and membership is not old:
                    parse_gphc(after.gphc, membership.job)
        return after if old is None else _with_values(after, read, old)

    def _require_unmet(self, tx: Transaction, actor: Actor, person: Person, email_key: str) -> None:
        """Make sure that an address is nobody's; who asks for many that are somebody's is asked to wait."""
        limited = met_refusal(tx, actor.id, actor.site, self._clock.now())
        if limited is not None:
            self._access.deny(actor, Action.EDIT_PERSON, limited, subject=person.id)
        if tx.people.by_email(email_key) is not None:
            self._access.deny(actor, Action.EDIT_PERSON, EmailExists(), subject=person.id, met=1)

    def _write(
        self,
        tx: Transaction,
        actor: Actor,
        before: Person,
        after: Person,
        *,
        read: ReadEdit,
        site: str | None,
    ) -> PersonSummary:
        lost = self._acts.guard_last_admin(tx, actor, before, after)
        if lost:
            parse_reason(read.reason)
        changed = changed_fields(before, after, site)
        after = msgspec.structs.replace(after, version=before.version + 1)
        after = self._told(after, actor, changed, site)
        tx.people.put(after)
        if before.email_key != after.email_key:
            credentials = tx.credentials.get(after.id) or Credentials(id=after.id)
            tx.credentials.put(with_new_epoch(credentials))
            self._acts.end_sessions(tx, tx.sessions.of_person(after.id), actor=actor)
        self._acts.record(
            tx,
            Event.PERMISSIONS_CHANGED if "role" in changed else Event.USER_UPDATED,
            actor=actor,
            person=after,
            reason="edited",
            site=site,
            severity=Severity.WARNING if {"role", "email"} & set(changed) else Severity.INFO,
            detail=_detail(after, read, site, changed),
        )
        self._acts.record_lost(tx, actor, after, lost)
        return self._views.show(tx, actor, after)

    def _told(
        self, person: Person, actor: Actor, changed: tuple[str, ...], site: str | None
    ) -> Person:
        told = person
        if "role" in changed:
            told = self._acts.told(told, actor, NoticeKind.ROLE_CHANGED, site=site)
        if "email" in changed:
            told = self._acts.told(told, actor, NoticeKind.EMAIL_CHANGED)
        if told is person:
            told = self._acts.told(told, actor, NoticeKind.EDITED)
        return told


def _only_site(person: Person) -> str:
    """Return the one site of somebody who has one.

    Raises:
        NotFound: There is none.
        BadInput: There are several, so that one has to be named.
    """
    match person.linked_sites():
        case ():
            raise NotFound("a membership of this person")
        case (site,):
            return site
        case _:
            raise BadInput(
                "site",
                "This person is linked to several sites. Name the site that the change is about.",
            )


def _with_values(person: Person, read: ReadEdit, old: Membership) -> Person:
    """Return the person with the new values of one membership.

    Raises:
        BadInput: The dates or the GPhC number do not fit them.
    """
    new: Membership = msgspec.structs.replace(old, **read.values)
    check_dates(new.starts, new.ends)
    if new.job is not old.job or "gphc" in read.details:
        parse_gphc(person.gphc, new.job)
    memberships = tuple(
        new if membership is old else membership for membership in person.memberships
    )
    return msgspec.structs.replace(person, memberships=memberships)


def _detail(
    person: Person, read: ReadEdit, site: str | None, changed: tuple[str, ...]
) -> dict[str, str]:
    detail = {"changed": ",".join(changed)}
    membership = person.membership_at(site) if site is not None else None
    if "role" in changed and membership is not None:
        detail["role"] = membership.role.value
    if read.reason is not None:
        detail["why"] = read.reason
    if read.override_reason is not None:
        detail["override_reason"] = read.override_reason
    return detail
