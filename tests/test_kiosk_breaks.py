"""Whether the tests of each kiosk finding notice that its counter-measure is gone; the whole of it under `make soak`."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import SOAK
from tests.kiosk_breaks import BREAKS, Break
from tests.terminal.installation import Installation
from tests.test_kiosk_findings import FOUND, rows

ROOT = Path(__file__).parent.parent
MOST_MEMORY = 3 << 30
SECONDS = 600
PASSED, FAILED = 0, 1
"""What pytest says when tests have passed or failed, and nothing else went wrong."""

ROWS = FOUND if SOAK else ["K53"]
"""The one row has a test that is quick."""


def named(each: Break) -> str:
    """Return a name for a break, by its row and its number there."""
    return f"{each.row}-{[other for other in BREAKS if other.row == each.row].index(each) + 1}"


def test_every_finding_is_broken_on_purpose() -> None:
    """A counter-measure that nobody has taken out may be one that no test needs."""
    broken = Counter(each.row for each in BREAKS)
    assert list(broken) == FOUND


@pytest.mark.parametrize("each", BREAKS, ids=named)
def test_what_is_taken_out_stands_in_the_program_once(each: Break) -> None:
    """A break that changes nothing would be noticed by no test, for no fault of theirs."""
    for file, old, _ in each.edits:
        assert (ROOT / file).read_text(encoding="utf-8").count(old) == 1, (file, old)


@pytest.mark.parametrize("each", [each for each in BREAKS if each.row in ROWS], ids=named)
def test_a_test_of_the_row_notices_that_its_counter_measure_is_gone(
    each: Break, tmp_path: Path
) -> None:
    """K01 to K65: a copy of the program without it, and the tests that the document names for the row."""
    done = run_without(each, tmp_path, rows()[each.row])
    assert done.returncode == FAILED, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("row", ROWS)
def test_nothing_is_noticed_where_nothing_is_taken_out(row: str, tmp_path: Path) -> None:
    """A copy that fails for being a copy would prove nothing."""
    done = run_without(Break(row, ()), tmp_path, rows()[row])
    assert done.returncode == PASSED, done.stdout[-3000:] + done.stderr[-1000:]


def run_without(
    each: Break, folder: Path, tests: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run tests on a copy of the program that lacks what is taken out."""
    copy = folder / "copy"
    for part in ("pomfa_tui", "tests", "docs"):
        shutil.copytree(
            ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "__snapshots__")
        )
    for part in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / part, copy / part)
    for file, old, new in each.edits:
        text = (copy / file).read_text(encoding="utf-8")
        (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    installed = Installation(folder / "installed", program=copy)
    return subprocess.run(
        [
            installed.python,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--tb=line",
            *(f"tests/{test}" for test in tests),
        ],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        preexec_fn=_bounded,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
    )


def _bounded() -> None:
    """Give what runs away no more memory than this; what was started in the background would ignore Ctrl+C for ever."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.RLIM_INFINITY))
