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
from pomfa_tui.services.retired import with_new_epoch

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.leaving import Leaving
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import PersonSummary


class AccountStateService:
    """Whether an account may be used at all."""

    def __init__(
        self,
        *,
        access: Access,
        acts: Acts,
        leaving: Leaving,
        views: PersonViews,
        nhsmail_per_site: int,
    ) -> None:
        """Take the rights check, the common parts of acts and of leaving, the views of people and the NHSmail limit."""
        self._access = access
        self._acts = acts
        self._leaving = leaving
        self._views = views
        self._nhsmail_per_site = nhsmail_per_site

    def disable(self, caller: Caller, who: str, reason: str) -> PersonSummary:
        """Switch an account off, for a long leave or at once in doubt; sessions and outstanding codes end everywhere.

        The recovery codes are void (REC-11); whoever is switched on again gets a new set at the next sign-in.

        Raises:
            LastAdmin: It would leave a site without an administrator.
            BadInput: No reason, or the account is off already.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            before = self._target(tx, actor, who)
            return self.switch_off(tx, actor, before, {"why": why})

    def switch_off(
        self, tx: Transaction, actor: Actor, before: Person, detail: dict[str, str]
    ) -> PersonSummary:
        """Switch an account off within a transaction; the caller has checked the right to it.

        Raises:
            LastAdmin: It would leave a site without an administrator.
            BadInput: The account is off already.
        """
        if not before.may_start_sign_in():
            raise BadInput("who", f"This account is {before.state} already.")
        after = _with_state(before, PersonState.DISABLED)
        lost = self._acts.guard_last_admin(tx, actor, before, after)
        tx.people.put(after)
        self._void_codes(tx, after)
        self._acts.end_sessions(tx, tx.sessions.of_person(after.id), actor=actor)
        self._acts.record(
            tx,
            Event.USER_UPDATED,
            actor=actor,
            person=after,
            reason="disabled",
            detail=detail,
            severity=Severity.WARNING,
        )
        self._acts.record_lost(tx, actor, after, lost)
        return self._views.show(tx, actor, after)

    def enable(self, caller: Caller, who: str, reason: str) -> PersonSummary:
        """Switch an account on again; somebody who left is linked anew instead.

        Raises:
            NhsmailFull: The site's NHSmail places are taken meanwhile.
            BadInput: No reason, or the account is not off.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            before = self._target(tx, actor, who)
            if before.state is not PersonState.DISABLED:
                raise BadInput("who", f"This account is {before.state}, not disabled.")
            credentials = tx.credentials.get(before.id) or Credentials(id=before.id)
            after = _with_state(before, _state_by(credentials))
            require_nhsmail_place(tx, before, after, self._nhsmail_per_site)
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
            return self._views.show(tx, actor, after)

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
            return self._leaving.end(
                tx, actor, before, site=actor.site, reason="left", detail={"why": why}
            )

    def _target(self, tx: Transaction, actor: Actor, who: str) -> Person:
        person = find_person(tx, who)
        self._access.require_person(actor, Action.DISABLE, person, sought=who)
        return person

    @staticmethod
    def _void_codes(tx: Transaction, person: Person) -> None:
        credentials = with_new_epoch(tx.credentials.get(person.id) or Credentials(id=person.id))
        tx.credentials.put(
            msgspec.structs.replace(
                credentials,
                activation=None,
                recovery=(),
                recovery_seen=credentials.authenticator is None,
            )
        )


def _with_state(person: Person, state: PersonState) -> Person:
    return msgspec.structs.replace(person, state=state, version=person.version + 1)


def _state_by(credentials: Credentials) -> PersonState:
    """Return where an account stands by what it has: active once it was activated and had not been left since."""
    if credentials.password is not None or credentials.authenticator is not None:
        return PersonState.ACTIVE
    reset = bool(credentials.pairings) and credentials.pairings[-1].ended is not PairingEnd.LEFT
    return PersonState.ACTIVE if reset else PersonState.INVITED
