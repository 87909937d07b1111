"""Linking a person to a further site and ending a link, by support alone (rules 11, 12)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import BadInput, NotFound
from pomfa_tui.domain.identity import parse_ticket
from pomfa_tui.domain.memberships import (
    JobTitle,
    Membership,
    SiteRole,
    check_dates,
    parse_day,
    parse_job,
    parse_role,
)
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, PersonState, parse_gphc
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.sites import SiteState, parse_site_code
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.identity_checks import proof_detail
from pomfa_tui.services.nhsmail import require_nhsmail_place
from pomfa_tui.services.privacy import is_erased

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import RecoveryCode
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.ports import Transaction, View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.identity_checks import IdentityChecks
    from pomfa_tui.services.leaving import Leaving
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import PersonSummary


@dataclass(frozen=True, slots=True)
class Link:
    """A further membership; texts as typed.

    Attributes:
        site: ODS code.
        role: staff or admin.
        job: Job title.
        starts: First day, year-month-day, or none.
        ends: Last day, year-month-day, or none.
    """

    site: str
    role: str
    job: str
    starts: str | None = None
    ends: str | None = None


class _Tie(NamedTuple):
    """Which link is meant; role and job title only where they were named."""

    site: str
    role: SiteRole | None
    job: JobTitle | None


class LinkService:
    """One person, one login, several sites."""

    def __init__(
        self,
        *,
        access: Access,
        acts: Acts,
        identity: IdentityChecks,
        leaving: Leaving,
        views: PersonViews,
        nhsmail_per_site: int,
    ) -> None:
        """Take the rights check, the common parts of acts and of leaving, the identity check, views and the NHSmail limit."""
        self._access = access
        self._acts = acts
        self._identity = identity
        self._leaving = leaving
        self._views = views
        self._nhsmail_per_site = nhsmail_per_site

    def link(self, caller: Caller, who: str, link: Link, why: Justification) -> PersonSummary:
        """Tie a person to a further site.

        Somebody who had left is invited again: their factors are gone, so a password reset hands out a new activation code.

        Raises:
            BadInput: A value cannot be used, the ticket is missing, or the person is linked there already or was erased.
            NotFound: No such person or open site.
            NhsmailFull: The site would sponsor one NHSmail account too many.
            StepUpNeeded: A fresh code is due.
            Refusal: The caller may not.
        """
        membership = _membership(link)
        target = partial(self._target_to_tie, who, why, membership.site)
        used = self._identity.prove(caller, Action.LINK, why, target)
        with self._access.change(caller) as (tx, actor):
            before = target(tx, actor)
            after = _linked(before, membership)
            require_nhsmail_place(tx, before, after, self._nhsmail_per_site)
            after = self._acts.told(after, actor, NoticeKind.LINKED, site=membership.site)
            tx.people.put(after)
            self._spend(tx, after, used)
            self._acts.record(
                tx,
                Event.AUTHZ_CHANGED,
                actor=actor,
                person=after,
                reason="linked",
                site=membership.site,
                severity=Severity.WARNING,
                detail={**proof_detail(why, used), "role": membership.role.value},
            )
            return self._views.show(tx, actor, after)

    def unlink(
        self,
        caller: Caller,
        who: str,
        site: str,
        why: Justification,
        *,
        role: str | None = None,
        job: str | None = None,
    ) -> PersonSummary:
        """End a person's tie to one site; their other sites stay (rule 14).

        Args:
            caller: Who acts.
            who: E-mail or id.
            site: ODS code.
            why: How their identity was checked, and the ticket.
            role: staff or admin: only if this is the role there; none for whichever it is.
            job: Only if this is the job title there; none for whichever it is.

        Raises:
            BadInput: Not a site code, another role or job title than named, or the ticket is missing.
            NotFound: No such person, or not linked there.
            StepUpNeeded: A fresh code is due.
            Refusal: The caller may not.
        """
        code = parse_site_code(site)
        meant = _Tie(code, parse_role(role) if role else None, parse_job(job) if job else None)
        target = partial(self._target_to_end, who, why, meant)
        used = self._identity.prove(caller, Action.LINK, why, target)
        with self._access.change(caller) as (tx, actor):
            before = target(tx, actor)
            self._spend(tx, before, used)
            return self._leaving.end(
                tx, actor, before, site=code, reason="unlinked", detail=proof_detail(why, used)
            )

    def _target_to_tie(
        self, who: str, why: Justification, site: str, view: View, actor: Actor
    ) -> Person:
        """Find the person and check everything that has to hold before the link."""
        person = self._target(who, why, view, actor)
        if is_erased(person.email):
            raise BadInput("who", "This person was erased. Add them as somebody new.")
        known = view.sites.get(site)
        if known is None or known.state is not SiteState.OPEN:
            raise NotFound(f"site {site}")
        if person.membership_at(site) is not None:
            raise BadInput(
                "site",
                f"This person is linked to site {site} already. Edit that membership instead.",
            )
        return person

    def _target_to_end(
        self, who: str, why: Justification, meant: _Tie, view: View, actor: Actor
    ) -> Person:
        """Find the person and check everything that has to hold before the end of a link."""
        person = self._target(who, why, view, actor)
        tie = person.membership_at(meant.site)
        if tie is None:
            raise NotFound(f"a link to site {meant.site}")
        if meant.role not in {None, tie.role} or meant.job not in {None, tie.job}:
            raise BadInput(
                "role",
                f"At {meant.site} this person is {tie.role}, {tie.job}. Check whom and which site you mean.",
            )
        return person

    def _target(self, who: str, why: Justification, view: View, actor: Actor) -> Person:
        person = find_person(view, who)
        self._access.require_person(actor, Action.LINK, person, sought=who)
        self._access.require_fresh(actor)
        parse_ticket(why.ticket, required=True)
        return person

    def _spend(self, tx: Transaction, person: Person, used: RecoveryCode | None) -> None:
        if used is not None:
            credentials = tx.credentials.get(person.id) or Credentials(id=person.id)
            tx.credentials.put(self._identity.spend(credentials, used))


def _membership(link: Link) -> Membership:
    starts = parse_day("from", link.starts) if link.starts else None
    ends = parse_day("to", link.ends) if link.ends else None
    check_dates(starts, ends)
    return Membership(
        site=parse_site_code(link.site),
        role=parse_role(link.role),
        job=parse_job(link.job),
        starts=starts,
        ends=ends,
    )


def _linked(before: Person, membership: Membership) -> Person:
    parse_gphc(before.gphc, membership.job)
    return msgspec.structs.replace(
        before,
        memberships=(*before.memberships, membership),
        state=PersonState.INVITED if before.state is PersonState.LEFT else before.state,
        version=before.version + 1,
    )
