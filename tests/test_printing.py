"""The printer's program: what it gets, what it does not get, and what is said when it fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pomfa_tui.domain.errors import PrintFailed
from pomfa_tui.printing import ENVIRONMENT, CommandPrinter

SLIP = "Signing in to PharmOutcomes\nCode    7KQ2-M4TX-0B9R-WZ3D\nZoë\n"


def program(folder: Path, lines: str) -> tuple[str, ...]:
    """Return the command of an invented printer."""
    script = folder / "printer.py"
    script.write_text(f"import os, signal, sys\n{lines}\n")
    return (sys.executable, "-I", str(script), "two words; rm -rf $HOME")


def test_the_text_arrives_on_standard_input_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-04, ENR-22: nothing of the slip in arguments, environment or files; nothing of ours but three streams."""
    monkeypatch.setenv("POMFA_KEY_FILE", "/srv/keys/master.key")
    kept = tmp_path / "kept"
    lines = (
        "facts = [str(sys.argv[1:]), str(sorted(os.environ.items())), os.getcwd()]\n"
        "facts.append(str(os.getsid(0) == os.getpid()))\n"
        f"open({str(kept)!r}, 'wb').write(chr(10).join(facts).encode() + b'\\n' + sys.stdin.buffer.read())"
    )
    CommandPrinter(program(tmp_path, lines)).print(SLIP)
    arguments, environment, folder, own_session, slip = kept.read_text().split("\n", 4)
    assert arguments == "['two words; rm -rf $HOME']"
    assert environment == str(sorted(ENVIRONMENT.items()))
    assert (folder, own_session) == ("/", "True")
    assert slip == SLIP


def test_only_the_usual_streams_are_open_in_the_program(tmp_path: Path) -> None:
    """STO-02: no descriptor of the store or the terminal is passed on."""
    kept = tmp_path / "kept"
    ours = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(ours, True)
    lines = (
        "links = [os.readlink(f'/proc/self/fd/{n}') for n in (1, 2)]\n"
        f"links.append(str(os.path.exists('/proc/self/fd/{ours}')))\n"
        f"open({str(kept)!r}, 'w').write(' '.join(links))"
    )
    try:
        CommandPrinter(program(tmp_path, lines)).print(SLIP)
    finally:
        os.close(ours)
    assert kept.read_text() == "/dev/null /dev/null False"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("sys.exit(3)", "did not take the slip"),
        ("os.kill(os.getpid(), 9)", "did not take the slip"),
        ("os.close(0); sys.exit(1)", "did not take the slip"),
    ],
)
def test_a_program_that_fails_is_told_plainly(tmp_path: Path, lines: str, why: str) -> None:
    """GEN-01: what happened and what to do, without the code on the slip."""
    with pytest.raises(PrintFailed, match=why) as refused:
        CommandPrinter(program(tmp_path, lines)).print(SLIP * 5000)
    assert "Write it down instead" in refused.value.message
    assert "7KQ2" not in refused.value.message


def test_a_program_that_does_not_read_all_and_ends_well_has_printed(tmp_path: Path) -> None:
    CommandPrinter(program(tmp_path, "sys.stdin.close(); sys.exit(0)")).print(SLIP * 5000)


@pytest.mark.parametrize("command", [("/nonexistent/printer",), ("no-such-printer-here",), ("/",)])
def test_a_program_that_is_not_there_is_told_plainly(command: tuple[str, ...]) -> None:
    with pytest.raises(PrintFailed, match="cannot be started"):
        CommandPrinter(command).print(SLIP)


def test_a_program_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """A printer that is out of paper does not hold the terminal."""
    kept = tmp_path / "pid"
    lines = f"pid = os.fork()\nopen({str(kept)!r}, 'w').write(str(pid)) if pid else None\nsignal.pause()"
    with pytest.raises(PrintFailed, match="in time"):
        CommandPrinter(program(tmp_path, lines), seconds=1.0).print(SLIP)
    child = Path(f"/proc/{kept.read_text()}/stat")
    assert not child.exists() or child.read_text().rsplit(")", 1)[1].split()[0] == "Z"
