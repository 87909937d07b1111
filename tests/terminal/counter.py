"""Somebody at the counter with a phone, in front of the real program in a real terminal of 80x24.

Nothing here knows a secret but what a phone would: the QR code is read off the screen's cells, codes come from oathtool.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.qr_reader import cells_of_pyte, read
from tests.terminal.pty_driver import Program

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
"""An activation code."""

PERIOD = 30
KEY_LINES = 2
EMAIL = "ann.abbey@example.org"


def pomfa(folder: Path) -> list[str]:
    """Return the command with its places below `folder`."""
    places = ["--data", str(folder / "data"), "--key-file", str(folder / "keys" / "master.key")]
    return [sys.executable, "-m", "pomfa_tui", *places]


def oathtool(secret: str, ahead: int = 0) -> str:
    """Return what an authenticator shows whose clock is so many seconds fast."""
    moment = f"@{int(time.time()) + ahead}"
    command = ["oathtool", "--totp", "--base32", "--now", moment, secret]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Counter(Program):
    """Somebody at the counter with a phone.

    Args:
        folder: Where data and key lie.
        options: For the command line.
        email: Whose sign-in it is.
        inside: What starts the program, where it is not started as it is.
        environment: Variables that are not those of a usual terminal.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        email: str = EMAIL,
        inside: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__([*inside, *pomfa(folder), *options], environment=environment)
        self.email = email
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

    def enrol(self, activation_code: str, password: str) -> None:
        """Go from the slip over a password of their own and pairing to Home."""
        self.sign_in(activation_code)
        self.choose_password(password)
        self.pair()

    def choose_password(self, password: str) -> None:
        """Type a new password twice."""
        self.wait_for("Choose a new password").settle(0.4)
        self.type_into_fields([password, password])
        self.wait_for("This password can").press("enter")

    def type_code(self, code: str) -> None:
        """Type a code where one is asked for."""
        self.wait_for("Authentication code").settle(0.4)
        self.send(code).press("enter")

    def go_to(self, entry: str, seen: str) -> None:
        """Choose an entry of a list by the arrows."""
        self.settle(0.4)
        for _ in range(20):
            if f"> {entry}" in self.screen_text:
                self.press("enter").wait_for(seen).settle(0.4)
                return
            self.press("down").settle(0.1)
        pytest.fail(f"there is no {entry}:\n{self.screen_text}")

    def code(self) -> str:
        """Return a code that has not been typed yet, by oathtool."""
        for ahead in range(2):
            shown = oathtool(self.secret, ahead * PERIOD)
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
        self.type_into_fields([self.email, password])
        self.press("enter")


def setup_key(program: Program) -> str:
    """Return the setup key on the screen, as somebody types it who cannot scan: groups of four, on two lines."""
    halves = re.findall(r"\b(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}\b", program.screen_text)
    assert len(halves) == KEY_LINES, program.screen_text
    return "".join(halves).replace(" ", "")


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run a command with --json and return its answer."""
    done = subprocess.run(
        [*pomfa(folder), *arguments, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
