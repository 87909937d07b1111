"""Somebody new: read from texts first, written within a transaction second (rules 1 to 6, 9, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.documents import new_id
from pomfa_tui.domain.errors import BadInput, EmailExists, NhsmailFull, NotFound, Refusal
from pomfa_tui.domain.identity import parse_override_reason
from pomfa_tui.domain.memberships import (
    Membership,
    SiteRole,
    check_dates,
    parse_day,
    parse_job,
    parse_role,
)
from pomfa_tui.domain.people import (
    Person,
    PersonState,
    SystemRole,
    parse_gphc,
    parse_name,
    parse_period,
)
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.sites import SiteState, parse_site_code
from pomfa_tui.services.met_accounts import met_refusal
from pomfa_tui.services.nhsmail import require_nhsmail_place
from pomfa_tui.services.views import Issued, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.activation_codes import ActivationCodes, PreparedCode
    from pomfa_tui.services.recorder import Recorder


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
class ReadPerson:
    """Somebody new whose values are all in order, not yet written.

    Attributes:
        person: As they would be stored.
        site: ODS code, or none for roles over all sites.
        override_reason: Why a role-like address is really personal, or none.
    """

    person: Person
    site: str | None
    override_reason: str | None

    def is_more_than_staff(self) -> bool:
        """Tell whether adding them hands out a role (rule 22)."""
        return self.person.role is not None or any(
            membership.role is not SiteRole.STAFF for membership in self.person.memberships
        )


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against somebody new.

    Attributes:
        refusal: The answer.
        recorded: Whether asking at all is worth a record: a right was missing, or an account was met.
    """

    refusal: Refusal
    recorded: bool


class Newcomers:
    """Reads and writes somebody new; the one place for both the form and the import."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        emails: EmailRules,
        activation: ActivationCodes,
        recorder: Recorder,
        nhsmail_per_site: int,
    ) -> None:
        """Take the clock, the rights check, the e-mail rules, the issuing of codes, the audit log's pen and the NHSmail limit."""
        self._clock = clock
        self._access = access
        self._emails = emails
        self._activation = activation
        self._recorder = recorder
        self._nhsmail_per_site = nhsmail_per_site

    def read(self, new: NewPerson) -> ReadPerson:
        """Read the texts; nothing of the store is looked at.

        Raises:
            BadInput: A value cannot be used; names the field.
            SharedMailbox: The address is not personal (rule 2).
        """
        email = self._emails.parse_personal(new.email, override_reason=new.override_reason)
        system_role = _system_role(new.role)
        site = _site_of(new, system_role)
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
        person = Person(
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
        return ReadPerson(person, site, parse_override_reason(new.override_reason))

    def check(self, tx: Transaction, actor: Actor, read: ReadPerson) -> None:
        """Check rights and everything that depends on the store.

        Raises:
            EmailExists: The address has an account, here or elsewhere (rule 5); recorded.
            NhsmailFull: The site's NHSmail places are taken (rule 3).
            NotFound: No such open site.
            StepUpNeeded: The newcomer is to be more than staff, and a fresh code is due.
            Refusal: The actor may not; recorded.
        """
        objection = self.objection(tx, actor, read)
        if objection is None:
            return
        if objection.recorded:
            met = int(isinstance(objection.refusal, EmailExists))
            self._access.deny(actor, _action(read), objection.refusal, met=met)
        raise objection.refusal

    def objection(
        self, tx: Transaction, actor: Actor, read: ReadPerson, *, met: int = 0
    ) -> Objection | None:
        """Return what speaks against somebody new, or none; for whoever gathers the objections to many.

        Args:
            tx: Open transaction.
            actor: Who is acting.
            read: Who would be created.
            met: How many existing accounts the objections gathered so far tell of (ENU-06).

        Raises:
            StepUpNeeded: A fresh code is due.
        """
        denied = self._access.site_refusal(actor, _action(read), read.site)
        if denied is not None:
            return Objection(denied, recorded=True)
        known = tx.sites.get(read.site) if read.site is not None else None
        if read.site is not None and (known is None or known.state is not SiteState.OPEN):
            return Objection(NotFound(f"site {read.site}"), recorded=False)
        if read.is_more_than_staff():
            self._access.require_fresh(actor)
        limited = met_refusal(tx, actor.id, actor.site, self._clock.now(), also=met)
        if limited is not None:
            return Objection(limited, recorded=True)
        if tx.people.by_email(read.person.email_key) is not None:
            return Objection(EmailExists(), recorded=True)
        try:
            require_nhsmail_place(tx, None, read.person, self._nhsmail_per_site)
        except NhsmailFull as full:
            return Objection(full, recorded=False)
        return None

    def write(
        self,
        tx: Transaction,
        actor: Actor,
        read: ReadPerson,
        code: PreparedCode,
        *,
        severity: Severity = Severity.INFO,
        also: dict[str, str] | None = None,
    ) -> Issued:
        """Write somebody who was checked in this transaction, with an activation code to hand over.

        Args:
            tx: Open transaction.
            actor: Who is acting.
            read: Who is created.
            code: What they sign in with first.
            severity: Of the record; more for a role over all sites.
            also: For the record, beside the role.
        """
        person = read.person
        credentials = Credentials(
            id=person.id, activation=self._activation.grant(code, issued_by=actor.id)
        )
        tx.people.put(person)
        tx.credentials.put(credentials)
        role = person.role.value if person.role is not None else person.memberships[0].role.value
        detail = {"role": role, **(also or {})}
        if read.override_reason is not None:
            detail["override_reason"] = read.override_reason
        self._recorder.act(
            tx,
            Event.USER_CREATED,
            actor,
            subject=person.id,
            site=read.site,
            severity=severity if person.role is None else Severity.WARNING,
            detail=detail,
        )
        return Issued(person_summary(person, credentials, locked=False), code.text)


def _action(read: ReadPerson) -> Action:
    return Action.ADD_PERSON if read.site is not None else Action.ADD_SYSTEM_ROLE


def _system_role(text: str) -> SystemRole | None:
    role = text.strip().casefold()
    return next((known for known in SystemRole if known.value == role), None)


def _site_of(new: NewPerson, system_role: SystemRole | None) -> str | None:
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
