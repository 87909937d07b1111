"""The ways out of the program that keys, signals and variables are tried for, and what is typed before anybody is asked."""

from __future__ import annotations

import signal

import pytest

from tests.terminal.conftest import Altered
from tests.terminal.pharmacy import Counter, Pharmacy

PASSWORD = "Zq7-Hunter2-pw"
KEYS = (
    "ctrl+q",
    "ctrl+p",
    "ctrl+c",
    "ctrl+z",
    "ctrl+backslash",
    "ctrl+x",
    "ctrl+v",
    "ctrl+d",
)
TAKES_THE_TERMINAL = b"\x1b[?1049h"


@pytest.mark.parametrize("options", [(), ("--kiosk",)], ids=["plain", "kiosk"])
def test_no_key_leaves_the_program_or_opens_a_palette(
    pharmacy: Pharmacy, options: tuple[str, ...]
) -> None:
    """K01, K02, K22, GEN-04: ctrl+q, ctrl+p, ctrl+c, ctrl+z and ctrl+backslash do nothing, in whatever way they are sent."""
    with Counter(pharmacy, *options) as counter:
        counter.ready().send("keep").press(*KEYS)
        counter.send("\x1b[113;5u\x1b[99;5u\x1b[112;5u\x1b[27;5;113~")
        counter.send("me").wait_for("keepme")

        assert counter.running
        assert "Search for commands" not in counter.screen_text
        assert b"\x1b]52" not in counter.raw


def test_nothing_typed_at_the_start_lands_in_the_first_field(altered: Altered) -> None:
    """K26: neither what was typed before the program ran, nor what was before its first screen could be seen."""
    pharmacy, installed = altered("late frame")
    with Counter(pharmacy) as counter:
        counter.send("ahead").ready().send("still").paste("ahead").settle()
        installed.tell("up")
        counter.wait_until(lambda: installed.has("shown")).send("wanted").wait_for("wanted")

        assert "║ wanted " in counter.screen_text
        assert "ahead" not in counter.screen_text


ENVIRONMENTS = [
    {"PYTHONINSPECT": "1"},
    {"TEXTUAL_ALLOW_SIGNALS": "1"},
    {"TEXTUAL_DRIVER": "evil:X", "PYTHONPATH": "."},
    {"TEXTUAL_PRESS": "ctrl+q"},
    {"TEXTUAL_LOG": "textual.log", "TEXTUAL_DEBUG": "1", "TEXTUAL": "debug,devtools"},
    {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_FILENAME": "shot.svg"},
    {"TEXTUAL_COLOR_SYSTEM": "bogus"},
    {"COLUMNS": "1", "LINES": "1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"TERM": "../../evil"},
]

HOSTILE = {"evil.py", "asyncio.py", "textual.py", "msgspec.py"}
"""Modules in the working folder, which Python looks through first unless it is told not to."""


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: next(iter(each)))
def test_no_variable_changes_what_the_program_is(
    pharmacy: Pharmacy, environment: dict[str, str]
) -> None:
    """K04, K05, K06, K21, K57, GEN-03: no file, no keys, no prompt, no foreign code."""
    work = pharmacy.folder / "work"
    work.mkdir()
    for name in HOSTILE:
        (work / name).write_text("open('EVIL-RAN', 'w')", encoding="utf-8")
    with Counter(pharmacy, environment=environment, folder=work) as counter:
        counter.ready().press("ctrl+c").send(PASSWORD).wait_for(PASSWORD)
        counter.press("escape").wait_for("again to close").press("escape")

        assert counter.wait_exit() == 0
        assert "\\u25" not in counter.screen_text
    assert {path.name for path in work.iterdir()} == HOSTILE


def test_other_signals_change_nothing(pharmacy: Pharmacy) -> None:
    """K03, K47, K48: neither a way out, nor a stop, nor a second driver."""
    with Counter(pharmacy) as counter:
        counter.ready()
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGCONT):
            counter.kill(number).answers()
        counter.settle().press("x").wait_for("║ x ")

        assert counter.raw.count(TAKES_THE_TERMINAL) == 1
