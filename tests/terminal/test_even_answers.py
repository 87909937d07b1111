"""What the real program gives away about who exists, and what it takes for a code, at a terminal of its own."""

from __future__ import annotations

import time
from statistics import median

import pytest

from pomfa_tui.security.hashing import HashCost
from tests.terminal.pharmacy import Counter, Pharmacy

WRONG = "not the one of anybody"
ROUNDS = 2
MEMORY, PASSES = 131072, 2
"""Of a hash that takes more work than everything that is drawn around it."""

FIELDS = 8
ARABIC, FULL_WIDTH = ("".join(chr(zero + each) for each in range(6)) for zero in (0x660, 0xFF10))
NO_CODE = "A code has 6 digits, 0 to 9."


def work(counter: Counter) -> float:
    """Return the seconds of processor time that a program has taken; unlike time, nobody else's work adds to them.

    The number is the one that clock_getcpuclockid(3) gives for a process.
    """
    return time.clock_gettime((~counter.process.pid << 3) | 2)


def back_to_the_email(counter: Counter) -> None:
    """Go to the first field, wherever the focus is."""
    for _ in range(FIELDS):
        if "> E-mail" in counter.screen_text:
            return
        counter.press("shift+tab").settle(0.2)
    pytest.fail(counter.screen_text)


def refuse(counter: Counter, email: str) -> tuple[float, str]:
    """Offer an e-mail with a wrong password; return the work that it took, and the screen without the e-mail."""
    back_to_the_email(counter)
    counter.press("ctrl+u").send(f"{email}\t").settle(0.2)
    before = work(counter)
    counter.send(f"{WRONG}\r").wait_gone("•").wait_for("did not match").settle(0.4)
    return work(counter) - before, counter.screen_text.replace(email.ljust(30), " " * 30)


def test_the_unknown_and_the_wrong_cost_the_same_and_look_the_same(pharmacy: Pharmacy) -> None:
    """K37, ENU-01, ENU-03, A17: by work done instead of by time, so that a busy machine neither hides nor makes a difference."""
    pharmacy.configure(f"[limits]\nhash_memory = {MEMORY}\nhash_time = {PASSES}")
    jo = pharmacy.member(cost=HashCost(MEMORY, PASSES))
    with Counter(pharmacy) as counter:
        counter.wait_for("Your own e-mail and password").settle(0.4)
        refuse(counter, "first@example.org")
        unknown, known = [], []
        for number in range(ROUNDS):
            unknown.append(refuse(counter, f"nobody{number}@example.org"))
            known.append(refuse(counter, jo.email))
    assert {screen for _, screen in unknown} == {screen for _, screen in known}
    spent, wanted = (median(each for each, _ in tries) for tries in (unknown, known))
    assert spent == pytest.approx(wanted, rel=0.5)


def test_what_is_no_code_is_told_and_is_no_try(pharmacy: Pharmacy) -> None:
    """K62, T30: digits of other scripts, letters and too few are refused beside the field; then the right code lets in."""
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.wait_for("Your own e-mail and password").settle(0.4)
        counter.send(f"{jo.email}\t{jo.password}\r")
        counter.wait_for("Authentication code").settle(0.4)
        for typed in (ARABIC, FULL_WIDTH, "1e3", "12345a"):
            counter.paste(typed).wait_for(NO_CODE)
            assert typed not in counter.screen_text
            counter.send("1").wait_gone(NO_CODE).press("backspace").settle(0.2)
        counter.send(f"{FULL_WIDTH}12\r").wait_for("A code has six digits.").settle(0.4)
        counter.press("ctrl+u").send(f"{pharmacy.fresh_code(jo)}\r")
        counter.wait_for("first sign-in").settle()
        assert "wrong code" not in counter.screen_text
    records = pharmacy.run("audit", "show", "--person", jo.email)["records"]
    assert "code_wrong" not in {each.get("reason") for each in records}
