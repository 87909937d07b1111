"""The main path through the real program in a real terminal of 80x24, by keyboard alone.

Nothing here knows a secret but what a phone would: the QR code is read off the screen's cells, codes come from oathtool.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.terminal.counter import CODE, EMAIL, Counter, pomfa, run

PASSWORD = "glimmer otter saddle"
OTHER_PASSWORD = "copper lantern wednesday"


def test_a_pharmacy_is_set_up_paired_and_signed_in_by_keyboard_alone(tmp_path: Path) -> None:
    """TOTP-01, ENR-01, ENR-03, K61: from an empty folder to Home, signed out, in again with the next code, the used one refused."""
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
        counter.enrol(issued.lower(), OTHER_PASSWORD)
        counter.wait_for("This is your first sign-in")
    person = run(tmp_path, "person", "show", EMAIL)["person"]
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
