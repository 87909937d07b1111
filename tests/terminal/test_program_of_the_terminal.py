"""Handing the terminal over and taking it back, on real terminals, without anybody having to sign in."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.terminal.pty_driver import Program

RUNNER = Path(__file__).parent / "handover_program.py"


class Handed(Program):
    """A terminal that is handed over to a shell script.

    Args:
        folder: Where the script and notes lie.
        script: Its lines.
    """

    def __init__(self, folder: Path, script: str) -> None:
        self.notes = folder
        path = folder / "desk"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o700)
        super().__init__([sys.executable, str(RUNNER), str(folder), str(path)])

    @property
    def ended(self) -> str:
        """Why the session ended, as it was recorded."""
        return (self.notes / "ended").read_text(encoding="utf-8")


ENDLESS = 'trap "" HUP TERM; echo $$ > "$0.pid"; echo here; while :; do sleep 0.1; done'


def is_running(pid: int) -> bool:
    """Tell whether a process runs and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def jump(folder: Path, seconds: str) -> None:
    """Let the clocks of the desk jump ahead."""
    (folder / "next").write_text(seconds, encoding="ascii")
    (folder / "next").rename(folder / "jump")


@pytest.mark.parametrize(
    ("script", "reason", "sentence"),
    [
        ("exit 0", "program_ended", "The program has ended, and you are signed out."),
        ("exit 3", "program_failed:3", "The program ended with an error (status 3)"),
        ("kill -9 $$", "program_killed:9", "The program was stopped (signal 9)"),
        ("kill -STOP $$", "program_killed:9", "The program was stopped (signal 9)"),
    ],
)
def test_how_the_program_ended_is_said_plainly(
    tmp_path: Path, script: str, reason: str, sentence: str
) -> None:
    """Section 4: a program that stops itself is ended, since nobody at a kiosk could wake it."""
    with Handed(tmp_path, f"echo a patient; {script}") as program:
        program.wait_exit()
        words = " ".join(program.screen_text.split())
    assert f"left {reason} {sentence}" in words
    assert "a patient" not in words
    assert program.ended == "sign_out"


def test_a_file_that_is_no_program_is_never_given_to_a_shell(tmp_path: Path) -> None:
    """Section 4: no shell, not even for a script without a first line."""
    with Handed(tmp_path, "") as ran:
        ran.wait_exit()
    (tmp_path / "desk").write_text(f"touch {tmp_path}/RAN\n", encoding="utf-8")
    with Program([sys.executable, str(RUNNER), str(tmp_path), str(tmp_path / "desk")]) as program:
        program.wait_for("left program_unfit").wait_exit()
    assert not (tmp_path / "RAN").exists()


def test_keys_that_stop_programs_reach_the_program_and_nothing_else(tmp_path: Path) -> None:
    """K03, K09: ctrl+c, ctrl+backslash and ctrl+z belong to the program."""
    script = "trap 'echo int' INT; trap 'echo quit' QUIT; echo here; while :; do sleep 0.05; done"
    with Handed(tmp_path, script) as program:
        program.wait_for("here").press("ctrl+c").wait_for("int")
        program.press("ctrl+backslash").wait_for("quit").press("ctrl+z").settle(0.2)
        program.press("ctrl+c").wait_for(lambda text: text.count("int") > 1)
        program.terminate().wait_exit()


def test_its_terminal_has_the_size_of_this_one_and_follows_it(tmp_path: Path) -> None:
    """K58: also when the window is changed meanwhile."""
    script = "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done"
    with Handed(tmp_path, script) as program:
        program.wait_for("24 80").resize(100, 30).wait_for("30 100").terminate().wait_exit()


def test_what_a_program_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    """K09: neither a job in the background nor one that has cut itself off reads the next person's keys."""
    script = """trap '' HUP TERM
(echo $$; exec sleep 300) &
echo $! > "$0.job"
setsid sh -c 'echo $$ > "$0"; exec sleep 300' "$0.cut" &
while [ ! -s "$0.cut" ]; do sleep 0.02; done"""
    with Handed(tmp_path, script) as program:
        program.wait_for("left program_ended")
        for name in ("desk.job", "desk.cut"):
            assert not is_running(int((tmp_path / name).read_text(encoding="ascii")))


MESS = (
    r"\033[?1049h\033[?1000h\033[?1003h\033[?25l\033(0\016\033[5;10r\033[?6h\033[?7l\033[8m\033[?2004h"
    r"\033]0;half a title"
)


def test_what_a_program_does_to_the_terminal_does_not_outlast_it(tmp_path: Path) -> None:
    """K09, K29: settings of the line, pages, character sets, margins, mouse, pastes and a hidden cursor are as before."""
    with Handed(tmp_path, f"stty raw -echo; printf '{MESS}'") as program:
        program.wait_for("left program_ended").wait_exit()
        assert program.attributes == program.attributes_before
        assert program.line(0).startswith("left")
        assert not program.screen.cursor.hidden
        tail = bytes(program.raw[program.raw.rindex(b"half a title") :])
    for ends in (b"[?1000l", b"[?1003l", b"(B", b"[r", b"[?6l", b"[?7h", b"[?2004l", b"[?1049l"):
        assert b"\x1b" + ends in tail


@pytest.mark.parametrize(("seconds", "reason"), [("28800", "overall"), ("400", "idle")])
def test_the_end_of_the_sessions_time_ends_a_program_that_does_not_listen(
    tmp_path: Path, seconds: str, reason: str
) -> None:
    """SES-02, SES-18: its overall time is up, or the machine slept for longer than anybody may be idle; asked first, then killed."""
    with Handed(tmp_path, ENDLESS) as program:
        program.wait_for("here")
        jump(tmp_path, seconds)
        program.wait_for(f"left {reason}", 5).wait_exit()
        assert not is_running(int((tmp_path / "desk.pid").read_text(encoding="ascii")))
        assert program.ended == reason
        assert b"here" not in program.raw[program.raw.rindex(b"\x1b[2J") :]


def test_a_program_that_is_used_in_silence_is_not_taken_for_left_alone(tmp_path: Path) -> None:
    """Section 4: only the overall time and an end from elsewhere count; the store is told that the session lives."""
    (tmp_path / "fast").touch()
    with Handed(tmp_path, "sleep 3; exit 5") as program:
        program.wait_for("left program_failed:5").wait_exit()
    assert (tmp_path / "touched").exists()


def test_a_session_that_cannot_be_looked_up_does_not_stand(tmp_path: Path) -> None:
    """GEN-02, K20: a fault of the desk's own ends the program, is noted, and shows nothing of itself."""
    with Handed(tmp_path, ENDLESS) as program:
        program.wait_for("here")
        (tmp_path / "broken").touch()
        program.wait_for("left lost", 5).wait_exit()
        assert "faults 1" in program.screen_text
        assert b"Hunter2" not in program.raw


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_and_the_session(tmp_path: Path, number: signal.Signals) -> None:
    """SES-14, K46: the terminal is given back as it was found, bare."""
    with Handed(tmp_path, ENDLESS) as program:
        program.wait_for("here").kill(number)
        assert program.wait_exit() == 75
        assert program.attributes == program.attributes_before
        assert "here" not in program.screen_text
        assert not is_running(int((tmp_path / "desk.pid").read_text(encoding="ascii")))
    assert program.ended == "lost"


def test_a_program_that_prints_without_end_to_nobody_is_ended_all_the_same(tmp_path: Path) -> None:
    """K49: the terminal takes nothing any more, and the session's time is up."""
    with Handed(
        tmp_path, "echo here; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"
    ) as program:
        program.wait_for("xxx")
        jump(tmp_path, "28800")
        assert program.process.wait(timeout=6) == 0
        assert program.ended == "overall"


def test_keys_that_a_program_does_not_read_wait_outside(tmp_path: Path) -> None:
    """K43: nothing piles up in this process, and what was typed is not typed into `Sign in`."""
    with Handed(tmp_path, "stty raw -echo; echo here; sleep 1.2") as program:
        program.wait_for("here")
        program.send("x" * 3000)
        before = program.resident_kib()
        program.wait_for("left program_ended").wait_exit()
        assert "xx" not in program.screen_text
        assert before < 64 * 1024
