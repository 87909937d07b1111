"""The access review of a site: everybody is looked at, and confirmed, ended or disabled; kept, so that it can be gone on with (rule 33)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.amounts import DAY, counted
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, NotFound
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.reviews import (
    Decision,
    FinishedReview,
    ReviewLine,
    SiteReview,
    due_at,
)
from pomfa_tui.services.audit_names import AuditNames
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.review_views import ReviewedPerson, ReviewView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction, View
    from pomfa_tui.domain.sites import Site
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.account_states import AccountStateService
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.leaving import Leaving
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.recorder import Recorder


class AccessReviewService:
    """Walks through the people of a site."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        acts: Acts,
        leaving: Leaving,
        states: AccountStateService,
        views: PersonViews,
        recorder: Recorder,
    ) -> None:
        """Take the clock, the rights check, acts, leaving and disabling, the views of people and the audit log's pen."""
        self._clock = clock
        self._access = access
        self._acts = acts
        self._leaving = leaving
        self._states = states
        self._views = views
        self._recorder = recorder

    def show(self, caller: Caller, site: str | None = None) -> ReviewView:
        """Return how the review of a site stands.

        Args:
            caller: Who asks.
            site: ODS code; the caller's own site by default.

        Raises:
            BadInput: "site" when the caller has none of their own.
            NotFound: No such site, or not visible to the caller.
            Refusal: The caller may not.
        """
        with self._access.look(caller) as (view, actor):
            return self._view(view, actor, self._site(view, actor, site))

    def confirm(self, caller: Caller, who: str, site: str | None = None) -> ReviewView:
        """Decide that somebody keeps their access.

        Raises:
            NotFound: No such person at the site.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            place = self._site(tx, actor, site)
            person = self._member(tx, actor, place, who)
            self._decide(tx, actor, place, person, Decision.CONFIRMED)
            self._acts.record(
                tx,
                Event.AUTHZ_ADMIN,
                actor=actor,
                person=person,
                reason="access_confirmed",
                site=place.code,
            )
            return self._view(tx, actor, place)

    def end(self, caller: Caller, who: str, reason: str, site: str | None = None) -> ReviewView:
        """End somebody's membership of the site at once, with everything that ends with it.

        Raises:
            LastAdmin: It would leave the site without an administrator.
            NotFound: No such person at the site.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            place = self._site(tx, actor, site)
            person = self._member(tx, actor, place, who)
            self._access.require_person(actor, Action.END_MEMBERSHIP, person, sought=who)
            detail = {"why": why, "review": "yes"}
            self._leaving.end(tx, actor, person, site=place.code, reason="left", detail=detail)
            self._decide(tx, actor, place, person, Decision.ENDED)
            return self._view(tx, actor, place)

    def disable(self, caller: Caller, who: str, reason: str, site: str | None = None) -> ReviewView:
        """Switch somebody's account off until it is enabled again.

        Raises:
            LastAdmin: It would leave a site without an administrator.
            MultiSite: Linked to several sites; support only.
            NotFound: No such person at the site.
            BadInput: The account is off already.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            place = self._site(tx, actor, site)
            person = self._member(tx, actor, place, who)
            self._access.require_person(actor, Action.DISABLE, person, sought=who)
            self._states.switch_off(tx, actor, person, {"why": why, "review": "yes"})
            self._decide(tx, actor, place, person, Decision.DISABLED)
            return self._view(tx, actor, place)

    def finish(self, caller: Caller, site: str | None = None) -> ReviewView:
        """Close the review once everybody was looked at; the next is due in a quarter.

        Raises:
            BadInput: "who" while somebody is left.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            place = self._site(tx, actor, site)
            view = self._view(tx, actor, place)
            if view.left:
                people = counted(len(view.left), "person is", "people are")
                raise BadInput("who", f"{people} still to be looked at.")
            review = tx.reviews.get(place.code) or SiteReview(site=place.code)
            found = Counter(review.decided().values())
            done = FinishedReview(
                at=self._clock.now(),
                by=actor.id,
                confirmed=found[Decision.CONFIRMED],
                ended=found[Decision.ENDED],
                disabled=found[Decision.DISABLED],
            )
            tx.reviews.put(SiteReview(site=place.code, last=done))
            counts = {each.value: str(found[each]) for each in Decision}
            self._note(tx, actor, place, "access_review_finished", counts)
            return self._view(tx, actor, place)

    def _site(self, view: View, actor: Actor, site: str | None) -> Site:
        code = site.strip().upper() if site and site.strip() else actor.site
        if code is None:
            raise BadInput("site", "Which site? Type its code, for example FZ101.")
        self._access.require_site(actor, Action.REVIEW_ACCESS, code)
        found = view.sites.get(code)
        if found is None:
            raise NotFound(f"site {code}")
        return found

    def _member(self, view: View, actor: Actor, site: Site, who: str) -> Person:
        person = find_person(view, who)
        self._access.require_person(actor, Action.SEE_PERSON, person, sought=who)
        if site.code not in person.linked_sites():
            raise NotFound(who)
        return person

    def _decide(
        self, tx: Transaction, actor: Actor, site: Site, person: Person, decision: Decision
    ) -> None:
        """Write a decision down; the first one begins the review."""
        now = self._clock.now()
        review = tx.reviews.get(site.code) or SiteReview(site=site.code)
        if review.started_at is None:
            review = msgspec.structs.replace(review, started_at=now)
            self._note(tx, actor, site, "access_review_started", {})
        line = ReviewLine(person=person.id, decision=decision, at=now, by=actor.id)
        earlier = tuple(each for each in review.lines if each.person != person.id)
        tx.reviews.put(msgspec.structs.replace(review, lines=(*earlier, line)))

    def _note(
        self, tx: Transaction, actor: Actor, site: Site, reason: str, detail: dict[str, str]
    ) -> None:
        self._recorder.act(
            tx,
            Event.AUTHZ_ADMIN,
            actor,
            reason=reason,
            site=site.code,
            detail=detail,
        )

    def _view(self, view: View, actor: Actor, site: Site) -> ReviewView:
        now = self._clock.now()
        review = view.reviews.get(site.code)
        decided = review.decided() if review is not None else {}
        last = review.last if review is not None else None
        due = due_at(review, site.created_at)
        people = [
            ReviewedPerson(
                person=self._views.show(view, actor, person),
                idle_days=max(0, now - (person.last_sign_in or person.created_at)) // DAY,
                decision=decided.get(person.id),
                own=person.id == actor.id,
            )
            for person in _with_access(view, site)
        ]
        return ReviewView(
            site=site.code,
            site_name=site.name,
            started_at=review.started_at if review is not None else None,
            people=tuple(sorted(people, key=_longest_first)),
            decided=len(decided),
            last=last,
            last_by=AuditNames(view, actor).of(last.by) if last is not None else "",
            due_at=due,
            overdue=due < now,
        )


def _with_access(view: View, site: Site) -> Iterable[Person]:
    """Return who has a tie to the site that was not ended, the disabled too: their access can come back."""
    return (
        person
        for person in view.people.at_site(site.code)
        if person.state is not PersonState.LEFT and site.code in person.linked_sites()
    )


def _longest_first(each: ReviewedPerson) -> tuple[int, str, str]:
    return -(each.idle_days // 30), each.person.name.casefold(), each.person.email
