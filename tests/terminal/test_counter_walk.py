"""An administrator and a dispenser, each at the real program in a terminal of their own, from the first slip to the second phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.terminal.administrator import Administrator
from tests.terminal.counter import EMAIL, Counter, oathtool, run

ADMIN_PASSWORD = "glimmer otter saddle"
PASSWORD = "copper lantern wednesday"
NEW_PASSWORD = "velvet harbour nineteen"
DEE = "dee@example.net"


@pytest.fixture
def slip(tmp_path: Path) -> str:
    """Set a site up and return its first administrator's activation code."""
    site = ("--site-code", "FZ101", "--site-name", "Abbey")
    return str(
        run(tmp_path, "init", *site, "--admin-name", "Ann", "--admin-email", EMAIL)[
            "activation_code"
        ]
    )


def test_from_the_first_slip_to_the_second_phone_and_a_new_password(
    tmp_path: Path, slip: str
) -> None:
    """ENR-07, REC-01, SES-08, rules 17, 20, 25, 26: two real programs; a reset reaches the idle one within five seconds."""
    paper = tmp_path / "paper"
    config = tmp_path / "config.toml"
    printer = ["/bin/sh", "-c", 'umask 077; exec cat > "$0"', str(paper)]
    config.write_text(f"[printing]\ncommand = {json.dumps(printer)}\n", encoding="utf-8")
    config.chmod(0o600)
    here = ("--config", str(config))
    with Administrator(tmp_path, *here) as ann, Counter(tmp_path, email=DEE) as dee:
        ann.enrol(slip, ADMIN_PASSWORD)
        ann.wait_for("This is your first sign-in")
        ann.fill_in("Dee Dispenser", DEE, "d", "dispenser")
        ann.wait_for("It is on paper").settle(0.4).press("f9").wait_until(paper.exists).settle(0.4)
        code = ann.slip()
        assert code in paper.read_text(encoding="utf-8")
        dee.enrol(code, PASSWORD)
        dee.wait_for("Staff at Abbey").press("f12").wait_for("You have signed out")
        dee.sign_in(PASSWORD)
        dee.type_code(dee.code())
        dee.wait_for("You signed in last on")

        lost = dee.secret
        ann.open("Dee Dispenser", DEE)
        code = ann.reset("Reset MFA QR code", "lost the phone")
        dee.wait_for("Your account was changed", 5)
        dee.sign_in(PASSWORD)
        dee.wait_for("Your authenticator was reset").settle(0.4).send(code).press("enter")
        dee.pair()
        dee.wait_for("By Ann").settle(0.4).press("enter").wait_for("Staff at Abbey")
        dee.press("f12").wait_for("You have signed out")
        dee.sign_in(PASSWORD)
        dee.type_code(oathtool(lost))
        dee.wait_for("Delete the old entry").settle(0.4)
        assert dee.entry == f"PharmOutcomes:{DEE}~2"

        dee.press("escape").wait_for("Your own e-mail and password")
        code = ann.reset("Reset password", "forgot it")
        dee.sign_in(PASSWORD)
        dee.wait_for("That did not match").settle(0.4).send(code).press("enter")
        dee.type_code(dee.code())
        dee.choose_password(NEW_PASSWORD)
        dee.wait_for("By Ann").settle(0.4).press("enter").wait_for("Staff at Abbey")
    assert run(tmp_path, "audit", "verify")["ok"] is True


def test_the_same_by_the_command_line_at_the_helpdesk(tmp_path: Path, slip: str) -> None:
    """Rules 17, 20, 21: reset at a shell, paired anew at the counter, the old entry refused by name of the day."""
    del slip
    job = ("--site", "FZ101", "--role", "staff", "--job", "dispenser")
    seen = ("--identity", "in-person", "--reason", "lost the phone", "--ticket", "T1")
    issued = run(tmp_path, "person", "add", "--email", DEE, "--name", "Dee Dispenser", *job)
    with Counter(tmp_path, email=DEE) as dee:
        dee.enrol(issued["activation_code"], PASSWORD)
        dee.wait_for("Staff at Abbey")
        lost = dee.secret
        issued = run(tmp_path, "person", "reset-mfa", DEE, *seen)
        dee.wait_for("Your account was changed", 5)
        dee.sign_in(PASSWORD)
        dee.wait_for("Your authenticator was reset").settle(0.4)
        dee.send(issued["activation_code"]).press("enter")
        dee.pair()
        dee.wait_for("By the helpdesk").settle(0.4).press("enter").wait_for("Staff at Abbey")
        issued = run(tmp_path, "person", "reset-password", DEE, *seen)
        dee.wait_for("Your account was changed", 5)
        dee.sign_in(issued["activation_code"])
        dee.type_code(oathtool(lost))
        dee.wait_for("Delete the old entry").settle(0.4).send(dee.code()).press("enter")
        dee.choose_password(NEW_PASSWORD)
        dee.wait_for("By the helpdesk").settle(0.4).press("enter").wait_for("Staff at Abbey")
