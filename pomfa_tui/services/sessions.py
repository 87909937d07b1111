"""Sessions after sign-in: still standing, last seen, ended, switched, listed (rules 12, 26)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import NotFound, NotThatSite
from pomfa_tui.domain.permissions import Action, allowed, relation_to
from pomfa_tui.domain.sessions import SEEN_EVERY, Session, SessionEnd, SessionLimits, SessionToken
from pomfa_tui.services.finding import find_person, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Place, Processes, Store, Transaction, View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.open_sites import OpenSites
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.steps import SiteChoice


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One running session as the command line's contract shows it; times are UTC seconds."""

    id: str
    person: str
    email: str
    site: str | None
    terminal: str
    started: int
    last_seen: int

    @classmethod
    def of(cls, session: Session, person: Person) -> SessionSummary:
        """Return what is shown of somebody's session."""
        return cls(
            id=session.id,
            person=person.id,
            email=person.email,
            site=session.site,
            terminal=session.terminal,
            started=session.started,
            last_seen=session.last_seen,
        )


class SessionService:
    """What happens to a session between sign-in and its end."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        place: Place,
        processes: Processes,
        access: Access,
        limits: SessionLimits,
        open_sites: OpenSites,
        recorder: Recorder,
    ) -> None:
        """Take the store, clock, place, the host's processes, the rights check, limits, the open sites and the audit log's pen."""
        self._store = store
        self._clock = clock
        self._place = place
        self._processes = processes
        self._access = access
        self._limits = limits
        self._open_sites = open_sites
        self._recorder = recorder

    def changes(self) -> int:
        """Return a number that grows with every commit; ask `check` again only when it has changed."""
        return self._store.changes()

    def check(self, token: SessionToken) -> None:
        """Make sure that the session stands.

        Raises:
            SessionEnded: It does not; says why.
        """
        with self._access.look(token):
            pass

    def touch(self, token: SessionToken) -> None:
        """Note that somebody is there; written at most once a minute.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            due = (
                actor.session is not None
                and self._clock.now() - actor.session.last_seen >= SEEN_EVERY
            )
        if not due:
            return
        with self._access.change(token) as (tx, actor):
            if actor.session is not None:
                tx.sessions.put(msgspec.structs.replace(actor.session, last_seen=self._clock.now()))

    def sign_out(self, token: SessionToken, reason: SessionEnd = SessionEnd.SIGN_OUT) -> None:
        """End the session; harmless when it is over already."""
        with self._store.transaction() as tx:
            session = tx.sessions.get(token.session_id)
            if session is not None and session.ended is None:
                self._end(tx, session, reason, actor=session.person)

    def sites(self, token: SessionToken) -> tuple[SiteChoice, ...]:
        """Return the sites the person may switch to now, the present one included.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            return self._sites_of(view, actor)

    def switch_site(self, token: SessionToken, site: str) -> SessionToken:
        """Go on at another of one's sites without a second code; the session gets a new secret (rule 12, SES-06).

        Raises:
            NotThatSite: Not one of the person's sites today, or not this terminal's; recorded.
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            if actor.session is None or site not in {
                choice.code for choice in self._sites_of(tx, actor)
            }:
                self._access.deny(actor, Action.USE_OWN_ACCOUNT, NotThatSite())
            fresh = SessionToken.new()
            tx.sessions.remove(actor.session.id)
            tx.sessions.put(msgspec.structs.replace(actor.session, id=fresh.session_id, site=site))
            # Each site reads of it in its own log, and in neither which the other one is (rule 11).
            for place, session, reason in (
                (actor.site, actor.session.id, "left_site"),
                (site, fresh.session_id, "switched_site"),
            ):
                self._recorder.record(
                    tx,
                    Event.SESSION_RENEWED,
                    actor=actor.id,
                    subject=actor.id,
                    site=place,
                    session=session,
                    reason=reason,
                )
        return fresh

    def list(self, caller: Caller, who: str | None = None) -> tuple[SessionSummary, ...]:
        """Return the running sessions the caller may see, oldest first.

        Args:
            caller: Who asks.
            who: E-mail or id of one person; none for everybody visible.

        Raises:
            NotFound: No such person, or not visible.
            SessionEnded: The caller's session is over.
        """
        with self._access.look(caller) as (view, actor):
            if who is not None:
                person = find_person(view, who)
                self._access.require_person(actor, Action.SEE_SESSIONS, person, sought=who)
                return tuple(self._summaries(view, actor, view.sessions.of_person(person.id)))
            return tuple(self._summaries(view, actor, view.sessions.all()))

    def end(self, caller: Caller, session_id: str) -> None:
        """End somebody's session.

        Raises:
            NotFound: No such running session.
            Refusal: The caller may not.
        """
        sought = f"session {shown(session_id)}"
        with self._access.change(caller) as (tx, actor):
            session = tx.sessions.get(session_id)
            person = tx.people.get(session.person) if session is not None else None
            if (
                session is None
                or person is None
                or self._limits.ending(session, self._clock.now()) is not None
            ):
                raise NotFound(sought)
            self._access.require_person(actor, Action.END_SESSION, person, sought=sought)
            if actor.site is not None and session.site != actor.site:
                self._access.deny(actor, Action.END_SESSION, NotFound(sought), subject=person.id)
            self._end(tx, session, SessionEnd.ENDED_BY_OTHER, actor=actor.id)

    def end_all(self, caller: Caller, who: str) -> int:
        """End every running session of a person that the caller may know of, also those begun since they were listed; return how many.

        Args:
            caller: Who acts.
            who: E-mail or id.

        Raises:
            NotFound: No such person, or not visible.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            person = find_person(tx, who)
            self._access.require_person(actor, Action.END_SESSION, person, sought=who)
            running = [
                session
                for session in tx.sessions.of_person(person.id)
                if self._limits.ending(session, self._clock.now()) is None
                and actor.site in {None, session.site}
            ]
            for session in running:
                self._end(tx, session, SessionEnd.ENDED_BY_OTHER, actor=actor.id)
        return len(running)

    def close_lost(self) -> int:
        """End the sessions whose process is gone or whose time is over; return how many (SES-14)."""
        with self._store.view() as view:
            lost = [session for session in view.sessions.all() if self._over(session) is not None]
        if not lost:
            return 0
        closed = 0
        with self._store.transaction() as tx:
            for stale in lost:
                session = tx.sessions.get(stale.id)
                reason = self._over(session) if session is not None else None
                if session is not None and reason is not None:
                    self._end(tx, session, reason, actor=session.person)
                    closed += 1
        return closed

    def _over(self, session: Session) -> SessionEnd | None:
        """Return why a session that nobody ended is over all the same; none while it runs or when it was ended."""
        if session.ended is not None:
            return None
        if session.boot != self._place.boot or not self._processes.alive(session.pid):
            return SessionEnd.LOST
        return self._limits.ending(session, self._clock.now())

    def _end(self, tx: Transaction, session: Session, reason: SessionEnd, *, actor: str) -> None:
        tx.sessions.put(msgspec.structs.replace(session, ended=reason, ended_at=self._clock.now()))
        signed_out = reason is SessionEnd.SIGN_OUT
        self._recorder.record(
            tx,
            Event.SESSION_LOGOUT if signed_out else Event.SESSION_EXPIRED,
            actor=actor,
            subject=session.person,
            site=session.site,
            session=session.id,
            reason=reason.value,
        )

    def _sites_of(self, view: View, actor: Actor) -> tuple[SiteChoice, ...]:
        if actor.person is None or actor.site is None:
            return ()
        return self._open_sites.here(view, actor.person)

    def _summaries(
        self, view: View, actor: Actor, sessions: Iterable[Session]
    ) -> Iterator[SessionSummary]:
        now = self._clock.now()
        for session in sessions:
            person = view.people.get(session.person)
            if person is None or self._limits.ending(session, now) is not None:
                continue
            relation = relation_to(actor.id, actor.site, person)
            if not allowed(actor.role, Action.SEE_SESSIONS, relation):
                continue
            if actor.site is not None and session.site != actor.site:
                continue
            yield SessionSummary.of(session, person)
