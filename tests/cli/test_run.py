"""`run`, which is also what happens without a command: checked first, quick to the first frame, then the interface."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.cli.interface import DeskOnDemand, SessionKeeper, build_app
from pomfa_tui.domain.errors import SessionEnded
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.sessions import Session, SessionEnd, SessionToken
from pomfa_tui.host import this_place
from pomfa_tui.services.access import HostCaller
from pomfa_tui.settings import Settings, Terminal
from tests.cli.conftest import CommandLine
from tests.terminal.pty_driver import Program

RUNS = [(), ("run",), ("run", "--kiosk"), ("run", "--site", "FZ101")]


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_settings_come_first_then_places_then_the_terminal(
    shop: CommandLine, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """K50: without a terminal there is no interface, not even an invisible one."""
    config = tmp_path / "config.toml"
    config.write_text("bogus = 1\n", encoding="ascii")
    shop.data.chmod(0o755)
    wrong = shop.run("--config", str(config), *arguments)
    assert (wrong.status, wrong.out) == (2, "")
    assert "bogus" in wrong.err
    unsafe = shop.run(*arguments)
    assert (unsafe.status, unsafe.out) == (7, "")
    assert "chmod 700" in unsafe.err
    shop.data.chmod(0o700)
    blind = shop.program(*arguments)
    assert (blind.status, blind.out) == (2, "")
    assert "needs a terminal" in blind.err
    assert blind.err.count("\n") == 1


def test_a_site_that_cannot_be_one_is_refused(shop: CommandLine) -> None:
    answer = shop.run("run", "--site", "FFFFF")
    assert (answer.status, answer.out) == (1, "")
    assert "national locum code" in answer.err


def test_what_sshd_asks_of_a_login_shell_is_refused(shop: CommandLine) -> None:
    """K13: `-c` means nothing here, whatever follows."""
    for asked in ("id", "sh -i", "person list", "/usr/lib/openssh/sftp-server", ""):
        answer = shop.program("-c", asked)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.count("\n") == 1


def start(line: CommandLine, *arguments: str) -> Program:
    """Start the real program in a terminal."""
    return Program(
        [os.fsdecode(each) for each in line.command(*arguments)],
        environment={"PATH": os.environ["PATH"]},
    )


@pytest.mark.parametrize("arguments", [(), ("run", "--kiosk")], ids=" ".join)
def test_the_interface_opens_on_a_terminal(shop: CommandLine, arguments: tuple[str, ...]) -> None:
    with start(shop, *arguments) as program:
        program.wait_for("E-mail").wait_for("Password").settle()
        assert program.line(0).strip().startswith("Sign in")
        program.press("f1").wait_for("Search").settle().press("escape").wait_gone("Search").settle()
        program.press("f2").wait_for("0345 450 6279")
        program.terminate()
        assert program.wait_exit() == 75


def test_an_empty_store_is_set_up_on_the_screen(line: CommandLine) -> None:
    with start(line) as program:
        program.wait_for("Set up this terminal")
        program.terminate()
        assert program.wait_exit() == 75


def test_a_store_that_cannot_be_read_is_told_after_the_terminal_is_given_back(
    shop: CommandLine,
) -> None:
    (shop.data / "store.json").write_bytes(b"\xff" * 50)
    with start(shop) as program:
        assert program.wait_exit() == 6
        told = program.screen_text.replace("\n", "")
        assert "store.json is damaged" in told
        assert "Traceback" not in told


def test_the_first_screen_is_built_before_anything_heavy_is_loaded(shop: CommandLine) -> None:
    """Start-up: cryptography, hashing and the store load beside the first frame."""
    source = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pomfa_tui.cli.interface import DeskOnDemand, build_app\n"
        "from pomfa_tui.settings import Settings\n"
        "settings = Settings(data_dir=Path(sys.argv[1]), key_file=Path(sys.argv[2]))\n"
        "app = build_app(settings, DeskOnDemand(settings, {}), {}, kiosk=False)\n"
        "app.get_default_screen()\n"
        "heavy = {'argon2', 'cryptography', 'tinydb', 'zxcvbn', 'segno', 'pyotp', 'email_validator'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source, str(shop.data), str(shop.key)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


# -- What joins app and services ------------------------------------------------------------------------------------


@pytest.fixture
def settings(shop: CommandLine) -> Settings:
    """Return settings for a store that has been set up."""
    return Settings(data_dir=shop.data, key_file=shop.key, terminal=Terminal(theme="high-contrast"))


def test_the_services_are_opened_once_and_only_when_they_are_asked_for(settings: Settings) -> None:
    desk = DeskOnDemand(settings, {})
    desk.record_fault("0000-0000", "nowhere")
    desk.close()
    first = desk.open()
    assert desk.open() is first
    desk.close()


def test_services_that_could_not_be_had_are_asked_for_again(settings: Settings) -> None:
    desk = DeskOnDemand(settings, {})
    key = settings.key_file.read_bytes()
    settings.key_file.unlink()
    for _ in range(2):
        with pytest.raises(Exception, match="no key file"):
            desk.open()
    settings.key_file.write_bytes(key)
    settings.key_file.chmod(0o600)
    assert not desk.open().setup.needed()
    desk.close()


def test_a_fault_of_the_interface_is_recorded(settings: Settings, shop: CommandLine) -> None:
    """GEN-01."""
    desk = DeskOnDemand(settings, {})
    desk.open()
    desk.record_fault("7K3Q-M0ZD", "ValueError at home.py:3")
    desk.close()
    (record,) = shop.json("audit", "show", "--event", "sys_crash")["records"]
    assert record["detail"] == {"incident": "7K3Q-M0ZD", "place": "ValueError at home.py:3"}
    assert (record["actor"], record["severity"]) == ("program", "critical")


def test_a_session_is_kept_by_the_services(settings: Settings) -> None:
    desk = DeskOnDemand(settings, {})
    keeper = SessionKeeper(desk.open, Numbers())
    before = keeper.changes()
    token = SessionToken.new()
    for ask in (keeper.check, keeper.touch):
        with pytest.raises(SessionEnded):
            ask(token)
    keeper.sign_out(token, SessionEnd.SIGN_OUT)
    desk.open().sites.add(HostCaller("root"), code="FZ102", name="Harbour Pharmacy")
    assert keeper.changes() > before
    assert keeper.limits.idle == 300
    desk.close()


async def test_the_app_is_built_as_the_settings_say(settings: Settings) -> None:
    desk = DeskOnDemand(settings, {})
    app = build_app(settings, desk, {"TERM": "xterm", "LANG": "C.UTF-8"}, kiosk=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "high-contrast"
        assert app.kiosk
        assert app.screen.TITLE == "Sign in"
    desk.close()


def test_a_session_that_a_killed_terminal_left_is_ended_at_the_next_start(
    settings: Settings, shop: CommandLine
) -> None:
    """SES-14: kill -9 leaves a record behind; nobody can use it, and the next start closes it and says so in the log."""
    opened = open_desk(settings, this_place({}))
    left = Session(
        id="0" * 32,
        person=shop.json("person", "list")["people"][0]["id"],
        site="FZ101",
        terminal="tty1",
        boot="an earlier boot",
        pid=1,
        started=int(time.time()),
        last_seen=int(time.time()),
        proven_at=int(time.time()),
    )
    with opened.store.transaction() as tx:
        tx.sessions.put(left)
    opened.close()

    desk = DeskOnDemand(settings, {})
    desk.open()
    desk.close()

    assert shop.json("session", "list")["sessions"] == []
    (record,) = shop.json("audit", "show", "--event", "session_expired")["records"]
    assert (record["reason"], record["session"]) == ("lost", left.id)
