"""Resetting passwords and authenticators, and unlocking (rules 20, 21, 24).

The person stays subject to both factors: a reset takes one away and hands out an activation code, never a password or a QR code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.credentials import Credentials, MfaState, PairingEnd
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.throttle import Counter, Gate
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.retired import retire
from pomfa_tui.services.views import Issued, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.domain.throttle import ThrottlePolicy
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes, PreparedCode
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.views import PersonSummary


class ResetService:
    """What administrators, commissioners and support do for people who are stuck."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        acts: Acts,
        activation: ActivationCodes,
        policy: ThrottlePolicy,
        recorder: Recorder,
    ) -> None:
        """Take the clock, the rights check, the common part of acts, the issuing of codes, the throttle and the audit log's pen."""
        self._clock = clock
        self._access = access
        self._acts = acts
        self._activation = activation
        self._policy = policy
        self._recorder = recorder

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
        self._check_identity(caller, who, Action.RESET_PASSWORD, why)
        code = self._activation.prepare()
        with self._access.change(caller) as (tx, actor):
            person, credentials = self._target(tx, actor, who, Action.RESET_PASSWORD, why)
            both = credentials.mfa is MfaState.RESET
            severity = self._severity(why, both=both)
            credentials = self._with_code(credentials, code, actor)
            credentials = msgspec.structs.replace(
                credentials, password=None, password_counter=Counter()
            )
            return self._finish(
                tx,
                actor,
                person,
                credentials,
                code,
                NoticeKind.PASSWORD_RESET,
                Event.PASSWORD_CHANGED,
                severity,
                why,
            )

    def reset_mfa(self, caller: Caller, who: str, why: Justification) -> Issued:
        """Make the pairing and all recovery codes dead at once and return an activation code to hand over.

        Raises:
            BadInput: There is nothing paired yet; otherwise as for `reset_password`.
            Refusal: As for `reset_password`.
        """
        self._check_identity(caller, who, Action.RESET_MFA, why)
        code = self._activation.prepare()
        with self._access.change(caller) as (tx, actor):
            person, credentials = self._target(tx, actor, who, Action.RESET_MFA, why)
            if credentials.mfa is MfaState.NONE:
                raise BadInput(
                    "who",
                    "This person has not paired an authenticator yet. Reset the password to hand out a new activation code.",
                )
            severity = self._severity(why, both=credentials.password is None)
            credentials = retire(credentials, PairingEnd.RESET, by=actor.id, now=self._clock.now())
            credentials = self._with_code(credentials, code, actor)
            credentials = msgspec.structs.replace(
                credentials, recovery=(), recovery_seen=True, code_counter=Counter()
            )
            return self._finish(
                tx,
                actor,
                person,
                credentials,
                code,
                NoticeKind.MFA_RESET,
                Event.TOKEN_REVOKED,
                severity,
                why,
            )

    def unlock(self, caller: Caller, who: str, why: Justification) -> PersonSummary:
        """Let somebody try again at once after too many failures; a factor that is disabled stays so until its reset.

        Raises:
            Refusal: As for `reset_password`.
        """
        self._check_identity(caller, who, Action.UNLOCK, why)
        with self._access.change(caller) as (tx, actor):
            person, credentials = self._target(tx, actor, who, Action.UNLOCK, why)
            self._refuse_disabled_factor(credentials)
            credentials = msgspec.structs.replace(
                credentials,
                password_counter=msgspec.structs.replace(
                    credentials.password_counter, locked_until=0
                ),
                code_counter=msgspec.structs.replace(credentials.code_counter, locked_until=0),
            )
            tx.credentials.put(credentials)
            person = self._acts.told(person, actor, NoticeKind.UNLOCKED)
            tx.people.put(person)
            self._acts.record(
                tx,
                Event.USER_UPDATED,
                actor=actor,
                person=person,
                reason="unlocked",
                detail=why.detail(),
            )
            return person_summary(person, credentials, locked=False)

    def not_verified(self, caller: Caller, who: str, action: Action, reason: str) -> None:
        """Record that somebody's identity could not be verified; nothing else happens (rule 21).

        Raises:
            NotFound: No such person, or not visible.
            Refusal: The caller may not do what was asked for either.
        """
        with self._access.change(caller) as (tx, actor):
            person = find_person(tx, who)
            self._access.require_person(actor, action, person, sought=who)
            self._recorder.record(
                tx,
                Event.AUTHZ_ADMIN,
                actor=actor.id,
                actor_role=actor.role.value,
                subject=person.id,
                site=actor.site,
                session=actor.session_id,
                outcome=Outcome.FAILURE,
                severity=Severity.WARNING,
                reason="identity_not_verified",
                detail={"action": action.value, "why": reason},
            )

    def _check_identity(self, caller: Caller, who: str, action: Action, why: Justification) -> None:
        """Check rights and then, outside any lock, the recovery code that was read out."""
        with self._access.look(caller) as (view, actor):
            person = find_person(view, who)
            self._access.require_person(actor, action, person, sought=who)
            self._acts.require_fresh(actor)
            self._acts.check_identity(view, person, why)

    def _target(
        self, tx: Transaction, actor: Actor, who: str, action: Action, why: Justification
    ) -> tuple[Person, Credentials]:
        person = find_person(tx, who)
        self._access.require_person(actor, action, person, sought=who)
        self._acts.require_fresh(actor)
        self._acts.require_ticket(actor, why)
        if person.state in {PersonState.DISABLED, PersonState.LEFT}:
            raise BadInput(
                "who", f"This account is {person.state}. Switch it on first, then reset it."
            )
        return person, tx.credentials.get(person.id) or Credentials(id=person.id)

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

    @staticmethod
    def _severity(why: Justification, *, both: bool) -> Severity:
        if not both:
            return Severity.WARNING
        if why.identity is not IdentityCheck.IN_PERSON:
            raise BadInput(
                "identity",
                "Password and authenticator would both be reset, so the person has to be checked in person. "
                "Ask them to come in, or wait until they have used their first code.",
            )
        return Severity.CRITICAL

    def _with_code(self, credentials: Credentials, code: PreparedCode, actor: Actor) -> Credentials:
        activation = self._activation.grant(code, issued_by=actor.id)
        return msgspec.structs.replace(
            credentials, epoch=credentials.epoch + 1, activation=activation
        )

    def _finish(  # noqa: PLR0917 - the facts of one reset
        self,
        tx: Transaction,
        actor: Actor,
        person: Person,
        credentials: Credentials,
        code: PreparedCode,
        kind: NoticeKind,
        event: Event,
        severity: Severity,
        why: Justification,
    ) -> Issued:
        tx.credentials.put(credentials)
        if person.state is PersonState.ACTIVE:
            person = self._acts.told(person, actor, kind)
            tx.people.put(person)
        self._acts.end_sessions(tx, person, actor=actor)
        self._acts.record(
            tx,
            event,
            actor=actor,
            person=person,
            reason=kind.value,
            severity=severity,
            detail=why.detail(),
        )
        return Issued(person_summary(person, credentials, locked=False), code.text)
