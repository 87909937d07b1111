"""Linking a person to a further site and ending a link, by support alone (rules 11, 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import BadInput, NotFound
from pomfa_tui.domain.identity import parse_ticket
from pomfa_tui.domain.memberships import Membership, check_dates, parse_day, parse_job, parse_role
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.sites import SiteState, parse_site_code
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.nhsmail import require_nhsmail_place
from pomfa_tui.services.views import person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.account_states import AccountStateService
    from pomfa_tui.services.acts import Acts
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


class LinkService:
    """One person, one login, several sites."""

    def __init__(
        self, *, access: Access, acts: Acts, states: AccountStateService, nhsmail_per_site: int
    ) -> None:
        """Take the rights check, the common part of acts, the ending of memberships and the NHSmail limit."""
        self._access = access
        self._acts = acts
        self._states = states
        self._nhsmail_per_site = nhsmail_per_site

    def link(self, caller: Caller, who: str, link: Link, why: Justification) -> PersonSummary:
        """Tie a person to a further site.

        Raises:
            BadInput: A value cannot be used, the ticket is missing, or the person is linked there already.
            NotFound: No such person or open site.
            StepUpNeeded: A fresh code is due.
            Refusal: The caller may not.
        """
        membership = _membership(link)
        self._check_identity(caller, who, why)
        with self._access.change(caller) as (tx, actor):
            before = self._target(tx, actor, who, why)
            self._check_place(tx, before, membership.site)
            state = PersonState.INVITED if before.state is PersonState.LEFT else before.state
            after = msgspec.structs.replace(
                before,
                memberships=(*before.memberships, membership),
                state=state,
                version=before.version + 1,
            )
            require_nhsmail_place(tx, after, self._nhsmail_per_site)
            after = self._acts.told(after, actor, NoticeKind.LINKED, site=membership.site)
            tx.people.put(after)
            self._acts.record(
                tx,
                Event.AUTHZ_CHANGED,
                actor=actor,
                person=after,
                reason="linked",
                site=membership.site,
                severity=Severity.WARNING,
                detail={**why.detail(), "role": membership.role.value},
            )
            credentials = tx.credentials.get(after.id) or Credentials(id=after.id)
            return person_summary(after, credentials, locked=False, only_site=actor.site)

    def unlink(self, caller: Caller, who: str, site: str, why: Justification) -> PersonSummary:
        """End a person's tie to one site; their other sites stay (rule 14).

        Raises:
            BadInput: Not a site code, or the ticket is missing.
            NotFound: No such person, or not linked there.
            StepUpNeeded: A fresh code is due.
            Refusal: The caller may not.
        """
        code = parse_site_code(site)
        self._check_identity(caller, who, why)
        with self._access.change(caller) as (tx, actor):
            before = self._target(tx, actor, who, why)
            if before.membership_at(code) is None:
                raise NotFound(f"a link to site {code}")
            after = self._states.ended(before, code)
            self._acts.guard_last_admin(tx, actor, before, after)
            return self._states.write_ended(tx, actor, after, site=code, why=why.detail())

    def _check_identity(self, caller: Caller, who: str, why: Justification) -> None:
        with self._access.look(caller) as (view, actor):
            person = find_person(view, who)
            self._access.require_person(actor, Action.LINK, person, sought=who)
            self._acts.check_identity(view, person, why)

    def _target(self, tx: Transaction, actor: Actor, who: str, why: Justification) -> Person:
        person = find_person(tx, who)
        self._access.require_person(actor, Action.LINK, person, sought=who)
        self._acts.require_fresh(actor)
        parse_ticket(why.ticket, required=True)
        return person

    @staticmethod
    def _check_place(tx: Transaction, person: Person, site: str) -> None:
        known = tx.sites.get(site)
        if known is None or known.state is not SiteState.OPEN:
            raise NotFound(f"site {site}")
        if person.membership_at(site) is not None:
            raise BadInput(
                "site",
                f"This person is linked to site {site} already. Edit that membership instead.",
            )


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
