"""Real processes over one store: one response lets one locum in, however many terminals type it, and whoever is killed."""

from __future__ import annotations

import random
from datetime import date

import msgspec
import pytest

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.phone_help import TRIES
from pomfa_tui.domain.site_keys import SiteKey, key_id_of
from pomfa_tui.services.site_keys import key_context
from tests.conftest import SOAK
from tests.fakes import MONDAY, PlainVault
from tests.races.conftest import SITE, Pharmacy
from tests.races.terminals import Terminals

RACERS = 16 if SOAK else 4
ROUNDS = 30 if SOAK else 3
KILLS = 60 if SOAK else 4

KEY = bytes(range(32))


@pytest.fixture
def shop(pharmacy: Pharmacy) -> Pharmacy:
    """Return a pharmacy that has handed its key to the helpdesk."""
    identifier = key_id_of(KEY)
    sealed = PlainVault().seal(KEY, key_context(SITE, identifier))
    with pharmacy.open().transaction() as tx:
        tx.site_keys.put(
            SiteKey(id=SITE, key_id=identifier, sealed=sealed, made_at=MONDAY, exported_at=MONDAY)
        )
    return pharmacy


def call(terminals: Terminals, shop: Pharmacy, email: str) -> tuple[str, str]:
    """File a request and show its challenge; return the request's number and the one response that fits."""
    order = {"now": shop.now, "email": email}
    reference = terminals.tell(0, do="file", need="locum", **order)["done"]
    text = terminals.tell(0, do="locum-call", reference=reference, now=shop.now)["done"]
    return reference, phone_help.read_challenge(text).matter(email).response(KEY)


def orders(shop: Pharmacy, reference: str, response: str, count: int) -> list[dict[str, str]]:
    """Return the order to type a response, for so many terminals."""
    order = {"do": "locum-respond", "now": shop.now, "reference": reference, "secret": response}
    return [order] * count


def people(shop: Pharmacy) -> int:
    """Count the accounts."""
    with shop.open().view() as view:
        return view.people.count()


def count(shop: Pharmacy, event: Event, reason: str | None = None) -> int:
    """Count what was ever recorded."""
    return sum(
        record.event.event is event and reason in {None, record.event.reason}
        for record in shop.open().audit_records()
    )


def test_one_response_typed_at_many_terminals_in_the_same_instant_makes_one_person(
    shop: Pharmacy,
) -> None:
    """A01, A22, THR-05: exactly one is given the activation code."""
    with Terminals(shop.folder, RACERS) as terminals:
        for number in range(ROUNDS):
            shop.clock.advance(hours=2)
            reference, response = call(terminals, shop, f"lee{number}@locum.example")
            answers = terminals.race(orders(shop, reference, response, RACERS))
            assert sum("done" in each for each in answers) == 1
            refused = {each["refused"] for each in answers if "refused" in each}
            assert refused == {"LocumCallOver"}
            assert people(shop) == number + 1
    assert count(shop, Event.USER_CREATED) == ROUNDS
    assert shop.verdict().ok


def test_one_response_lets_a_locum_who_has_an_account_in_once(shop: Pharmacy) -> None:
    """A01, A22: one pass, written once, whoever is first."""
    member = shop.member("lee@locum.example")
    over = shop.person(member)
    ended = msgspec.structs.replace(over.memberships[0], ends=date(2026, 1, 2))
    with shop.open().transaction() as tx:
        tx.people.put(msgspec.structs.replace(over, memberships=(ended,)))
    with Terminals(shop.folder, RACERS) as terminals:
        reference, response = call(terminals, shop, member.email)
        answers = terminals.race(orders(shop, reference, response, RACERS))
    assert [each["done"] for each in answers if "done" in each] == [member.id]
    assert {each["refused"] for each in answers if "refused" in each} == {"LocumCallOver"}
    assert count(shop, Event.AUTHZ_CHANGED, "pass_given") == 1
    assert shop.person(member).version == over.version + 1


def test_guesses_at_many_terminals_are_all_counted_and_end_the_challenge(shop: Pharmacy) -> None:
    """THR-05, A11: five are judged, whoever is first; then the right one is too late everywhere."""
    racers = TRIES + 1
    with Terminals(shop.folder, racers) as terminals:
        reference, response = call(terminals, shop, "lee@locum.example")
        guess = phone_help.RESPONSE.write(1)
        answers = terminals.race(orders(shop, reference, guess, racers))
        late = terminals.race(orders(shop, reference, response, racers))
    assert {each["refused"] for each in answers} == {"PhoneResponseWrong", "PhoneChallengeOver"}
    assert {each["refused"] for each in late} == {"PhoneChallengeOver"}
    assert count(shop, Event.SIGN_IN_FAILED, "phone_response") == TRIES
    assert people(shop) == 0


def test_a_response_makes_one_person_also_when_terminals_are_killed(shop: Pharmacy) -> None:
    """STO-09: after kill -9 at a random moment there is the whole locum or none, and never two; whoever has no code gets one by another call."""
    chance = random.Random(20260107)  # noqa: S311 - picks moments, no secrets
    with Terminals(shop.folder, 2) as terminals:
        for number in range(KILLS):
            shop.clock.advance(hours=2)
            reference, response = call(terminals, shop, f"lee{number}@locum.example")
            first, second = orders(shop, reference, response, 2)
            terminals.send(0, **first)
            for _ in range(chance.choice((0, chance.randrange(200_000)))):
                pass
            went_through = '"done"' in terminals.kill(0)
            answer = terminals.tell(1, **second)
            assert not (went_through and "done" in answer)
            assert people(shop) == number + 1
            assert count(shop, Event.USER_CREATED) == number + 1
            terminals.replace(0, shop.folder)
            if not went_through and "done" not in answer:
                again = call(terminals, shop, f"lee{number}@locum.example")
                assert "done" in terminals.tell(1, **orders(shop, *again, 1)[0])
                assert people(shop) == number + 1
    assert shop.verdict().ok
