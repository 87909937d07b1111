"""The terminal's half of help by telephone: it shows a challenge, and a right response allows one act (rules 20, 21, 30).

A response is counted, judged and used up in one transaction under the store's lock, so it works once, at however many terminals.
"""

from __future__ import annotations

from dataclasses import replace
from hmac import compare_digest
from typing import TYPE_CHECKING

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    BadInput,
    OutOfSequence,
    PhoneChallengeOver,
    PhoneResponseWrong,
    Refusal,
)
from pomfa_tui.domain.phone_help import PhoneAct
from pomfa_tui.domain.throttle import Gate
from pomfa_tui.services.attempts import FirstFactor
from pomfa_tui.services.phone_challenges import challenge_detail
from pomfa_tui.services.sequence import require_step
from pomfa_tui.services.steps import ReadChallenge

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.phone_help import PhoneChallenge
    from pomfa_tui.domain.ports import Clock, Store, Transaction
    from pomfa_tui.domain.throttle import ThrottlePolicy
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempt, Attempts
    from pomfa_tui.services.phone_acts import PhoneActs
    from pomfa_tui.services.phone_challenges import PhoneChallenges
    from pomfa_tui.services.second_factor import SecondFactorCheck
    from pomfa_tui.services.sequence import Sequence
    from pomfa_tui.services.steps import AttemptId, Step


GRACE = 60
"""Seconds that a sign-in outlives its challenge, so that the screen can say what is over."""


class PhoneCallService:
    """What somebody whose password is proven can do with the helpdesk on the telephone."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        attempts: Attempts,
        sequence: Sequence,
        second: SecondFactorCheck,
        admission: Admission,
        challenges: PhoneChallenges,
        acts: PhoneActs,
        policy: ThrottlePolicy,
    ) -> None:
        """Take the store, the clock, half-done sign-ins, the checks, the gate, the challenges, the acts and the throttle."""
        self._store = store
        self._clock = clock
        self._attempts = attempts
        self._sequence = sequence
        self._second = second
        self._admission = admission
        self._challenges = challenges
        self._acts = acts
        self._policy = policy

    def choices(self, attempt_id: AttemptId) -> tuple[PhoneAct, ...]:
        """Return what the helpdesk can do for this person now; gives them the time of a code from now on.

        Raises:
            PhoneNotReady: The helpdesk cannot answer a challenge of this site, or not for this account.
            OutOfSequence: The password is not proven, or more than the password is.
            AttemptEnded: Too slow, or the account changed meanwhile.
        """
        with self._sequence.step(attempt_id) as attempt:
            _require_due(attempt)
            with self._store.view() as view:
                person, credentials = self._admission.current(view, attempt)
                self._challenges.site(view, person)
            self._attempts.keep(self._attempts.with_time(attempt))
            acts = [PhoneAct.MFA_RESET]
            if self._is_locked(credentials):
                acts.append(PhoneAct.UNLOCK)
            return tuple(acts)

    def challenge(self, attempt_id: AttemptId, act: PhoneAct) -> ReadChallenge:
        """Return the challenge to read out: the one that stands for this act, or a new one.

        Args:
            attempt_id: Whose password was proven.
            act: What is asked for.

        Raises:
            PhoneLimit: Five were made within a day; recorded.
            PhoneNotReady: As for `choices`.
            BadInput: Nothing is locked.
            ClockMovedBack: The host's clock is wrong.
            OutOfSequence: As for `choices`.
            AttemptEnded: As for `choices`.
        """
        with self._sequence.step(attempt_id) as attempt:
            _require_due(attempt)
            with self._store.transaction() as tx:
                person, credentials = self._admission.current(tx, attempt)
                verdict = self._second.clock_refusal(tx, person) or self._challenge(
                    tx, attempt, person, credentials, act
                )
            if isinstance(verdict, Refusal):
                raise verdict
            self._attempts.keep(self._attempts.with_time(attempt, verdict.seconds + GRACE))
            return verdict

    def respond(self, attempt_id: AttemptId, text: str) -> Step:
        """Take the response that the helpdesk read back, and do what it allows.

        Args:
            attempt_id: Whose password was proven.
            text: As typed; case, spaces and hyphens do not matter.

        Raises:
            BadInput: A group cannot be right; names it. Not counted, since nothing that was made for any challenge looks like it.
            PhoneResponseWrong: Made for something else, or guessed; counted.
            PhoneChallengeOver: There is no challenge that stands.
            ClockMovedBack: The host's clock is wrong.
            OutOfSequence: As for `choices`.
            AttemptEnded: As for `choices`.
        """
        with self._sequence.step(attempt_id) as attempt:
            _require_due(attempt)
            typed = phone_help.read_response(text)
            with self._store.transaction() as tx:
                person, credentials = self._admission.current(tx, attempt)
                refused = self._second.clock_refusal(tx, person)
                proven, verdict = (
                    (attempt, refused)
                    if refused is not None
                    else self._judge(tx, attempt, person, credentials, typed)
                )
            return self._sequence.settle(proven, verdict)

    def _challenge(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        act: PhoneAct,
    ) -> ReadChallenge | Refusal:
        if act is PhoneAct.UNLOCK and not self._is_locked(credentials):
            return BadInput("act", "Codes are not locked: type the next one.")
        standing = self._challenges.standing(credentials)
        if standing is None or standing.act is not act:
            made = self._challenges.make(tx, person, credentials, act)
            if isinstance(made, Refusal):
                return made
            standing = made
        key = self._challenges.key(tx, person, standing.site)
        if isinstance(key, Refusal):
            return key
        spoken = standing.matter(person.email_key).challenge(key.key)
        seconds = standing.expires_at - self._clock.now()
        return ReadChallenge(attempt.id, act, spoken.text, standing.site, seconds)

    def _judge(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        typed: str,
    ) -> tuple[Attempt, Step | Refusal]:
        standing = self._challenges.standing(credentials)
        if standing is None:
            self._challenges.fail(tx, person, Event.SIGN_IN_FAILED, "phone_challenge_over")
            return attempt, PhoneChallengeOver()
        counted = self._challenges.count(tx, credentials, standing)
        key = self._challenges.key(tx, person, standing.site)
        if isinstance(key, Refusal):
            return attempt, key
        expected = standing.matter(person.email_key).response(key.key)
        if not compare_digest(expected.encode(), typed.encode()):
            return attempt, self._wrong(tx, person, standing)
        return self._allowed(tx, attempt, person, self._challenges.spent(counted), standing)

    def _wrong(self, tx: Transaction, person: Person, standing: PhoneChallenge) -> Refusal:
        fail = self._challenges.fail
        fail(tx, person, Event.SIGN_IN_FAILED, "phone_response", challenge=standing)
        left = phone_help.TRIES - standing.tries - 1
        if left:
            return PhoneResponseWrong(left)
        last = Event.SIGN_IN_FAILED_MAX
        fail(tx, person, last, "phone_response", severity=Severity.CRITICAL, challenge=standing)
        return PhoneChallengeOver()

    def _allowed(
        self,
        tx: Transaction,
        attempt: Attempt,
        person: Person,
        credentials: Credentials,
        standing: PhoneChallenge,
    ) -> tuple[Attempt, Step | Refusal]:
        detail = challenge_detail(standing)
        if standing.act is PhoneAct.UNLOCK:
            after = self._acts.unlock(tx, person, credentials, detail)
            attempt = self._attempts.with_time(attempt)
        else:
            after = self._acts.reset_mfa(tx, person, credentials, detail)
            attempt = self._attempts.with_enrolment_time(
                replace(attempt, epoch=after.epoch, phone_proven=True)
            )
        needed = self._admission.still_needed(attempt, after)
        if needed is None:
            raise OutOfSequence
        return attempt, needed

    def _is_locked(self, credentials: Credentials) -> bool:
        if credentials.authenticator is None:
            return False
        return self._policy.gate(credentials.code_counter, self._clock.now()) is Gate.LOCKED


def _require_due(attempt: Attempt) -> None:
    """Let nobody lose both factors by telephone: only who typed a password of their own, and nothing more yet (rule 20)."""
    require_step(
        attempt.first is FirstFactor.PASSWORD and not attempt.code_proven and not attempt.may_pair()
    )
