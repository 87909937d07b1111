"""The procedures of docs/deploy/recovery.md, each gone through on the command line as it is written there."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.cli import waiting
from pomfa_tui.cli.waiting import Waiting
from pomfa_tui.domain.errors import Busy, Unavailable
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.services.rotation import RotationService
from pomfa_tui.services.steps import NeedNewPassword
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.holding import Holding
from tests.cli.after_the_disk import Shop
from tests.cli.conftest import Answer, CommandLine, Screen
from tests.fakes import FakeClock
from tests.store.stage import names

WHY = ("--identity", "in-person", "--reason", "key was seen", "--ticket", "HD-9")


@pytest.fixture
def counter(line: CommandLine, clock: FakeClock) -> Shop:
    """Return a store with the people of the demo."""
    return Shop.filled(line, clock)


def checked(counter: Shop, name: str) -> dict[str, str]:
    """Return what the doctor says about one thing."""
    answer = counter.line.run("doctor", "--json")
    (found,) = (each for each in answer.document["checks"] if each["name"] == name)
    return {key: str(value) for key, value in found.items()}


def bearing(counter: Shop, key_id: str) -> list[str]:
    """Return the files that hold something sealed with a key, the audit log left out."""
    files = [*counter.line.data.iterdir(), *counter.line.key.parent.glob("*.ledger")]
    return [
        path.name
        for path in files
        if path.is_file()
        and path.name != "audit.jsonl"
        and f".{key_id}." in path.read_text("latin-1")
    ]


def key_id(counter: Shop) -> str:
    """Return the name of the key in use."""
    return KeyRing.load(counter.line.key, counter.line.data).key_id


# -- Another machine ---------------------------------------------------------------------------------------------------


def test_another_machine_with_the_key_goes_on_where_the_old_one_stopped(
    counter: Shop, tmp_path: Path
) -> None:
    """BAK-04: other folders, another account's paths; key file, ledger and mark come along, under their names."""
    counter.back_up()
    with counter.opened() as opened:
        used = counter.code("amara")
        counter.sign_in(opened.desk, "amara", used)
    there = tmp_path / "elsewhere" / "srv"
    there.mkdir(parents=True)
    (there / "etc").mkdir(mode=0o700)
    for path in counter.line.key.parent.iterdir():
        shutil.copy2(path, there / "etc" / path.name)
    shutil.copy2(counter.backup, there / "backup")
    shutil.rmtree(counter.line.data)
    shutil.rmtree(counter.line.key.parent)
    moved = Shop(
        CommandLine(there / "data", there / "etc" / counter.line.key.name),
        counter.clock,
        counter.players,
    )
    moved.restore()
    assert all(moved.gets_in(who) for who in ("amara", "sam", "jonas"))
    assert checked(moved, "ledger")["status"] == checked(moved, "key")["status"] == "ok"
    assert moved.line.json("audit", "verify")["ok"]


# -- The key -----------------------------------------------------------------------------------------------------------


def test_a_lost_key_whose_copy_is_put_back_is_all_that_is_needed(counter: Shop) -> None:
    """STO-07: meanwhile nobody gets in."""
    copy = counter.line.key.read_bytes()
    counter.line.key.unlink()
    assert counter.line.run("person", "list", "--json").status == 6
    assert not counter.gets_in("sam")
    counter.line.key.write_bytes(copy)
    counter.line.key.chmod(0o600)
    assert counter.gets_in("sam")


def test_after_key_and_data_were_seen_nothing_that_was_seen_lets_anybody_in(counter: Shop) -> None:
    """STO-06, BAK-03: rotate, reset everybody, destroy the backups, take the old key out."""
    counter.back_up()
    seen = key_id(counter)
    counter.line.json("key", "rotate")
    made = counter.line.json("restore", "--as-found", "--reset-everybody")["restored"]
    assert len(made["passwords_ended"]) == len(made["authenticators_ended"]) == 5
    counter.clock.advance(90)
    assert not any(counter.gets_in(who) for who in ("amara", "sam", "jonas"))
    keys = counter.line.key.read_text("ascii").splitlines(keepends=True)
    counter.line.key.write_text("".join(keys[:1]), "ascii")
    assert key_id(counter) != seen
    for folder in counter.line.data.glob("before-restore-*"):
        shutil.rmtree(folder)
    assert bearing(counter, seen) == []
    old = counter.line.run("restore", str(counter.backup), "--replace", "--json")
    assert (old.status, old.error["code"]) == (6, "integrity")
    issued = counter.line.json("person", "reset-password", "sam@example.org", *WHY)
    with counter.opened() as opened:
        step = opened.desk.sign_in.offer_password("sam@example.org", issued["activation_code"])
        assert isinstance(step, NeedNewPassword)
    assert counter.line.json("audit", "verify")["ok"]


def test_a_backup_of_before_an_exchange_shows_as_one_that_is_to_be_finished(counter: Shop) -> None:
    """STO-06: else the old key would be taken out of the file while everything is sealed with it."""
    counter.back_up()
    before = key_id(counter)
    counter.line.json("key", "rotate")
    counter.lose_the_disk()
    counter.restore()
    assert counter.gets_in("sam")
    found = checked(counter, "key")
    assert (found["status"], found["fix"].startswith("Finish it: pomfa-tui key rotate")) == (
        "warn",
        True,
    )
    rotated = counter.line.json("key", "rotate")["key"]
    assert (rotated["resumed"], rotated["old"], rotated["broken"]) == (True, 0, 0)
    assert checked(counter, "key")["status"] == "ok"
    assert bearing(counter, before) == []
    counter.clock.advance(90)
    assert counter.gets_in("sam")


@pytest.mark.parametrize("parts", [0, 1, 3])
def test_an_exchange_that_stopped_before_a_backup_is_finished_after_its_restore(
    counter: Shop, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    """STO-06, BAK-04: nobody is shut out at any time, and nothing bears the old key's name in the end."""
    before = key_id(counter)
    reseal, done = RotationService._person, 0

    def stopping(service: RotationService, *arguments: object) -> int:
        nonlocal done
        if done == parts:
            raise KeyboardInterrupt
        done += 1
        return reseal(service, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("pomfa_tui.services.rotation.AT_ONCE", 1)
        patch.setattr(RotationService, "_person", stopping)
        assert counter.line.run("key", "rotate").status == 130
    assert counter.back_up().status == 0
    counter.lose_the_disk()
    counter.restore()
    assert all(counter.gets_in(who) for who in ("amara", "tomos", "sam"))
    assert counter.line.json("key", "rotate")["key"]["old"] == 0
    assert bearing(counter, before) == []
    counter.clock.advance(90)
    assert all(counter.gets_in(who) for who in ("amara", "tomos", "sam"))


def test_an_exchange_waits_for_its_turn_at_every_step_and_is_refused_only_in_the_end(
    counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-06: terminals that are merely busy do not leave an exchange half done."""
    before, real, tries = key_id(counter), Holding.take, 0

    def take(holding: Holding) -> None:
        nonlocal tries
        tries += 1
        if tries % 2:
            raise Busy
        real(holding)

    monkeypatch.setattr(Holding, "take", take)
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "LONGEST", 0)
        answer = counter.line.run("key", "rotate", "--json")
        assert (answer.status, answer.error["code"]) == (5, "busy")
    tries = 0
    answer = counter.line.run("key", "rotate", "--json")
    assert (answer.status, answer.err, tries > 10) == (0, "", True)
    assert bearing(counter, before) == []


def test_what_waits_says_so_on_a_terminal_and_ends_after_a_minute() -> None:
    """STO-06: a disk that refuses is told at once."""
    clock, screen = FakeClock(), Screen()

    def busy() -> None:
        clock.advance(5)
        raise Busy

    with pytest.raises(Busy):
        Waiting(screen, elapsed=clock.elapsed)(busy)
    said = screen.getvalue().splitlines()
    assert len(said) == waiting.LONGEST // 5 - 1
    assert said[0] == "Others are using the store; waiting for a turn (5 s). Nothing is lost by it."

    def full() -> None:
        raise Unavailable("full")

    with pytest.raises(Unavailable):
        Waiting(screen, elapsed=clock.elapsed)(full)
    assert screen.getvalue().splitlines() == said


# -- A full disk -------------------------------------------------------------------------------------------------------


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[list[int]]:
    """Let the disk be full once so many files and lines were written; how many came is counted."""
    written = [0]
    with monkeypatch.context() as patch:
        for call in ("write", "pwrite"):
            real = getattr(os, call)

            def write(*arguments: object, real: object = real) -> int:
                written[0] += 1
                if written[0] > after:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                found: int = real(*arguments)  # type: ignore[operator]
                return found

            patch.setattr(os, call, write)
        yield written


def assert_refused_in_a_sentence(answer: Answer) -> None:
    """A full disk is told as such."""
    assert (answer.status, answer.error["code"]) == (5, "busy"), answer
    assert re.search("is full|No space left", answer.error["message"])


def test_an_exchange_that_fills_the_disk_is_finished_when_there_is_room(
    counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-06, A36: at whichever write; nobody is shut out meanwhile."""
    before = key_id(counter)
    refused = 0
    for after in range(0, 400, 3):
        with full(monkeypatch, after) as written:
            answer = counter.line.run("key", "rotate", "--json")
        if answer.status == 0 and written[0] <= after:
            break
        refused += answer.status != 0
        with counter.opened() as opened, opened.store.view() as view:
            assert view.people.count() == len(counter.players)
    assert refused > 2
    counter.line.json("key", "rotate")
    assert bearing(counter, before) == []
    assert all(counter.gets_in(who) for who in ("amara", "tomos", "sam"))
    assert counter.line.json("audit", "verify")["ok"]


def test_a_backup_for_which_there_is_no_room_leaves_nothing_behind(
    counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BAK-05, A36: refused in a sentence; the next one works."""
    with full(monkeypatch, 0):
        answer = counter.line.run("backup", str(counter.backup), "--json")
    assert_refused_in_a_sentence(answer)
    assert not counter.backup.exists()
    assert counter.back_up().status == 0


def test_a_restore_for_which_there_is_no_room_changes_nothing(
    counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BAK-04, A36: at whichever write; the store that was there goes on, or the next restore brings everything."""
    counter.back_up()
    there = names(counter.line.data)
    for after in (0, 2, 4):
        with full(monkeypatch, after):
            answer = counter.line.run("restore", str(counter.backup), "--replace", "--json")
        assert_refused_in_a_sentence(answer)
        assert counter.gets_in("sam")
        counter.clock.advance(90)
    counter.restore("--replace")
    assert counter.gets_in("sam")
    assert there <= names(counter.line.data)


# -- Older programs ----------------------------------------------------------------------------------------------------


def test_a_backup_of_the_first_format_is_restored_by_this_program(
    counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-15, BAK-04: brought up to date on the way; everybody signs in."""
    encode = snapshot.encode

    def first_format(facts: snapshot.Facts, tables: object) -> bytes:
        plain, found = snapshot.decode_raw(encode(facts, tables), "x")  # type: ignore[arg-type]
        kept = ("meta", "people", "credentials", "sites", "sessions", "strangers")
        old = msgspec.structs.replace(plain, format=1)
        return snapshot.encode_raw(old, {name: found[name] for name in kept if name in found})

    with monkeypatch.context() as patch:
        patch.setattr("pomfa_tui.store.tinydb.upkeep.snapshot.encode", first_format)
        assert counter.back_up().status == 0
    assert b'"format":1' in counter.backup.read_bytes()
    counter.lose_the_disk()
    counter.restore()
    assert all(counter.gets_in(who) for who in ("amara", "tomos", "sam"))
    assert counter.line.json("audit", "verify")["ok"]
    assert journal.NAME in names(counter.line.data)
    assert checked(counter, "store")["status"] == "ok"


# -- What a restore leaves ---------------------------------------------------------------------------------------------


def test_files_that_a_restore_kept_aside_are_mentioned_until_they_are_removed(
    counter: Shop,
) -> None:
    """BAK-05: as private as the store, and easily forgotten."""
    assert checked(counter, "leftovers")["status"] == "ok"
    counter.back_up()
    aside = counter.restore("--replace")["kept_aside"]
    found = checked(counter, "leftovers")
    assert found["status"] == "warn"
    assert Path(aside).name in found["detail"]
    assert "remove" in found["fix"].lower()
    shutil.rmtree(aside)
    assert checked(counter, "leftovers")["status"] == "ok"
