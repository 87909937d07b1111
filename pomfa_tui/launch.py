"""Run the terminal interface: take the terminal, run the app, give the terminal back, and tell by the exit status how it went.

| status | meaning |
| --- | --- |
| 0 | left by somebody who may |
| 2 | standard input, output or error is no terminal |
| 1, 3 to 7 | refused at the start, as on the command line |
| 70 | a fault of the program's own |
| 75 | the line was lost, or SIGTERM or SIGHUP asked to end |
| 76 | stuck; ended by the watchdog |
| 142 | stuck so badly that only SIGALRM could end it, once it was asked to (128 + 14, by a shell's counting) |
| 155 | stuck so badly that only SIGPROF could end it (128 + 27): one thread let no other run |
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.security.process import forbid_new_privileges, harden, silence_loop
from pomfa_tui.terminal.environment import OUR_PROGRAM, cleaned, restart
from pomfa_tui.terminal.faults import new_incident, stopped
from pomfa_tui.terminal.leaving import Leaving
from pomfa_tui.terminal.statuses import CRASHED, LINE_LOST, STUCK, WRONG_USAGE
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.terminal.tty import FLAGS_VARIABLE, Tty, ignore_keys_of_the_line, missing_terminal
from pomfa_tui.terminal.watchdog import Watchdog

if TYPE_CHECKING:
    from pomfa_tui.app import PomfaApp

ENDED_VARIABLE = "POMFA_ENDED"
"""Carries the reason of a sign-out to the fresh process that shows it."""

EXPECTED_VARIABLE = "POMFA_EXPECTED"
"""Carries the e-mail of whoever is given the keyboard to the fresh process that fills it in."""


def run_interface(
    build: Callable[[], PomfaApp], *, kiosk: bool, program: Sequence[str] = OUR_PROGRAM
) -> int:
    """Run the interface until it is left and return the exit status; never raises.

    Args:
        build: Makes the app; refusals are shown as one sentence.
        kiosk: Whether this is the terminal's only program; it is wiped at the end, scroll-back and all.
        program: How Python finds this program when it starts afresh.
    """
    if sentence := missing_terminal():
        return _say(sentence, WRONG_USAGE)
    ignore_keys_of_the_line()
    tty = Tty.take()
    harden()
    warnings.simplefilter("ignore")
    os.environ.update(Traits.of(os.environ).variables)
    _end_by(lambda: _end_before_app(tty))
    leaving = _run(build, tty, kiosk=kiosk)
    tty.give_back()
    if leaving.first is not None:
        leaving = _after(leaving.first)
    if leaving.message:
        return _say(leaving.message, leaving.status)
    if leaving.again:
        _start_afresh(leaving, tty, program)
    return leaving.status


def _run(build: Callable[[], PomfaApp], tty: Tty, *, kiosk: bool) -> Leaving:
    """Build and run the app, and return how it was left."""
    try:
        app = build()
        greeting = _greeting(os.environ.pop(ENDED_VARIABLE, ""))
        expected = os.environ.pop(EXPECTED_VARIABLE, "")
    except Refusal as refusal:
        return Leaving(status=refusal.exit_code, message=refusal.message)
    except Exception:  # noqa: BLE001 - no traceback ever reaches a person
        return Leaving(status=CRASHED, message=stopped(new_incident()))
    app.greeting = greeting
    app.expected = expected if greeting else ""
    app.wipes_history = app.wipes_history or kiosk
    if app.handover is None:
        forbid_new_privileges()
    left = _run_app(app, tty)
    if app.farewell:
        return Leaving(status=CRASHED, message=app.farewell)
    return left if left and not app.return_code else Leaving(status=app.return_code or 0)


def _run_app(app: PomfaApp, tty: Tty) -> Leaving | None:
    def stuck() -> None:
        tty.give_back_in_a_hurry()
        os._exit(STUCK)

    watchdog = Watchdog(stuck)
    app.pulse, app.hurried = watchdog.beat, watchdog.hurry
    _end_by(app.line_lost)
    loop = asyncio.new_event_loop()
    silence_loop(loop)
    asyncio.set_event_loop(loop)
    watchdog.start()
    try:
        return app.run(mouse=False, loop=loop)
    except Exception as error:  # noqa: BLE001 - what Textual did not catch ends the same way as what it did
        app.fault_happened(error)
        return None
    finally:
        # Neither asyncio.run nor shutdown_default_executor: both wait for threads that may be stuck (K53).
        loop.close()
        watchdog.stop()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end_by(end: Callable[[], object]) -> None:
    """End by `end` on SIGTERM and SIGHUP; not by the loop, which does not run while output is stalled (K49)."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: end())


def _end_before_app(tty: Tty) -> None:
    tty.give_back()
    os._exit(LINE_LOST)


def _after(first: Callable[[], Leaving]) -> Leaving:
    try:
        return first()
    except Exception:  # noqa: BLE001 - no traceback ever reaches a person
        return Leaving(status=CRASHED, message=stopped(new_incident()))


def _start_afresh(leaving: Leaving, tty: Tty, program: Sequence[str]) -> None:
    tty.silence()
    handed_on = {
        ENDED_VARIABLE: leaving.reason,
        EXPECTED_VARIABLE: leaving.expected,
        FLAGS_VARIABLE: tty.flags,
    }
    restart(sys.argv[1:], cleaned(os.environ) | handed_on, program=program)


def _greeting(reason: str) -> str:
    if not reason:
        return ""
    from pomfa_tui.domain.sessions import ENDINGS, SessionEnd  # noqa: PLC0415 - not needed by the first process
    from pomfa_tui.terminal.program_words import sentence_of  # noqa: PLC0415 - as above

    return ENDINGS[SessionEnd(reason)] if reason in set(SessionEnd) else sentence_of(reason)


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
    return status
