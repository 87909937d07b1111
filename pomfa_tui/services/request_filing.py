"""Filing a request to the helpdesk, before or after sign-in (rule 29).

No account is looked up: whoever is named, the answer and the work are the same (ENU-03). The audit log gets neither name nor e-mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.amounts import HOUR
from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.emails import parse_email
from pomfa_tui.domain.errors import NotInitialised, TooManyRequests
from pomfa_tui.domain.people import parse_name
from pomfa_tui.domain.requests import (
    Filing,
    Need,
    Request,
    RequestMeter,
    new_reference,
    parse_need,
    parse_note,
    parse_phone,
    spoken,
    with_filing,
)
from pomfa_tui.domain.sites import parse_site_code
from pomfa_tui.services.recorder import UNKNOWN

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import Email, EmailRules
    from pomfa_tui.domain.limits import Numbers
    from pomfa_tui.domain.ports import Clock, Place, Store, StrangerDigest, Transaction, View
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.recorder import Recorder


METERS_KEPT = 1000
"""Terminals whose filings are counted; the ones that were quiet longest make room."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What the form says; texts as typed.

    Attributes:
        need: What is needed.
        name: Whom it is about.
        email: Theirs.
        phone: Where they can be reached.
        site: ODS code; may be empty.
        note: In their own words; may be empty unless something else is needed.
    """

    need: str
    name: str
    email: str
    phone: str
    site: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of whoever is signed in, to begin the form with."""

    name: str
    email: str
    site: str


@dataclass(frozen=True, slots=True)
class _Read:
    need: Need
    email: Email
    name: str
    phone: str
    site: str | None
    note: str


class RequestFilingService:
    """Takes requests, a bounded number of them."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        place: Place,
        strangers: StrangerDigest,
        emails: EmailRules,
        access: Access,
        recorder: Recorder,
        numbers: Numbers,
    ) -> None:
        """Take the store, the clock, this terminal, the digest for the log, the e-mail rules, the session check, the log's pen and the limits."""
        self._store = store
        self._clock = clock
        self._place = place
        self._strangers = strangers
        self._emails = emails
        self._access = access
        self._recorder = recorder
        self._numbers = numbers

    def draft(self, token: SessionToken) -> Draft:
        """Return what the form can be begun with.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            person = actor.account()
            return Draft(person.name, person.email, actor.site or "")

    def file(self, token: SessionToken | None, new: NewRequest) -> str:
        """File a request, or add to the open one for the same e-mail and need; return its own reference number.

        Args:
            token: The session, or none before sign-in.
            new: What the form says.

        Raises:
            BadInput: A value cannot be used; names the field.
            SharedMailbox: A locum is to be set up with an address that is not personal; the note may say why it is after all (rule 2).
            TooManyRequests: This terminal, or everybody together, has filed too many.
            NotInitialised: The store has not been set up.
            SessionEnded: The session is over.
        """
        read = _read(new)
        if read.need is Need.LOCUM:
            self._emails.parse_personal(new.email, override_reason=read.note)
        with self._store.view() as view:
            if self._is_refused_already(view):
                raise TooManyRequests
        with self._store.transaction() as tx:
            if tx.meta is None or tx.meta.initialised_at is None:
                raise NotInitialised
            actor = self._access.actor(tx, token) if token is not None else None
            like = tx.requests.open_like(read.need, read.email.key)
            refusal = self._refusal(tx, is_new=like is None)
            if refusal is None:
                return self._write(tx, actor, read, like)
            self._record_refusal(tx, actor, read)
        raise refusal

    # -- The limits

    def _is_refused_already(self, view: View) -> bool:
        """Tell whether a refusal of this hour is on record, so that a flood writes nothing more."""
        meter = view.request_meters.get(self._place.terminal)
        return (
            meter is not None
            and self._is_lately(meter.refused_at)
            and len(self._lately(meter)) >= self._numbers.requests_per_hour
        )

    def _refusal(self, view: View, *, is_new: bool) -> TooManyRequests | None:
        meter = view.request_meters.get(self._place.terminal)
        if meter is not None and len(self._lately(meter)) >= self._numbers.requests_per_hour:
            return TooManyRequests()
        if not is_new:
            return None
        waiting = view.requests.in_state(is_open=True)
        mine = sum(1 for each in waiting if each.first.terminal == self._place.terminal)
        if mine >= self._numbers.requests_per_terminal:
            return TooManyRequests()
        if len(waiting) >= self._numbers.requests_open:
            return TooManyRequests(everywhere=True)
        return None

    def _lately(self, meter: RequestMeter) -> tuple[int, ...]:
        return tuple(moment for moment in meter.moments if self._is_lately(moment))

    def _is_lately(self, moment: int) -> bool:
        """Tell whether a moment is within the hour; a clock that was set back a little changes nothing."""
        return abs(self._clock.now() - moment) < HOUR

    def _record_refusal(self, tx: Transaction, actor: Actor | None, read: _Read) -> None:
        """Record a refusal and count it as a filing, so that a terminal that goes on is soon refused without a trace."""
        meter = tx.request_meters.get(self._place.terminal) or RequestMeter(id=self._place.terminal)
        now = self._clock.now()
        moments = (*self._lately(meter), now)[-self._numbers.requests_per_hour :]
        tx.request_meters.put(RequestMeter(id=meter.id, moments=moments, refused_at=now))
        self._recorder.record(
            tx,
            Event.RATE_LIMIT,
            actor=self._actor_id(actor, read),
            actor_role=actor.role.value if actor is not None else None,
            session=actor.session_id if actor is not None else None,
            outcome=Outcome.FAILURE,
            severity=Severity.WARNING,
            reason="requests",
        )

    # -- Writing

    def _write(
        self, tx: Transaction, actor: Actor | None, read: _Read, like: Request | None
    ) -> str:
        filing = Filing(
            reference=_free_reference(tx),
            at=self._clock.now(),
            terminal=self._place.terminal,
            by=actor.person.id if actor is not None and actor.person is not None else None,
            name=read.name,
            phone=read.phone,
            site=read.site,
            note=read.note,
        )
        if like is None:
            request = Request(
                id=filing.reference,
                need=read.need,
                email=read.email.text,
                email_key=read.email.key,
                filings=(filing,),
            )
        else:
            filings = with_filing(like.filings, filing)
            request = msgspec.structs.replace(like, filings=filings, times=like.times + 1)
        tx.requests.put(request)
        self._count(tx)
        self._recorder.record(
            tx,
            Event.REQUEST_FILED,
            actor=self._actor_id(actor, read),
            actor_role=actor.role.value if actor is not None else None,
            session=actor.session_id if actor is not None else None,
            detail={
                "request": spoken(filing.reference),
                "need": read.need.value,
                "times": str(request.times),
            },
        )
        return filing.reference

    def _count(self, tx: Transaction) -> None:
        mine, now = self._place.terminal, self._clock.now()
        meter = tx.request_meters.get(mine) or RequestMeter(id=mine)
        others = [each for each in tx.request_meters.all() if each.id != mine]
        quiet = [each for each in others if not self._lately(each)]
        busy = sorted(
            (each for each in others if self._lately(each)), key=lambda each: each.moments
        )
        for each in (*quiet, *busy[: max(0, len(busy) + 1 - METERS_KEPT)]):
            tx.request_meters.remove(each.id)
        tx.request_meters.put(msgspec.structs.replace(meter, moments=(*self._lately(meter), now)))

    def _actor_id(self, actor: Actor | None, read: _Read) -> str:
        if actor is not None:
            return actor.id
        return f"{UNKNOWN}:{self._strangers.digest(read.email.key)[:8]}"


def _read(new: NewRequest) -> _Read:
    need = parse_need(new.need)
    return _Read(
        need=need,
        name=parse_name(new.name),
        email=parse_email(new.email),
        phone=parse_phone(new.phone),
        site=parse_site_code(new.site) if new.site.strip() else None,
        note=parse_note(new.note, required=need is Need.OTHER),
    )


def _free_reference(tx: Transaction) -> str:
    while True:
        reference = new_reference()
        if tx.requests.by_reference(reference) is None:
            return reference
