"""`import`: all rows or none, and no code of anybody who stands in the store is lost, whatever happens on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from pomfa_tui.cli.codes_file import CodesFile
from pomfa_tui.cli.progress import Progress
from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.services.imports import ImportService
from pomfa_tui.store.tinydb.safety import Safety
from pomfa_tui.store.tinydb.writer import Writer
from tests.cli.conftest import PATIENCE, CommandLine
from tests.cli.helpdesk import refusal
from tests.cli.tables import emails, table, written
from tests.terminal.pty_driver import Program

CHEAP = (
    "import os, signal, sys\n"
    "from pomfa_tui.security import hashing\n"
    "cheap = hashing.HashCost.unsafe_for_tests()\n"
    "hashing.HashCost = lambda *_: cheap\n"
)
"""What makes a program's hashes cost nothing."""

KILLED = {
    "before the first code": (
        "from pomfa_tui.services.activation_codes import ActivationCodes as place\nname = 'prepare'\n"
    ),
    "between two codes": "from pomfa_tui.cli.progress import Progress as place\nname = '__call__'\n",
    "before the codes are kept": "from pomfa_tui.cli.codes_file import CodesFile as place\nname = 'write'\n",
    "when the codes are kept": "from pomfa_tui.store.tinydb.writer import Writer as place\nname = 'commit'\n",
    "when it is written": "from pomfa_tui.store.tinydb.safety import Safety as place\nname = 'make_safe'\n",
    "when it stands": "from pomfa_tui.cli.call import Call as place\nname = 'answer'\n",
}
"""Where a program kills itself; the last two are past the point of no return."""


def fail(error: BaseException) -> Callable[..., object]:
    """Return a method that raises."""

    def method(*_: object, **__: object) -> NoReturn:
        raise error

    return method


def raising_after(act: Callable[..., object], error: BaseException) -> Callable[..., object]:
    """Return a method that does its work and then raises."""

    def method(*args: object, **options: object) -> NoReturn:
        act(*args, **options)
        raise error

    return method


@pytest.mark.parametrize("codes", [True, False])
def test_when_the_disk_refuses_nobody_stands_and_no_codes_are_left(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: bool
) -> None:
    """STO-09, AUD-08."""
    place = tmp_path / "codes.csv"
    kept = []

    def full(*_: object) -> NoReturn:
        kept.append(place.exists())
        raise Unavailable("The disk is full. Make room and try again.")

    commit = Writer.commit
    monkeypatch.setattr(
        Writer,
        "commit",
        lambda self, layers, events, *more: (
            full() if events else commit(self, layers, events, *more)
        ),
    )
    options = ("--codes", str(place)) if codes else ()
    told = shop.run("import", written(tmp_path, table(3)), *options, "--json")
    assert refusal(told) == (5, "busy")
    monkeypatch.undo()
    assert kept == [codes], "the codes are on the disk before anybody stands in the store"
    assert not place.exists()
    assert emails(shop) == []


def test_when_the_codes_cannot_be_written_nobody_stands(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "codes.csv"
    full = OSError(28, "No space left on device", str(place))
    monkeypatch.setattr("pomfa_tui.cli.codes_file.create_private", fail(full))
    told = shop.run("import", written(tmp_path, table(3)), "--codes", str(place), "--json")
    assert refusal(told) == (5, "busy")
    assert "No space left" in told.error["message"]
    assert emails(shop) == []


def test_codes_stay_when_their_people_stand_although_something_was_refused_at_the_very_end(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "codes.csv"
    late = raising_after(ImportService.run, Unavailable("The disk is gone."))
    monkeypatch.setattr(ImportService, "run", late)
    told = shop.run("import", written(tmp_path, table(3)), "--codes", str(place), "--json")
    assert refusal(told) == (5, "busy")
    assert len(emails(shop)) == 3
    assert place.read_text(encoding="ascii").count("@example.org") == 3


def test_codes_stay_when_nobody_can_tell_whether_their_people_stand(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "codes.csv"
    gone = Unavailable("The disk is gone.")
    monkeypatch.setattr(Safety, "make_safe", fail(gone))
    told = shop.run("import", written(tmp_path, table(3)), "--codes", str(place), "--json")
    assert refusal(told) == (5, "busy")
    assert place.exists()


# -- Interrupted --------------------------------------------------------------------------------------------------------


def test_ctrl_c_while_codes_are_made_leaves_nobody(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "__call__", pressed)
    place = tmp_path / "codes.csv"
    answer = shop.run("import", written(tmp_path, table(3)), "--codes", str(place))
    assert (answer.status, answer.out, answer.err) == (130, "", "")
    assert emails(shop) == []
    assert not place.exists()


@pytest.mark.parametrize("codes", [True, False])
def test_ctrl_c_is_too_late_once_people_are_about_to_stand(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: bool
) -> None:
    """Their codes are kept or printed; only then the command ends."""
    before = signal.getsignal(signal.SIGINT)
    commit, write = Writer.commit, CodesFile.write

    def pressed(*args: object, **options: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return (commit if len(args) > 2 else write)(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "commit", pressed)
    monkeypatch.setattr(CodesFile, "write", pressed)
    place = tmp_path / "codes.csv"
    options = ("--codes", str(place)) if codes else ()
    answer = shop.run("import", written(tmp_path, table(3)), *options)
    assert (answer.status, answer.err) == (0, "")
    assert len(emails(shop)) == 3
    shown = place.read_text(encoding="ascii") if codes else answer.out
    assert shown.count("@example.org") == 3
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("where", KILLED)
def test_a_killed_import_has_done_everything_or_nothing(
    shop: CommandLine, tmp_path: Path, where: str
) -> None:
    """STO-09: kill -9 at every step, in a process of its own."""
    place = tmp_path / "codes.csv"
    source = written(tmp_path, table(20))
    kill = "setattr(place, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))\n"
    if where == "when it is written":
        kill = (
            "act = getattr(place, name)\n"
            "def killed(self, mark, records=None):\n"
            "    records and os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return act(self, mark, records)\n"
            "setattr(place, name, killed)\n"
        )
    done = run_program(shop, KILLED[where] + kill, "import", source, "--codes", str(place))
    assert done.returncode == -signal.SIGKILL, done.stderr
    # Whoever writes next settles what was written and not yet safe.
    shop.json("audit", "show")
    stand = emails(shop)
    assert len(stand) in {0, 20}
    assert (where in {"when it is written", "when it stands"}) is (len(stand) == 20)
    if stand:
        assert place.read_text(encoding="ascii").count("@example.org") == 20
    assert shop.json("audit", "verify")["ok"] is True
    assert len(shop.json("audit", "show", "--event", "user_created")["records"]) == 1 + len(stand)
    if not stand:
        shop.json("import", source)
        assert len(emails(shop)) == 20


def run_program(
    shop: CommandLine, source: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the real program after a change to it."""
    return subprocess.run(
        [sys.executable, "-c", CHEAP + source + RUN, *shop.places, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


RUN = "from pomfa_tui.cli.main import cli\ncli()\n"


# -- At once ------------------------------------------------------------------------------------------------------------


def test_of_two_imports_at_once_one_wins_and_the_other_has_done_nothing(
    shop: CommandLine, tmp_path: Path
) -> None:
    """ENR-17: both have seen that nobody is there yet."""
    source = written(tmp_path, table(5))
    places = [tmp_path / "a.csv", tmp_path / "b.csv"]
    running = [shop.start("import", source, "--codes", str(place), "--json") for place in places]
    ends = {}
    for place, process in zip(places, running, strict=True):
        out, err = process.communicate(timeout=PATIENCE)
        assert err == ""
        ends[process.returncode] = (place, json.loads(out))
    assert sorted(ends) == [0, 1]
    assert [each["line"] for each in ends[1][1]["rows"]] == [2, 3, 4, 5, 6]
    assert ends[0][0].exists()
    assert not ends[1][0].exists()
    assert len(emails(shop)) == 5
    assert shop.json("audit", "verify")["ok"] is True


def test_a_bar_tells_on_a_terminal_how_far_it_is_and_ctrl_c_ends_it_cleanly(
    shop: CommandLine, tmp_path: Path
) -> None:
    """Real hashes, a real terminal; the answer goes elsewhere."""
    source = written(tmp_path, table(2000))
    command = shop.command("import", source, "--codes", str(tmp_path / "codes.csv"))
    arguments = [os.fsdecode(part) for part in command]
    with Program(arguments, environment={"PATH": os.environ["PATH"]}) as program:
        program.wait_for("Making activation codes [").wait_for("of 2000")
        program.send(b"\x03")
        assert program.wait_exit() == 130
        assert program.screen_text.strip() in {"", "^C"}
    assert emails(shop) == []
    assert not (tmp_path / "codes.csv").exists()
