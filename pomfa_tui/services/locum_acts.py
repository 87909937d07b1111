"""What a right response for a locum does: staff until midnight, with an account and an activation code or with those there are (rules 13, 17, 31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    EmailExists,
    LocumIsIn,
    LocumNotByPhone,
    NotFound,
    PhoneNotReady,
    Refusal,
)
from pomfa_tui.domain.memberships import JobTitle, SiteRole, london_day
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.passes import Bar
from pomfa_tui.domain.requests import Closing, RequestOutcome, spoken
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.phone_acts import BY_TELEPHONE, HELPDESK
from pomfa_tui.services.requests import retire_closed

if TYPE_CHECKING:
    from pomfa_tui.domain.limits import Numbers
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.domain.requests import Request
    from pomfa_tui.services.activation_codes import PreparedCode
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.locum_passes import LocumPasses, PassGiven
    from pomfa_tui.services.newcomers import Newcomers
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.views import Issued

CLOSED_SITE = "This pharmacy is closed in this terminal's store, so nobody is set up here."
"""Why a locum cannot be set up at a site that was closed, or went, meanwhile."""


class LocumActs:
    """Writes the act into the transaction in which its response was judged."""

    def __init__(
        self,
        *,
        clock: Clock,
        acts: Acts,
        newcomers: Newcomers,
        passes: LocumPasses,
        recorder: Recorder,
        numbers: Numbers,
    ) -> None:
        """Take the clock, the parts that acts share, the writing of newcomers, the giving of passes, the audit log's pen and the limits."""
        self._clock = clock
        self._acts = acts
        self._newcomers = newcomers
        self._passes = passes
        self._recorder = recorder
        self._numbers = numbers

    def set_up(
        self,
        tx: Transaction,
        request: Request,
        site: str,
        code: PreparedCode,
        detail: dict[str, str],
    ) -> Issued | PassGiven | Refusal:
        """Let in whoever a request is about, close it and tell the administrators; or say why not, and change nobody.

        Args:
            tx: Open transaction.
            request: The request, its challenge used up.
            site: ODS code that the challenge named.
            code: What they sign in with first, if they have nothing yet.
            detail: For the audit log.
        """
        today = london_day(self._clock.now()).isoformat()
        read = self._newcomers.read(
            NewPerson(
                email=request.email,
                name=request.newest.name,
                role=SiteRole.STAFF.value,
                site=site,
                job=JobTitle.LOCUM.value,
                starts=today,
                ends=today,
            )
        )
        objection = self._newcomers.objection(tx, BY_TELEPHONE, read)
        known = tx.people.by_email(request.email_key)
        done: Issued | PassGiven | Bar
        if objection is None:
            severe = Severity.WARNING
            done = self._newcomers.write(tx, BY_TELEPHONE, read, code, severity=severe, also=detail)
        elif known is not None and isinstance(objection.refusal, EmailExists):
            done = self._passes.give(tx, known, site, code, detail)
        else:
            self._decline(tx, known, objection.refusal.code, {**detail, "site": site})
            closed = isinstance(objection.refusal, NotFound)
            return PhoneNotReady(CLOSED_SITE) if closed else objection.refusal
        if isinstance(done, Bar):
            self._decline(tx, known, EmailExists.code, {**detail, "site": site, "account": done})
            return LocumIsIn() if done is Bar.VALID else LocumNotByPhone()
        self._close(tx, request, done.person.id)
        self._tell_administrators(tx, site)
        return done

    def _decline(
        self, tx: Transaction, known: Person | None, reason: str, detail: dict[str, str]
    ) -> None:
        """Record why nobody was let in although the response was right."""
        subject = known.id if known is not None else None
        self._recorder.failure(
            tx, Event.PHONE_HELP, actor=HELPDESK, subject=subject, reason=reason, detail=detail
        )

    def _close(self, tx: Transaction, request: Request, person: str) -> None:
        now = self._clock.now()
        closing = Closing(at=now, by=HELPDESK, name="the helpdesk", outcome=RequestOutcome.DONE)
        tx.requests.put(msgspec.structs.replace(request, closing=closing))
        retire_closed(tx, now, self._numbers)
        self._recorder.record(
            tx,
            Event.REQUEST_CLOSED,
            actor=HELPDESK,
            actor_role=BY_TELEPHONE.role.value,
            subject=person,
            reason=closing.outcome.value,
            detail={"request": spoken(request.id), "need": request.need.value},
        )

    def _tell_administrators(self, tx: Transaction, site: str) -> None:
        day = london_day(self._clock.now())
        for colleague in tx.people.at_site(site):
            if colleague.administers(site, day):
                tx.people.put(
                    self._acts.told(colleague, BY_TELEPHONE, NoticeKind.LOCUM_SET_UP, site=site)
                )
