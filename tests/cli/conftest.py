"""A command line to try: in this process with hashes that cost nothing, or as a real program."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pomfa_tui.cli.main import cli
from pomfa_tui.host import SystemClock
from pomfa_tui.security import hashing
from tests.fakes import FakeClock

FIRST = ("--site-code", "FZ101", "--site-name", "High Street Pharmacy")
ADA = ("--admin-name", "Ada Example", "--admin-email", "ada@example.org")
"""What `init` needs."""

PATIENCE = 30
"""Seconds that a real program may take."""


@dataclass(frozen=True)
class Answer:
    """How a command ended.

    Attributes:
        status: Exit status.
        out: Standard output.
        err: Standard error.
    """

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON, which must be one line and nothing else."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The refusal in JSON."""
        assert set(self.document) == {"error"}
        found: dict[str, str] = self.document["error"]
        assert set(found) == {"code", "message"}
        return found


@dataclass(frozen=True)
class CommandLine:
    """The command line over one store.

    Attributes:
        data: The data folder.
        key: The key file.
        environ: All variables of the environment.
    """

    data: Path
    key: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> tuple[str, ...]:
        """The options that name data folder and key file."""
        return ("--data", str(self.data), "--key-file", str(self.key))

    def run(self, *arguments: str, typed: str | bytes = "") -> Answer:
        """Run a command in this process; `typed` comes in through standard input."""
        result = CliRunner(env={"TMPDIR": None, **self.environ}).invoke(
            cli, [*self.places, *arguments], input=typed
        )
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Answer(result.exit_code, result.stdout, result.stderr)

    def json(self, *arguments: str, typed: str | bytes = "") -> Any:
        """Run a command in this process that must succeed, and return its JSON."""
        answer = self.run(*arguments, "--json", typed=typed)
        assert (answer.status, answer.err) == (0, ""), answer
        return answer.document

    def init(self) -> Any:
        """Set the store up."""
        return self.json("init", *FIRST, *ADA)

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """Return what starts a command as a program of its own."""
        return [sys.executable, "-m", "pomfa_tui", *self.places, *arguments]

    def start(self, *arguments: str | bytes, **options: Any) -> subprocess.Popen[str]:
        """Start a command as a program of its own."""
        variables = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.environ}
        streams = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        return subprocess.Popen(
            self.command(*arguments), text=True, env=variables, **{**streams, **options}
        )

    def program(self, *arguments: str | bytes, **options: Any) -> Answer:
        """Run a command as a program of its own."""
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(timeout=PATIENCE)
        return Answer(process.returncode, out or "", err or "")


class Screen(io.StringIO):
    """A terminal that keeps what it is shown."""

    def __init__(self, *, terminal: bool = True) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        """Say so."""
        return self._terminal


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at a cost that protects nothing, in this process alone."""
    cheap = hashing.HashCost.unsafe_for_tests()
    monkeypatch.setattr(hashing, "HashCost", lambda *_: cheap)


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    """Return a command line over a store that is still to be made."""
    return CommandLine(tmp_path / "data", tmp_path / "keys" / "master.key")


@pytest.fixture
def shop(line: CommandLine) -> CommandLine:
    """Return a command line over a store with one site and its administrator."""
    line.init()
    return line


@pytest.fixture
def two(shop: CommandLine) -> CommandLine:
    """Return a command line over a store with two sites, and a locum at the first."""
    shop.json("site", "add", "--code", "FZ102", "--name", "Harbour Pharmacy")
    shop.json(
        *("person", "add", "--email", "lou@example.org", "--name", "Lou", "--site", "FZ101"),
        *("--role", "staff", "--job", "locum-pharmacist"),
    )
    return shop


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Return the clock that every command in this process goes by from now on."""
    clock = FakeClock(int(time.time()))
    monkeypatch.setattr(SystemClock, "now", lambda _: clock.now())
    monkeypatch.setattr(SystemClock, "elapsed", lambda _: clock.elapsed())
    return clock


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Make a file or folder somebody else's: really where the tests run as root, else by changing who we are."""

    def give(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
        else:
            other = os.geteuid() + 1
            monkeypatch.setattr(os, "geteuid", lambda: other)

    return give


@pytest.fixture
def contents(tmp_path: Path) -> Callable[[], dict[str, tuple[int, int, bytes]]]:
    """Return a look at everything below the test's folder: mode, time of change and bytes of each name."""

    def look() -> dict[str, tuple[int, int, bytes]]:
        return dict(_looks(tmp_path))

    return look


def _looks(folder: Path) -> Iterator[tuple[str, tuple[int, int, bytes]]]:
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        yield str(path.relative_to(folder)), (found.st_mode, found.st_mtime_ns, data)
