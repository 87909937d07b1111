"""`init` makes key and store together, once, or leaves nothing."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ADA, FIRST, CommandLine

Contents = Callable[[], object]


def test_init_makes_key_and_store_for_this_account_alone(line: CommandLine) -> None:
    """STO-02, PWD-17: no default account; the first one is activated by a code that is shown once."""
    answer = line.run("init", *FIRST, *ADA)
    assert answer.status == 0
    assert stat.S_IMODE(line.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(line.key.stat().st_mode) == 0o600
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in line.data.iterdir())
    (ada,) = line.json("person", "list")["people"]
    assert (ada["state"], ada["mfa"]) == ("invited", "none")


def test_the_umask_opens_nothing_to_others(line: CommandLine, tmp_path: Path) -> None:
    """STO-02: a real program under umask 000."""
    assert line.program("init", *FIRST, *ADA, umask=0).status == 0
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_key_that_somebody_else_is_just_making_is_waited_for(
    line: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[limits]\nstore_lock_seconds = 1\n", encoding="ascii")
    line.data.mkdir(0o700)
    other = os.open(line.data, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    answer = line.run("--config", str(config), "init", *FIRST, *ADA, "--json")
    assert (answer.status, answer.error["code"]) == (5, "busy")
    assert not line.key.exists()
    os.close(other)
    line.init()


def test_init_says_what_losing_the_key_means_and_where_it_is(line: CommandLine) -> None:
    text = " ".join(line.run("init", *FIRST, *ADA).out.split())
    assert "Activation code: " in text
    assert "Losing the key file is losing every pairing" in text
    assert str(line.key) in text


def test_a_second_init_is_refused_and_changes_nothing(
    shop: CommandLine, contents: Contents
) -> None:
    """PWD-17, A29: set-up runs once."""
    before = contents()
    answer = shop.run("init", *FIRST, *ADA, "--json")
    assert (answer.status, answer.error["code"]) == (1, "not_permitted")
    assert contents() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*FIRST, "--admin-name", "Ada", "--admin-email", "not an address"), "bad_input"),
        ((*FIRST, "--admin-name", "Ada", "--admin-email", "info@example.org"), "shared_mailbox"),
        ((*FIRST, "--admin-name", "\x1b[31m", "--admin-email", "ada@example.org"), "bad_input"),
        (("--site-code", "FFFFF", "--site-name", "No premises", *ADA), "bad_input"),
        (("--site-code", "FZ101", "--site-name", " ", *ADA), "bad_input"),
    ],
)
def test_an_init_that_is_refused_leaves_no_folder_and_no_key(
    line: CommandLine, arguments: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    answer = line.run("init", *arguments, "--json")
    assert (answer.status, answer.error["code"]) == (1, code)
    assert list(tmp_path.iterdir()) == []


def test_an_init_whose_key_cannot_be_written_leaves_no_folder(
    line: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text("in the way", encoding="ascii")
    answer = line.run("init", *FIRST, *ADA)
    assert answer.status == 7
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_an_init_into_a_wide_folder_is_refused_before_a_key_is_made(
    line: CommandLine, tmp_path: Path
) -> None:
    """STO-02."""
    line.data.mkdir()
    line.data.chmod(0o755)
    answer = line.run("init", *FIRST, *ADA)
    assert answer.status == 7
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_an_init_uses_the_key_that_an_earlier_one_left(line: CommandLine) -> None:
    line.init()
    key = line.key.read_bytes()
    for path in line.data.iterdir():
        path.unlink()
    line.init()
    assert line.key.read_bytes() == key


def test_a_missing_option_is_wrong_usage(line: CommandLine, tmp_path: Path) -> None:
    answer = line.run("init", *FIRST, "--json")
    assert (answer.status, answer.error["code"]) == (2, "bad_input")
    assert "--admin-name" in answer.error["message"]
    assert list(tmp_path.iterdir()) == []


def test_of_two_inits_at_the_same_moment_one_wins(line: CommandLine) -> None:
    """A29: real programs with real hashes."""
    both = [line.start("init", *FIRST, *ADA, "--json") for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=30)[0]) for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    won = next(answer for answer in answers if "person" in answer)
    lost = next(answer for answer in answers if "error" in answer)
    assert lost["error"]["code"] == "not_permitted"
    (ada,) = line.json("person", "list")["people"]
    assert ada["id"] == won["person"]["id"]
