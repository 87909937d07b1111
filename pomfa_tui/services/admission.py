"""Decides what a sign-in still needs and opens the session when nothing is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import AttemptEnded, NoSiteToday, NotThatSite, Refusal
from pomfa_tui.domain.notices import Notice, NoticeKind, with_notice
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.sessions import (
    FailedTries,
    Session,
    SessionEnd,
    SessionLimits,
    SessionToken,
)
from pomfa_tui.otpauth import entry_name
from pomfa_tui.services.attempts import Attempt, FirstFactor
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    NeedRecoveryCodes,
    NeedSite,
    PasswordCause,
    ShowRecoveryCodes,
    SignedIn,
    SiteChoice,
    Step,
)

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Place, Transaction, View
    from pomfa_tui.services.open_sites import OpenSites
    from pomfa_tui.services.recorder import Recorder

ENDED_KEPT = 5
"""Ended sessions kept per person for their own list; the audit log has the rest."""


SAME_GO = 15 * 60
"""Seconds within which wrong codes at the same terminal are taken for the person's own slips."""


class Admission:
    """The last gate of a sign-in."""

    def __init__(
        self,
        clock: Clock,
        place: Place,
        recorder: Recorder,
        limits: SessionLimits,
        sites: OpenSites,
        *,
        issuer: str,
    ) -> None:
        """Take what the decision needs.

        Args:
            clock: Moments of sessions.
            place: This terminal.
            recorder: The audit log's pen.
            limits: How many sessions a person may have.
            sites: Which sites may be entered.
            issuer: First part of an entry's name.
        """
        self._clock = clock
        self._place = place
        self._recorder = recorder
        self._limits = limits
        self._sites = sites
        self._issuer = issuer

    def entry_name(self, label: str) -> str:
        """Return the name of an entry as the app shows it."""
        return entry_name(self._issuer, label)

    @staticmethod
    def current(view: View, attempt: Attempt) -> tuple[Person, Credentials]:
        """Return the person and credentials of an attempt as they are now.

        Raises:
            AttemptEnded: The account was disabled, reset or removed since the attempt began (A28).
        """
        person = view.people.get(attempt.person)
        credentials = view.credentials.get(attempt.person)
        if (
            person is None
            or credentials is None
            or not person.may_start_sign_in()
            or credentials.epoch != attempt.epoch
        ):
            raise AttemptEnded
        return person, credentials

    def next_step(
        self, tx: Transaction, attempt: Attempt, person: Person, credentials: Credentials
    ) -> Step | Refusal:
        """Return what comes next; opens the session in this transaction when nothing is missing.

        A refusal is returned, not raised, so that what the step before it proved stays recorded.
        """
        needed = self.still_needed(attempt, credentials)
        if needed is not None:
            return needed
        choices = self.choices(tx, person)
        if isinstance(choices, Refusal):
            return choices
        if len(choices) > 1:
            return NeedSite(attempt.id, choices)
        return self.enter(tx, attempt, person, choices[0].code if choices else None)

    def choose(
        self, tx: Transaction, attempt: Attempt, person: Person, site: str
    ) -> SignedIn | Refusal:
        """Open the session at the chosen site, when the person may enter it now."""
        choices = self.choices(tx, person)
        if isinstance(choices, Refusal):
            return choices
        if site not in {choice.code for choice in choices}:
            self._record_closed_door(tx, person, "not_that_site")
            return NotThatSite()
        return self.enter(tx, attempt, person, site)

    def enter(
        self, tx: Transaction, attempt: Attempt, person: Person, site: str | None
    ) -> SignedIn:
        """Open a new session with a secret of its own (SES-06) and end the oldest beyond the limit."""
        now = self._clock.now()
        token = SessionToken.new()
        self._make_room(tx, person.id, now)
        tx.sessions.put(
            Session(
                id=token.session_id,
                person=person.id,
                site=site,
                terminal=self._place.terminal,
                boot=self._place.boot,
                pid=self._place.pid,
                started=now,
                last_seen=now,
                proven_at=now,
                previous_sign_in=person.last_sign_in,
                before=attempt.tries,
            )
        )
        notices = self._with_strange_code(person.notices, attempt.tries, now)
        tx.people.put(msgspec.structs.replace(person, last_sign_in=now, notices=notices))
        event = Event.SIGN_IN_AFTER_FAILURES if attempt.tries.number else Event.SIGN_IN
        self._recorder.record(
            tx,
            event,
            actor=person.id,
            subject=person.id,
            site=site,
            session=token.session_id,
            detail={"factors": factors(attempt)},
        )
        self._recorder.record(
            tx,
            Event.SESSION_CREATED,
            actor=person.id,
            subject=person.id,
            site=site,
            session=token.session_id,
        )
        return SignedIn(token)

    def _with_strange_code(
        self, waiting: tuple[Notice, ...], tries: FailedTries, now: int
    ) -> tuple[Notice, ...]:
        """Add that somebody had the right password, unless it was a slip in this very go: then it would be asked about every day."""
        code = tries.last_code
        here = self._place.terminal
        if code is None or (code.terminal == here and now - code.at < SAME_GO):
            return waiting
        by = "somebody with your password"
        notice = Notice.new(code.at, NoticeKind.WRONG_CODE, by=by, terminal=code.terminal)
        return with_notice(waiting, notice)

    def still_needed(self, attempt: Attempt, credentials: Credentials) -> Step | None:
        """Return what has to be proven or chosen before a site, or none when all of it is."""
        if credentials.authenticator is None or attempt.phone_gone:
            return self._before_pairing(attempt, credentials)
        if not attempt.code_proven:
            return NeedCode(
                attempt.id,
                entry=self.entry_name(credentials.authenticator.label),
                period=credentials.authenticator.period,
                recovery_left=_recovery_left(attempt, credentials),
                failures=credentials.code_counter.failures,
            )
        if credentials.password is None:
            return NeedNewPassword(attempt.id, PasswordCause.RESET)
        if credentials.password.must_change:
            return NeedNewPassword(attempt.id, PasswordCause.MUST_CHANGE)
        if attempt.recovery:
            return ShowRecoveryCodes(attempt.id, attempt.recovery, attempt.replaced)
        return None if credentials.recovery_seen else NeedRecoveryCodes(attempt.id)

    @staticmethod
    def _before_pairing(attempt: Attempt, credentials: Credentials) -> Step:
        if attempt.first is FirstFactor.PASSWORD and not attempt.may_pair():
            return NeedActivation(attempt.id)
        if attempt.first is FirstFactor.ACTIVATION and attempt.new_password is None:
            cause = PasswordCause.RESET if credentials.pairings else PasswordCause.FIRST
            return NeedNewPassword(attempt.id, cause)
        return NeedPairing(attempt.id)

    def choices(self, tx: Transaction, person: Person) -> tuple[SiteChoice, ...] | Refusal:
        """Return the sites the person may enter now; an empty tuple for roles over all sites."""
        if person.role is not None:
            return ()
        here = self._sites.here(tx, person)
        if here:
            return here
        self._record_closed_door(tx, person, "no_site")
        if not self._sites.anywhere(tx, person):
            return NoSiteToday(
                "You have no pharmacy to sign in to today: your pass has ended or has not begun. "
                "Ask an administrator. Nobody here? Press F2 and choose Set me up as a locum."
            )
        return NoSiteToday(
            f"This terminal is for site {self._sites.bound_site} only, and you are not linked to it. "
            "Use a terminal of your own site. Nobody here? Press F2 and choose Set me up as a locum."
        )

    def _record_closed_door(self, tx: Transaction, person: Person, reason: str) -> None:
        self._recorder.failure(
            tx, Event.SIGN_IN_FAILED, actor=person.id, subject=person.id, reason=reason
        )

    def _make_room(self, tx: Transaction, person: str, now: int) -> None:
        sessions = sorted(tx.sessions.of_person(person), key=lambda session: session.started)
        running = [session for session in sessions if self._limits.ending(session, now) is None]
        for oldest in running[: max(0, len(running) - self._limits.per_person + 1)]:
            tx.sessions.put(
                msgspec.structs.replace(oldest, ended=SessionEnd.SUPERSEDED, ended_at=now)
            )
            self._recorder.record(
                tx,
                Event.SESSION_EXPIRED,
                actor=person,
                subject=person,
                site=oldest.site,
                session=oldest.id,
                reason=SessionEnd.SUPERSEDED,
            )
        over = [session for session in sessions if session.ended is not None]
        for ended in over[: max(0, len(over) - ENDED_KEPT)]:
            tx.sessions.remove(ended.id)


def _recovery_left(attempt: Attempt, credentials: Credentials) -> int:
    """Count the recovery codes that could be used; none beside an activation code, since both come from others (REC-05)."""
    return len(credentials.recovery) if attempt.first is FirstFactor.PASSWORD else 0


def factors(attempt: Attempt) -> str:
    """Name what was proven, for the audit log (AUD-01)."""
    proven = [attempt.first.value]
    if attempt.activation_proven:
        proven.append(FirstFactor.ACTIVATION.value)
    if attempt.phone_proven:
        proven.append("phone response")
    proven.append("recovery code" if attempt.by_paper else "code")
    return " + ".join(proven)
