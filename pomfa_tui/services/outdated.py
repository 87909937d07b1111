"""Forgetting in time what is kept for a while only, beside the audit log and retired secrets (PRI-03)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.requests import Closing, RequestOutcome
from pomfa_tui.domain.throttle import worn
from pomfa_tui.services.upkeep import PROGRAM

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Store, Transaction, View
    from pomfa_tui.services.recorder import Recorder

SESSION_DAYS = 30
"""Days that a session is kept after it ended or was last in use."""

STRANGER_DAYS = 30
"""Days that failures of an e-mail without account are kept after the last one."""

METER_DAYS = 1
"""Days that a terminal's count of requests is kept after the last one; only an hour of it counts."""

NOTICE_DAYS = 366
"""Days that a notice waits for somebody who never signs in, and where and when failed tries of theirs were; how many there were stays."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """What is kept no longer, by id.

    Attributes:
        sessions: That ended or were left long ago.
        strangers: Counters of e-mails without account.
        meters: Counts of requests of terminals.
        requests: Closed ones.
        lapsed: Open requests that nobody took up and nobody repeated; they are closed.
        people: Who has notices that are too old.
        counters: Who has failures whose moments, places and waits are too old; they go on counting.
    """

    sessions: tuple[str, ...]
    strangers: tuple[str, ...]
    meters: tuple[str, ...]
    requests: tuple[str, ...]
    lapsed: tuple[str, ...]
    people: tuple[str, ...]
    counters: tuple[str, ...]

    @property
    def counts(self) -> dict[str, str]:
        """How many of each there are, those left out of which there are none."""
        named = {
            "sessions": self.sessions,
            "strangers": self.strangers,
            "meters": self.meters,
            "requests": self.requests,
            "requests_lapsed": self.lapsed,
            "people_with_notices": self.people,
            "people_with_failures": self.counters,
        }
        return {name: str(len(ids)) for name, ids in named.items() if ids}


class OutdatedService:
    """Takes out of the store what is kept no longer."""

    def __init__(
        self, store: Store, clock: Clock, recorder: Recorder, *, request_days: int
    ) -> None:
        """Take the store, the clock, the audit log's pen, and the days that requests wait, and are kept once closed."""
        self._store = store
        self._clock = clock
        self._recorder = recorder
        self._request_days = request_days

    def forget(self) -> int:
        """Forget it, recorded with numbers only; return how many documents were changed."""
        with self._store.view() as view:
            if not self._found(view).counts:
                return 0
        with self._store.transaction() as tx:
            found = self._found(tx)
            if not found.counts:
                return 0
            self._take_out(tx, found)
            self._recorder.record(
                tx, Event.PURGED, actor=PROGRAM, reason="outdated", detail=found.counts
            )
        return sum(map(int, found.counts.values()))

    def _found(self, view: View) -> Outdated:
        now = self._clock.now()
        before = now - self._request_days * DAY
        return Outdated(
            sessions=tuple(
                each.id
                for each in view.sessions.all()
                if max(each.ended_at or 0, each.last_seen) < now - SESSION_DAYS * DAY
            ),
            strangers=tuple(
                each.id
                for each in view.strangers.all()
                if each.touched_at < now - STRANGER_DAYS * DAY
            ),
            meters=tuple(
                each.id
                for each in view.request_meters.all()
                if max(each.moments, default=0) < now - METER_DAYS * DAY
            ),
            requests=tuple(
                each.id
                for each in view.requests.in_state(is_open=False)
                if each.closing is not None and each.closing.at < before
            ),
            lapsed=tuple(
                each.id for each in view.requests.in_state(is_open=True) if each.newest.at < before
            ),
            people=tuple(each.id for each in view.people.all() if self._has_old_notices(each)),
            counters=tuple(
                each.id for each in view.credentials.all() if self._worn(each) is not each
            ),
        )

    def _take_out(self, tx: Transaction, found: Outdated) -> None:
        for session in found.sessions:
            tx.sessions.remove(session)
        for stranger in found.strangers:
            tx.strangers.remove(stranger)
        for meter in found.meters:
            tx.request_meters.remove(meter)
        for request in found.requests:
            tx.requests.remove(request)
        for lapsed in found.lapsed:
            waiting = tx.requests.get(lapsed)
            if waiting is not None:
                tx.requests.put(msgspec.structs.replace(waiting, closing=self._lapse()))
        self._shorten(tx, found)

    def _shorten(self, tx: Transaction, found: Outdated) -> None:
        for key in found.people:
            person = tx.people.get(key)
            if person is not None:
                notices = tuple(each for each in person.notices if not self._is_old(each.at))
                tx.people.put(msgspec.structs.replace(person, notices=notices))
        for key in found.counters:
            credentials = tx.credentials.get(key)
            if credentials is not None:
                tx.credentials.put(self._worn(credentials))

    def _lapse(self) -> Closing:
        # A terminal that nobody of support works at would be full of them one day, and take no new ones.
        return Closing(
            at=self._clock.now(),
            by=PROGRAM,
            name="the program",
            outcome=RequestOutcome.NOT_NEEDED,
            note="Nobody took it up, and nobody asked again.",
        )

    def _has_old_notices(self, person: Person) -> bool:
        return any(self._is_old(each.at) for each in person.notices)

    def _worn(self, credentials: Credentials) -> Credentials:
        """Return the credentials with nothing in their counters that is too old; the same ones where there is none."""
        before = self._clock.now() - NOTICE_DAYS * DAY
        password = worn(credentials.password_counter, before)
        code = worn(credentials.code_counter, before)
        if password is credentials.password_counter and code is credentials.code_counter:
            return credentials
        return msgspec.structs.replace(credentials, password_counter=password, code_counter=code)

    def _is_old(self, at: int) -> bool:
        return at < self._clock.now() - NOTICE_DAYS * DAY
