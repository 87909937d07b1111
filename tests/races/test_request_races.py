"""Real processes over one queue: nothing that was asked is lost, and each request is closed once."""

from __future__ import annotations

import os

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.requests import FILINGS_KEPT
from tests.races.conftest import Pharmacy
from tests.races.terminals import Terminals

SOAK = os.environ.get("POMFA_SOAK") == "1"
ROUNDS, RACERS = (50, 20) if SOAK else (5, 4)


def test_the_same_request_from_many_terminals_at_once_is_one_request(pharmacy: Pharmacy) -> None:
    """Rule 29: one line in the queue, every filing counted, every number different."""
    order = {"do": "file", "now": pharmacy.now, "need": "link", "email": "jo@abbey.example"}
    with Terminals(pharmacy.folder, RACERS) as terminals:
        answers = terminals.race([order] * RACERS)
    assert len({answer["done"] for answer in answers}) == RACERS
    with pharmacy.open().view() as view:
        (request,) = view.requests.all()
    assert request.times == RACERS
    assert len(request.filings) == min(RACERS, FILINGS_KEPT)


def test_two_of_the_helpdesk_who_close_the_same_request_have_one_winner(
    pharmacy: Pharmacy,
) -> None:
    """ROL-16: over many rounds one closes it, the others are told, and the record names one."""
    with Terminals(pharmacy.folder, RACERS) as terminals:
        for number in range(ROUNDS):
            pharmacy.clock.advance(3600)
            asked = terminals.tell(
                0, do="file", now=pharmacy.now, need="reset", email=f"s{number}@abbey.example"
            )
            order = {"do": "close", "now": pharmacy.now, "reference": asked["done"]}
            answers = terminals.race(
                [{**order, "outcome": each} for each in ["done", "declined"] * (RACERS // 2)]
            )
            (won,) = [answer["done"] for answer in answers if "done" in answer]
            refused = [answer["refused"] for answer in answers if "refused" in answer]
            assert refused == ["RequestClosed"] * (RACERS - 1)
            with pharmacy.open().view() as view:
                request = view.requests.get(asked["done"])
            assert request is not None
            assert request.closing is not None
            assert request.closing.outcome == won
    closed = [
        record.event.reason
        for record in pharmacy.open().audit_records()
        if record.event.event is Event.REQUEST_CLOSED
    ]
    assert len(closed) == ROUNDS
    assert pharmacy.verdict().ok


def test_a_terminal_that_floods_the_store_on_disk_holds_up_nobody(pharmacy: Pharmacy) -> None:
    """Rule 29, THR-09: the queue and the log stay small, and another terminal is heard."""
    tries = 10_000 if SOAK else 60
    with Terminals(pharmacy.folder, 2) as terminals:
        taken = [0, 0]
        for number in range(tries):
            answer = terminals.tell(
                0, do="file", now=pharmacy.now, need="link", email=f"s{number}@flood.example"
            )
            taken[0] += "done" in answer
        answer = terminals.tell(
            1, do="file", now=pharmacy.now, need="link", email="honest@abbey.example"
        )
        taken[1] += "done" in answer
    assert taken == [10, 1]
    store = pharmacy.open()
    with store.view() as view:
        assert view.requests.count() == 11
    assert sum(1 for _ in store.audit_records()) <= 13
