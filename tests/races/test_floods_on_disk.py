"""Ten thousand requests, e-mails nobody has, and challenges of strangers, thrown at a store on disk (a bounded count without POMFA_SOAK)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from pomfa_tui.domain.errors import PhoneLimit, Refusal, SignInRefused, TooManyRequests
from pomfa_tui.domain.phone_help import CHALLENGES, RESPONSE, TRIES
from pomfa_tui.domain.site_keys import SiteKey, key_id_of
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.services.request_views import RequestFilter
from pomfa_tui.services.site_keys import key_context
from pomfa_tui.store.tinydb import TinyStore
from tests.conftest import SOAK
from tests.fakes import MONDAY, PlainVault
from tests.house import HOST
from tests.races.conftest import SITE, Pharmacy
from tests.races.worker import OrderedClock, desk_over

FLOOD = 10_000 if SOAK else 150
STRANGERS = 1000
ROOM = 1_000_000
"""Bytes that a flood may leave on disk, records of refusals included."""

JO = NewRequest("link", "Jo Hill", "jo@abbey.example", "01632 960123", SITE)


class Counter:
    """One terminal over a store on disk.

    Attributes:
        folder: Of the store.
        store: On disk.
        clock: Moved by hand.
        desk: The services.
    """

    def __init__(self, place: Pharmacy) -> None:
        self.folder = place.folder
        self.store: TinyStore = place.open()
        self.clock = OrderedClock()
        self.clock.moment = place.clock.now()
        self.desk: Desk = desk_over(self.store, self.clock)

    def open_requests(self) -> list[str]:
        """Return the e-mails of the queue, in its order."""
        page = self.desk.requests.page(HOST, RequestFilter())
        return [each.email for each in page.requests]

    def records(self) -> int:
        """Count the audit log."""
        return sum(1 for _ in self.store.audit_records())

    def size(self) -> int:
        """Return the bytes of everything on disk."""
        return sum(each.stat().st_size for each in self.folder.rglob("*") if each.is_file())


@pytest.fixture
def counter(pharmacy: Pharmacy) -> Iterator[Counter]:
    """Return a terminal at which one honest request waits."""
    identifier = key_id_of(bytes(32))
    sealed = PlainVault().seal(bytes(32), key_context(SITE, identifier))
    here = Counter(pharmacy)
    with here.store.transaction() as tx:
        tx.site_keys.put(
            SiteKey(id=SITE, key_id=identifier, sealed=sealed, made_at=MONDAY, exported_at=MONDAY)
        )
    here.desk.filing.file(None, JO)
    yield here
    here.store.close()


def throw(call: Callable[[int], object], expected: type[Refusal]) -> int:
    """Make a call over and over; return how often it was not refused."""
    taken = 0
    for number in range(FLOOD):
        with suppress(expected):
            call(number)
            taken += 1
    return taken


def unharmed(counter: Counter) -> None:
    """Look whether the honest request is still first, can be read, and another one is taken an hour later."""
    assert counter.open_requests()[0] == JO.email
    counter.clock.moment += 3601
    counter.desk.filing.file(None, replace(JO, need="other", note="please ring"))
    assert counter.open_requests()[-1] == JO.email
    assert counter.store.verify_audit().ok


def test_a_flood_of_requests_leaves_a_bounded_store_and_an_unharmed_queue(
    counter: Counter,
) -> None:
    """THR-09, ASVS 2.4.1: ten an hour are taken; the rest costs neither a request nor a record."""
    before, size = counter.records(), counter.size()

    def ask(number: int) -> object:
        return counter.desk.filing.file(None, replace(JO, email=f"s{number}@flood.example"))

    assert throw(ask, TooManyRequests) == 9
    assert len(counter.open_requests()) == 10
    assert counter.records() - before <= 12
    assert counter.size() - size < ROOM // 10
    unharmed(counter)


def test_a_flood_of_unknown_e_mails_leaves_a_bounded_store_and_an_unharmed_queue(
    counter: Counter,
) -> None:
    """THR-09, AUD-12: ten a second; as many counters as there is room for, and a few records."""
    before, size = counter.records(), counter.size()

    def guess(number: int) -> object:
        counter.clock.moment += number % 10 == 0
        return counter.desk.sign_in.offer_password(f"s{number}@flood.example", "guess")

    assert throw(guess, SignInRefused) == 0
    with counter.store.view() as view:
        assert view.strangers.count() == min(FLOOD, STRANGERS)
        assert view.people.count() == 0
    assert counter.records() - before < FLOOD // 8 + 80
    assert counter.size() - size < ROOM
    unharmed(counter)


def test_a_flood_of_challenges_leaves_a_bounded_store_and_an_unharmed_queue(
    counter: Counter,
) -> None:
    """THR-09: five challenges a day of an e-mail, five tries each, and what follows writes nothing."""
    reference = counter.desk.filing.file(None, replace(JO, need="locum"))
    before, size = counter.records(), counter.size()

    def ring(number: int) -> object:
        with suppress(PhoneLimit):
            counter.desk.locum_calls.call(reference)
        return counter.desk.locum_calls.respond(reference, RESPONSE.write(number))

    assert throw(ring, Refusal) == 0
    made, refused, over = CHALLENGES, CHALLENGES * TRIES, CHALLENGES
    assert counter.records() - before == made + refused + over + 1
    assert counter.size() - size < ROOM // 10
    with counter.store.view() as view:
        assert view.people.count() == 0
    unharmed(counter)
