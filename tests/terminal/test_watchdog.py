"""A process whose messages no longer move is ended."""

from __future__ import annotations

import signal
import threading

from pomfa_tui.terminal.watchdog import HURRY, Watchdog


def test_it_barks_when_nothing_beats() -> None:
    """K49, K51."""
    barked = threading.Event()

    Watchdog(barked.set, patience=2, period=0.01).start()

    assert barked.wait(5)


def test_it_stays_quiet_while_something_beats() -> None:
    barked = threading.Event()
    beaten = threading.Event()
    watchdog = Watchdog(barked.set, patience=50, period=0.01)
    watchdog.start()

    for _ in range(20):
        watchdog.beat()
        beaten.wait(0.01)
    watchdog.stop()

    assert not barked.is_set()


def test_it_lets_a_process_end_in_peace() -> None:
    barked = threading.Event()
    watchdog = Watchdog(barked.set, patience=1, period=60)
    watchdog.start()

    watchdog.hurry()
    watchdog.stop()

    assert not barked.wait(0.05)


def test_a_hurry_is_shorter_than_the_hard_stop() -> None:
    """The terminal is restored before SIGALRM, which restores nothing."""
    from pomfa_tui.terminal.locked_app import HARD_STOP_SECONDS

    assert HURRY < HARD_STOP_SECONDS <= 3


def test_the_kernel_watches_while_it_does_and_no_longer() -> None:
    """K49: processor time is allowed for at each turn; a process that goes on without screens has no such limit."""
    watchdog = Watchdog(lambda: None, patience=1000, period=0.01)
    watchdog.start()

    while not signal.getitimer(signal.ITIMER_PROF)[0]:
        watchdog.beat()
    watchdog.stop()

    while signal.getitimer(signal.ITIMER_PROF)[0]:
        threading.Event().wait(0.001)
