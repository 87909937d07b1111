"""First full frame and resident memory of the program, beside an empty Textual app started in the same run.

A frame is full when the last cell of the terminal has been painted and, for the program, the keys stand in the last line; memory is
read at that moment. Budgets: 1.20 x the time and 1.15 x the memory.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.terminal.pty_driver import Program

ROUNDS = 15
TIME_BUDGET = 1.20
MEMORY_BUDGET = 1.15

LAST_LINE = b"\x1b[24;1H"
EMPTY = "from textual.app import App; App().run()"


def first_frame(arguments: Sequence[str], wanted: str) -> tuple[float, int]:
    """Start a program and return milliseconds to its first full frame and the KiB it then holds.

    Args:
        arguments: The program.
        wanted: What the last line of that frame begins with; empty where it stays empty.
    """
    started = time.perf_counter()
    with Program(arguments) as program:
        # The emulator draws afterwards: it is slower than a terminal and would hold the program up.
        for arrival in program.record(wanted.encode() or LAST_LINE):
            program.show(arrival.data)
            painted = program.cell(79, 23).bg != "default"
            if painted and program.line(-1).strip().startswith(wanted):
                return 1000 * (arrival.at - started), arrival.resident
    raise AssertionError(f"no frame was drawn: {program.screen_text}")


def new_store(folder: Path) -> list[str]:
    """Make a store as an administrator would, and return the command that opens the interface on it."""
    folder.chmod(0o700)
    command = [
        str(Path(sys.executable).with_name("pomfa-tui")),
        "--data",
        str(folder / "data"),
        "--key-file",
        str(folder / "keys" / "master.key"),
    ]
    subprocess.run(
        [
            *command,
            "init",
            "--site-code=FZ101",
            "--site-name=Corner Pharmacy",
            "--admin-name=Asha Patel",
            "--admin-email=asha.patel@example.org",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return [*command, "run"]


def main() -> None:
    """Measure in turns, so that both meet the same machine, and print medians and ratios."""
    with tempfile.TemporaryDirectory() as name:
        programs = {
            "empty": ([sys.executable, "-c", EMPTY], ""),
            "program": (new_store(Path(name)), "F1"),
        }
        found: dict[str, list[tuple[float, int]]] = {each: [] for each in programs}
        for _ in range(ROUNDS + 1):
            for each, (arguments, wanted) in programs.items():
                found[each].append(first_frame(arguments, wanted))
    for rows in found.values():
        # The first start compiles what nobody has started before.
        del rows[0]
    times = {each: statistics.median(time for time, _ in rows) for each, rows in found.items()}
    sizes = {each: statistics.median(size for _, size in rows) for each, rows in found.items()}
    for each in programs:
        print(f"{each:<10} {times[each]:6.0f} ms   {sizes[each] / 1024:5.1f} MiB")
    for what, ratio, budget in (
        ("time", times["program"] / times["empty"], TIME_BUDGET),
        ("memory", sizes["program"] / sizes["empty"], MEMORY_BUDGET),
    ):
        verdict = "within" if ratio <= budget else "OVER"
        print(f"{what:<10} {ratio:6.2f} x   {verdict} the budget of {budget:.2f} x")


if __name__ == "__main__":
    main()
