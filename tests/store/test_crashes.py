"""Killed, or without power, at every single step: what was acknowledged is there, whole and once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import SOAK
from tests.store.stage import DOCUMENTED, names, open_store, person, running


@pytest.fixture
def memory_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk in memory, where there is one; the steps are the same and a thousand syncs cost nothing."""
    if not os.access("/dev/shm", os.W_OK):  # noqa: S108 - a folder of its own is made there
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="pomfa-test-") as place:
        yield Path(place)


LEAST_STEPS = {"drop": 24, "create": 20, "change": 12, "fold": 40, "mend": 15, "upgrade": 12}


@pytest.mark.parametrize("flow", LEAST_STEPS)
@pytest.mark.parametrize("mode", ["before", "torn", "lost", "mixed"])
def test_dying_at_any_step_loses_nothing_that_was_acknowledged(
    memory_disk: Path, flow: str, mode: str
) -> None:
    """STO-09, AUD-08, AUD-10, K55: old state or new state, each record exactly once, nothing left lying about."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.store.crashing", memory_disk, flow, mode],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["wrong"] == []
    assert found["steps"] >= LEAST_STEPS[flow]


WORKER = """
import sys
from pathlib import Path
from tests.store.stage import event, open_store, person
import msgspec
folder, mine = Path(sys.argv[1]), int(sys.argv[2])
store = open_store(folder)
done = 0
while True:
    with store.transaction() as tx:
        found = tx.people.get(person(mine).id) or person(mine, version=0)
        tx.people.put(msgspec.structs.replace(found, version=found.version + 1))
        tx.audit.append(event(mine))
    done += 1
    print(done, flush=True)
"""

WORKERS = 4
ROUNDS = 400 if SOAK else 25


def test_killing_processes_at_random_under_load_loses_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    """STO-09, STO-10: with others writing at the same time, who live on."""
    folder = tmp_path / "data"
    open_store(folder).close()
    choice = random.Random(2026)  # noqa: S311 - the same moments each time
    told = dict.fromkeys(range(WORKERS), 0)
    rounds = ROUNDS // WORKERS + 1
    for _ in range(rounds):
        _one_round(folder, told, choice)
    store = open_store(folder)
    with store.view() as view:
        kept = {mine: view.people.get(person(mine).id) for mine in told}
    versions = {mine: found.version for mine, found in kept.items() if found is not None}
    assert versions.keys() == told.keys()
    for mine, count in told.items():
        # One commit of each killed process may be there although nobody was told.
        assert count <= versions[mine] <= count + rounds
    verdict = store.verify_audit()
    assert verdict.ok, verdict.problem
    assert verdict.records == sum(versions.values())
    assert names(folder) <= DOCUMENTED


def _one_round(folder: Path, told: dict[int, int], choice: random.Random) -> None:
    """Let all work; kill one after another, each after some commits of its own."""
    with ExitStack() as stack:
        processes = {mine: stack.enter_context(running(WORKER, folder, mine)) for mine in told}
        for mine in choice.sample(sorted(told), k=len(told)):
            process = processes[mine]
            assert process.stdout is not None
            seen = [process.stdout.readline() for _ in range(choice.randrange(1, 12))]
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split("\n")[:-1]
            told[mine] += int([*seen, *rest][-1])
