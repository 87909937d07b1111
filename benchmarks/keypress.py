"""From a key to the frame that shows it: the sign-in screen beside an app that is one bare Input, in the same run.

Budget: 1.20 x.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.startup import new_store
from tests.terminal.pty_driver import Program

KEYS = 120
BUDGET = 1.20

BARE = """
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input()
Bare().run()
"""


def key_to_frame(program: Program, number: int) -> float:
    """Type one character and return the milliseconds until it is on the screen."""
    letter = "abcdefghij"[number % 10]
    shown = program.screen_text.count(letter)
    started = time.perf_counter()
    program.send(letter)
    program.wait_until(lambda: program.screen_text.count(letter) > shown)
    took = 1000 * (time.perf_counter() - started)
    program.press("backspace").wait_until(lambda: program.screen_text.count(letter) == shown)
    program.settle(0.02)
    return took


def main() -> None:
    """Type into both in turns and print medians and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        bare = Program([sys.executable, "-c", BARE])
        desk = Program(new_store(Path(name)))
        with bare, desk:
            bare.wait_until(lambda: bare.cell(79, 23).bg != "default").settle(0.5)
            desk.wait_for("E-mail").settle(1.5)
            found: dict[str, list[float]] = {"bare": [], "program": []}
            for number in range(KEYS):
                found["bare"].append(key_to_frame(bare, number))
                found["program"].append(key_to_frame(desk, number))
    medians = {each: statistics.median(times) for each, times in found.items()}
    for each, median in medians.items():
        worst = statistics.quantiles(found[each], n=20)[-1]
        print(f"{each:<10} {median:6.1f} ms   95 of 100 within {worst:6.1f} ms")
    ratio = medians["program"] / medians["bare"]
    verdict = "within" if ratio <= BUDGET else "OVER"
    print(f"{'ratio':<10} {ratio:6.2f} x   {verdict} the budget of {BUDGET:.2f} x")


if __name__ == "__main__":
    main()
