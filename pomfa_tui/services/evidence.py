"""The figures for the Data Security and Protection Toolkit: who is enrolled, who administers, how identities were checked (rule 33)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.london import london_moment
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.retention import year_of
from pomfa_tui.domain.reviews import due_at
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.services import evidence_text
from pomfa_tui.services.audit_names import AuditNames
from pomfa_tui.services.evidence_figures import (
    ACTS,
    CheckedAct,
    Evidence,
    OverallAccount,
    SiteFigures,
)
from pomfa_tui.services.nhsmail import count_nhsmail, nhsmail_limit
from pomfa_tui.services.reporting import ReportForm, ReportKind, SavedReport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.audit import AuditEvent
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Exports, Store, View
    from pomfa_tui.domain.sites import Site
    from pomfa_tui.services.access import Actor, Caller
    from pomfa_tui.services.audit_scope import Scope
    from pomfa_tui.services.reporting import Reporting

DORMANT_DAYS = (30, 60, 90)
"""Days without a sign-in after which an account is counted as dormant."""


class EvidenceService:
    """Makes the report from the store and its audit log."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        reporting: Reporting,
        exports: Exports,
        nhsmail_per_site: int,
    ) -> None:
        """Take the store, the clock, what opens it for a report, where files are put and the NHSmail limit."""
        self._store = store
        self._clock = clock
        self._reporting = reporting
        self._exports = exports
        self._nhsmail_per_site = nhsmail_per_site

    def report(
        self,
        caller: Caller,
        *,
        site: str | None = None,
        first: date | None = None,
        last: date | None = None,
        for_file: bool = False,
    ) -> Evidence:
        """Return the figures for a site, or for all; that they were asked for is recorded.

        Args:
            caller: Who asks; administrators get their own site.
            site: ODS code, or none for the caller's own site or all.
            first: First day of the period, in London; by default the beginning of the toolkit's year.
            last: Last day of the period; today by default.
            for_file: Whether it goes into a file, so that a fresh code is needed (rule 22).

        Raises:
            BadInput: The period ends before it begins.
            NotFound: No such site, or not visible to the caller.
            StepUpNeeded: The last proof by code is too old.
            Refusal: The caller may not.
        """
        last = last or london_day(self._clock.now())
        first = first or year_of(last)
        if last < first:
            raise BadInput("until", "The period ends before it begins. Check the two dates.")
        scope = self._reporting.begin(caller, ReportKind.EVIDENCE, site=site, for_file=for_file)
        return self._report(caller, scope, first, last)

    def save(
        self,
        caller: Caller,
        form: ReportForm,
        *,
        site: str | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> SavedReport[Evidence]:
        """Put the figures into a file in the folder for exports.

        Raises:
            Unavailable: The file cannot be written.
            Refusal: As for `report`.
        """
        with self._exports.new_file("evidence", f".{form}") as file:
            report = self.report(caller, site=site, first=first, last=last, for_file=True)
            file.write(evidence_text.written(report, form))
        return SavedReport(file.place, report)

    def _report(self, caller: Caller, scope: Scope, first: date, last: date) -> Evidence:
        # The calendar ends with the last day that can be typed for "for ever".
        after = min(last, date.max - timedelta(days=1)) + timedelta(days=1)
        since, until = london_moment(first), london_moment(after)
        events = [
            record.event
            for record in self._store.audit_records()
            if since <= record.event.at < until and scope.holds(record.event)
        ]
        gone = self._store.audit_checkpoint()
        with self._reporting.look(caller, scope) as (view, actor):
            people = list(_people(view, scope.site))
            usable = [each for each in people if each.may_start_sign_in()]
            states = Counter(_mfa(view, each) for each in usable)
            names = AuditNames(view, actor)
            return Evidence(
                made_at=self._clock.now(),
                first=first,
                last=last,
                site=scope.site,
                gone_until=gone.at if gone is not None and since <= gone.at else None,
                people=len(usable),
                enrolled=states[MfaState.ACTIVE],
                waiting=states[MfaState.RESET],
                disabled=sum(each.state is PersonState.DISABLED for each in people),
                dormant=self._dormant(usable),
                acts=tuple(_acts(events, names)),
                leavers=len({each.subject for each in events if each.reason in _LEFT}),
                locked=sum(each.event is Event.SIGN_IN_FAILED_MAX for each in events),
                sites=tuple(
                    self._figures(view, actor, site)
                    for site in sorted(view.sites.all(), key=lambda each: each.code)
                    if scope.site in {None, site.code}
                    and (site.state is SiteState.OPEN or scope.site is not None)
                ),
                overall=tuple(_overall(view)) if scope.site is None else (),
            )

    def _figures(self, view: View, actor: Actor, site: Site) -> SiteFigures:
        linked = list(_people(view, site.code))
        usable = [each for each in linked if each.may_start_sign_in()]
        today = london_day(self._clock.now())
        review = view.reviews.get(site.code)
        last = review.last if review is not None else None
        return SiteFigures(
            code=site.code,
            name=site.name,
            people=len(usable),
            enrolled=sum(_mfa(view, each) is MfaState.ACTIVE for each in usable),
            administrators=tuple(
                sorted(each.name for each in linked if each.administers(site.code, today))
            ),
            nhsmail=count_nhsmail(linked, site.code),
            nhsmail_limit=nhsmail_limit(view, site.code, self._nhsmail_per_site),
            dormant=self._dormant(usable),
            review=last,
            reviewed_by=AuditNames(view, actor).of(last.by) if last is not None else "",
            review_due=due_at(review, site.created_at),
        )

    def _dormant(self, people: Iterable[Person]) -> dict[int, int]:
        now = self._clock.now()
        idle = [now - (each.last_sign_in or each.created_at) for each in people]
        return {days: sum(each >= days * DAY for each in idle) for days in DORMANT_DAYS}


_LEFT = frozenset({"left", "unlinked"})


def _people(view: View, site: str | None) -> Iterable[Person]:
    """Return who has a tie to a site that was not ended, or to any; support and commissioners belong to none."""
    people = view.people.at_site(site) if site is not None else view.people.all()
    for person in people:
        linked = person.linked_sites()
        if linked and (site is None or site in linked):
            yield person


def _overall(view: View) -> Iterable[OverallAccount]:
    """Yield the accounts of support and commissioners, by name."""
    for person in sorted(view.people.all(), key=lambda each: each.name):
        if person.role is not None and person.may_start_sign_in():
            yield OverallAccount(
                name=person.name,
                role=person.role.value,
                enrolled=_mfa(view, person) is MfaState.ACTIVE,
                last_sign_in=person.last_sign_in,
            )


def _mfa(view: View, person: Person) -> MfaState:
    credentials = view.credentials.get(person.id)
    return credentials.mfa if credentials is not None else MfaState.NONE


def _acts(events: Iterable[AuditEvent], names: AuditNames) -> Iterable[CheckedAct]:
    for event in events:
        what = ACTS.get((event.event, event.reason or ""))
        if what is not None:
            yield CheckedAct(
                at=event.at,
                what=what,
                who=names.of(event.subject) if event.subject else "",
                by=names.of(event.actor, event.actor_role),
                check=event.detail.get("identity", ""),
                site=event.site,
                both_factors=event.detail.get("both_factors") == "yes",
            )
