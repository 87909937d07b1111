"""The main path through the real program in a real terminal of 80x24, by keyboard alone.

Nothing here knows a secret but what a phone would: the QR code is read off the screen's cells, codes come from oathtool.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.qr_reader import cells_of_pyte, read
from tests.terminal.pty_driver import Program

PASSWORD = "glimmer otter saddle"
OTHER_PASSWORD = "copper lantern wednesday"
EMAIL = "ann.abbey@example.org"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
PERIOD = 30


def pomfa(folder: Path) -> list[str]:
    """Return the command with its places below `folder`."""
    places = ["--data", str(folder / "data"), "--key-file", str(folder / "keys" / "master.key")]
    return [sys.executable, "-m", "pomfa_tui", *places]


class Counter(Program):
    """Somebody at the counter with a phone."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__([*pomfa(folder), *options])
        self.secret = ""
        self.entry = ""
        self.used: set[str] = set()

    def scan(self) -> None:
        """Read the QR code off the screen, as a camera would."""
        self.wait_for("Type the six digits").settle()
        uri = read(cells_of_pyte(self.screen))
        assert uri is not None
        parts = urlsplit(uri)
        self.secret = parse_qs(parts.query)["secret"][0]
        self.entry = unquote(parts.path.removeprefix("/"))

    def code(self) -> str:
        """Return a code that has not been typed yet, by oathtool."""
        for ahead in range(2):
            moment = f"@{int(time.time()) + ahead * PERIOD}"
            shown = subprocess.run(
                ["oathtool", "--totp", "--base32", "--now", moment, self.secret],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            if shown not in self.used:
                self.used.add(shown)
                return shown
        pytest.fail("both codes of the window have been used")

    def type_into_fields(self, values: Sequence[str]) -> None:
        """Fill in one field after the other."""
        for number, value in enumerate(values):
            if number:
                self.press("tab")
            self.send(value)

    def pair(self) -> None:
        """Scan, type the first code and confirm the recovery codes."""
        self.scan()
        self.settle(0.4).send(self.code()).press("enter")
        self.wait_for("I have written these down").settle(0.4)
        self.press("space").wait_for("[x] I have written").press("tab", "enter")

    def sign_in(self, password: str) -> None:
        """Type e-mail and password."""
        self.wait_for("Your own e-mail and password").settle(0.4)
        self.type_into_fields([EMAIL, password])
        self.press("enter")


def run(folder: Path, *arguments: str) -> dict[str, object]:
    """Run a command with --json and return its answer."""
    done = subprocess.run(
        [*pomfa(folder), *arguments, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_pharmacy_is_set_up_paired_and_signed_in_by_keyboard_alone(tmp_path: Path) -> None:
    """TOTP-01, ENR-01, ENR-03: from an empty folder to Home, signed out, in again with the next code, the used one refused."""
    with Counter(tmp_path) as counter:
        counter.wait_for("Set up this terminal").settle(0.4)
        counter.type_into_fields(
            ["fz101", "Abbey [@click=app.quit]x[/]", "Ann bob[/x]", EMAIL, PASSWORD]
        )
        counter.wait_for("This password can").press("enter")
        counter.pair()
        assert counter.entry == f"PharmOutcomes:{EMAIL}~1"
        counter.wait_for("Add a second administrator").settle(0.4).press("escape")
        counter.wait_for("Administrator at Abbey [@click=app.quit]x[/] (FZ101)")
        counter.press("f12").wait_for("You have signed out")
        counter.sign_in(PASSWORD)
        counter.wait_for("Authentication code").settle(0.4)
        counter.send(next(iter(counter.used))).press("enter").wait_for("has been used already")
        counter.send(counter.code()).press("enter").wait_for("You signed in last on")
    assert run(tmp_path, "audit", "verify")["ok"] is True


def test_an_activation_code_from_the_command_line_leads_to_home_in_one_flow(tmp_path: Path) -> None:
    """ENR-07, PWD-17: init prints a code; typed as password it leads over a new password and pairing to Home."""
    issued = str(
        run(
            tmp_path,
            "init",
            "--site-code",
            "FZ101",
            "--site-name",
            "Abbey",
            "--admin-name",
            "Ann",
            "--admin-email",
            EMAIL,
        )["activation_code"]
    )
    assert CODE.fullmatch(issued)
    with Counter(tmp_path) as counter:
        counter.sign_in(issued.lower())
        counter.wait_for("Choose a new password").settle(0.4)
        counter.type_into_fields([OTHER_PASSWORD, OTHER_PASSWORD])
        counter.wait_for("This password can").press("enter")
        counter.pair()
        counter.wait_for("This is your first sign-in")
    person = run(tmp_path, "person", "show", EMAIL)["person"]
    assert isinstance(person, dict)
    assert (person["state"], person["mfa"]) == ("active", "active")


def test_leaving_in_the_middle_of_set_up_leaves_nothing_behind(tmp_path: Path) -> None:
    """ENR-06, STO-09: killed at the QR code, the next start begins at the beginning with another code."""
    secrets = []
    for _ in range(2):
        with Counter(tmp_path) as counter:
            counter.wait_for("Set up this terminal").settle(0.4)
            counter.type_into_fields(["fz101", "Abbey", "Ann", EMAIL, PASSWORD])
            counter.wait_for("This password can").press("enter")
            counter.scan()
            secrets.append(counter.secret)
            counter.kill(9)
    assert len(set(secrets)) == 2
    done = subprocess.run(
        [*pomfa(tmp_path), "person", "list", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 5
    assert "not been set up" in json.loads(done.stdout)["error"]["message"]


def test_what_was_typed_is_nowhere_on_the_terminal_after_the_program_ends(tmp_path: Path) -> None:
    """SES-16, A40: no QR block, no key, no recovery code and no password in what stays on the screen."""
    with Counter(tmp_path) as counter:
        counter.wait_for("Set up this terminal").settle(0.4)
        counter.type_into_fields(["fz101", "Abbey", "Ann", EMAIL, PASSWORD])
        counter.wait_for("This password can").press("enter")
        counter.scan()
        counter.terminate().wait_exit()
        left = counter.screen_text
        assert PASSWORD.encode() not in counter.raw
    assert not any(block in left for block in "█▀▄")
    assert EMAIL not in left
    assert not os.path.lexists(tmp_path / "data" / "store.json")
