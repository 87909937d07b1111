"""Nothing but known variables gets in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pomfa_tui.terminal.environment import ALLOWED, OURS, cleaned

HOSTILE = {
    "PYTHONPATH": "/srv/evil",
    "PYTHONINSPECT": "1",
    "PYTHONSTARTUP": "/srv/evil.py",
    "PYTHONHOME": "/srv",
    "PYTHONBREAKPOINT": "os.system",
    "PYTHONWARNINGS": "error",
    "TEXTUAL_DRIVER": "evil:X",
    "TEXTUAL_PRESS": "ctrl+q",
    "TEXTUAL_LOG": "keys.log",
    "TEXTUAL_DEBUG": "1",
    "TEXTUAL_ALLOW_SIGNALS": "1",
    "TEXTUAL_SCREENSHOT": "1",
    "TEXTUAL_THEME": "textual-light",
    "TEXTUAL_FILTERS": "dim",
    "TEXTUAL": "devtools,debug",
    "COLUMNS": "1",
    "LINES": "1",
    "LD_PRELOAD": "/srv/evil.so",
    "BROWSER": "/srv/evil",
    "PAGER": "sh",
    "SSH_ORIGINAL_COMMAND": "sh -i",
    "ESCDELAY": "100000",
}


def test_only_known_variables_are_kept() -> None:
    """K04, K05, K06, K21, GEN-03, STO-12."""
    kept = cleaned({**HOSTILE, "TERM": "linux", "LANG": "C", "POMFA_DATA_DIR": "/srv/data"})

    assert kept == OURS | {"TERM": "linux", "LANG": "C", "POMFA_DATA_DIR": "/srv/data"}


def test_the_caller_cannot_change_what_the_program_sets() -> None:
    kept = cleaned({"PATH": "/srv/evil", "TEXTUAL_ANIMATIONS": "full"})

    assert kept["PATH"] == OURS["PATH"]
    assert kept["TEXTUAL_ANIMATIONS"] == "none"


@pytest.mark.parametrize("name", sorted(set(ALLOWED) - {"TERM"}))
def test_a_value_that_is_too_long_or_not_printable_is_dropped(name: str) -> None:
    assert cleaned({name: "x" * ALLOWED[name]})[name] == "x" * ALLOWED[name]
    assert name not in cleaned({name: "x" * (ALLOWED[name] + 1)})
    assert name not in cleaned({name: "a\nb"})
    assert name not in cleaned({name: "\x1b[2J"})


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "x" * 33, "-x", "xterm\n", "ä", "x y"])
def test_a_terminal_with_a_strange_name_is_taken_for_a_usual_one(name: str) -> None:
    """K06: the name leads to a file in the terminfo database."""
    assert cleaned({"TERM": name})["TERM"] == "xterm-256color"


PROGRAM = """
import os, sys
sys.path.insert(0, ROOT)
from pomfa_tui.terminal.environment import isolate
isolate(sys.argv[1:], program=(__file__,))
print(sys.flags.isolated, sys.flags.utf8_mode, sys.argv[1:])
print(sorted(name for name in os.environ if not name.startswith("TEXTUAL_")))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    root = Path(__file__).parent.parent.parent
    path.write_text(f"ROOT = {str(root)!r}\n{PROGRAM}", encoding="utf-8")
    return path


def run(program: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, str(program), "an argument", "--flag"],
        env=environment,
        cwd=program.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("-I", "-X", "utf8")])
def test_the_program_goes_on_in_an_isolated_interpreter(
    program: Path, options: tuple[str, ...]
) -> None:
    """K04, K06: with a clean environment, its arguments untouched, and without starting over for ever."""
    done = run(program, *options, TERM="linux", PYTHONINSPECT="1", TEXTUAL_LOG="x", COLUMNS="1")

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "1 1 ['an argument', '--flag']",
        "['LC_CTYPE', 'PATH', 'TERM']" if "LC_CTYPE" in done.stdout else "['PATH', 'TERM']",
    ]


def test_a_module_in_the_working_folder_is_not_imported(program: Path) -> None:
    """K06: `tinydb.py` or `json.py` beside the data must not become part of the program."""
    evil = program.parent / "textwrap.py"
    evil.write_text("print('EVIL')", encoding="utf-8")
    program.write_text(
        program.read_text(encoding="utf-8") + "\nimport textwrap\n", encoding="utf-8"
    )

    done = run(program, TERM="linux", PYTHONPATH=str(program.parent))

    assert "EVIL" not in done.stdout + done.stderr
    assert done.returncode == 0


def test_a_program_that_does_not_know_its_python_says_so(program: Path) -> None:
    """K04: `sys.executable` is empty when a login shell is started as `-pomfa`."""
    text = program.read_text(encoding="utf-8").replace(
        "import os, sys", "import os, sys; sys.executable = ''"
    )
    program.write_text(text, encoding="utf-8")

    done = run(program, TERM="linux")

    assert done.returncode == 7
    assert done.stderr.count("\n") == 1
    assert "full path" in done.stderr
