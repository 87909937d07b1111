"""PAM asks our lock: one success for any number of tries, the same window, the same waits; two other modules show what the tests can see."""

from __future__ import annotations

import os

from pomfa_tui.domain.audit import Event
from tests.pam.conftest import MakeLock, Pharmacy
from tests.pam.doors import Doors

SOAK = os.environ.get("POMFA_SOAK") == "1"
ROUNDS = 25 if SOAK else 1
RACERS = 20 if SOAK else 8
SEARCH = 20
"""Rounds in which the race of another module has to show itself once."""


def accepted_offsets(make: MakeLock) -> set[int]:
    """Try the code of each step, oldest first, and say which were taken; begin again when a step ends meanwhile."""
    while True:
        lock = make()
        step = lock.phone.step()
        codes = {offset: lock.phone.code(offset) for offset in range(-3, 4)}
        found = {offset for offset, code in codes.items() if lock.knock(code).let_in}
        if lock.phone.step() == step and len(set(codes.values())) == len(codes):
            return found


def test_who_proves_both_factors_gets_in_and_the_log_says_where_from(
    ours: MakeLock, pharmacy: Pharmacy
) -> None:
    """AUD-01, A37: service, tty and origin are in the record; no session is left behind."""
    jo = ours()
    found = jo.knock(jo.phone.code())

    assert found.let_in
    with pharmacy.opened.store.view() as view:
        person = view.people.by_email(f"{jo.user}@abbey.example")
        assert person is not None
        assert not list(view.sessions.of_person(person.id))
    records = [record.event for record in pharmacy.opened.store.audit_records()]
    assert [event.terminal for event in records if event.event is Event.SIGN_IN] == [
        "pam:ours pts/9 192.0.2.7"
    ]


def test_a_refusal_says_what_the_desk_would_say(ours: MakeLock) -> None:
    """Rule 25, ENU-01: one sentence before the password is proven, the helpful one after it."""
    jo = ours()
    unknown = jo.doors.knock("ours", "nobody", "some password123456")
    wrong = jo.doors.knock("ours", jo.user, "some password123456")
    assert not unknown.let_in
    assert "That did not match." in wrong.said
    assert wrong == unknown

    assert "Look for the entry" in jo.knock(jo.phone.wrong_code()).said
    assert "The code is missing" in jo.knock("").said


def test_one_code_in_many_logins_at_once_lets_one_in(ours: MakeLock) -> None:
    """A01, TOTP-06."""
    for _ in range(ROUNDS):
        jo = ours()
        assert jo.race(jo.phone.code(), RACERS) == 1


def test_the_window_is_one_step_either_side_for_all_three(
    ours: MakeLock, googles: MakeLock, oaths: MakeLock
) -> None:
    """TOTP-05, A05: three steps at all doors, so that none of them is beaten by looking at less."""
    assert accepted_offsets(ours) == {-1, 0, 1}
    assert accepted_offsets(googles) == {-1, 0, 1}
    assert accepted_offsets(oaths) == {-1, 0, 1}


def test_replays_and_older_codes_are_refused(ours: MakeLock) -> None:
    """A03, A04, TOTP-06, TOTP-07: after a code neither that one again nor the one before it."""
    jo = ours()
    newest, older = jo.phone.code(1), jo.phone.code()
    assert jo.knock(newest).let_in
    assert not jo.knock(newest).let_in
    assert not jo.knock(older).let_in


def test_the_tenth_wrong_code_locks_every_door(ours: MakeLock, pharmacy: Pharmacy) -> None:
    """THR-02, THR-05, A11: tries at once are counted one by one, and the right code is refused then."""
    jo = ours()
    wrong = jo.phone.wrong_code()
    tries = jo.doors.race("ours", jo.user, [jo.before + wrong] * 5)
    tries += jo.doors.race("ours", jo.user, [jo.before + wrong] * 5)
    assert not any(found.let_in for found in tries)

    last = jo.knock(jo.phone.code())
    assert not last.let_in
    assert "Too many wrong codes. Wait 15 minutes" in last.said
    with pharmacy.opened.store.view() as view:
        person = view.people.by_email(f"{jo.user}@abbey.example")
        assert person is not None
        credentials = view.credentials.get(person.id)
    assert credentials is not None
    assert credentials.code_counter.failures == 10


def test_the_race_is_one_that_another_module_loses(googles: MakeLock) -> None:
    """A01: were the tries not really at once, the test of our own lock would prove nothing."""
    for _ in range(SEARCH):
        lock = googles()
        if lock.race(lock.phone.code(), 20) > 1:
            return
    raise AssertionError("no race was seen: the tries do not overlap")


def test_other_modules_are_asked_in_the_same_way(
    googles: MakeLock, oaths: MakeLock, doors: Doors
) -> None:
    """A03, A05: both take the codes around now once each, so the same questions are put to all three."""
    assert doors.knock("googles", "root", "000000").let_in is False
    for lock in (googles(), oaths()):
        assert lock.knock(lock.phone.code()).let_in
        assert not lock.knock(lock.phone.code()).let_in
