"""What is handed out for the host fits the program."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from pomfa_tui import login_shell
from pomfa_tui.services.terminals import Bearer
from pomfa_tui.terminal.statuses import LINE_LOST

DEPLOY = Path(__file__).parent.parent / "docs" / "deploy"
UNIT = DEPLOY / "pomfa-tui@.service"

INSTALLED = (
    "apparmor.profile",
    "pomfa-shell",
    "sshd.conf",
    "sudoers",
    "sysusers.conf",
    "tmpfiles.conf",
)


def unit() -> configparser.ConfigParser:
    """Read the unit; of what stands there several times, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


def test_a_lost_line_is_no_failure_and_a_closed_kiosk_stays_closed() -> None:
    """Section 4: the statuses of the unit are those of the program."""
    service = unit()["Service"]
    assert service["SuccessExitStatus"] == str(LINE_LOST)
    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == "0"
    assert service["ExecStart"].endswith(" run --kiosk")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("PrivateNetwork", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("LimitCORE", "0"),
        ("MemorySwapMax", "0"),
        ("UMask", "0077"),
        ("NoNewPrivileges", "yes"),
        ("TTYVHangup", "yes"),
        ("StandardInput", "tty"),
    ],
)
def test_the_unit_takes_away_what_the_desk_does_not_need(option: str, value: str) -> None:
    """STO-01, K29, K30, K33: no network, a read-only system, no swap, no core file, a console of its own."""
    assert unit()["Service"][option] == value


def test_the_other_account_is_told_what_the_program_is_told() -> None:
    """Section 4: sudo would drop the four variables otherwise."""
    kept = re.search(r'env_keep \+= "([^"]+)"', (DEPLOY / "sudoers").read_text(encoding="utf-8"))
    assert kept is not None
    assert kept[1].split() == list(Bearer("", "", "", "").variables)


def test_the_login_shell_is_isolated_and_calls_the_program() -> None:
    """K04, K06: by its first line, before anything else can be read."""
    first, *lines = (DEPLOY / "pomfa-shell").read_text(encoding="utf-8").splitlines()
    assert first.endswith("/python -I")
    assert f"from {login_shell.__name__} import main" in lines
    assert lines[-1] == "main()"


def test_the_guide_names_what_lies_beside_it() -> None:
    """Everything that is to be installed from here has its place said."""
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for path in (UNIT, *(DEPLOY / name for name in INSTALLED)):
        assert path.is_file()
        assert f"]({path.name})" in guide, path.name
