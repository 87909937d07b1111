"""Creating, listing and showing people (rules 1 to 6, 9, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials, MfaState
from pomfa_tui.domain.documents import new_id
from pomfa_tui.domain.emails import Email, EmailRules, is_nhsmail
from pomfa_tui.domain.errors import BadInput, EmailExists, NhsmailFull, NotFound
from pomfa_tui.domain.memberships import Membership, check_dates, parse_day, parse_job, parse_role
from pomfa_tui.domain.people import (
    Person,
    PersonState,
    SystemRole,
    parse_gphc,
    parse_name,
    parse_period,
)
from pomfa_tui.domain.permissions import Action, allowed, relation_to
from pomfa_tui.domain.sites import SiteState, parse_site_code
from pomfa_tui.domain.text import clean_line
from pomfa_tui.domain.throttle import Gate
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.views import Issued, PersonSummary, person_summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.ports import Clock, Transaction, View
    from pomfa_tui.domain.throttle import ThrottlePolicy
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes
    from pomfa_tui.services.recorder import Recorder

REASON_LONGEST = 200
"""Characters of a reason (PRI-06)."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a form or a command line says about somebody new; texts as typed.

    Attributes:
        email: Address of their own.
        name: As shown.
        role: staff, admin, support or commissioner.
        site: ODS code; none for support and commissioner.
        job: Job title; none for support and commissioner.
        gphc: Registration number, or none.
        starts: First day, year-month-day, or none.
        ends: Last day, year-month-day, or none.
        period: Seconds a code lives, 30 or 60.
        override_reason: Why a role-like address outside nhs.net is really personal, or none.
    """

    email: str
    name: str
    role: str
    site: str | None = None
    job: str | None = None
    gphc: str | None = None
    starts: str | None = None
    ends: str | None = None
    period: int = 30
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people to list; every part that is given must fit.

    Attributes:
        site: ODS code.
        role: staff, admin, support or commissioner.
        state: invited, active, disabled or left.
        mfa: none, active or reset.
        dormant_days: Not signed in for so many days, or never and created longer ago.
        search: Part of name or e-mail.
    """

    site: str | None = None
    role: str | None = None
    state: PersonState | None = None
    mfa: MfaState | None = None
    dormant_days: int | None = None
    search: str | None = None


class PeopleService:
    """People as administrators, support and the command line see them."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        emails: EmailRules,
        policy: ThrottlePolicy,
        activation: ActivationCodes,
        recorder: Recorder,
        nhsmail_per_site: int,
    ) -> None:
        """Take the clock, the rights check, the e-mail rules, the throttle, the issuing of codes and the audit log's pen."""
        self._clock = clock
        self._access = access
        self._emails = emails
        self._policy = policy
        self._activation = activation
        self._recorder = recorder
        self._nhsmail_per_site = nhsmail_per_site

    def add(self, caller: Caller, new: NewPerson) -> Issued:
        """Create a person and return the activation code to hand over.

        Raises:
            BadInput: A value cannot be used; names the field.
            SharedMailbox: The address is not personal (rule 2).
            EmailExists: The address has an account, here or elsewhere (rule 5).
            NhsmailFull: The site's NHSmail places are taken (rule 3).
            NotFound: No such open site.
            Refusal: The caller may not.
        """
        email = self._emails.parse_personal(new.email, override_reason=new.override_reason)
        system_role = _system_role(new.role)
        site = self._site_of(new, system_role)
        person = self._draft(new, email, system_role, site)
        reason = _reason(new.override_reason)
        code = self._activation.prepare()
        with self._access.change(caller) as (tx, actor):
            self._check_rights(tx, actor, site)
            if tx.people.by_email(email.key) is not None:
                self._access.deny(actor, Action.ADD_PERSON, EmailExists())
            if site is not None and email.is_nhsmail:
                self._check_nhsmail(tx, site)
            credentials = Credentials(
                id=person.id, activation=self._activation.grant(code, issued_by=actor.id)
            )
            tx.people.put(person)
            tx.credentials.put(credentials)
            self._record_created(tx, actor, person, site=site, role=new.role, reason=reason)
        return Issued(person_summary(person, credentials, locked=False), code.text)

    def show(self, caller: Caller, who: str) -> PersonSummary:
        """Return one person by e-mail or id.

        Raises:
            NotFound: No such person, or not visible to the caller.
        """
        with self._access.look(caller) as (view, actor):
            person = find_person(view, who)
            self._access.require_person(actor, Action.SEE_PERSON, person, sought=who)
            return self._summary(view, person)

    def list(self, caller: Caller, wanted: PeopleFilter) -> tuple[PersonSummary, ...]:
        """Return the people that the caller may see and the filter wants, by name."""
        with self._access.look(caller) as (view, actor):
            found = [
                summary
                for person in self._candidates(view, actor, wanted)
                if allowed(actor.role, Action.SEE_PERSON, relation_to(actor.id, actor.site, person))
                and self._wanted(summary := self._summary(view, person), person, wanted)
            ]
        return tuple(
            sorted(found, key=lambda summary: (summary.name.casefold(), summary.email.casefold()))
        )

    def _site_of(self, new: NewPerson, system_role: SystemRole | None) -> str | None:
        if system_role is None:
            if not new.site:
                raise BadInput("site", "The site is missing. Name the site's ODS code.")
            return parse_site_code(new.site)
        if new.site or new.job:
            raise BadInput(
                "site",
                "Support and commissioners belong to no site and have no job title. Leave both out.",
            )
        return None

    def _draft(
        self, new: NewPerson, email: Email, system_role: SystemRole | None, site: str | None
    ) -> Person:
        memberships: tuple[Membership, ...] = ()
        job = None
        if site is not None:
            job = parse_job(new.job or "")
            starts = parse_day("from", new.starts) if new.starts else None
            ends = parse_day("to", new.ends) if new.ends else None
            check_dates(starts, ends)
            memberships = (
                Membership(site=site, role=parse_role(new.role), job=job, starts=starts, ends=ends),
            )
        return Person(
            id=new_id(),
            email=email.text,
            email_key=email.key,
            name=parse_name(new.name),
            state=PersonState.INVITED,
            role=system_role,
            gphc=parse_gphc(new.gphc, job),
            memberships=memberships,
            period=parse_period(new.period),
            created_at=self._clock.now(),
        )

    def _check_rights(self, tx: Transaction, actor: Actor, site: str | None) -> None:
        if site is None:
            self._access.require(actor, Action.ADD_SYSTEM_ROLE)
            return
        self._access.require_site(actor, Action.ADD_PERSON, site)
        known = tx.sites.get(site)
        if known is None or known.state is not SiteState.OPEN:
            raise NotFound(f"site {site}")

    def _check_nhsmail(self, tx: Transaction, site: str) -> None:
        known = tx.sites.get(site)
        limit = self._nhsmail_per_site
        if known is not None and known.nhsmail_limit is not None:
            limit = known.nhsmail_limit
        if count_nhsmail(tx.people.at_site(site), site) >= limit:
            raise NhsmailFull(limit)

    def _record_created(
        self,
        tx: Transaction,
        actor: Actor,
        person: Person,
        *,
        site: str | None,
        role: str,
        reason: str | None,
    ) -> None:
        detail = {"role": role}
        if reason is not None:
            detail["override_reason"] = reason
        self._recorder.record(
            tx,
            Event.USER_CREATED,
            actor=actor.id,
            actor_role=actor.role.value,
            subject=person.id,
            site=site,
            session=actor.session_id,
            severity=Severity.INFO if person.role is None else Severity.WARNING,
            detail=detail,
        )

    def _summary(self, view: View, person: Person) -> PersonSummary:
        credentials = view.credentials.get(person.id) or Credentials(id=person.id)
        now = self._clock.now()
        gates = {
            self._policy.gate(credentials.password_counter, now),
            self._policy.gate(credentials.code_counter, now),
        }
        return person_summary(person, credentials, locked=gates != {Gate.OPEN})

    @staticmethod
    def _candidates(view: View, actor: Actor, wanted: PeopleFilter) -> Iterable[Person]:
        site = actor.site or (wanted.site.strip().upper() if wanted.site else None)
        if wanted.search:
            return view.people.search(wanted.search)
        return view.people.at_site(site) if site else view.people.all()

    def _wanted(self, summary: PersonSummary, person: Person, wanted: PeopleFilter) -> bool:
        memberships = summary.memberships
        if wanted.site:
            memberships = tuple(
                member for member in memberships if member.site == wanted.site.strip().upper()
            )
            if not memberships:
                return False
        if wanted.role and wanted.role not in {
            person.role,
            *(member.role for member in memberships),
        }:
            return False
        if wanted.state is not None and summary.state is not wanted.state:
            return False
        if wanted.mfa is not None and summary.mfa is not wanted.mfa:
            return False
        if wanted.dormant_days is None:
            return True
        return (
            self._clock.now() - (person.last_sign_in or person.created_at)
            >= wanted.dormant_days * 86400
        )


def count_nhsmail(people: Iterable[Person], site: str) -> int:
    """Count the personal NHSmail accounts that a site sponsors; disabled and left people do not count (rules 3, 4)."""
    return sum(
        1
        for person in people
        if person.may_start_sign_in()
        and person.membership_at(site) is not None
        and is_nhsmail(person.email_key)
    )


def _system_role(text: str) -> SystemRole | None:
    role = text.strip().casefold()
    return next((known for known in SystemRole if known.value == role), None)


def _reason(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    return clean_line("override_reason", text, longest=REASON_LONGEST, label="The reason")
