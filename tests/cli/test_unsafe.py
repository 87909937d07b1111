"""Places, keys and stores that cannot be trusted are refused, each with its status, before anything is written."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ADA, FIRST, CommandLine

GiveAway = Callable[[Path], None]
Contents = Callable[[], object]

READING = [
    ("person", "list"),
    ("site", "list"),
    ("session", "list"),
    ("audit", "show"),
    ("audit", "verify"),
    ("site", "add", "--code", "FZ102", "--name", "Harbour"),
]


def refused(shop: CommandLine, *arguments: str) -> tuple[int, str]:
    """Return status and code of a command that must be refused, in JSON and as one sentence alike."""
    told = shop.run(*arguments, "--json")
    said = shop.run(*arguments)
    assert said.status == told.status
    assert (said.out, told.err) == ("", "")
    assert said.err == told.error["message"] + "\n"
    return told.status, told.error["code"]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_a_store_that_is_not_there_is_not_made_by_looking(
    line: CommandLine, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert refused(line, *arguments) == (5, "busy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_a_wide_data_folder_is_refused(
    shop: CommandLine, arguments: tuple[str, ...], contents: Contents
) -> None:
    """STO-02."""
    shop.data.chmod(0o755)
    before = contents()
    assert refused(shop, *arguments) == (7, "unsafe_environment")
    assert contents() == before


def test_a_wide_store_file_is_refused(shop: CommandLine) -> None:
    """STO-02."""
    (shop.data / "store.json").chmod(0o644)
    assert refused(shop, "person", "list") == (7, "unsafe_environment")


def test_a_wide_key_file_is_refused(shop: CommandLine) -> None:
    """STO-02."""
    shop.key.chmod(0o640)
    assert refused(shop, "person", "list") == (7, "unsafe_environment")


def test_a_data_folder_that_is_a_link_is_refused(shop: CommandLine, tmp_path: Path) -> None:
    """STO-02."""
    shop.data.rename(tmp_path / "elsewhere")
    shop.data.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert refused(shop, "person", "list") == (7, "unsafe_environment")
    assert refused(shop, "init", *FIRST, *ADA) == (7, "unsafe_environment")


def test_a_data_folder_of_somebody_else_is_refused(shop: CommandLine, give_away: GiveAway) -> None:
    """STO-01."""
    give_away(shop.data)
    assert refused(shop, "person", "list") == (7, "unsafe_environment")


def test_a_key_of_somebody_else_is_refused(shop: CommandLine, give_away: GiveAway) -> None:
    """STO-01."""
    give_away(shop.key)
    assert refused(shop, "person", "list") == (7, "unsafe_environment")


def test_the_key_of_another_store_is_refused(shop: CommandLine, tmp_path: Path) -> None:
    other = CommandLine(tmp_path / "other", tmp_path / "other-keys" / "master.key")
    other.init()
    shop.key.write_bytes(other.key.read_bytes())
    assert refused(shop, "person", "list") == (6, "integrity")
    assert refused(shop, "init", *FIRST, *ADA) == (6, "integrity")


def test_a_store_without_its_key_is_refused_and_gets_no_new_one(shop: CommandLine) -> None:
    shop.key.unlink()
    assert refused(shop, "person", "list") == (6, "integrity")
    assert refused(shop, "init", *FIRST, *ADA) == (6, "integrity")
    assert not shop.key.exists()


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 500, b'{"store": {}}'])
def test_a_damaged_snapshot_is_refused_and_left_as_it_is(
    shop: CommandLine, damage: bytes, contents: Contents
) -> None:
    """STO-11."""
    (shop.data / "store.json").write_bytes(damage)
    before = contents()
    assert refused(shop, "person", "list") == (6, "integrity")
    assert contents() == before


def test_a_damaged_journal_is_refused(shop: CommandLine) -> None:
    journal = shop.data / "store.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + lines[1].replace(b"FZ101", b"FZ109") + b"".join(lines[2:]))
    assert refused(shop, "person", "list") == (6, "integrity")


def test_a_store_that_is_held_too_long_is_busy(line: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[limits]\nstore_lock_seconds = 1\n", encoding="ascii")
    config.chmod(0o600)
    line.init()
    with (line.data / "store.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        add = ("site", "add", "--code", "FZ102", "--name", "Harbour")
        answer = line.run("--config", str(config), *add, "--json")
        assert (answer.status, answer.error["code"]) == (5, "busy")
    assert line.run("--config", str(config), *add).status == 0


def test_a_configuration_that_cannot_be_used_is_wrong_usage(
    shop: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[limits]\nidle_minutes = 999\n", encoding="ascii")
    answer = shop.run("--config", str(config), "person", "list", "--json")
    assert (answer.status, answer.error["code"]) == (2, "bad_input")
    assert "idle_minutes" in answer.error["message"]


def test_a_key_inside_the_data_folder_is_wrong_usage(line: CommandLine, tmp_path: Path) -> None:
    """STO-04."""
    inside = CommandLine(line.data, line.data / "master.key")
    answer = inside.run("init", *FIRST, *ADA)
    assert (answer.status, answer.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_places_are_taken_from_the_environment_too(line: CommandLine) -> None:
    """ROL-15: these variables and no others."""
    line.init()
    variables = {"POMFA_DATA_DIR": str(line.data), "POMFA_KEY_FILE": str(line.key)}
    elsewhere = CommandLine(line.data, line.key, variables)
    assert elsewhere.json("person", "list") == line.json("person", "list")


def test_two_commands_at_the_same_moment_both_count(shop: CommandLine) -> None:
    """Real programs, one store."""
    codes = ["FZ102", "FZ103"]
    running = [
        shop.start("site", "add", "--code", code, "--name", "New", "--json") for code in codes
    ]
    answers = [json.loads(process.communicate(timeout=30)[0]) for process in running]
    assert [answer["site"]["code"] for answer in answers] == codes
    assert {site["code"] for site in shop.json("site", "list")["sites"]} == {"FZ101", *codes}
    assert shop.json("audit", "verify")["ok"] is True
