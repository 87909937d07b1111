"""The queue of requests: support works through it, everybody else is refused (rule 31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import EditedMeanwhile, NotFound, RequestClosed
from pomfa_tui.domain.notices import Notice, NoticeKind, with_notice
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.requests import (
    NOTE_LONGEST,
    Closing,
    Request,
    RequestOutcome,
    parse_outcome,
    parse_reference,
    spoken,
)
from pomfa_tui.domain.text import clean_line, printable
from pomfa_tui.services.request_views import RequestFilter, RequestPage, RequestView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pomfa_tui.domain.limits import Numbers
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Place, Transaction, View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.views import PersonSummary


OUTCOME_WORDS = {
    RequestOutcome.DONE: "done",
    RequestOutcome.NOT_VERIFIED: "could not verify who asked",
    RequestOutcome.DECLINED: "declined",
    RequestOutcome.NOT_NEEDED: "not needed any more",
}
"""How requests end, in words."""


class RequestService:
    """Lists, shows and closes requests."""

    def __init__(
        self,
        *,
        clock: Clock,
        place: Place,
        access: Access,
        recorder: Recorder,
        views: PersonViews,
        numbers: Numbers,
    ) -> None:
        """Take the clock, this terminal, the rights check, the audit log's pen, views of people and the limits."""
        self._clock = clock
        self._place = place
        self._access = access
        self._recorder = recorder
        self._views = views
        self._numbers = numbers

    def page(
        self, caller: Caller, wanted: RequestFilter, *, offset: int = 0, size: int = 0
    ) -> RequestPage:
        """Return a page of the queue.

        Args:
            caller: Who asks.
            wanted: Which requests.
            offset: How many to leave out; too many give the last page.
            size: How many to return; 0 for all.

        Raises:
            NotPermitted: The caller is not support; recorded.
        """
        with self._access.look(caller) as (view, actor):
            self._access.require(actor, Action.WORK_REQUESTS)
            waiting = len(view.requests.in_state(is_open=True))
            found = list(self._wanted(view, wanted))
            if size:
                offset = min(offset, max(0, len(found) - 1) // size * size)
            shown = found[offset : offset + size if size else None]
            return RequestPage(tuple(map(_view, shown)), offset, len(found), waiting)

    def show(self, caller: Caller, reference: str) -> RequestView:
        """Return one request, named by any of its reference numbers.

        Raises:
            BadInput: Not a reference number.
            NotFound: No such request.
            NotPermitted: The caller is not support; recorded.
        """
        with self._access.look(caller) as (view, actor):
            self._access.require(actor, Action.WORK_REQUESTS)
            return self._full_view(view, actor, _find(view, reference))

    def close(
        self,
        caller: Caller,
        reference: str,
        outcome: str,
        note: str = "",
        *,
        seen: int | None = None,
    ) -> RequestView:
        """Close a request; whoever it is about, and whoever asked while signed in, is told at the next sign-in.

        Args:
            caller: Who closes it.
            reference: Any of its numbers.
            outcome: How it ended.
            note: For the helpdesk alone.
            seen: `times` of the view it was decided on, or none.

        Raises:
            BadInput: Not an outcome or a reference number, or the note cannot be used.
            NotFound: No such request.
            RequestClosed: Somebody else was first.
            EditedMeanwhile: It was asked for again since it was seen.
            NotPermitted: The caller is not support; recorded.
        """
        how = parse_outcome(outcome)
        kept = clean_line("note", note, longest=NOTE_LONGEST, label="The note", shortest=0)
        with self._access.change(caller) as (tx, actor):
            self._access.require(actor, Action.WORK_REQUESTS)
            request = _find(tx, reference)
            _require_as_seen(request, seen)
            now = self._clock.now()
            closing = Closing(at=now, by=actor.id, name=actor.name, outcome=how, note=kept)
            closed = msgspec.structs.replace(request, closing=closing)
            tx.requests.put(closed)
            about = self._tell(tx, closed, closing)
            retire_closed(tx, now, self._numbers)
            self._recorder.act(
                tx,
                Event.REQUEST_CLOSED,
                actor,
                subject=about,
                reason=how.value,
                detail={"request": spoken(closed.id), "need": closed.need.value},
            )
            return self._full_view(tx, actor, closed)

    # -- The queue

    def _wanted(self, view: View, wanted: RequestFilter) -> Iterator[Request]:
        sought = wanted.search.strip().casefold()
        digits = "".join(sought.split()).replace("-", "")
        site = wanted.site.strip().upper()
        before = self._clock.now() - DAY * wanted.days
        for request in _in_order(view, is_open=wanted.is_open):
            if (
                (wanted.need is None or request.need is wanted.need)
                and (not wanted.again or request.times > 1)
                and (not wanted.days or request.first.at <= before)
                and (not site or any(each.site == site for each in request.filings))
                and (not sought or _holds(request, sought, digits))
            ):
                yield request

    def _full_view(self, view: View, actor: Actor, request: Request) -> RequestView:
        person = view.people.by_email(request.email_key)
        summary = self._views.show(view, actor, person) if person is not None else None
        return _view(request, summary)

    # -- Closing

    def _tell(self, tx: Transaction, request: Request, closing: Closing) -> str | None:
        """Leave a notice for whom it is about and for whoever asked; return the id of the former, if there is an account."""
        about = tx.people.by_email(request.email_key)
        askers = [tx.people.get(each.by) for each in request.filings if each.by is not None]
        done = closing.outcome is RequestOutcome.DONE
        kind = NoticeKind.REQUEST_DONE if done else NoticeKind.REQUEST_NOT_DONE
        told: dict[str, Person] = {each.id: each for each in (about, *askers) if each is not None}
        for person in told.values():
            if person.state is PersonState.LEFT:
                continue
            notice = Notice.new(
                closing.at,
                kind,
                by=closing.name,
                terminal=self._place.terminal,
                reference=spoken(_asked_as(request, person)),
            )
            tx.people.put(
                msgspec.structs.replace(person, notices=with_notice(person.notices, notice))
            )
        return about.id if about is not None else None


def retire_closed(tx: Transaction, now: int, numbers: Numbers) -> None:
    """Take away closed requests that are too old or too many, so that the store stays bounded.

    Args:
        tx: Open transaction, in which one was closed.
        now: UTC seconds.
        numbers: The limits.
    """
    oldest = now - DAY * numbers.requests_days
    for place, request in enumerate(_last_closed_first(tx)):
        if place >= numbers.requests_closed or _closed_at(request) < oldest:
            tx.requests.remove(request.id)


def _find(view: View, reference: str) -> Request:
    number = parse_reference(reference)
    request = view.requests.by_reference(number)
    if request is None:
        raise NotFound(f"request {spoken(number)}")
    return request


def _require_as_seen(request: Request, seen: int | None) -> None:
    if request.closing is not None:
        name = printable(request.closing.name)
        raise RequestClosed(name, OUTCOME_WORDS[request.closing.outcome])
    if seen is not None and seen != request.times:
        raise EditedMeanwhile(("it was asked for again",))


def _asked_as(request: Request, person: Person) -> str:
    """Return the number that a person was given; that of the first filing where it was somebody else who asked."""
    mine = [each.reference for each in request.filings if each.by == person.id]
    return mine[-1] if mine else request.id


def _in_order(view: View, *, is_open: bool | None) -> Sequence[Request]:
    if is_open is None:
        return list(view.requests.all())
    return view.requests.in_state(is_open=True) if is_open else _last_closed_first(view)


def _last_closed_first(view: View) -> list[Request]:
    return sorted(view.requests.in_state(is_open=False), key=_closed_at, reverse=True)


def _closed_at(request: Request) -> int:
    return request.closing.at if request.closing is not None else 0


def _holds(request: Request, sought: str, digits: str) -> bool:
    if sought in request.email_key:
        return True
    for each in request.filings:
        phone = "".join(char for char in each.phone if char.isdigit())
        if sought in each.name.casefold():
            return True
        if digits.isdigit() and (digits in each.reference or digits in phone):
            return True
    return False


def _view(request: Request, person: PersonSummary | None = None) -> RequestView:
    return RequestView(
        reference=spoken(request.id),
        need=request.need,
        email=request.email,
        filings=request.filings,
        times=request.times,
        closing=request.closing,
        person=person,
    )
