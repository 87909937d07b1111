"""Ending ties to sites, with everything that ends with them; history stays (rules 8, 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials, PairingEnd
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.services.retired import retire, with_new_epoch

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.access import Actor
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import PersonSummary


class Leaving:
    """The common part of leaving and unlinking."""

    def __init__(self, *, clock: Clock, acts: Acts, views: PersonViews) -> None:
        """Take the clock, the common part of acts and the views of people."""
        self._clock = clock
        self._acts = acts
        self._views = views

    def end(
        self,
        tx: Transaction,
        actor: Actor,
        before: Person,
        *,
        site: str | None,
        reason: str,
        detail: dict[str, str],
    ) -> PersonSummary:
        """End the tie to one site, or to all; somebody without any tie has left.

        Args:
            tx: Open transaction.
            actor: Who acts, rights checked.
            before: The person as they are.
            site: ODS code, or none for every site.
            reason: For the audit log: `left` or `unlinked`.
            detail: For the audit log: why.

        Raises:
            LastAdmin: It would leave a site without an administrator.
        """
        after = self._ended(before, site)
        lost = self._acts.guard_last_admin(tx, actor, before, after)
        left = after.state is PersonState.LEFT
        sites = before.linked_sites() if site is None else (site,)
        if left:
            self._end_factors(tx, after, actor)
        else:
            after = self._acts.told(after, actor, NoticeKind.UNLINKED, site=site)
        tx.people.put(after)
        running = tx.sessions.of_person(after.id)
        self._acts.end_sessions(
            tx, [each for each in running if left or each.site == site], actor=actor
        )
        # Each site reads of it in its own log, and of no other site (rule 11).
        for number, place in enumerate(sites or (None,)):
            self._acts.record(
                tx,
                Event.USER_ARCHIVED if left and not number else Event.AUTHZ_CHANGED,
                actor=actor,
                person=after,
                reason=reason,
                site=place,
                severity=Severity.WARNING,
                detail=detail,
            )
        self._acts.record_lost(tx, actor, after, lost)
        return self._views.show(tx, actor, after)

    def _ended(self, person: Person, site: str | None) -> Person:
        now = self._clock.now()
        memberships = tuple(
            msgspec.structs.replace(membership, ended_at=now)
            if membership.lasts() and site in {None, membership.site}
            else membership
            for membership in person.memberships
        )
        after = msgspec.structs.replace(person, memberships=memberships, version=person.version + 1)
        if site is not None and after.linked_sites():
            return after
        return msgspec.structs.replace(after, state=PersonState.LEFT)

    def _end_factors(self, tx: Transaction, person: Person, actor: Actor) -> None:
        """Take a leaver's factors, secrets and outstanding codes away (REC-11)."""
        credentials = with_new_epoch(tx.credentials.get(person.id) or Credentials(id=person.id))
        credentials = retire(credentials, PairingEnd.LEFT, by=actor.id, now=self._clock.now())
        tx.credentials.put(
            msgspec.structs.replace(
                credentials, password=None, activation=None, recovery=(), recovery_seen=True
            )
        )
