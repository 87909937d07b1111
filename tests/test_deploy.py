"""What is handed out for the host fits the program."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import click
import pytest

from pomfa_tui import login_shell
from pomfa_tui.cli.main import cli
from pomfa_tui.domain.errors import Busy, Unavailable
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


TIMED = {
    "pomfa-tui-backup": "backup",
    "pomfa-tui-forward": "audit forward",
    "pomfa-tui-tidy": "tidy",
}
"""What is run by a timer: the unit and its command."""


def unit(path: Path = UNIT) -> configparser.ConfigParser:
    """Read a unit; of what stands there several times, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
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


@pytest.mark.parametrize(("name", "command"), TIMED.items())
def test_what_a_timer_runs_is_a_command_of_the_program_with_few_rights(
    name: str, command: str
) -> None:
    """AUD-09, BAK-01: as the service account, without a network, with the configuration of the desk and its folders alone."""
    service = unit(DEPLOY / f"{name}.service")["Service"]
    desk = unit()["Service"]
    program, _, _ = desk["ExecStart"].partition(" run ")
    assert f"{program} {command}" in service["ExecStart"]
    found = cli
    for word in command.split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)  # type: ignore[assignment]
    assert isinstance(found, click.Command)
    for option in ("User", "Group", "UMask", "StateDirectory", "StateDirectoryMode"):
        assert service[option] == desk[option], option
    for option in ("PrivateNetwork", "ProtectSystem", "ProtectHome", "NoNewPrivileges"):
        assert service[option] == desk[option], option
    assert service["Type"] == "oneshot"


@pytest.mark.parametrize("name", TIMED)
def test_a_timer_runs_the_unit_of_its_name(name: str) -> None:
    """BAK-01, AUD-09: one without the other does nothing."""
    timer = unit(DEPLOY / f"{name}.timer")
    assert {"OnCalendar", "OnUnitInactiveSec"} & set(timer["Timer"])
    assert "Unit" not in timer["Timer"]
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.parametrize("name", ["pomfa-tui-forward", "pomfa-tui-tidy"])
def test_what_the_next_run_makes_good_is_no_failure_of_the_unit(name: str) -> None:
    """AUD-09, AUD-10: a host's log that does not answer, a busy store: nobody has to be woken."""
    service = unit(DEPLOY / f"{name}.service")["Service"]
    assert service["SuccessExitStatus"] == str(Unavailable.exit_code) == str(Busy.exit_code)


def test_backups_go_where_the_account_may_write() -> None:
    """BAK-02: a folder of its own, private."""
    service = unit(DEPLOY / "pomfa-tui-backup.service")["Service"]
    folder = service["ReadWritePaths"]
    assert f'"{folder}/' in service["ExecStart"]
    lines = (DEPLOY / "tmpfiles.conf").read_text(encoding="utf-8").splitlines()
    assert f"d {folder} 0700 pomfa pomfa -" in lines


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


def test_the_profile_holds_for_what_is_started_and_not_for_a_link() -> None:
    """A virtual environment's interpreter is a link, and a profile by its name would hold for nothing."""
    profile = (DEPLOY / "apparmor.profile").read_text(encoding="utf-8")
    (held,) = re.findall(r"^profile pomfa-tui /\{([^}]+)\} \{$", profile, re.MULTILINE)
    started = unit()["Service"]["ExecStart"].split()[0]
    shell = re.findall(r"ForceCommand (/\S+)", (DEPLOY / "sshd.conf").read_text(encoding="utf-8"))
    assert {f"/{path}" for path in held.split(",")} == {started, *shell}


def test_the_guide_names_what_lies_beside_it() -> None:
    """Everything that is to be installed from here has its place said."""
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    timed = (f"{name}.{ending}" for name in TIMED for ending in ("service", "timer"))
    for path in (UNIT, *(DEPLOY / name for name in (*INSTALLED, *timed))):
        assert path.is_file()
        assert f"]({path.name})" in guide, path.name
