"""Switching accounts off and on, and leaving (rules 8, 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials, PairingEnd
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.nhsmail import require_nhsmail_place
from pomfa_tui.services.retired import end_half_done, retire
from pomfa_tui.services.views import PersonSummary, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts


class AccountStateService:
    """Whether an account may be used at all."""

    def __init__(self, *, clock: Clock, access: Access, acts: Acts, nhsmail_per_site: int) -> None:
        """Take the clock, the rights check, the common part of acts and the NHSmail limit."""
        self._clock = clock
        self._access = access
        self._acts = acts
        self._nhsmail_per_site = nhsmail_per_site

    def disable(self, caller: Caller, who: str, reason: str) -> PersonSummary:
        """Switch an account off, for a long leave or at once in doubt; sessions end everywhere.

        Raises:
            LastAdmin: It would leave a site without an administrator.
            BadInput: No reason, or the account is off already.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            before = self._target(tx, actor, who, Action.DISABLE)
            if not before.may_start_sign_in():
                raise BadInput("who", f"This account is {before.state} already.")
            after = msgspec.structs.replace(
                before, state=PersonState.DISABLED, version=before.version + 1
            )
            self._acts.guard_last_admin(tx, actor, before, after)
            tx.people.put(after)
            credentials = end_half_done(tx, after)
            self._acts.end_sessions(tx, after, actor=actor)
            self._acts.record(
                tx,
                Event.USER_UPDATED,
                actor=actor,
                person=after,
                reason="disabled",
                detail={"why": why},
                severity=Severity.WARNING,
            )
            return person_summary(after, credentials, locked=False, only_site=actor.site)

    def enable(self, caller: Caller, who: str, reason: str) -> PersonSummary:
        """Switch an account on again; somebody who left is linked or added anew instead.

        Raises:
            NhsmailFull: The site's NHSmail places are taken meanwhile.
            BadInput: No reason, or the account is not off.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            before = self._target(tx, actor, who, Action.DISABLE)
            if before.state is not PersonState.DISABLED:
                raise BadInput("who", f"This account is {before.state}, not disabled.")
            credentials = tx.credentials.get(before.id) or Credentials(id=before.id)
            paired = credentials.authenticator is not None or bool(credentials.pairings)
            state = PersonState.ACTIVE if paired else PersonState.INVITED
            after = msgspec.structs.replace(before, state=state, version=before.version + 1)
            require_nhsmail_place(tx, after, self._nhsmail_per_site)
            after = self._acts.told(after, actor, NoticeKind.ENABLED)
            tx.people.put(after)
            self._acts.record(
                tx,
                Event.USER_UPDATED,
                actor=actor,
                person=after,
                reason="enabled",
                detail={"why": why},
            )
            return person_summary(after, credentials, locked=False, only_site=actor.site)

    def leave(self, caller: Caller, who: str, reason: str) -> PersonSummary:
        """End a leaver's membership, sessions and outstanding codes in one act; history stays (rule 14).

        An administrator ends the membership of their own site; support and the command line end all.

        Raises:
            LastAdmin: It would leave the site without an administrator.
            BadInput: No reason, or the person left already.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            before = find_person(tx, who)
            action = Action.END_MEMBERSHIP if before.role is None else Action.DISABLE
            self._access.require_person(actor, action, before, sought=who)
            if before.state is PersonState.LEFT:
                raise BadInput("who", "This person has left already.")
            after = self.ended(before, actor.site)
            self._acts.guard_last_admin(tx, actor, before, after)
            return self.write_ended(tx, actor, after, site=actor.site, why={"why": why})

    def ended(self, person: Person, site: str | None) -> Person:
        """Return the person without the tie to `site`, or without any; without a tie they have left."""
        now = self._clock.now()
        memberships = tuple(
            msgspec.structs.replace(membership, ended_at=now)
            if membership.open_ended() and site in {None, membership.site}
            else membership
            for membership in person.memberships
        )
        after = msgspec.structs.replace(person, memberships=memberships, version=person.version + 1)
        gone = site is None or not after.linked_sites()
        return msgspec.structs.replace(after, state=PersonState.LEFT) if gone else after

    def write_ended(
        self, tx: Transaction, actor: Actor, after: Person, *, site: str | None, why: dict[str, str]
    ) -> PersonSummary:
        """Write what `ended` returned, with everything that ends with it."""
        credentials = tx.credentials.get(after.id) or Credentials(id=after.id)
        left = after.state is PersonState.LEFT
        if left:
            credentials = self._end_factors(tx, after, actor)
        else:
            after = self._acts.told(after, actor, NoticeKind.UNLINKED, site=site)
        tx.people.put(after)
        self._acts.end_sessions(tx, after, actor=actor, site=None if left else site)
        event = Event.USER_ARCHIVED if left else Event.AUTHZ_CHANGED
        self._acts.record(
            tx,
            event,
            actor=actor,
            person=after,
            reason="left",
            site=site,
            severity=Severity.WARNING,
            detail=why,
        )
        return person_summary(after, credentials, locked=False, only_site=actor.site)

    def _target(self, tx: Transaction, actor: Actor, who: str, action: Action) -> Person:
        person = find_person(tx, who)
        self._access.require_person(actor, action, person, sought=who)
        return person

    def _end_factors(self, tx: Transaction, person: Person, actor: Actor) -> Credentials:
        """Take a leaver's factors, secrets and outstanding codes away (REC-11)."""
        credentials = msgspec.structs.replace(end_half_done(tx, person), recovery=(), password=None)
        credentials = retire(credentials, PairingEnd.LEFT, by=actor.id, now=self._clock.now())
        tx.credentials.put(credentials)
        return credentials
