"""`demo`: a newcomer signs in within a minute, nothing is left behind, and a normal run knows nothing of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui.cli.call import Call
from pomfa_tui.cli.demo import demo_settings, prepare
from pomfa_tui.cli.demonstration.app import DemoApp, DemoPeopleScreen
from pomfa_tui.cli.demonstration.build import LASTED
from pomfa_tui.cli.demonstration.cast import FIRST, OTHERS, Player, seconds_left
from pomfa_tui.cli.demonstration.folder import remove_stale, throw_away_folder
from pomfa_tui.cli.demonstration.page import people_page
from pomfa_tui.domain.errors import Unavailable, UnsafeEnvironment
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.passwords import PasswordRules
from pomfa_tui.screens.base import DeskScreen
from tests.cli.conftest import CommandLine
from tests.terminal.pty_driver import Program
from tests.terminal.session_fakes import FakeGuard

GONE = 2**22 + 1
"""A process number that Linux never gives out."""


class Counter(DeskScreen[None]):
    """The screen underneath."""

    TITLE = "Sign in"


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Return a folder for temporary folders."""
    folder = tmp_path / "temporary"
    folder.mkdir(0o700)
    return folder


@pytest.fixture
def demo(temporary: Path) -> CommandLine:
    """Return a command line whose temporary folders can be looked at."""
    nowhere = Path("/nowhere")
    return CommandLine(nowhere / "data", nowhere / "key", {"TMPDIR": str(temporary)})


# -- Who is in it ---------------------------------------------------------------------------------------------------


def test_the_passwords_of_the_invented_people_keep_the_rules() -> None:
    rules = PasswordRules.of(Numbers())
    for part in (FIRST, *OTHERS):
        if part.password is not None:
            words = (
                part.name,
                part.email,
                "High Street Pharmacy",
                "FZ101",
                "Harbour Pharmacy",
                "FZ102",
            )
            assert rules.check(part.password, words) == part.password


def test_everybody_who_is_promised_is_in_it(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    players = prepare(settings, Call({}))
    line = CommandLine(settings.data_dir, settings.key_file)
    people = {person["email"]: person for person in line.json("person", "list")["people"]}
    assert set(people) == {player.part.email for player in players}
    assert all(email.endswith("@example.org") for email in people)
    admins = line.json("person", "list", "--site", "FZ101", "--role", "admin")["people"]
    assert len(admins) == 2
    assert {each["site"] for each in people["jonas@example.org"]["memberships"]} == {
        "FZ101",
        "FZ102",
    }
    assert people["mei@example.org"]["state"] == "invited"
    assert people["sam@example.org"]["role"] == "support"
    waiting = line.json("request", "list")["requests"]
    assert [each["need"] for each in waiting] == ["locum", "link"]
    assert line.json("audit", "verify")["ok"] is True
    assert line.json("session", "list") == {"sessions": []}


def test_every_code_of_now_is_fresh(tmp_path: Path) -> None:
    """The demo's history lies an hour back, so that nobody has to wait for the next code."""
    settings = demo_settings(tmp_path)
    prepare(settings, Call({}))
    line = CommandLine(settings.data_dir, settings.key_file)
    paired = line.json("audit", "show", "--event", "authn_token_created")["records"]
    now = time.time()
    newest = max(time.mktime(time.strptime(each["at"], "%Y-%m-%dT%H:%M:%SZ")) for each in paired)
    assert now - LASTED - 60 < newest - time.timezone < now - 600


def test_the_page_tells_what_to_type_and_for_how_long() -> None:
    player = Player(FIRST, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    newcomer = Player(OTHERS[-1], activation_code="0000-1111-2222-3333")
    page = people_page((player, newcomer), 1_767_600_011)
    assert FIRST.password is not None
    assert f"{FIRST.email}  {FIRST.password}  {player.code(1_767_600_011)}" in page
    assert "0000-1111-2222-3333" in page
    assert "New codes in 19 seconds." in page
    assert max(len(line) for line in page.splitlines()) <= 76
    assert seconds_left(1_767_600_029) == 1
    assert "JBSW" not in repr(player)


def test_the_demo_prints_people_passwords_and_keys_and_leaves_nothing(
    demo: CommandLine, temporary: Path
) -> None:
    answer = demo.run("demo", "--print")
    assert (answer.status, answer.err) == (0, "")
    for part in (FIRST, *OTHERS):
        assert part.email in answer.out
        assert part.password is None or part.password in answer.out
    keys = re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", answer.out)
    assert len(keys) == 5
    assert re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", answer.out)
    assert "F9 shows this page again" in answer.out
    assert list(temporary.iterdir()) == []


def test_a_demo_without_a_terminal_is_refused_at_once(demo: CommandLine, temporary: Path) -> None:
    answer = demo.program("demo")
    assert (answer.status, answer.out) == (2, "")
    assert "needs a terminal" in answer.err
    assert list(temporary.iterdir()) == []


# -- Its folder -----------------------------------------------------------------------------------------------------


def test_the_folder_is_private_and_gone_afterwards(temporary: Path) -> None:
    with throw_away_folder(temporary) as folder:
        assert folder.stat().st_mode & 0o7777 == 0o700
        (folder / "data").mkdir()
        (folder / "data" / "store.json").write_text("x", encoding="ascii")
    assert list(temporary.iterdir()) == []


def test_the_folder_is_gone_after_a_fault(temporary: Path) -> None:
    with pytest.raises(RuntimeError), throw_away_folder(temporary):
        raise RuntimeError
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_folder_is_gone_after_a_signal_even_one_that_nobody_can_catch(
    temporary: Path, number: int
) -> None:
    source = (
        "import pathlib, signal, sys\n"
        "from pomfa_tui.cli.demonstration.folder import throw_away_folder\n"
        "with throw_away_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'secret').write_text('x')\n"
        "    print(folder, flush=True)\n"
        "    signal.pause()\n"
    )
    command = [sys.executable, "-c", source, str(temporary)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert (folder / "secret").exists()
        process.send_signal(number)
        process.wait(30)
    wait_until(lambda: list(temporary.iterdir()) == [])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline


def test_what_a_killed_demo_left_is_removed_by_the_next_one(temporary: Path) -> None:
    stale = temporary / f"pomfa-demo-{GONE}-0123456789abcdef"
    (stale / "data").mkdir(0o700, parents=True)
    stale.chmod(0o700)
    with throw_away_folder(temporary) as folder:
        assert list(temporary.iterdir()) == [folder]


def test_a_demo_that_is_running_is_left_alone(temporary: Path) -> None:
    with throw_away_folder(temporary) as first:
        # As seen from another container: the number says nothing, the lock does.
        moved = temporary / f"pomfa-demo-{GONE}-0123456789abcdef"
        first.rename(moved)
        remove_stale(temporary)
        assert moved.exists()
        moved.rename(first)


@pytest.mark.parametrize(
    "name",
    [
        f"pomfa-demo-{GONE}",
        f"pomfa-demo-{GONE}-xyz",
        f"pomfa-demo-{GONE}-0123456789abcdef0",
        "pomfa-demo--0123456789abcdef",
        "pomfa-demo-0-0123456789abcdef",
        f"other-{GONE}-0123456789abcdef",
        f"pomfa-demo-{os.getppid()}-0123456789abcdef",
    ],
)
def test_folders_of_other_names_and_of_living_processes_are_left_alone(
    temporary: Path, name: str
) -> None:
    (temporary / name).mkdir(0o700)
    remove_stale(temporary)
    assert (temporary / name).exists()


def test_links_wide_folders_and_those_of_somebody_else_are_left_alone(
    temporary: Path, tmp_path: Path, give_away: Callable[[Path], None]
) -> None:
    treasure = tmp_path / "treasure"
    treasure.mkdir(0o700)
    (treasure / "gold").write_text("x", encoding="ascii")
    link, wide, foreign, file = (
        temporary / f"pomfa-demo-{GONE}-000000000000000{number}" for number in range(4)
    )
    link.symlink_to(treasure)
    wide.mkdir()
    wide.chmod(0o755)
    file.write_text("x", encoding="ascii")
    foreign.mkdir(0o700)
    give_away(foreign)
    remove_stale(temporary)
    assert sorted(temporary.iterdir()) == [link, wide, foreign, file]
    assert (treasure / "gold").exists()


def test_a_place_that_takes_no_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="TMPDIR"), throw_away_folder(tmp_path / "none"):
        pass


def test_a_place_where_others_could_swap_the_folder_is_refused(tmp_path: Path) -> None:
    """STO-02."""
    tmp_path.chmod(0o777)
    with pytest.raises(UnsafeEnvironment), throw_away_folder(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


# -- On the screen --------------------------------------------------------------------------------------------------


async def test_the_key_that_shows_who_can_sign_in_hides_it_again() -> None:
    app = DemoApp(players=(), first=Counter, guard=FakeGuard(), deaf_seconds=0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9")
        assert isinstance(app.screen, DemoPeopleScreen)
        await pilot.press("f9")
        assert isinstance(app.screen, Counter)


@pytest.fixture
def started(demo: CommandLine, tmp_path: Path) -> Program:
    """Start the real demo in a terminal."""
    command = [sys.executable, "-m", "pomfa_tui", "demo"]
    return Program(
        command, environment={**demo.environ, "PATH": os.environ["PATH"]}, folder=tmp_path
    )


def test_a_newcomer_signs_in_without_a_phone_and_nothing_is_left(
    started: Program, temporary: Path
) -> None:
    """With the real program, real hashes, and the code that the demo shows."""
    with started as program:
        program.wait_for("F3 Show").wait_for("F9  Demo people").settle()
        assert "DEMO" in program.line(0)
        assert FIRST.password is not None
        program.send(FIRST.email).press("tab").send(FIRST.password).press("enter")
        program.wait_for("six digits").settle()
        program.press("f9").wait_for("New codes in")
        assert "DEMO" in program.line(0)
        found = re.search(rf"{FIRST.email}\s+{FIRST.password}\s+([0-9]{{6}})", program.screen_text)
        assert found is not None
        program.press("escape").wait_for("six digits").settle()
        program.send(found[1]).press("enter").wait_for("Sign out")
        assert "DEMO" in program.line(0)
        program.terminate()
        assert program.wait_exit() == 75
    wait_until(lambda: list(temporary.iterdir()) == [])


def test_a_normal_run_knows_nothing_of_the_demo(shop: CommandLine) -> None:
    """No key, no window, no module: what is not loaded cannot be opened."""
    source = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from pomfa_tui.cli.interface import DeskOnDemand, build_app\n"
        "from pomfa_tui.settings import Settings\n"
        "settings = Settings(data_dir=Path(sys.argv[1]), key_file=Path(sys.argv[2]))\n"
        "desk = DeskOnDemand(settings, {})\n"
        "app = build_app(settings, desk, {'TERM': 'xterm-256color'}, kiosk=False)\n"
        "async def look():\n"
        "    async with app.run_test(size=(80, 24)) as pilot:\n"
        "        await pilot.pause()\n"
        "        before = type(app.screen).__name__\n"
        # F4 leads on from `Sign in`, to `No administrator here`.
        "        for number in (3, *range(5, 12)):\n"
        "            await pilot.press(f'f{number}')\n"
        "        print(before, type(app.screen).__name__, 'DEMO' in app.badge)\n"
        "        print('f9' in app.screen.active_bindings)\n"
        "asyncio.run(look())\n"
        "print([name for name in sys.modules if 'demo' in name and name.startswith('pomfa')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source, str(shop.data), str(shop.key)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["SignInScreen SignInScreen False", "False", "[]"], (
        done.stderr
    )
