"""Real processes over one store: a response over the telephone allows one act, however many terminals type it and whoever is killed."""

from __future__ import annotations

import os
import random

import msgspec
import pytest

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.phone_help import TRIES
from pomfa_tui.domain.site_keys import SiteKey, key_id_of
from pomfa_tui.services.site_keys import key_context
from tests.fakes import MONDAY, PlainVault
from tests.members import Member
from tests.races.conftest import SITE, Pharmacy
from tests.races.terminals import Terminals

SOAK = os.environ.get("POMFA_SOAK") == "1"
RACERS = 16 if SOAK else 6
ROUNDS = 30 if SOAK else 3
KILLS = 60 if SOAK else 6

KEY = bytes(range(32))


@pytest.fixture
def jo(pharmacy: Pharmacy) -> Member:
    """Return somebody whose pharmacy has handed its key to the helpdesk."""
    identifier = key_id_of(KEY)
    sealed = PlainVault().seal(KEY, key_context(SITE, identifier))
    with pharmacy.open().transaction() as tx:
        tx.site_keys.put(
            SiteKey(id=SITE, key_id=identifier, sealed=sealed, made_at=MONDAY, exported_at=MONDAY)
        )
    return pharmacy.member("jo@abbey.example")


def call(terminals: Terminals, place: Pharmacy, member: Member) -> tuple[list[str], str]:
    """Bring every terminal to the challenge, and return the attempts and the one response that fits."""
    attempts, texts = [], set()
    for number in range(terminals.count):
        order = {"now": place.now, "email": member.email, "secret": member.password}
        attempt = terminals.tell(number, do="password", **order)["done"]
        texts.add(terminals.tell(number, do="challenge", now=place.now, attempt=attempt)["done"])
        attempts.append(attempt)
    (text,) = texts
    spoken = phone_help.read_challenge(text)
    return attempts, spoken.matter(member.email).response(KEY)


def orders(place: Pharmacy, attempts: list[str], response: str) -> list[dict[str, str]]:
    """Return the order to type a response, for each terminal."""
    return [
        {"do": "respond", "now": place.now, "attempt": attempt, "secret": response}
        for attempt in attempts
    ]


def count(place: Pharmacy, event: Event, reason: str) -> int:
    """Count what was ever recorded."""
    return sum(
        (record.event.event, record.event.reason) == (event, reason)
        for record in place.open().audit_records()
    )


def give_phone_back(place: Pharmacy, before: Credentials) -> None:
    """Let the person have paired again, a day later."""
    with place.open().transaction() as tx:
        now = tx.credentials.get(before.id)
        assert now is not None
        tx.credentials.put(msgspec.structs.replace(before, epoch=now.epoch + 1))


def test_one_response_typed_at_many_terminals_in_the_same_instant_resets_once(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """A01, A22, THR-05: exactly one goes on to pairing; the others start over."""
    before = pharmacy.credentials(jo)
    with Terminals(pharmacy.folder, RACERS) as terminals:
        for number in range(ROUNDS):
            pharmacy.clock.advance(hours=2)
            answers = terminals.race(orders(pharmacy, *call(terminals, pharmacy, jo)))
            assert [each for each in answers if "done" in each] == [{"done": "NeedPairing"}]
            assert {each.get("refused", "AttemptEnded") for each in answers} == {"AttemptEnded"}
            assert pharmacy.credentials(jo).authenticator is None
            assert count(pharmacy, Event.TOKEN_REVOKED, "mfa_reset") == number + 1
            give_phone_back(pharmacy, before)
    assert pharmacy.verdict().ok


def test_guesses_at_many_terminals_are_all_counted_and_end_the_challenge(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """THR-05, A11: five are judged, whoever is first; then the right one is too late everywhere."""
    with Terminals(pharmacy.folder, RACERS + 2) as terminals:
        attempts, response = call(terminals, pharmacy, jo)
        guess = phone_help.RESPONSE.write(1)
        answers = terminals.race(orders(pharmacy, attempts, guess))
        late = terminals.race(orders(pharmacy, attempts, response))
    assert {each["refused"] for each in answers} == {"PhoneResponseWrong", "PhoneChallengeOver"}
    assert count(pharmacy, Event.SIGN_IN_FAILED, "phone_response") == TRIES
    assert {each["refused"] for each in late} == {"PhoneChallengeOver"}
    assert pharmacy.credentials(jo).authenticator is not None


def test_a_response_is_good_for_one_reset_also_when_terminals_are_killed(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """STO-09: after kill -9 at a random moment the reset is whole or has not happened, and it happens once."""
    before = pharmacy.credentials(jo)
    chance = random.Random(20260106)  # noqa: S311 - picks moments, no secrets
    with Terminals(pharmacy.folder, 2) as terminals:
        for number in range(KILLS):
            pharmacy.clock.advance(hours=25)
            first, second = orders(pharmacy, *call(terminals, pharmacy, jo))
            terminals.send(0, **first)
            if chance.random() < 0.5:
                for _ in range(chance.randrange(200_000)):
                    pass
            went_through = "NeedPairing" in terminals.kill(0)
            answer = terminals.tell(1, **second)
            assert not (went_through and "done" in answer)
            assert count(pharmacy, Event.TOKEN_REVOKED, "mfa_reset") == number + 1
            credentials = pharmacy.credentials(jo)
            assert credentials.authenticator is None
            assert credentials.phone is not None
            assert credentials.phone.challenge is None
            give_phone_back(pharmacy, before)
            terminals.replace(0, pharmacy.folder)
    assert pharmacy.verdict().ok
