"""What `Home` shows: who is signed in where, what they may do, and what they should know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.administrators import ADMINISTRATORS_WANTED
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import count_administrators
from pomfa_tui.domain.permissions import MATRIX, Action, Role
from pomfa_tui.domain.reviews import due_at
from pomfa_tui.services.home_notices import (
    HomeNotice,
    Urgency,
    clock_notices,
    failure_notices,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.ports import Clock, View
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.open_sites import OpenSites
    from pomfa_tui.services.recorder import Recorder

PASS_WARNING_DAYS = 7
"""Rule 13: first warning."""


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything on `Home`.

    Attributes:
        name: The person's.
        email: As typed.
        role: Role in force.
        site: ODS code, or none for roles over all sites.
        site_name: Its name, or none.
        several_sites: Whether there is a site to switch to.
        one_administrator: Whether the site lacks a second administrator and this person could add one.
        may: What the table lets this role do.
        previous_sign_in: UTC seconds of the sign-in before this one, or none.
        notices: Most urgent first.
        unread: Acts of others on this account that were not acknowledged yet (ENR-16).
        requests: How many requests wait, for those who work through them; 0 for everybody else.
    """

    name: str
    email: str
    role: Role
    site: str | None
    site_name: str | None
    several_sites: bool
    one_administrator: bool
    may: frozenset[Action]
    previous_sign_in: int | None
    notices: tuple[HomeNotice, ...]
    unread: int
    requests: int = 0


class HomeService:
    """Gathers what `Home` shows."""

    def __init__(
        self,
        clock: Clock,
        access: Access,
        open_sites: OpenSites,
        recorder: Recorder,
        *,
        recovery_low: int,
    ) -> None:
        """Take the clock, the rights check, the open sites, the recorder that knows the newest moment, and when codes are few."""
        self._clock = clock
        self._access = access
        self._open_sites = open_sites
        self._recorder = recorder
        self._recovery_low = recovery_low

    def show(self, token: SessionToken) -> HomeView:
        """Return what the signed-in person sees first.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            return self._view(view, actor)

    def _view(self, view: View, actor: Actor) -> HomeView:
        person, session = actor.account(), actor.session
        site = view.sites.get(actor.site) if actor.site is not None else None
        day = london_day(self._clock.now())
        administrators = (
            count_administrators(view.people.at_site(site.code), site.code, day)
            if site is not None
            else None
        )
        lonely = (
            actor.role is Role.ADMIN
            and administrators is not None
            and administrators < ADMINISTRATORS_WANTED
        )
        return HomeView(
            name=person.name,
            email=person.email,
            role=actor.role,
            site=actor.site,
            site_name=site.name if site is not None else None,
            several_sites=actor.site is not None and len(self._open_sites.here(view, person)) > 1,
            one_administrator=lonely,
            may=frozenset(MATRIX[actor.role]),
            previous_sign_in=session.previous_sign_in if session is not None else None,
            notices=tuple(self._notices(view, actor, lonely=lonely)),
            unread=len(person.notices),
            requests=len(view.requests.in_state(is_open=True))
            if Action.WORK_REQUESTS in MATRIX[actor.role]
            else 0,
        )

    def _notices(self, view: View, actor: Actor, *, lonely: bool) -> Iterator[HomeNotice]:
        session, person = actor.session, actor.person
        if session is None or person is None:
            return
        if self._recorder.seconds_behind(view):
            yield HomeNotice(
                Urgency.WARNING,
                "This computer's clock has moved back, so codes are refused. Have its clock set right.",
            )
        else:
            yield from clock_notices(view.meta, self._clock.now(), actor.role)
        yield from failure_notices(session.before)
        yield from self._pass_notices(actor)
        yield from self._review_notices(view, actor)
        credentials = view.credentials.get(person.id)
        left = len(credentials.recovery) if credentials is not None else 0
        if left <= self._recovery_low:
            codes = counted(left, "recovery code")
            yield HomeNotice(Urgency.WARNING, f"You have {codes} left. Make a new set soon.")
        if lonely:
            yield HomeNotice(
                Urgency.WARNING,
                "This site has one administrator only. Add a second one, so that somebody can help when one is away.",
            )

    def _review_notices(self, view: View, actor: Actor) -> Iterator[HomeNotice]:
        """Rule 33: an access review every quarter."""
        site = view.sites.get(actor.site) if actor.site is not None else None
        if actor.role is not Role.ADMIN or site is None:
            return
        due = due_at(view.reviews.get(site.code), site.created_at)
        if due < self._clock.now():
            yield HomeNotice(
                Urgency.WARNING,
                f"The access review of this site is overdue since {london_day(due):%-d %b %Y}.",
            )

    def _pass_notices(self, actor: Actor) -> Iterator[HomeNotice]:
        membership = (
            actor.person.membership_at(actor.site)
            if actor.person is not None and actor.site is not None
            else None
        )
        if membership is None or membership.ends is None:
            return
        days = (membership.ends - london_day(self._clock.now())).days
        if days <= PASS_WARNING_DAYS:
            when = (
                "today at midnight"
                if days <= 0
                else "tomorrow at midnight"
                if days == 1
                else f"in {days} days"
            )
            yield HomeNotice(
                Urgency.WARNING if days <= 1 else Urgency.NOTE,
                f"Your pass for this site ends {when}. Ask an administrator if you need it longer.",
            )
