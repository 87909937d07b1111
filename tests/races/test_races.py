"""Real processes over one store: one code has one success, every wrong try is counted, each rule has one winner."""

from __future__ import annotations

import os
import random

from pomfa_tui.domain.audit import Event
from tests.races.conftest import SITE, Pharmacy
from tests.races.terminals import Terminals

SOAK = os.environ.get("POMFA_SOAK") == "1"
ROUNDS, RACERS = (50, 20) if SOAK else (8, 8)
KILLS = 60 if SOAK else 8


def _attempts(terminals: Terminals, place: Pharmacy, email: str, password: str) -> list[str]:
    """Bring every terminal to the code, one after the other: ten tries at once would lock, right or wrong."""
    order = {"do": "password", "now": place.now, "email": email, "secret": password}
    return [terminals.tell(number, **order)["done"] for number in range(terminals.count)]


def test_one_code_typed_at_many_terminals_in_the_same_instant_lets_one_in(
    pharmacy: Pharmacy,
) -> None:
    """TOTP-06, A01: over many rounds, of all racing processes exactly one gets in; the rest are told it was used, or have to wait."""
    member = pharmacy.member("jo@abbey.example")
    with Terminals(pharmacy.folder, RACERS) as terminals:
        for _ in range(ROUNDS):
            pharmacy.clock.advance(3600)
            attempts = _attempts(terminals, pharmacy, member.email, member.password)
            code = member.phone.code()
            answers = terminals.race(
                [
                    {"do": "code", "now": pharmacy.now, "attempt": attempt, "secret": code}
                    for attempt in attempts
                ]
            )
            assert [answer for answer in answers if "done" in answer] == [{"done": "in"}]
            refusals = {answer["refused"] for answer in answers if "refused" in answer}
            assert refusals <= {"CodeUsed", "CodeLocked"}
    assert pharmacy.verdict().ok


def test_wrong_codes_typed_at_many_terminals_are_all_counted(pharmacy: Pharmacy) -> None:
    """THR-05, A11: as many wrong codes at once as the limit allows raise the counter by as many, and then it locks."""
    member = pharmacy.member("jo@abbey.example")
    with Terminals(pharmacy.folder, 8) as terminals:
        attempts = _attempts(terminals, pharmacy, member.email, member.password)
        wrong = member.phone.wrong_code()
        orders = [
            {"do": "code", "now": pharmacy.now, "attempt": attempt, "secret": wrong}
            for attempt in attempts
        ]
        terminals.race(orders)
        assert pharmacy.credentials(member).code_counter.failures == 8
        answers = terminals.race(orders)
    assert pharmacy.credentials(member).code_counter.failures == 10
    assert {answer["refused"] for answer in answers} == {"CodeWrong", "CodeLocked"}


def test_wrong_passwords_typed_at_many_terminals_are_all_counted(pharmacy: Pharmacy) -> None:
    """THR-05: 16 wrong passwords at once: ten are counted, then the lock keeps the rest from counting."""
    member = pharmacy.member("jo@abbey.example")
    with Terminals(pharmacy.folder, 8) as terminals:
        order = {
            "do": "password",
            "now": pharmacy.now,
            "email": member.email,
            "secret": "wrong password here",
        }
        answers = terminals.race([order] * 8) + terminals.race([order] * 8)
    assert {answer["refused"] for answer in answers} == {"SignInRefused"}
    counter = pharmacy.credentials(member).password_counter
    assert counter.failures == 10
    assert counter.locked_until == pharmacy.clock.now() + 900


def test_one_recovery_code_typed_at_many_terminals_is_spent_once(pharmacy: Pharmacy) -> None:
    """REC-03, A02: one success, and there are as many codes as before because the spent one was replaced."""
    member = pharmacy.member("jo@abbey.example")
    with Terminals(pharmacy.folder, 8) as terminals:
        attempts = _attempts(terminals, pharmacy, member.email, member.password)
        orders = [
            {
                "do": "recovery",
                "now": pharmacy.now,
                "attempt": attempt,
                "secret": f"4 {member.recovery[4]}",
            }
            for attempt in attempts
        ]
        answers = terminals.race(orders)
    assert sum("done" in answer for answer in answers) == 1
    assert len(pharmacy.credentials(member).recovery) == len(member.recovery)


def test_a_code_is_good_for_one_success_also_when_terminals_are_killed(pharmacy: Pharmacy) -> None:
    """TOTP-06, STO-09: after kill -9 at a random moment a code lets at most one terminal in, and none is lost twice."""
    member = pharmacy.member("jo@abbey.example")
    chance = random.Random(20260105)  # noqa: S311 - picks moments, no secrets
    with Terminals(pharmacy.folder, 2) as terminals:
        for _ in range(KILLS):
            pharmacy.clock.advance(3600)
            before = _sign_ins(pharmacy)
            attempts = _attempts(terminals, pharmacy, member.email, member.password)
            orders = [
                {"do": "code", "now": pharmacy.now, "attempt": name, "secret": member.phone.code()}
                for name in attempts
            ]
            terminals.send(0, **orders[0])
            if chance.random() < 0.5:
                _spin(chance.randrange(200_000))
            got_in = '"in"' in terminals.kill(0)
            second = terminals.tell(1, **orders[1])
            assert _sign_ins(pharmacy) == before + 1
            assert not (got_in and "done" in second)
            terminals.replace(0, pharmacy.folder)
    assert pharmacy.verdict().ok


def test_the_same_email_added_at_many_terminals_becomes_one_account(pharmacy: Pharmacy) -> None:
    """ENR-17: one wins, the others are told that the person has an account."""
    with Terminals(pharmacy.folder, 6) as terminals:
        order = {"do": "add", "now": pharmacy.now, "email": "new@abbey.example", "site": SITE}
        answers = terminals.race([order] * 6)
    assert sum("done" in answer for answer in answers) == 1
    assert {answer["refused"] for answer in answers if "refused" in answer} == {"EmailExists"}


def test_the_tenth_nhsmail_place_goes_to_one_of_many_terminals(pharmacy: Pharmacy) -> None:
    """ENR-18: with nine places taken, one more is created, whoever is first."""
    for number in range(9):
        pharmacy.member(f"p{number}@nhs.net")
    with Terminals(pharmacy.folder, 6) as terminals:
        orders = [
            {"do": "add", "now": pharmacy.now, "email": f"q{number}@nhs.net", "site": SITE}
            for number in range(6)
        ]
        answers = terminals.race(orders)
    assert sum("done" in answer for answer in answers) == 1
    assert {answer["refused"] for answer in answers if "refused" in answer} == {"NhsmailFull"}


def test_two_administrators_who_demote_each_other_leave_one(pharmacy: Pharmacy) -> None:
    """ROL-08: each signed in at a terminal of their own; the second demotion finds the last administrator or no rights."""
    ann, ben = (
        pharmacy.member("ann@abbey.example", "admin"),
        pharmacy.member("ben@abbey.example", "admin"),
    )
    with Terminals(pharmacy.folder, 2) as terminals:
        for number, member in enumerate((ann, ben)):
            attempt = terminals.tell(
                number, do="password", now=pharmacy.now, email=member.email, secret=member.password
            )
            code = member.phone.code()
            terminals.tell(
                number,
                **{
                    "do": "code",
                    "now": pharmacy.now,
                    "attempt": attempt["done"],
                    "secret": code,
                    "as": "me",
                },
            )
        orders = [
            {"do": "demote", "now": pharmacy.now, "email": email, "site": SITE, "as": "me"}
            for email in (ben.email, ann.email)
        ]
        answers = terminals.race(orders)
    assert sum("done" in answer for answer in answers) == 1
    roles = sorted(pharmacy.person(member).memberships[0].role for member in (ann, ben))
    assert roles == ["admin", "staff"]


def test_a_reset_while_the_target_is_between_password_and_code_has_one_outcome(
    pharmacy: Pharmacy,
) -> None:
    """ENR-10, ENR-20: either the code came first and the session was ended, or the reset came first and the code is refused."""
    member = pharmacy.member("jo@abbey.example")
    with Terminals(pharmacy.folder, 2) as terminals:
        attempt = terminals.tell(
            0, do="password", now=pharmacy.now, email=member.email, secret=member.password
        )["done"]
        terminals.race(
            [
                {
                    "do": "code",
                    "now": pharmacy.now,
                    "attempt": attempt,
                    "secret": member.phone.code(),
                },
                {"do": "reset", "now": pharmacy.now, "email": member.email},
            ]
        )
    with pharmacy.open().view() as view:
        running = [
            session for session in view.sessions.of_person(member.id) if session.ended is None
        ]
    assert running == []
    assert pharmacy.credentials(member).authenticator is None


def _sign_ins(place: Pharmacy) -> int:
    """Count the sign-ins that were ever recorded."""
    kinds = {Event.SIGN_IN, Event.SIGN_IN_AFTER_FAILURES}
    return sum(record.event.event in kinds for record in place.open().audit_records())


def _spin(turns: int) -> None:
    """Let a random short moment pass without asking any clock."""
    for _ in range(turns):
        pass
