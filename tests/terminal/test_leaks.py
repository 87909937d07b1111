"""What must not be seen, on the screen or from beside the process: secrets, values, pages of somebody who has gone."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.terminal.conftest import Altered
from tests.terminal.pharmacy import LEAVES_ALTERNATE, Counter, Pharmacy
from tests.terminal.pty_driver import Program

PASSWORD = "Zq7-Hunter2-pw"
HOSTILE_NAME = "[@click=app.leave]Bob[/] \x1b]52;c;ZXZpbA==\x07 \x9b2J \x0e \u202egnp [/"
SHOWN_NAME = "[@click=app.leave]Bob[/] �]52;c;ZXZpbA==� �2J � �gnp [/"


@pytest.mark.parametrize("fault", ["fault in handler", "fault beside screen"])
def test_a_crash_shows_one_sentence_and_no_value(altered: Altered, fault: str) -> None:
    """K20, K59, GEN-01, STO-12, T22, T24: a number to quote, recorded with its place."""
    pharmacy, _ = altered(fault)
    with Counter(pharmacy) as counter:
        counter.ready().send(f"anna@example.org\t{PASSWORD}\r")

        assert counter.wait_exit() == 70
        counter.left_clean()
        assert PASSWORD.encode() not in counter.raw
        sentence = counter.screen_text.replace("\n", "")
    incident = re.search(r"\(incident ([0-9A-Z]{4}-[0-9A-Z]{4})\)", sentence)
    assert incident
    assert sentence.count("pomfa-tui stopped because of a fault of its own") == 1
    (recorded,) = [
        each for each in pharmacy.run("audit", "show")["records"] if each.get("reason") == "fault"
    ]
    assert incident.group(1) in str(recorded)
    assert "RuntimeError at alterations.py:" in str(recorded)
    for file in pharmacy.settings.data_dir.iterdir():
        assert PASSWORD.encode() not in file.read_bytes()


def test_failures_that_nobody_asks_for_print_a_place_and_no_value(altered: Altered) -> None:
    """K36: in a task, a thread and a finaliser, when the screens have gone and standard error is the terminal."""
    pharmacy, _ = altered("forgotten")
    with Counter(pharmacy) as counter:
        counter.ready().press("tab").send(PASSWORD).wait_for("•" * len(PASSWORD))
        counter.press("escape").wait_for("again to close").press("escape")

        assert counter.wait_exit() == 0
        assert PASSWORD.encode() not in counter.raw
        assert b"never retrieved" not in counter.raw
        assert counter.raw.count(b"pomfa-tui: a fault (ValueError at alterations.py:") == 3
        assert b"all three" in counter.raw
        counter.left_clean()


def test_a_stored_name_cannot_speak_to_the_terminal(pharmacy: Pharmacy) -> None:
    """K07, K25, K40, GEN-05: neither markup nor escape sequences, on one's own Home and among the people of an administrator."""
    pharmacy.member("bob@example.org", name=HOSTILE_NAME)
    kim = pharmacy.member("kim@example.org", role="admin", name=HOSTILE_NAME)
    with Counter(pharmacy) as counter:
        counter.sign_in(kim, "People")
        assert SHOWN_NAME in counter.settle(0.4).screen_text
        counter.press("enter").wait_for("bob@example.org").settle()
        assert "[@click=app" in counter.screen_text
        counter.answers()
        for raw in (b"\x1b]52", b"\xc2\x9b", b"\x0e", "\u202e".encode()):
            assert raw not in counter.raw


def test_the_rest_of_a_password_does_not_land_in_the_next_screen(altered: Altered) -> None:
    """K26: what is typed after Enter, and within a moment of the next screen, goes nowhere."""
    pharmacy, _ = altered("long deafness")
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.ready().send(f"{jo.email}\t{jo.password}\r12")
        counter.wait_for("Authentication code").send("34").paste("56").settle()

        assert "║ " in counter.screen_text
        for digits in ("12", "34", "56"):
            assert f"║ {digits}" not in counter.screen_text


def test_typing_name_tab_password_in_one_go_keeps_the_password_covered(pharmacy: Pharmacy) -> None:
    """PWD-13, ACC-03: password managers type faster than Textual moves the focus."""
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        for _ in range(2):
            counter.ready().send(f"{jo.email}\t{jo.password}\r").wait_for("Authentication code")
            assert jo.password.split()[0].encode() not in counter.raw
            counter.settle(0.4).press("escape")


def test_the_password_is_masked_until_asked(pharmacy: Pharmacy) -> None:
    """PWD-13, ACC-04: F3 shows it, leaving the field hides it."""
    with Counter(pharmacy) as counter:
        counter.ready().press("tab").send(PASSWORD).wait_for("•" * len(PASSWORD))
        counter.press("f3").wait_for(PASSWORD)
        counter.press("tab").wait_for("F3 Hide")
        counter.press("tab").wait_for("•" * len(PASSWORD))

        assert PASSWORD not in counter.screen_text


def test_the_process_cannot_be_looked_into(pharmacy: Pharmacy) -> None:
    """K30, K32, STO-12: no core file, nothing in arguments or variables, no rights to be gained."""
    with Counter(pharmacy) as counter:
        counter.ready().press("tab").send(PASSWORD).wait_for("•" * len(PASSWORD))
        proc = Path(f"/proc/{counter.process.pid}")

        limits = (proc / "limits").read_text(encoding="ascii")
        assert re.search(r"Max core file size\s+0\s+0", limits)
        assert PASSWORD not in (proc / "cmdline").read_text(encoding="utf-8")
        assert PASSWORD.encode() not in (proc / "environ").read_bytes()
        assert "Umask:\t0077" in (proc / "status").read_text(encoding="ascii")
        assert "NoNewPrivs:\t1" in (proc / "status").read_text(encoding="ascii")


LIKE_AN_ACCOUNT = [
    "setpriv",
    "--bounding-set=-all,+dac_override,+dac_read_search",
    "--inh-caps=-all",
]
"""What an account of its own has by itself: root looks into everything, unless it gives that right up."""


def test_not_even_its_own_account_looks_into_the_process(pharmacy: Pharmacy) -> None:
    """K31, STO-12: neither its memory nor its variables, which any other program of the account gives away."""
    rights = LIKE_AN_ACCOUNT if os.geteuid() == 0 else []
    with (
        Program([*rights, *pharmacy.command, "run"]) as desk,
        Program([*rights, "sleep", "60"]) as other,
    ):
        desk.wait_for("Contact us")
        other.wait_until(lambda: b"sleep" in cmdline(other))
        for program, may in ((other, True), (desk, False)):
            for name in ("environ", "maps"):
                command = [*rights, "cat", f"/proc/{program.process.pid}/{name}"]
                looked = subprocess.run(command, capture_output=True, check=False)
                assert (looked.returncode == 0) is may, looked.stderr


def cmdline(program: Program) -> bytes:
    """Return what a process was started with."""
    return Path(f"/proc/{program.process.pid}/cmdline").read_bytes().split(b"\0")[0]


def test_nothing_of_a_page_stays_after_the_end(pharmacy: Pharmacy) -> None:
    """K29, SES-16: not even where the terminal has no second page."""
    jo = pharmacy.member()
    with Counter(pharmacy) as counter:
        counter.sign_in(jo)
        counter.terminate()
        counter.wait_exit()

        tail = bytes(counter.raw[counter.raw.rindex(b"My account") :])
    assert b"\x1b[2J" in tail
    assert tail.index(b"\x1b[2J") < tail.index(LEAVES_ALTERNATE)
