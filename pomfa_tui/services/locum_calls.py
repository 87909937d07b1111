"""A locum at a terminal that the helpdesk cannot reach: the terminal's half of one more act by telephone (rules 28 to 31).

Whoever stands there has proven nothing, so the challenge belongs to a request that was filed, with its limits, and no account is looked
up before the response is right. A response is counted, judged and used up in one transaction under the store's lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    PhoneChallengeOver,
    PhoneLimit,
    PhoneNotReady,
    PhoneResponseWrong,
    Refusal,
    SealBroken,
)
from pomfa_tui.services.locum_challenges import locum_detail

if TYPE_CHECKING:
    from pomfa_tui.domain.phone_help import PhoneChallenge
    from pomfa_tui.domain.ports import Clock, Store, Transaction
    from pomfa_tui.domain.requests import Request
    from pomfa_tui.services.activation_codes import ActivationCodes, PreparedCode
    from pomfa_tui.services.locum_acts import LocumActs
    from pomfa_tui.services.locum_challenges import LocumChallenges
    from pomfa_tui.services.locum_passes import PassGiven
    from pomfa_tui.services.site_keys import OpenKey, SiteKeys
    from pomfa_tui.services.views import Issued

OVER = "This challenge is over. Choose New challenge, and read that one out to the helpdesk."
"""What to do once a challenge stands no longer."""


@dataclass(frozen=True, slots=True)
class LocumChallenge:
    """What is read out to the helpdesk on the telephone.

    Attributes:
        text: The challenge, five groups of four.
        site: ODS code of the site that it names.
        seconds: How long it stands.
    """

    text: str
    site: str
    seconds: int


class LocumCallService:
    """What a locum without an account, or whose pass has ended, can do with the helpdesk on the telephone, once their request is filed."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        keys: SiteKeys,
        activation: ActivationCodes,
        challenges: LocumChallenges,
        acts: LocumActs,
    ) -> None:
        """Take the store, the clock, the sites' keys, the issuing of activation codes, the challenges and the act."""
        self._store = store
        self._clock = clock
        self._keys = keys
        self._activation = activation
        self._challenges = challenges
        self._acts = acts

    def call(self, reference: str) -> LocumChallenge:
        """Return the challenge to read out for a request that was filed here: the one that stands, or a new one.

        Args:
            reference: Number of the newest filing.

        Raises:
            LocumCallOver: The request is not open, is about something else, or was filed again since.
            BadInput: Not a reference number.
            PhoneNotReady: The e-mail is a shared mailbox, no open site is meant, or the helpdesk cannot answer for it.
            PhoneLimit: Five were made for this e-mail within a day; the first such refusal is recorded.
            ClockMovedBack: The host's clock is wrong.
            SealBroken: The site's key is damaged.
        """
        with self._store.transaction() as tx:
            request = self._challenges.request(tx, reference)
            site = self._challenges.site(tx, request)
            standing = self._challenges.standing(request)
            if standing is None or standing.site != site:
                made = self._challenges.make(tx, request, site)
                verdict = made if isinstance(made, PhoneLimit) else self._shown(tx, request, made)
            else:
                verdict = self._shown(tx, request, standing)
        if isinstance(verdict, Refusal):
            raise verdict
        return verdict

    def respond(self, reference: str, text: str) -> Issued | PassGiven:
        """Take the response that the helpdesk read back, and let the locum in until midnight.

        Returns the activation code, shown this once, for a new account or one that was never used; others sign in with what they have.

        Args:
            reference: Number of the newest filing.
            text: As typed; case, spaces and hyphens do not matter.

        Raises:
            BadInput: A group cannot be right; names it. Not counted, since nothing that was made for any challenge looks like it.
            PhoneResponseWrong: Made for something else, or guessed; counted.
            PhoneChallengeOver: There is no challenge that stands.
            LocumIsIn: The response was right, and the e-mail has an account that may sign in today.
            LocumNotByPhone: The response was right, and the e-mail has an account that no call may change.
            NhsmailFull: The response was right, and the site's NHSmail places are taken.
            PhoneNotReady: The response was right, and the site is closed by now.
            LocumCallOver: As for `call`.
            ClockMovedBack: As for `call`.
            SealBroken: As for `call`; counted and recorded.
        """
        typed = phone_help.read_response(text)
        code = self._activation.prepare()
        with self._store.transaction() as tx:
            verdict = self._judge(tx, self._challenges.request(tx, reference), typed, code)
        if isinstance(verdict, Refusal):
            raise verdict
        return verdict

    def _shown(self, tx: Transaction, request: Request, standing: PhoneChallenge) -> LocumChallenge:
        key = self._keys.open(tx, standing.site)
        if key is None:
            key = self._keys.make(tx, standing.site, by=self._challenges.who(request))
        spoken = standing.matter(request.email_key).challenge(key.key)
        seconds = standing.expires_at - self._clock.now()
        return LocumChallenge(spoken.text, standing.site, seconds)

    def _judge(
        self, tx: Transaction, request: Request, typed: str, code: PreparedCode
    ) -> Issued | PassGiven | Refusal:
        standing = self._challenges.standing(request)
        if standing is None:
            self._challenges.late(tx, request)
            return PhoneChallengeOver(OVER)
        left = self._challenges.count(tx, request, standing)
        key = self._key(tx, request, standing)
        if isinstance(key, Refusal):
            return key
        expected = standing.matter(request.email_key).response(key.key)
        if not compare_digest(expected.encode(), typed.encode()):
            return self._wrong(tx, request, standing, left)
        spent = self._challenges.spend(tx, request)
        return self._acts.set_up(tx, spent, standing.site, code, locum_detail(request, standing))

    def _wrong(
        self, tx: Transaction, request: Request, standing: PhoneChallenge, left: int
    ) -> Refusal:
        fail = self._challenges.fail
        fail(tx, request, Event.SIGN_IN_FAILED, "phone_response", challenge=standing)
        if left:
            return PhoneResponseWrong(left)
        last, worst = Event.SIGN_IN_FAILED_MAX, Severity.CRITICAL
        fail(tx, request, last, "phone_response", challenge=standing, severity=worst)
        return PhoneChallengeOver(OVER)

    def _key(
        self, tx: Transaction, request: Request, standing: PhoneChallenge
    ) -> OpenKey | Refusal:
        try:
            return self._keys.open(tx, standing.site) or PhoneNotReady()
        except SealBroken as broken:
            event, worst = Event.DECRYPT_FAILED, Severity.CRITICAL
            self._challenges.fail(
                tx, request, event, "site_key", challenge=standing, severity=worst
            )
            return broken
