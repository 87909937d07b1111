"""However a command ends: one sentence at most, one status, and never a traceback, whatever was typed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

from pomfa_tui.cli import endings
from pomfa_tui.cli.main import cli
from pomfa_tui.domain.errors import Busy
from pomfa_tui.services.people import PeopleService
from tests.cli.conftest import ADA, FIRST, CommandLine

HOSTILE = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x9b2J",
    "\u202egro.elpmaxe@live",
    "\u200b\u2066\ufeff",
    "[red]Bob[/red] [@click=app.quit]x[/]",
    "{0} %s %n ${HOME} `id` $(id)",
    "a\nb\rc\0d",
    "\uff16\uff10",
    "\udcff\udcfe",
    "--",
    "-",
    "",
    "x" * 1_000_000,
    "'\"; DROP TABLE people; --",
    "\U0010ffff\U000e0001",
]


def fail(error: BaseException) -> object:
    """Return a method that raises."""

    def method(*_: object, **__: object) -> NoReturn:
        raise error

    return method


def test_a_fault_is_one_sentence_with_a_number_and_no_value(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GEN-01, STO-12: neither traceback nor what the program held."""
    monkeypatch.setattr(PeopleService, "list", fail(ValueError("a secret of /srv/places")))
    answer = shop.run("person", "list")
    assert (answer.status, answer.out) == (endings.FAULT, "")
    assert answer.err.count("\n") == 1
    assert "incident " in answer.err
    assert "ValueError" in answer.err
    assert "secret" not in answer.err
    assert "/" not in answer.err.replace("pomfa-tui", "")
    told = shop.run("person", "list", "--json")
    assert (told.status, told.error["code"], told.err) == (endings.FAULT, "integrity", "")
    first, _ = shop.json("audit", "show", "--event", "sys_crash")["records"]
    assert f"incident {first['detail']['incident']}, {first['detail']['place']})" in answer.err


def test_a_fault_is_told_also_when_the_log_takes_no_more(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PeopleService, "list", fail(ValueError("x")))
    (shop.data / "audit.jsonl").write_bytes(b"")
    answer = shop.run("person", "list")
    assert (answer.status, answer.out) == (endings.FAULT, "")
    assert "incident " in answer.err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), endings.INTERRUPTED),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), endings.UNREAD),
        (click.Abort(), endings.INTERRUPTED),
    ],
    ids=["ctrl-c", "broken pipe", "abort"],
)
def test_an_interruption_is_quiet(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int
) -> None:
    monkeypatch.setattr(PeopleService, "list", fail(error))
    answer = shop.run("person", "list")
    assert (answer.status, answer.out, answer.err) == (status, "", "")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/var/x\x1b[2J"), "No space left"),
        (MemoryError(), "short of memory"),
        (Busy(), "busy"),
    ],
    ids=["full disk", "no memory", "busy"],
)
def test_what_the_system_refuses_is_status_five(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    monkeypatch.setattr(PeopleService, "list", fail(error))
    answer = shop.run("person", "list", "--json")
    assert (answer.status, answer.error["code"]) == (5, "busy")
    assert says in answer.error["message"]
    assert answer.error["message"].isprintable()


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed)[:16])
@pytest.mark.parametrize(
    "arguments",
    [
        ("person", "show", "{}"),
        ("person", "list", "--site", "{}"),
        ("person", "list", "--search", "{}"),
        ("person", "list", "--state", "{}"),
        ("person", "list", "--dormant", "{}"),
        ("person", "add", "--email", "{}", "--name", "{}", "--role", "support"),
        ("person", "add", "--email", "a@example.org", "--name", "A", "--role", "{}"),
        ("site", "add", "--code", "{}", "--name", "{}"),
        ("site", "show", "{}"),
        ("person", "edit", "{}", "--name", "{}", "--gphc", "{}"),
        ("person", "edit", "ada@example.org", "--email", "{}", "--to", "{}"),
        ("person", "disable", "{}", "--reason", "{}"),
        ("person", "reset-mfa", "{}", "--identity", "{}", "--reason", "{}"),
        ("person", "reset-password", "{}", "--could-not-verify", "--ticket", "{}"),
        ("site", "close", "{}", "--reason", "{}"),
        ("site", "edit", "FZ101", "--name", "{}"),
        ("import", "{}"),
        ("import", "-", "--codes", "{}"),
        ("session", "end", "{}"),
        ("audit", "show", "--person", "{}"),
        ("audit", "show", "--site", "{}"),
        ("audit", "show", "--since", "{}"),
        ("{}",),
        ("person", "{}"),
        ("--config", "{}", "person", "list"),
        ("--data", "{}", "person", "list"),
    ],
    ids=" ".join,
)
def test_whatever_is_typed_gets_an_answer_and_never_a_traceback(
    shop: CommandLine, arguments: tuple[str, ...], typed: str
) -> None:
    """GEN-05, T20, K25."""
    answer = shop.run(*(part.replace("{}", typed) for part in arguments))
    assert answer.status in range(8)
    assert "Traceback" not in answer.err
    assert all(char.isprintable() or char == "\n" for char in answer.out + answer.err)
    assert len(answer.err) < 1000
    if answer.status:
        assert answer.out == ""
        assert answer.err.count("\n") == 1


def test_bytes_that_are_no_utf8_get_an_answer(shop: CommandLine) -> None:
    answer = shop.program("person", "show", b"\xff\xfe\xc3@example.org", "--json")
    assert (answer.status, answer.error["code"], answer.err) == (4, "not_found", "")
    listed = shop.program("person", "list", "--search", b"\xff")
    assert (listed.status, listed.out) == (0, "No people found.\n")


def test_usage_errors_are_one_sentence_and_json_where_it_was_asked_for(line: CommandLine) -> None:
    for arguments in (("bogus",), ("--bogus",), ("person",), ("person", "add"), ("run", "x")):
        answer = line.run(*arguments)
        assert (answer.status, answer.out) == (2, ""), arguments
        assert answer.err.count("\n") == 1
        assert answer.err.rstrip().endswith("--help`.")
        told = line.run(*arguments, "--json")
        assert (told.status, told.error["code"], told.err) == (2, "bad_input", "")


def test_what_follows_two_hyphens_is_no_option(line: CommandLine) -> None:
    answer = line.run("person", "bogus", "--", "--json")
    assert (answer.status, answer.out) == (2, "")


def test_help_is_shown_for_every_command(line: CommandLine) -> None:
    for arguments in ((), ("person",), ("person", "add"), ("doctor",)):
        answer = line.run(*arguments, "--help")
        assert (answer.status, answer.err) == (0, "")
        assert "Usage: pomfa-tui" in answer.out


def test_the_version_is_told(line: CommandLine) -> None:
    assert line.run("--version").out.startswith("pomfa-tui ")


def test_a_real_program_answers_in_json_alone(line: CommandLine) -> None:
    """Standard output holds one object; the status tells the rest. Real hashes, real process."""
    made = line.program("init", *FIRST, *ADA, "--json")
    assert (made.status, made.err) == (0, "")
    assert made.document["site"]["code"] == "FZ101"
    refused = line.program("init", *FIRST, *ADA, "--json")
    assert (refused.status, refused.error["code"], refused.err) == (1, "not_permitted", "")
    listed = line.program("person", "list")
    assert (listed.status, listed.err) == (0, "")
    wrong = line.program("person", "list", "--bogus")
    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err.count("\n") == 1


def test_nothing_is_done_where_nobody_could_read_the_answer(shop: CommandLine) -> None:
    """A shown-once code must not be made for a closed standard output."""
    people = shop.json("person", "list")
    shell = 'exec "$@" >&-'
    add = shop.command(
        "person", "add", "--email", "s@example.org", "--name", "S", "--role", "support"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *add], stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Standard output is closed, so nothing was done")
    assert shop.json("person", "list") == people


def test_closed_standard_streams_do_not_become_files_of_the_store(shop: CommandLine) -> None:
    shell = 'exec "$@" <&- 2>&-'
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *shop.command("audit", "show", "--json")],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith(b'{"records"')
    assert shop.json("audit", "verify")["ok"] is True


def test_a_reader_that_goes_away_ends_the_command_quietly(shop: CommandLine) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    answer = shop.program("audit", "show", stdout=writing)
    os.close(writing)
    assert (answer.status, answer.err) == (endings.UNREAD, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_answer_that_cannot_be_written_is_not_taken_for_written(shop: CommandLine) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        answer = shop.program("site", "list", stdout=full)
    assert answer.status == 5
    assert "No space left" in answer.err


def test_ctrl_c_at_a_command_that_waits_is_quiet(shop: CommandLine) -> None:
    import fcntl

    with (shop.data / "store.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with shop.start("site", "add", "--code", "FZ102", "--name", "Harbour") as process:
            # It waits for the lock as soon as it has opened the lock's file.
            _wait_for_open_file(process.pid, shop.data / "store.lock")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (endings.INTERRUPTED, "")


def _wait_for_open_file(pid: int, path: Path) -> None:
    while str(path) not in set(_open_files(pid)):
        pass


def _open_files(pid: int) -> Iterator[str]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(link.readlink())


def test_the_program_ends_with_its_status_also_when_it_is_called_as_a_function() -> None:
    result = CliRunner().invoke(cli, ["--bogus"])
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2


def test_the_command_line_is_there_before_anything_heavy_is_loaded() -> None:
    """Start-up: what one command needs is no burden to another."""
    source = (
        "import sys, pomfa_tui.cli.main, pomfa_tui.cli.run\n"
        "heavy = {'textual', 'rich', 'argon2', 'cryptography', 'tinydb', 'msgspec', 'zxcvbn', 'segno', 'pyotp'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
