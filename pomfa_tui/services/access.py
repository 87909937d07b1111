"""Who is calling, and may they: asked at every call, answered from what the store says now (SES-08, ROL-03).

A screen holds a session's secret, the command line a login name; neither holds rights. What somebody tries without having the right
is recorded.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import Refusal, SessionEnded, StepUpNeeded, TooManyMet
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import PersonState, SystemRole
from pomfa_tui.domain.permissions import (
    Action,
    Relation,
    Role,
    allowed,
    refusal,
    relation_to,
    relation_to_site,
)
from pomfa_tui.domain.sessions import ENDINGS, Session, SessionEnd, SessionLimits, SessionToken
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.services.denials import Denial, Denied, record_denial
from pomfa_tui.services.finding import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Store, Transaction, View
    from pomfa_tui.services.recorder import Recorder


CLOCK_SLACK = 60
"""Seconds by which a clock may be set back without the last proof by code being called stale."""


@dataclass(frozen=True, slots=True)
class HostCaller:
    """The command line, run by the account that owns the store."""

    login: str

    @property
    def actor_id(self) -> str:
        """Name in the audit log."""
        return f"host:{self.login}"


Caller = SessionToken | HostCaller
"""Whoever calls a service."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting now, as the store says.

    Attributes:
        id: Person id, or `host:<login>`.
        role: Role in force.
        site: Site of the session; none for roles over all sites.
        person: The person, or none for the command line.
        session: The session, or none for the command line.
    """

    id: str
    role: Role
    site: str | None
    person: Person | None
    session: Session | None

    @property
    def session_id(self) -> str | None:
        """Identifier of the session, for the audit log."""
        return self.session.id if self.session is not None else None

    @property
    def name(self) -> str:
        """Who it was, for those to whom it was done."""
        return self.person.name if self.person is not None else "the helpdesk"

    def account(self) -> Person:
        """Return the actor's own account.

        Raises:
            SessionEnded: The actor is the command line, which has none.
        """
        if self.person is None:
            raise session_ended(SessionEnd.LOST)
        return self.person


class Access:
    """Opens the store for a caller and checks rights inside."""

    def __init__(
        self, store: Store, clock: Clock, limits: SessionLimits, recorder: Recorder
    ) -> None:
        """Take the store, the clock, the sessions' limits and the audit log's pen."""
        self._store = store
        self._clock = clock
        self._limits = limits
        self._recorder = recorder

    @contextmanager
    def change(self, caller: Caller) -> Iterator[tuple[Transaction, Actor]]:
        """Open a transaction for a caller; a denial inside it is recorded and raised.

        Raises:
            SessionEnded: The session is over.
            Refusal: Whatever the block raises.
        """
        try:
            with self._store.transaction() as tx:
                yield tx, self.actor(tx, caller)
        except Denied as denied:
            record_denial(self._store, self._recorder, denied.denial, self._clock.now())
            raise denied.answer from None

    @contextmanager
    def look(self, caller: Caller) -> Iterator[tuple[View, Actor]]:
        """Open a consistent picture for a caller; a denial inside it is recorded and raised.

        Raises:
            SessionEnded: The session is over.
            Refusal: Whatever the block raises.
        """
        try:
            with self._store.view() as view:
                yield view, self.actor(view, caller)
        except Denied as denied:
            record_denial(self._store, self._recorder, denied.denial, self._clock.now())
            raise denied.answer from None

    def actor(self, view: View, caller: Caller) -> Actor:
        """Return who is acting.

        Raises:
            SessionEnded: Unknown, timed out or ended session, or an account that may no longer act.
        """
        if isinstance(caller, HostCaller):
            return Actor(caller.actor_id, Role.HOST, None, None, None)
        session = view.sessions.get(caller.session_id)
        if session is None:
            raise session_ended(SessionEnd.LOST)
        ending = self._limits.ending(session, self._clock.now())
        if ending is not None:
            raise session_ended(ending)
        person = view.people.get(session.person)
        if person is None or person.state is not PersonState.ACTIVE:
            raise session_ended(SessionEnd.ACCOUNT_CHANGED)
        role = self._role(view, person, session)
        if role is None:
            raise session_ended(SessionEnd.ACCOUNT_CHANGED)
        site = session.site if person.role is None else None
        return Actor(person.id, role, site, person, session)

    def require_person(self, actor: Actor, action: Action, target: Person, *, sought: str) -> None:
        """Check a right over a person.

        Args:
            actor: Who is acting.
            action: What they want to do.
            target: To whom, as read in the same transaction.
            sought: The person as the actor named them.

        Raises:
            Refusal: The table does not have this cell; recorded when it leaves the transaction.
        """
        relation = relation_to(actor.id, actor.site, target)
        self._require(actor, action, relation, shown(sought), target.id)

    def require_site(self, actor: Actor, action: Action, site: str) -> None:
        """Check a right over a site.

        Raises:
            Refusal: The table does not have this cell.
        """
        self._require(actor, action, relation_to_site(actor.site, site), f"site {site}", None)

    def require(self, actor: Actor, action: Action) -> None:
        """Check a right that has no target.

        Raises:
            Refusal: The table does not have this cell.
        """
        self._require(actor, action, Relation.NONE, "", None)

    def require_fresh(self, actor: Actor) -> None:
        """Make sure that a session proved itself by a code within the last minutes (rule 22); the command line has none.

        Raises:
            StepUpNeeded: The proof is too old.
        """
        if actor.session is not None and not self.is_fresh(actor.session):
            raise StepUpNeeded

    def is_fresh(self, session: Session) -> bool:
        """Tell whether a session's last proof by code is recent; one from the future, by a clock set back, is not (rule 27)."""
        age = self._clock.now() - session.proven_at
        return -CLOCK_SLACK <= age <= self._limits.step_up

    @staticmethod
    def site_refusal(actor: Actor, action: Action, site: str | None) -> Refusal | None:
        """Return why the table refuses an action at a site, or without one; none when it allows it. For whoever gathers refusals."""
        relation = relation_to_site(actor.site, site) if site is not None else Relation.NONE
        if allowed(actor.role, action, relation):
            return None
        return refusal(actor.role, action, relation, sought=f"site {site}")

    @staticmethod
    def deny(
        actor: Actor,
        action: Action,
        answer: Refusal,
        *,
        subject: str | None = None,
        reason: str | None = None,
        met: int = 0,
    ) -> Never:
        """Refuse for a reason beyond the table; recorded when it leaves the transaction.

        Args:
            actor: Who is acting.
            action: What they wanted to do.
            answer: What they are told.
            subject: Id of the person it was about, or none.
            reason: For the audit log, where the answer's own code says too little.
            met: How many existing accounts the answer tells of (ENU-06).
        """
        limited = isinstance(answer, TooManyMet)
        event = Event.RATE_LIMIT if limited else Event.AUTHZ_FAILED
        raise Denied(answer, Denial(actor, action, subject, reason or answer.code, event, met))

    def _require(
        self, actor: Actor, action: Action, relation: Relation, sought: str, subject: str | None
    ) -> None:
        if not allowed(actor.role, action, relation):
            answer = refusal(actor.role, action, relation, sought=sought)
            self.deny(actor, action, answer, subject=subject)

    def _role(self, view: View, person: Person, session: Session) -> Role | None:
        if person.role is SystemRole.SUPPORT:
            return Role.SUPPORT
        if person.role is SystemRole.COMMISSIONER:
            return Role.COMMISSIONER
        site = view.sites.get(session.site or "")
        if site is None or site.state is not SiteState.OPEN:
            return None
        membership = person.membership_at(site.code)
        if membership is None or not membership.valid_on(london_day(self._clock.now())):
            return None
        return Role(membership.role.value)


def session_ended(reason: SessionEnd) -> SessionEnded:
    """Return the refusal that says why a session is over."""
    return SessionEnded(reason.value, ENDINGS[reason])
