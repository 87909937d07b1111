"""An idle terminal and an act in another process: two real programs over one store (rule 26)."""

from __future__ import annotations

import time

from tests.terminal.pharmacy import Counter, Pharmacy

FAST = 5.0


def test_acts_elsewhere_reach_an_idle_terminal_within_five_seconds(pharmacy: Pharmacy) -> None:
    """SES-08, ROL-04, rule 26: ending the session, and disabling the account; Home is gone, and Sign in says why."""
    jo = pharmacy.member()
    with Counter(pharmacy, "--kiosk") as counter:
        counter.sign_in(jo)
        counter.settle()
        (session,) = pharmacy.run("session", "list", jo.email)["sessions"]
        pharmacy.run("session", "end", session["id"])
        took = [reached(counter, "ended from elsewhere")]
        counter.sign_in(jo, "You signed in last on")
        counter.settle()
        pharmacy.run("person", "disable", jo.email, "--reason", "leaves today")
        took.append(reached(counter, "Your account was changed"))
        assert "Jo Hill" not in counter.screen_text
    assert max(took) < FAST
    assert pharmacy.run("session", "list")["sessions"] == []


def reached(counter: Counter, sentence: str) -> float:
    """Wait for a sentence on a bare Sign in, and return the seconds since the act."""
    since = time.monotonic()
    counter.wait_for(lambda text: sentence in " ".join(text.split()), FAST)
    assert counter.line(0).startswith(" Sign in")
    return time.monotonic() - since
