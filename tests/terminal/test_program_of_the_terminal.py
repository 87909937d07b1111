"""Handing the terminal over and taking it back: what the program may do to it, how it ends, and how it is ended."""

from __future__ import annotations

import signal
from collections.abc import Mapping

import pytest

from tests.members import Member
from tests.terminal.conftest import Altered
from tests.terminal.pharmacy import Counter, Pharmacy
from tests.terminal.processes import is_running

AT_ONCE = 'start = "at-once"'
REFUSED = "cannot be started on this computer"
QUICK = "grace_seconds = 1"


class Handed(Counter):
    """A terminal that is handed over to a shell script as soon as somebody has signed in.

    Args:
        pharmacy: Behind the terminal.
        script: Its lines.
        until: What is seen of it.
        options: Of `run`.
    """

    def __init__(
        self,
        pharmacy: Pharmacy,
        script: str,
        until: str = "at work",
        *options: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        pharmacy.hand_over_to(script, AT_ONCE, QUICK)
        self.jo: Member = pharmacy.member()
        super().__init__(pharmacy, *options, environment=environment)
        self.sign_in(self.jo, until=lambda text: until in " ".join(text.split()))

    @property
    def ended(self) -> tuple[str, str | None]:
        """How the session ended: event and reason."""
        return self.pharmacy.events(self.jo)[-1]

    def back(self, sentence: str) -> None:
        """Wait until `Sign in` stands there again and says why."""
        self.wait_for(lambda text: sentence in " ".join(text.split())).settle()
        assert self.line(0).startswith(" Sign in")


ENDLESS = (
    'trap "" HUP TERM; echo $$ > "$0.pid"; echo a patient at work; while :; do sleep 0.1; done'
)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 0", "The program has ended, and you are signed out."),
        ("exit 3", "The program ended with an error (status 3)"),
        ("kill -9 $$", "The program was stopped (signal 9)"),
        ("kill -STOP $$", "The program was stopped (signal 9)"),
    ],
)
def test_how_the_program_ended_is_said_plainly(
    pharmacy: Pharmacy, script: str, sentence: str
) -> None:
    """Section 4: a program that stops itself is ended, since nobody at a kiosk could wake it."""
    with Handed(pharmacy, f"echo a patient; {script}", sentence) as counter:
        counter.back(sentence)
        assert "a patient" not in counter.screen_text
        assert counter.ended == ("session_logout", "sign_out")


def test_a_file_that_is_no_program_is_never_given_to_a_shell(pharmacy: Pharmacy) -> None:
    """Section 4: no shell, not even for a script without a first line."""
    pharmacy.hand_over_to("", AT_ONCE)
    (pharmacy.folder / "desk.sh").write_text(f"touch {pharmacy.folder}/RAN\n", encoding="utf-8")
    with Counter(pharmacy) as counter:
        counter.sign_in(pharmacy.member(), lambda text: REFUSED in " ".join(text.split()))
    assert not (pharmacy.folder / "RAN").exists()


def test_keys_that_stop_programs_reach_the_program_and_nothing_else(pharmacy: Pharmacy) -> None:
    """K03, K09: ctrl+c, ctrl+backslash and ctrl+z belong to the program."""
    script = (
        "trap 'echo int' INT; trap 'echo quit' QUIT; echo at work; while :; do sleep 0.05; done"
    )
    with Handed(pharmacy, script) as counter:
        counter.press("ctrl+c").wait_for("int")
        counter.press("ctrl+backslash").wait_for("quit").press("ctrl+z").settle(0.2)
        counter.press("ctrl+c").wait_for(lambda text: text.count("int") > 1)


def test_its_terminal_has_the_size_of_this_one_and_follows_it(pharmacy: Pharmacy) -> None:
    """K58: also when the window is changed meanwhile."""
    script = "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done"
    with Handed(pharmacy, script, "24 80") as counter:
        counter.resize(100, 30).wait_for("30 100")


LEAVES_JOBS = """trap '' HUP TERM
(echo $$; exec sleep 300) &
echo $! > "$0.job"
setsid sh -c 'echo $$ > "$0"; exec sleep 300' "$0.cut" &
while [ ! -s "$0.cut" ]; do sleep 0.02; done"""


def test_what_a_program_leaves_behind_is_ended_with_it(pharmacy: Pharmacy) -> None:
    """K09: neither a job in the background nor one that has cut itself off reads the next person's keys."""
    with Handed(pharmacy, LEAVES_JOBS, "The program has ended"):
        for name in ("job", "cut"):
            assert not is_running(int(pharmacy.noted(name)))


MESS = (
    r"\033[?1049h\033[?1000h\033[?1003h\033[?25l\033(0\016\033[5;10r\033[?6h\033[?7l\033[8m\033[?2004h"
    r"\033]0;half a title"
)


def test_what_a_program_does_to_the_terminal_does_not_outlast_it(pharmacy: Pharmacy) -> None:
    """K09, K29: settings of the line, pages, character sets, margins, mouse, pastes and a hidden cursor are as before."""
    with Handed(pharmacy, f"stty raw -echo; printf '{MESS}'", "The program has ended") as counter:
        counter.back("The program has ended")
        tail = bytes(counter.raw[counter.raw.rindex(b"half a title") :])
        counter.press("escape").wait_for("again to close").press("escape")
        assert counter.wait_exit() == 0
        counter.left_clean()
    for ends in (b"[?1000l", b"[?1003l", b"(B", b"[r", b"[?6l", b"[?7h", b"[?2004l", b"[?1049l"):
        assert b"\x1b" + ends in tail


@pytest.mark.parametrize(
    ("seconds", "reason", "sentence"),
    [
        ("28800", "overall", "Your time is up for this sign-in."),
        ("400", "idle", "nothing was typed for a while"),
    ],
)
def test_the_end_of_the_sessions_time_ends_a_program_that_does_not_listen(
    altered: Altered, seconds: str, reason: str, sentence: str
) -> None:
    """SES-02, SES-18: its overall time is up, or the machine slept for longer than anybody may be idle; asked first, then killed."""
    pharmacy, installed = altered("passing time")
    with Handed(pharmacy, ENDLESS) as counter:
        installed.tell("passed", seconds)
        counter.back(sentence)
        assert "a patient" not in counter.screen_text
        assert not is_running(int(pharmacy.noted("pid")))
        assert counter.ended == ("session_expired", reason)


def test_a_program_that_is_used_in_silence_is_not_taken_for_left_alone(altered: Altered) -> None:
    """Section 4: only the overall time and an end from elsewhere count; the store is told that the session lives."""
    pharmacy, installed = altered("passing time")
    with Handed(
        pharmacy, 'echo at work; while [ ! -e "$0.enough" ]; do sleep 0.1; done'
    ) as counter:
        (session,) = pharmacy.run("session", "list")["sessions"]
        installed.tell("rate", "150")
        journal = pharmacy.settings.data_dir / "store.journal"
        written = journal.stat().st_mtime_ns
        counter.wait_until(lambda: journal.stat().st_mtime_ns > written)
        counter.settle(1.2)
        (still,) = pharmacy.run("session", "list")["sessions"]
        assert still["id"] == session["id"]
        assert still["last_seen"] > session["last_seen"]
        (pharmacy.folder / "desk.sh.enough").touch()
        counter.back("The program has ended")


def test_a_session_that_cannot_be_looked_up_does_not_stand(altered: Altered) -> None:
    """GEN-02, K20: a fault of the desk's own ends the program, is noted, and shows nothing of itself."""
    pharmacy, installed = altered("broken store")
    with Handed(pharmacy, ENDLESS) as counter:
        installed.tell("broken")
        counter.wait_for(lambda text: "connection to this terminal was lost" in text, 5)
        assert b"Hunter2" not in counter.raw
    records = pharmacy.run("audit", "show")["records"]
    (fault,) = [each for each in records if each.get("reason") == "fault"]
    assert "RuntimeError at alterations.py:" in str(fault)
    assert "Hunter2" not in str(records)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_and_the_session(
    pharmacy: Pharmacy, number: signal.Signals
) -> None:
    """SES-14, K46: the terminal is given back as it was found, bare."""
    with Handed(pharmacy, ENDLESS) as counter:
        counter.kill(number)
        assert counter.wait_exit() == 75
        assert counter.attributes == counter.attributes_before
        assert "a patient" not in counter.screen_text
        assert not is_running(int(pharmacy.noted("pid")))
        assert counter.ended == ("session_expired", "lost")


def test_a_program_that_prints_without_end_to_nobody_is_ended_all_the_same(
    altered: Altered,
) -> None:
    """K49: the terminal takes nothing any more, and the session's time is up."""
    pharmacy, installed = altered("passing time")
    printing = 'echo $$ > "$0.pid"; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done'
    with Handed(pharmacy, printing, "xxx") as counter:
        installed.tell("passed", "28800")
        log = pharmacy.settings.data_dir / "audit.jsonl"
        while b'"overall"' not in log.read_bytes():
            # Not `wait_until`, which would read what the terminal shows.
            assert counter.running
        assert not is_running(int(pharmacy.noted("pid")))


def test_keys_that_a_program_does_not_read_wait_outside(pharmacy: Pharmacy) -> None:
    """K43: nothing piles up in this process, and what was typed is not typed into `Sign in`."""
    script = 'stty raw -echo; echo at work; while [ ! -e "$0.enough" ]; do sleep 0.1; done'
    with Handed(pharmacy, script) as counter:
        counter.send("x" * 3000).settle(0.1)
        before = counter.resident_kib()
        (pharmacy.folder / "desk.sh.enough").touch()
        counter.back("The program has ended")
        assert "xx" not in counter.screen_text
        assert before < 64 * 1024
