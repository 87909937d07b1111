"""The start of the program: isolated, quick, quiet about faults, and ended at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.pty_driver import Program


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pomfa_tui", *arguments],
        env={"LANG": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_version_is_told() -> None:
    done = run("--version")

    assert done.returncode == 0
    assert done.stdout.startswith("pomfa-tui ")
    assert done.stderr == ""


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONINSPECT": "1"},
        {"PYTHONWARNINGS": "error"},
        {"PYTHONPATH": "."},
        {"PYTHONSTARTUP": "evil.py"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_no_variable_of_pythons_gets_in(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K04, K06."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "click.py").write_text("print('EVIL')", encoding="utf-8")
    (tmp_path / "evil.py").write_text("print('EVIL')", encoding="utf-8")

    done = run("--version", **environment)

    assert done.returncode == 0
    assert "EVIL" not in done.stdout + done.stderr


def test_a_fault_of_the_program_is_one_sentence_and_status_70(tmp_path: Path) -> None:
    """GEN-01: no traceback, whatever breaks before anything else could catch it."""
    source = (
        "import sys\n"
        "import pomfa_tui.__main__ as program\n"
        "sys.argv = ['pomfa-tui', 'doctor']\n"
        "sys.modules['pomfa_tui.cli.main'] = None\n"
        "program.main()\n"
    )
    path = tmp_path / "broken.py"
    path.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(path)], capture_output=True, text=True, timeout=30, check=False
    )

    assert done.returncode == 70
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_gone_makes_no_noise() -> None:
    """`pomfa-tui --help | head -1` and the like."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "pomfa_tui", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
    )
    os.close(writing)

    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_ctrl_c_at_a_command_is_an_end_and_no_traceback(tmp_path: Path) -> None:
    """The interface ignores it, a command must not."""
    arguments = [sys.executable, "-m", "pomfa_tui", "--data", str(tmp_path / "data"), "demo"]
    with Program(arguments) as program:
        program.wait_until(lambda: b"\n" in program.raw or not program.running)
        program.kill(signal.SIGINT)
        status = program.wait_exit()

    assert status != 0
    assert b"Traceback" not in program.raw


def test_the_first_frame_loads_neither_the_command_line_nor_anything_heavy(tmp_path: Path) -> None:
    """Start-up: by the memory it then holds; with either it would be more."""
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    arguments = [sys.executable, "-m", "pomfa_tui", "--data", str(folder / "data")]
    arguments += ["--key-file", str(folder / "keys" / "master.key"), "run"]
    with Program(arguments) as program:
        for arrival in program.record(b"F1"):
            program.show(arrival.data)
            if "F1" in program.line(-1):
                break
        assert "Set up this terminal" in program.line(0)
        assert arrival.resident < 36 * 1024
