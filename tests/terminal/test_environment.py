"""Nothing but known variables gets in."""

from __future__ import annotations

import shutil
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
from pomfa_tui.terminal.environment import isolate
isolate(sys.argv[1:], program=(__file__,))
print(sys.flags.isolated, sys.argv[1:])
print(sorted(name for name in os.environ if not name.startswith("TEXTUAL_")))
print(os.path.dirname(__file__) in sys.path, "" in sys.path, os.getcwd() in sys.path)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
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


def said(isolated: int) -> list[str]:
    return [f"{isolated} ['an argument', '--flag']", "['PATH', 'TERM']", "False False False"]


@pytest.mark.parametrize(
    "variable", ["PYTHONINSPECT", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONUTF8", "LD_LIBRARY_PATH"]
)
def test_an_interpreter_that_something_may_have_got_into_is_started_anew(
    program: Path, variable: str
) -> None:
    """K04, K06: isolated, with a clean environment and its arguments untouched."""
    done = run(program, **{variable: "1", "TERM": "linux", "TEXTUAL_LOG": "x"})

    assert done.stderr == ""
    assert without_locale(done.stdout) == said(1)


@pytest.mark.parametrize("options", [("-I",), ("-I", "-X", "utf8")])
def test_an_isolated_interpreter_is_not_started_again(
    program: Path, options: tuple[str, ...]
) -> None:
    """A launcher that does so already costs nothing more, and there is no going round in circles."""
    done = run(program, *options, TERM="linux", PYTHONINSPECT="1", COLUMNS="1")

    assert done.stderr == ""
    assert without_locale(done.stdout) == said(1)


def test_where_nothing_could_get_in_only_the_path_and_the_variables_are_cleaned(
    program: Path,
) -> None:
    """K06: starting anew would change nothing else, and take time."""
    done = run(program, TERM="linux", TEXTUAL_PRESS="ctrl+q", COLUMNS="1")

    assert done.stderr == ""
    assert without_locale(done.stdout) == said(0)


def without_locale(text: str) -> list[str]:
    """Return the lines; Python adds `LC_CTYPE` by itself where there is no locale."""
    return text.replace("'LC_CTYPE', ", "").splitlines()


@pytest.mark.parametrize("variable", ["PYTHONPATH", "UNRELATED"])
def test_a_module_in_the_working_folder_is_not_imported(program: Path, variable: str) -> None:
    """K06: `tinydb.py` or `json.py` beside the data must not become part of the program."""
    evil = program.parent / "textwrap.py"
    evil.write_text("print('EVIL')", encoding="utf-8")
    program.write_text(
        program.read_text(encoding="utf-8") + "\nimport textwrap\n", encoding="utf-8"
    )

    done = run(program, **{variable: str(program.parent), "TERM": "linux"})

    assert "EVIL" not in done.stdout + done.stderr
    assert done.returncode == 0


def test_a_program_that_does_not_know_its_python_says_so(program: Path) -> None:
    """K04: `sys.executable` is empty when a login shell is started as `-pomfa`."""
    text = program.read_text(encoding="utf-8").replace(
        "import os, sys", "import os, sys; sys.executable = ''"
    )
    program.write_text(text, encoding="utf-8")

    done = run(program, PYTHONINSPECT="1")

    assert done.returncode == 7
    assert done.stderr.count("\n") == 1
    assert "full path" in done.stderr


def test_a_program_that_an_isolated_python_would_not_find_says_so(tmp_path: Path) -> None:
    """A traceback about a missing module would help nobody."""
    package = Path(__file__).parent.parent.parent / "pomfa_tui"
    shutil.copytree(package, tmp_path / "pomfa_tui", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")

    done = run(path, PYTHONPATH=str(tmp_path))

    assert done.returncode == 7
    assert done.stderr.count("\n") == 1
    assert "not installed" in done.stderr
