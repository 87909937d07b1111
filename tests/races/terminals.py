"""Many terminals at once: real processes over one folder, given their orders in the same instant."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent.parent

Answer = dict[str, str]


class Terminals:
    """A row of worker processes."""

    def __init__(self, folder: Path, count: int) -> None:
        """Start them and wait until each has opened the store."""
        self._processes = [self._start(folder) for _ in range(count)]
        for process in self._processes:
            self._read(process)

    def __enter__(self) -> Self:
        """Return the row."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process."""
        for process in self._processes:
            process.kill()
            process.communicate()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._processes)

    def tell(self, number: int, **order: str) -> Answer:
        """Give one terminal an order and wait for what comes of it."""
        self._write(number, order)
        return self._read(self._processes[number])

    def race(self, orders: Sequence[dict[str, str]]) -> list[Answer]:
        """Give each terminal its order before any answer is read."""
        for number, order in enumerate(orders):
            self._write(number, order)
        return [self._read(process) for process in self._processes[: len(orders)]]

    def send(self, number: int, **order: str) -> None:
        """Give an order whose answer nobody will read."""
        self._write(number, order)

    def kill(self, number: int) -> str:
        """Kill a terminal as kill -9 does and return whatever it had said until then."""
        process = self._processes[number]
        process.kill()
        said, _ = process.communicate()
        return said

    def replace(self, number: int, folder: Path) -> None:
        """Start a fresh terminal in the place of one that was killed."""
        self._processes[number] = self._start(folder)
        self._read(self._processes[number])

    def _write(self, number: int, order: dict[str, str]) -> None:
        pipe = self._processes[number].stdin
        assert pipe is not None
        pipe.write(json.dumps(order) + "\n")
        pipe.flush()

    @staticmethod
    def _start(folder: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.races.worker", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def _read(process: subprocess.Popen[str]) -> Answer:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "a terminal died"
        answer: Answer = json.loads(line)
        return answer
