"""The program that a terminal is for: started after sign-in on a terminal of its own, and ended with everything it has started."""

from __future__ import annotations

import os
import re

import pytest

from tests.members import Member
from tests.terminal.pharmacy import SITE, Counter, Pharmacy
from tests.terminal.processes import is_running

FAST = 5.0
"""Seconds within which an end elsewhere reaches a terminal (rule 26)."""


@pytest.fixture
def jo(pharmacy: Pharmacy) -> Member:
    return pharmacy.member()


def open_program(counter: Counter, member: Member, until: str = "here") -> None:
    """Sign in and choose the program, which is first in the list."""
    counter.sign_in(member, "Pharmacy program")
    counter.settle(0.4).press("enter")
    counter.wait_for(lambda text: until in " ".join(text.split()))


def test_the_program_gets_the_terminal_the_person_and_nothing_of_ours(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """STO-12, K09, K32: four variables, no places, no descriptors, every signal as usual, a terminal it controls."""
    pharmacy.hand_over_to(
        'env > "$0.env"; ls -l /proc/$$/fd > "$0.fds"; grep -e Sig -e NoNew /proc/self/status > "$0.signals"; tty > "$0.tty";'
        ' ps -o pid=,pgid=,tpgid=,sid= -p $$ > "$0.job"; stty size; echo "$1 here"; read line; echo "got $line"; read line',
    )
    left_open = os.open(pharmacy.folder / "config.toml", os.O_RDONLY)
    secrets = {
        "TEXTUAL_DEBUG": "1",
        "NO_COLOR": "1",
        "POMFA_DATA_DIR": str(pharmacy.folder / "other"),
        "CREDENTIALS_DIRECTORY": str(pharmacy.folder),
        "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22",
        "LD_BIND_NOW": "1",
        "HOME": "/home/desk",
    }
    with Counter(pharmacy, "--kiosk", "--site", SITE, environment=secrets) as counter:
        open_program(counter, jo, "an argument here")
        assert "24 80" in counter.screen_text
        counter.resize(100, 30).send("typed\r").wait_for("got typed")
        counter.press("enter").wait_for("The program has ended").settle()
        assert "got typed" not in counter.screen_text
    os.close(left_open)
    found = pharmacy.noted("env").splitlines()
    variables = dict(line.split("=", 1) for line in found if "=" in line)
    for its_own in ("PWD", "OLDPWD", "_", "SHLVL"):
        variables.pop(its_own, None)
    assert variables == {
        "POMFA_PERSON": jo.id,
        "POMFA_NAME": "Jo Hill",
        "POMFA_SITE": SITE,
        "POMFA_ROLE": "staff",
        "HOME": "/home/desk",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "NO_COLOR": "1",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    descriptors = pharmacy.noted("fds")
    assert str(pharmacy.folder / "data") not in descriptors
    assert "keys" not in descriptors
    signals = pharmacy.noted("signals")
    # Beyond 31 are those that the C library keeps for itself.
    for kind in ("SigIgn", "SigBlk"):
        (mask,) = re.findall(rf"{kind}:\t([0-9a-f]+)", signals)
        assert int(mask, 16) % 2**31 == 0
    # A program that goes through sudo could not otherwise.
    assert "NoNewPrivs:\t0" in signals
    terminal = pharmacy.noted("tty")
    assert terminal.startswith("/dev/pts/")
    assert terminal != counter.terminal
    pid, group, foreground, session = pharmacy.noted("job").split()
    assert pid == group == foreground == session


@pytest.mark.parametrize(
    ("command", "sentence"),
    [("/nowhere/desk", "is not there"), ("/etc/passwd", "may not be started by this account")],
)
def test_a_program_that_cannot_be_started_leaves_people_at_home_and_says_why(
    pharmacy: Pharmacy, jo: Member, command: str, sentence: str
) -> None:
    """Section 4: nobody is signed out for nothing."""
    pharmacy.configure(f'[handover]\ncommand = ["{command}"]')
    with Counter(pharmacy) as counter:
        open_program(counter, jo, sentence)
        assert counter.line(0).startswith(" Home")


def test_a_program_that_fails_while_it_is_started_gives_the_terminal_back(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """K54: the screens have ended by then; the next ones take keys, and what is typed is not echoed twice."""
    path = pharmacy.folder / "desk.sh"
    path.write_text("#!/nowhere/sh\n", encoding="utf-8")
    path.chmod(0o700)
    pharmacy.configure(f'[handover]\ncommand = ["{path}"]')
    with Counter(pharmacy) as counter:
        open_program(counter, jo, "is not there")
        counter.wait_for("Your own e-mail and password").settle(0.4)
        counter.send("typed\t" + "secret").wait_for("•" * len("secret")).settle()
        assert "secret" not in counter.screen_text
        assert counter.screen_text.count("typed") == 1
        counter.terminate()
        assert counter.wait_exit() == 75
        assert counter.attributes == counter.attributes_before
    assert pharmacy.events(jo)[-1] == ("session_logout", "sign_out")


def test_a_program_that_makes_a_mess_and_leaves_jobs_behind_harms_nobody_after_it(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """K09, K29: the next person finds a bare `Sign in`, a terminal as it was, and nobody else listening."""
    pharmacy.hand_over_to(
        "trap '' HUP TERM; stty raw -echo; setsid sh -c 'echo $$ > \"$0\"; exec sleep 300' \"$0.cut\" &\n"
        r"""printf '\033[?1049h\033[?1003h\033[?25l\033(0\016\033[5;10r\033[?6h\033[8ma patient\033]0;half'"""
        '\nwhile [ ! -s "$0.cut" ]; do sleep 0.02; done; exit 3',
    )
    with Counter(pharmacy, "--kiosk") as counter:
        open_program(counter, jo, "(status 3)")
        counter.settle()
        assert counter.line(0).startswith(" Sign in")
        assert counter.line(-1).startswith("  F1")
        assert "a patient" not in counter.screen_text
        assert b"\x1b[3J" in counter.raw[counter.raw.rindex(b"a patient") :]
        assert not is_running(int(pharmacy.noted("cut")))
        counter.send("typed").wait_for("typed").terminate()
        assert counter.wait_exit() == 75
        assert counter.attributes == counter.attributes_before
    assert pharmacy.events(jo)[-1] == ("session_logout", "sign_out")


STUBBORN = """trap '' HUP TERM INT; echo $$ > "$0.pid"; (trap '' HUP TERM; echo child > /dev/null; while :; do sleep 0.2; done) &
echo $! > "$0.child"; echo a patient here; while :; do sleep 0.2; done"""


def test_an_end_elsewhere_ends_a_program_that_does_not_listen_within_five_seconds(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """Rule 26, SES-08: by a second real process; asked, then killed, and everything it started."""
    pharmacy.hand_over_to(STUBBORN)
    with Counter(pharmacy, "--kiosk") as counter:
        open_program(counter, jo)
        (session,) = pharmacy.run("session", "list")["sessions"]
        pharmacy.run("session", "end", session["id"])
        counter.wait_gone("a patient", FAST)
        counter.wait_for("ended from elsewhere", FAST).settle()
        assert not is_running(int(pharmacy.noted("pid")))
        assert not is_running(int(pharmacy.noted("child")))
    assert pharmacy.events(jo)[-1] == ("session_expired", "ended_by_other")


def test_a_line_that_is_cut_ends_the_program_and_the_session(
    pharmacy: Pharmacy, jo: Member
) -> None:
    """SES-14, K45: the terminal closes without a word."""
    pharmacy.hand_over_to(STUBBORN)
    with Counter(pharmacy) as counter:
        open_program(counter, jo)
        counter.hang_up()
        assert counter.process.wait(timeout=10) == 75
    assert not is_running(int(pharmacy.noted("pid")))
    assert pharmacy.events(jo)[-1] == ("session_expired", "lost")
