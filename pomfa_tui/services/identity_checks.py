"""Checking who somebody is before an act on their account: the actor's word, or a recovery code that is read out (rule 21).

A recovery code read out at the desk counts like one typed at sign-in: counted before it is verified, throttled with the person's
second factor, and spent by the one act it was read out for (REC-05, REC-06, THR-10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.throttle import Gate
from pomfa_tui.services.paper_codes import find_recovery_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.credentials import RecoveryCode
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.permissions import Action
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Transaction, View
    from pomfa_tui.domain.throttle import ThrottlePolicy
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts

    Target = Callable[[View, Actor], Person]

_WRONG = (
    "That is not one of this person's unused recovery codes. Check the identity in another way."
)
_LOCKED = "Recovery codes of this account cannot be checked while codes are locked. Check the identity in another way."


class IdentityChecks:
    """Holds a check by recovery code to its word; the other checks are the actor's own."""

    def __init__(
        self,
        *,
        clock: Clock,
        hasher: PasswordHasher,
        policy: ThrottlePolicy,
        access: Access,
        acts: Acts,
    ) -> None:
        """Take the clock, the hasher, the throttle, the rights check and the common part of acts."""
        self._clock = clock
        self._hasher = hasher
        self._policy = policy
        self._access = access
        self._acts = acts

    def prove(
        self, caller: Caller, action: Action, why: Justification, target: Target
    ) -> RecoveryCode | None:
        """Check everything that can be checked before the act, and then the recovery code that was read out, if one was.

        Args:
            caller: Who acts.
            action: What they want to do.
            why: How the identity was checked.
            target: Finds the person and checks rights, proof, ticket and state; called once more within the act.

        Returns:
            The recovery code, to be spent within the act; none for the other checks.

        Raises:
            BadInput: No such unused recovery code, or too many wrong ones; recorded.
            Refusal: Whatever `target` raises.
        """
        with self._access.look(caller) as (view, actor):
            target(view, actor)
        if why.identity is not IdentityCheck.RECOVERY_CODE:
            return None
        counted = self._count(caller, action, why, target)
        if counted is None:
            raise BadInput("recovery_code", _LOCKED)
        found = find_recovery_code(self._hasher, counted.recovery, why.recovery_code or "")
        if found is None:
            with self._access.change(caller) as (tx, actor):
                person = target(tx, actor)
                self._record_failure(tx, actor, person, action, why)
                self._record_lock(tx, actor, person, counted)
            raise BadInput("recovery_code", _WRONG)
        return found

    def spend(self, credentials: Credentials, used: RecoveryCode | None) -> Credentials:
        """Return the credentials without the code that was read out, its try forgiven; the caller writes them.

        Raises:
            BadInput: The code was spent meanwhile.
        """
        if used is None:
            return credentials
        if used not in credentials.recovery:
            raise BadInput("recovery_code", _WRONG)
        return msgspec.structs.replace(
            credentials,
            recovery=tuple(code for code in credentials.recovery if code != used),
            code_counter=self._policy.forgive(credentials.code_counter),
        )

    def _count(
        self, caller: Caller, action: Action, why: Justification, target: Target
    ) -> Credentials | None:
        """Count the try before it is verified; none while tries are not taken."""
        with self._access.change(caller) as (tx, actor):
            person = target(tx, actor)
            credentials = tx.credentials.get(person.id) or Credentials(id=person.id)
            now = self._clock.now()
            if self._policy.gate(credentials.code_counter, now) is not Gate.OPEN:
                self._record_failure(tx, actor, person, action, why)
                return None
            counter = self._policy.count(credentials.code_counter, now, self._acts.terminal)
            counted = msgspec.structs.replace(credentials, code_counter=counter)
            tx.credentials.put(counted)
            return counted

    def _record_failure(
        self, tx: Transaction, actor: Actor, person: Person, action: Action, why: Justification
    ) -> None:
        detail = {"action": action.value, **why.detail()}
        self._acts.record_unverified(tx, actor=actor, person=person, detail=detail)

    def _record_lock(
        self, tx: Transaction, actor: Actor, person: Person, counted: Credentials
    ) -> None:
        if self._policy.gate(counted.code_counter, self._clock.now()) is not Gate.OPEN:
            self._acts.record(
                tx,
                Event.SIGN_IN_FAILED_MAX,
                actor=actor,
                person=person,
                reason="recovery_code",
                outcome=Outcome.FAILURE,
                severity=Severity.CRITICAL,
            )


def proof_detail(why: Justification, used: RecoveryCode | None) -> dict[str, str]:
    """Return what the audit log keeps of a check: never the code, but which one it was (ENR-11)."""
    number = {} if used is None else {"recovery_code": str(used.number)}
    return {**why.detail(), **number}
