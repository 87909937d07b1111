"""How the program ends: by signals, with the line, and when something in it hangs."""

from __future__ import annotations

import select
import signal
import subprocess
from collections.abc import Sequence

import pytest

from tests.terminal.conftest import Altered
from tests.terminal.pharmacy import Counter, Pharmacy
from tests.terminal.processes import at_work
from tests.terminal.pty_driver import TIMEOUT, Program

STUCK = 76
PAGES = 36
"""More than what Textual keeps for a line that takes nothing."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_session_and_the_program(
    pharmacy: Pharmacy, number: signal.Signals
) -> None:
    """K46, SES-14, T25: within three seconds, terminal restored, session recorded as lost."""
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        counter.kill(number)

        assert counter.wait_exit(3) == 75
        counter.left_clean()
    assert pharmacy.events(jo)[-1] == ("session_expired", "lost")


def test_a_dropped_line_ends_the_session_and_the_program(pharmacy: Pharmacy) -> None:
    """K45, SES-14: no orphan that eats a processor."""
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        counter.hang_up()

        assert counter.process.wait(timeout=TIMEOUT) == 75
    assert pharmacy.events(jo)[-1] == ("session_expired", "lost")


def stall(counter: Counter) -> None:
    """Read nothing any more and have pages drawn, until the program waits for the line in every part of it that draws.

    What is drawn goes through a queue of 30 pages, behind which the loop waits (K49).
    """
    line = select.poll()
    line.register(counter.line_end, select.POLLOUT)
    pages = 0
    columns = 80
    while pages < PAGES:
        columns = 161 - columns
        counter.resize(columns, 24, draw=False)
        counter.kill(signal.SIGWINCH)
        rests(counter)
        pages += not line.poll(0)


def rests(program: Program) -> None:
    """Wait until no thread of a program wants a processor."""
    quiet = 0
    while quiet < 3:
        select.poll().poll(10)
        quiet = 0 if at_work(program.process.pid) else quiet + 1


@pytest.mark.parametrize("asked", [True, False], ids=["asked", "by-itself"])
def test_a_stalled_line_ends_the_program_all_the_same(altered: Altered, *, asked: bool) -> None:
    """K49, SES-14: nobody reads the output any more, the loop stands still, and the session is found lost."""
    pharmacy, _ = altered("quick watchdog")
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        stall(counter)
        assert counter.running
        if asked:
            counter.terminate()

        assert counter.process.wait(timeout=TIMEOUT) == STUCK
        assert counter.attributes == counter.attributes_before
    with Counter(pharmacy) as counter:
        counter.ready()
    assert pharmacy.events(jo)[-1] == ("session_expired", "lost")


def test_a_handler_that_hangs_does_not_hold_the_end(altered: Altered) -> None:
    """K49, K51: SIGTERM ends a loop that stands still."""
    pharmacy, installed = altered("hanging handler")
    with Counter(pharmacy) as counter:
        counter.ready().send("jo@example.org\tany\r").wait_until(lambda: installed.has("hangs"))
        counter.terminate()

        assert counter.wait_exit(5) == STUCK
        assert counter.attributes == counter.attributes_before


def test_a_screen_that_waits_for_itself_is_ended_by_the_watchdog(altered: Altered) -> None:
    """K51: its timer waits for a change of screens that waits for the timer; nothing else would lock the terminal."""
    pharmacy, _ = altered("waits for itself", "quick watchdog")
    with Counter(pharmacy) as counter:
        counter.ready().press("f1")

        assert counter.wait_exit() == STUCK
        assert counter.attributes == counter.attributes_before


def test_one_thread_that_lets_no_other_run_is_ended_by_the_kernel(altered: Altered) -> None:
    """K49: not even the watchdog gets a turn; asked to end, it is given three seconds."""
    pharmacy, installed = altered("runaway pattern")
    with Counter(pharmacy) as counter:
        counter.ready().send("jo@example.org\tany\r").wait_until(lambda: installed.has("hangs"))
        counter.terminate()

        assert counter.wait_exit(5) == -signal.SIGALRM


def test_a_kiosk_that_is_stuck_for_good_is_cleared_away_and_started_again(altered: Altered) -> None:
    """K49, K59: nobody asks it to end, and a screen that cannot lock must not stay."""
    pharmacy, installed = altered("runaway pattern", "quick watchdog")
    with Counter(pharmacy, "--kiosk") as counter:
        counter.ready().send("jo@example.org\tany\r").wait_until(lambda: installed.has("hangs"))
        counter.wait_for("starts again in 1 second")
        assert "jo@example.org" not in counter.screen_text
        counter.ready().send("typed").wait_for("typed")


def test_a_thread_that_hangs_does_not_hold_the_end(altered: Altered) -> None:
    """K53: asyncio would wait for it."""
    pharmacy, _ = altered("hanging thread")
    with Counter(pharmacy) as counter:
        counter.ready().press("escape").wait_for("again to close").press("escape")

        assert counter.wait_exit(3) == 0
        counter.left_clean()


@pytest.mark.parametrize("descriptor", [0, 1, 2])
def test_without_a_terminal_it_says_what_is_missing(pharmacy: Pharmacy, descriptor: int) -> None:
    """K45, K50: an interface that nobody sees must not take keys; wrong usage is status 2."""
    redirection = {0: "</dev/null", 1: ">/dev/null", 2: "2>error"}[descriptor]
    arguments = ["/bin/sh", "-c", f'exec "$0" "$@" {redirection}', *pharmacy.command, "run"]
    with Program(arguments, folder=pharmacy.folder) as program:
        assert program.wait_exit() == 2
        error = pharmacy.folder / "error"
        said = error.read_text(encoding="utf-8") if descriptor == 2 else program.screen_text
    assert "needs a terminal" in said
    assert ("standard input", "standard output", "standard error")[descriptor] in said


@pytest.mark.parametrize("options", [["run"], ["run", "--kiosk"]], ids=["plain", "kiosk"])
def test_without_any_terminal_it_ends_at_once(pharmacy: Pharmacy, options: Sequence[str]) -> None:
    """K45: `ssh host true` must not leave a process behind."""
    done = subprocess.run(
        [*pharmacy.command, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
