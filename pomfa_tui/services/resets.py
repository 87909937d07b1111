"""Resetting passwords and authenticators, and unlocking (rules 20, 21, 24).

The person stays subject to both factors: a reset takes one away and hands out an activation code, never a password or a QR code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials, MfaState, PairingEnd, PasswordReset
from pomfa_tui.domain.errors import BadInput, NotPermitted
from pomfa_tui.domain.identity import parse_reason, parse_ticket
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.throttle import Counter, Gate
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.identity_checks import proof_detail
from pomfa_tui.services.retired import retire
from pomfa_tui.services.views import Issued

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import RecoveryCode
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction, View
    from pomfa_tui.domain.throttle import ThrottlePolicy
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes, PreparedCode
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.both_factors import BothFactors
    from pomfa_tui.services.identity_checks import IdentityChecks
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import PersonSummary

VERIFIED_ACTIONS = frozenset({Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK, Action.LINK})
"""What nobody does without checking who the person is."""


@dataclass(frozen=True, slots=True)
class _Reset:
    """The facts of one reset."""

    kind: NoticeKind
    event: Event
    why: Justification
    used: RecoveryCode | None
    code: PreparedCode


class ResetService:
    """What administrators, commissioners and support do for people who are stuck."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        acts: Acts,
        identity: IdentityChecks,
        both: BothFactors,
        activation: ActivationCodes,
        policy: ThrottlePolicy,
        views: PersonViews,
    ) -> None:
        """Take clock, rights check, the parts that acts share, the watch over both factors, codes, throttle and views."""
        self._clock = clock
        self._access = access
        self._acts = acts
        self._identity = identity
        self._both = both
        self._activation = activation
        self._policy = policy
        self._views = views

    def reset_password(self, caller: Caller, who: str, why: Justification) -> Issued:
        """Make the password dead at once and return an activation code to hand over; the authenticator still applies.

        For somebody invited this is how they get a new activation code.

        Raises:
            NotFound: No such person, or not visible.
            SelfReset: One's own account.
            MultiSite: Linked to several sites; support only.
            StepUpNeeded: A fresh code is due.
            BadInput: Ticket missing, identity not proven, both factors at once without "in person", or the account is off.
            Refusal: The caller may not.
        """
        action = Action.RESET_PASSWORD
        target = partial(self._target, who, action, why)
        used = self._identity.prove(caller, action, why, target)
        code = self._activation.prepare()
        reset = _Reset(NoticeKind.PASSWORD_RESET, Event.PASSWORD_CHANGED, why, used, code)
        with self._access.change(caller) as (tx, actor):
            person = target(tx, actor)
            before = _credentials(tx, person)
            after = msgspec.structs.replace(
                self._identity.spend(before, used),
                password=None,
                password_counter=Counter(),
                password_reset=PasswordReset(at=self._clock.now(), by=actor.id),
            )
            both = self._both.within_a_day(action, before, person)
            return self._finish(tx, actor, person, after, reset, both=both)

    def reset_mfa(self, caller: Caller, who: str, why: Justification) -> Issued:
        """Make the pairing and all recovery codes dead at once and return an activation code to hand over.

        Raises:
            BadInput: There is nothing paired yet; otherwise as for `reset_password`.
            Refusal: As for `reset_password`.
        """
        action = Action.RESET_MFA
        target = partial(self._target_with_pairing, who, why)
        used = self._identity.prove(caller, action, why, target)
        code = self._activation.prepare()
        reset = _Reset(NoticeKind.MFA_RESET, Event.TOKEN_REVOKED, why, used, code)
        with self._access.change(caller) as (tx, actor):
            person = target(tx, actor)
            before = _credentials(tx, person)
            spent = self._identity.spend(before, used)
            after = msgspec.structs.replace(
                retire(spent, PairingEnd.RESET, by=actor.id, now=self._clock.now()),
                recovery=(),
                recovery_seen=True,
                code_counter=Counter(),
            )
            both = self._both.within_a_day(action, before, person)
            return self._finish(tx, actor, person, after, reset, both=both)

    def unlock(self, caller: Caller, who: str, why: Justification) -> PersonSummary:
        """Let somebody try again at once after too many failures; a factor that is disabled stays so until its reset.

        Raises:
            BadInput: A factor is disabled; otherwise as for `reset_password`.
            Refusal: As for `reset_password`.
        """
        target = partial(self._target, who, Action.UNLOCK, why)
        used = self._identity.prove(caller, Action.UNLOCK, why, target)
        with self._access.change(caller) as (tx, actor):
            person = target(tx, actor)
            credentials = self._identity.spend(_credentials(tx, person), used)
            self._refuse_disabled_factor(credentials)
            tx.credentials.put(
                msgspec.structs.replace(
                    credentials,
                    password_counter=_unlocked(credentials.password_counter),
                    code_counter=_unlocked(credentials.code_counter),
                )
            )
            person = self._acts.told(person, actor, NoticeKind.UNLOCKED)
            tx.people.put(person)
            self._acts.record(
                tx,
                Event.USER_UPDATED,
                actor=actor,
                person=person,
                reason="unlocked",
                detail=proof_detail(why, used),
            )
            return self._views.show(tx, actor, person)

    def not_verified(
        self, caller: Caller, who: str, action: Action, reason: str = "", ticket: str | None = None
    ) -> None:
        """Record that somebody's identity could not be verified; nothing else happens (rule 21).

        Args:
            caller: Who acts.
            who: E-mail or id.
            action: What was asked for: a reset, an unlock or a link.
            reason: In a few words, or empty.
            ticket: Number of the helpdesk's ticket, or none.

        Raises:
            NotFound: No such person, or not visible.
            Refusal: The caller may not do what was asked for either.
        """
        detail = {"action": action.value}
        if reason.strip():
            detail["why"] = parse_reason(reason)
        number = parse_ticket(ticket, required=False)
        if number is not None:
            detail["ticket"] = number
        with self._access.change(caller) as (tx, actor):
            person = find_person(tx, who)
            self._access.require_person(actor, action, person, sought=who)
            if action not in VERIFIED_ACTIONS:
                raise NotPermitted
            self._acts.record_unverified(tx, actor=actor, person=person, detail=detail)

    def _target(
        self, who: str, action: Action, why: Justification, view: View, actor: Actor
    ) -> Person:
        person = find_person(view, who)
        self._access.require_person(actor, action, person, sought=who)
        self._access.require_fresh(actor)
        self._acts.require_ticket(actor, why)
        if person.state is PersonState.DISABLED:
            raise BadInput("who", "This account is disabled. Enable it first.")
        if person.state is PersonState.LEFT:
            raise BadInput("who", "This person has left. Link them to a site first.")
        self._both.require_in_person(action, _credentials(view, person), person, why)
        return person

    def _target_with_pairing(
        self, who: str, why: Justification, view: View, actor: Actor
    ) -> Person:
        person = self._target(who, Action.RESET_MFA, why, view, actor)
        never = _credentials(view, person).mfa is MfaState.NONE
        if never or person.state is PersonState.INVITED:
            raise BadInput(
                "who",
                "This person has not paired an authenticator yet. Reset the password to hand out a new activation code.",
            )
        return person

    def _refuse_disabled_factor(self, credentials: Credentials) -> None:
        now = self._clock.now()
        if self._policy.gate(credentials.password_counter, now) is Gate.DISABLED:
            raise BadInput(
                "who",
                "The password is switched off after too many wrong tries. Reset the password.",
            )
        if self._policy.gate(credentials.code_counter, now) is Gate.DISABLED:
            raise BadInput(
                "who", "Codes are switched off after too many wrong tries. Reset the authenticator."
            )

    def _finish(
        self,
        tx: Transaction,
        actor: Actor,
        person: Person,
        credentials: Credentials,
        reset: _Reset,
        *,
        both: bool,
    ) -> Issued:
        tx.credentials.put(
            msgspec.structs.replace(
                credentials,
                epoch=credentials.epoch + 1,
                activation=self._activation.grant(reset.code, issued_by=actor.id),
            )
        )
        person = self._acts.told(person, actor, reset.kind)
        tx.people.put(person)
        self._acts.end_sessions(tx, tx.sessions.of_person(person.id), actor=actor)
        detail = proof_detail(reset.why, reset.used)
        if both:
            self._both.tell_administrators(tx, actor, person)
            detail["both_factors"] = "yes"
        self._acts.record(
            tx,
            reset.event,
            actor=actor,
            person=person,
            reason=reset.kind.value,
            severity=Severity.CRITICAL if both else Severity.WARNING,
            detail=detail,
        )
        return Issued(self._views.show(tx, actor, person), reset.code.text)


def _credentials(view: View, person: Person) -> Credentials:
    return view.credentials.get(person.id) or Credentials(id=person.id)


def _unlocked(counter: Counter) -> Counter:
    return msgspec.structs.replace(counter, locked_until=0)
