"""A terminal that is left alone: the warning, the end, a machine that slept, and dialogs that close by themselves."""

from __future__ import annotations

import signal

from tests.terminal.conftest import Altered
from tests.terminal.pharmacy import Counter

WARNED, ENDED = "241", "300"
"""Seconds without a key: of five minutes the last one is warned of."""


def test_an_idle_session_is_warned_covered_and_ended(altered: Altered) -> None:
    """SES-01, SES-04, K28, K60: any key dismisses the warning and is not typed."""
    pharmacy, installed = altered("passing time")
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        counter.settle()
        installed.tell("passed", WARNED)
        counter.wait_for("You will be signed out in 0:")
        assert "My account" not in counter.screen_text
        counter.press("enter").wait_for("My account").settle()
        assert counter.line(0).startswith(" Home")
        installed.tell("passed", str(int(WARNED) + int(ENDED)))
        counter.wait_for("nothing was typed for a while")
        assert counter.line(0).startswith(" Sign in")
    assert pharmacy.events(jo)[-1] == ("session_expired", "idle")


def test_a_machine_that_slept_shows_no_page_and_takes_no_key(altered: Altered) -> None:
    """SES-18, K60: the first key after the sleep does not slip in."""
    pharmacy, installed = altered("passing time")
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        counter.settle().kill(signal.SIGSTOP)
        installed.tell("passed", ENDED)
        shown = len(counter.raw)
        counter.press("enter").kill(signal.SIGCONT)
        counter.wait_for("nothing was typed for a while").settle()

        assert "Jo Hill" not in counter.screen_text
        assert b"Move to a new phone" not in counter.raw[shown:]


def test_a_dialog_whose_time_is_up_closes_itself_and_nothing_else(altered: Altered) -> None:
    """K52: told twice to close, and while the warning covers it; a late timer must not take away what covers a page."""
    pharmacy, installed = altered("passing time", "limited help")
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        counter.settle().press("f1").wait_for(lambda text: text.startswith(" Help"))
        installed.tell("passed", WARNED)
        counter.wait_for("You will be signed out in")
        installed.tell("up")
        counter.wait_until(lambda: installed.has("closed")).settle()
        assert "You will be signed out in" in counter.screen_text
        counter.press("x").wait_for("My account")

        (installed.folder / "closed").unlink()
        counter.settle().press("f1").wait_until(lambda: installed.has("closed")).settle()
        assert counter.line(0).startswith(" Home")
        assert "My account" in counter.screen_text
