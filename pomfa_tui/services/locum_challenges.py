"""Challenges of new locums, kept with the request that was filed, within the transactions of `locum_calls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    ClockMovedBack,
    LocumCallOver,
    PhoneLimit,
    PhoneNotReady,
    SharedMailbox,
)
from pomfa_tui.domain.phone_help import PhoneAct, PhoneChallenge, PhoneHelp
from pomfa_tui.domain.requests import Need, parse_reference, spoken
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.services.phone_challenges import challenge_detail, require_answerable
from pomfa_tui.services.recorder import UNKNOWN

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.ports import Clock, StrangerDigest, Transaction, View
    from pomfa_tui.domain.requests import Request
    from pomfa_tui.services.recorder import Recorder

WHICH_SITE = "Say which pharmacy this is: press Esc, and send the request again by F2 with the code of this pharmacy."
"""What to do where the site is not named, or is none of this store."""

SHARED = "Others read that mailbox, and an account is one person's. Press Esc, and send the request again by F2 with an e-mail of your own."
"""What to do about a shared mailbox; a reason to allow it after all is for an administrator to give (rule 2)."""


class LocumChallenges:
    """Makes challenges, limits them and counts the tries."""

    def __init__(
        self,
        *,
        clock: Clock,
        strangers: StrangerDigest,
        emails: EmailRules,
        recorder: Recorder,
        bound_site: str | None,
    ) -> None:
        """Take what is needed.

        Args:
            clock: Ends challenges.
            strangers: Names whoever asks in the audit log.
            emails: Knows shared mailboxes.
            recorder: The audit log's pen.
            bound_site: The one site this terminal is for, or none.
        """
        self._clock = clock
        self._strangers = strangers
        self._emails = emails
        self._recorder = recorder
        self._bound_site = bound_site

    def request(self, view: View, reference: str) -> Request:
        """Return the request that a call is about.

        Args:
            view: Where it is.
            reference: Number of its newest filing.

        Raises:
            LocumCallOver: It is not open, is about something else, or was filed again since.
            BadInput: Not a reference number.
            ClockMovedBack: The host's clock is wrong. Not recorded, or a stranger could fill the log; the next sign-in does that.
        """
        behind = self._recorder.seconds_behind(view)
        if behind:
            raise ClockMovedBack(behind)
        number = parse_reference(reference)
        request = view.requests.by_reference(number)
        if (
            request is None
            or not request.is_open
            or request.need is not Need.LOCUM
            or request.newest.reference != number
        ):
            raise LocumCallOver
        return request

    def site(self, view: View, request: Request) -> str:
        """Return the site that a call is about: this terminal's, else the one that was named, else the only one there is.

        Raises:
            PhoneNotReady: None of these is open here, the helpdesk cannot answer for it, or the e-mail is a shared mailbox.
        """
        try:
            self._emails.parse_personal(request.email)
        except SharedMailbox:
            raise PhoneNotReady(SHARED) from None
        open_sites = [each.code for each in view.sites.all() if each.state is SiteState.OPEN]
        only = open_sites[0] if len(open_sites) == 1 else None
        site = self._bound_site or request.newest.site or only
        if site not in open_sites:
            raise PhoneNotReady(WHICH_SITE)
        require_answerable(view, site)
        return site

    def standing(self, request: Request) -> PhoneChallenge | None:
        """Return the challenge of a request that still stands, or none."""
        kept = request.phone or PhoneHelp()
        return kept.standing(now=self._clock.now(), epoch=request.times)

    def make(self, tx: Transaction, request: Request, site: str) -> PhoneChallenge | PhoneLimit:
        """Make a new challenge in the place of any other, unless there were enough within a day.

        A refusal is recorded once, by keeping one moment too many, so that whoever goes on writes nothing more.
        """
        now = self._clock.now()
        kept = request.phone or PhoneHelp()
        asked = kept.asked_since(now)
        if len(asked) >= phone_help.CHALLENGES:
            if len(asked) == phone_help.CHALLENGES:
                self._keep(tx, request, msgspec.structs.replace(kept, asked=(*asked, now)))
                self.fail(tx, request, Event.RATE_LIMIT, "phone_challenges")
            return PhoneLimit(phone_help.CHALLENGES)
        made = PhoneChallenge(
            act=PhoneAct.NEW_LOCUM,
            site=site,
            nonce=phone_help.new_nonce(),
            epoch=request.times,
            expires_at=now + phone_help.LIFETIME,
        )
        self._keep(tx, request, PhoneHelp(challenge=made, asked=(*asked, now)))
        self._recorder.record(
            tx,
            Event.PHONE_HELP,
            actor=self.who(request),
            site=site,
            reason="challenge",
            detail=locum_detail(request, made),
        )
        return made

    def count(self, tx: Transaction, request: Request, standing: PhoneChallenge) -> int:
        """Count a try before it is judged, and return how many are left; the last one ends the challenge."""
        tried = msgspec.structs.replace(standing, tries=standing.tries + 1)
        left = phone_help.TRIES - tried.tries
        kept = request.phone or PhoneHelp()
        after = msgspec.structs.replace(kept, challenge=tried) if left else kept.without_challenge()
        self._keep(tx, request, after)
        return left

    def spend(self, tx: Transaction, request: Request) -> Request:
        """Return the request with no challenge that stands, already written."""
        return self._keep(tx, request, (request.phone or PhoneHelp()).without_challenge())

    def late(self, tx: Transaction, request: Request) -> None:
        """Record the first response to a challenge after its end; those that follow write nothing."""
        over = request.phone.challenge if request.phone is not None else None
        if over is not None:
            self.fail(tx, request, Event.SIGN_IN_FAILED, "phone_challenge_over", challenge=over)
            self.spend(tx, request)

    def who(self, request: Request) -> str:
        """Return the name of whoever asks in the audit log: a keyed digest, since there is no account."""
        return f"{UNKNOWN}:{self._strangers.digest(request.email_key)[:8]}"

    def fail(
        self,
        tx: Transaction,
        request: Request,
        event: Event,
        reason: str,
        *,
        challenge: PhoneChallenge | None = None,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Record what ended badly."""
        self._recorder.failure(
            tx,
            event,
            actor=self.who(request),
            reason=reason,
            severity=severity,
            detail=None if challenge is None else locum_detail(request, challenge),
        )

    @staticmethod
    def _keep(tx: Transaction, request: Request, phone: PhoneHelp) -> Request:
        kept = msgspec.structs.replace(request, phone=phone)
        tx.requests.put(kept)
        return kept


def locum_detail(request: Request, challenge: PhoneChallenge) -> dict[str, str]:
    """Return what the audit log keeps of a challenge; the helpdesk's log has the same reference, and the request is its ticket."""
    return {**challenge_detail(challenge), "request": spoken(request.newest.reference)}
