"""`doctor` tells what is wrong, also where nothing else works, and changes nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.cli.checks import custody, keeping, surroundings
from pomfa_tui.domain.ports import Place
from pomfa_tui.host import SystemClock
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.services.access import HostCaller
from pomfa_tui.settings import Settings
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.terminal import console_font
from tests.cli.conftest import CommandLine
from tests.fakes import FakeClock

Contents = Callable[[], object]

NAMES = [
    *("settings", "modes", "store", "key", "lock", "clock", "administrators", "audit"),
    *("ledger", "retention", "backup", "leftovers", "disk", "handover", "qr"),
    *("terminal", "host", "versions"),
]


def examine(line: CommandLine, *arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Return exit status and checks by name, after making sure of their form and that page and JSON agree."""
    answer = line.run(*arguments, "doctor", "--json")
    assert answer.err == ""
    document = answer.document
    assert set(document) == {"ok", "checks"}
    assert document["ok"] is (answer.status == 0)
    for check in document["checks"]:
        assert set(check) == {"name", "status", "detail", "fix"}
        assert check["status"] in {"ok", "warn", "fail"}
        assert (check["fix"] is None) is (check["status"] == "ok"), check
    page = line.run(*arguments, "doctor")
    assert (page.status, page.err) == (answer.status, "")
    return answer.status, {check["name"]: check for check in document["checks"]}


def failing(checks: dict[str, dict[str, str]]) -> set[str]:
    """Return the names of the checks that failed."""
    return {name for name, check in checks.items() if check["status"] == "fail"}


def test_a_healthy_store_passes_and_its_only_administrator_is_mentioned(
    shop: CommandLine, contents: Contents
) -> None:
    before = contents()
    status, checks = examine(shop)
    assert status == 0
    assert list(checks) == NAMES
    assert failing(checks) == set()
    assert checks["administrators"]["status"] == "warn"
    assert "FZ101 has none" in checks["administrators"]["detail"]
    assert f"format {FORMAT}, people: 1, sites: 1" in checks["store"]["detail"]
    assert "losing every pairing" in checks["key"]["detail"].lower()
    assert "3 records" in checks["audit"]["detail"]
    assert contents() == before


def test_ledger_and_backup_are_looked_at(shop: CommandLine, clock: FakeClock) -> None:
    """A34, BAK-04: without a ledger older files are not noticed; without a fresh backup a lost disk is everything."""
    checks = examine(shop)[1]
    assert (checks["ledger"]["status"], checks["backup"]["status"]) == ("ok", "warn")
    assert "pomfa-tui backup" in checks["backup"]["fix"]
    shop.json("backup", str(shop.data.parent / "backup"))
    assert examine(shop)[1]["backup"]["status"] == "ok"
    clock.advance(days=3)
    assert "3 days old" in examine(shop)[1]["backup"]["detail"]
    for path in shop.key.parent.glob("*.mark"):
        path.unlink()
    found = examine(shop)[1]["ledger"]
    assert found["status"] == "warn"
    assert "would not be noticed" in found["detail"]


def test_an_interrupted_exchange_of_keys_is_seen(shop: CommandLine) -> None:
    """STO-06: with what to do about it."""
    KeyRing.rotate(shop.key, shop.data)
    found = examine(shop)[1]["key"]
    assert (found["status"], found["fix"]) == (
        "warn",
        "Finish it: pomfa-tui key rotate. Take no older key out of the file before.",
    )
    assert shop.json("key", "rotate")["key"]["resumed"]
    assert examine(shop)[1]["key"]["status"] == "ok"


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/sda1 / ext4 rw 0 0\nsrv:/x {place} nfs4 rw 0 0\n", "nfs4"),
        ("srv:/x / nfs rw 0 0\n/dev/sda1 {place} ext4 rw 0 0\n", None),
        ("nonsense\n", None),
    ],
)
def test_a_disk_that_other_machines_share_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str, kind: str | None
) -> None:
    table = tmp_path / "mounts"
    table.write_text(mounts.format(place=tmp_path))
    monkeypatch.setattr(custody, "_MOUNTS", table)
    assert custody.shared_file_system(tmp_path / "data") == kind


def test_the_page_fits_a_terminal_of_80_columns(line: CommandLine, tmp_path: Path) -> None:
    page = CommandLine(Path("/nowhere/data"), Path("/nowhere/key")).run("doctor").out
    assert max(len(each) for each in page.splitlines()) <= 80
    assert "fail  store" in page
    assert "-> Run `pomfa-tui init`" in page
    assert list(tmp_path.iterdir()) == []


def _wide_folder(shop: CommandLine) -> None:
    shop.data.chmod(0o750)


def _wide_file(shop: CommandLine) -> None:
    (shop.data / "audit.jsonl").chmod(0o644)


def _link(shop: CommandLine) -> None:
    elsewhere = shop.data.with_name("elsewhere")
    shop.data.rename(elsewhere)
    shop.data.symlink_to(elsewhere)


def _wide_key(shop: CommandLine) -> None:
    shop.key.chmod(0o644)


def _no_key(shop: CommandLine) -> None:
    shop.key.unlink()


def _damaged_key(shop: CommandLine) -> None:
    shop.key.write_bytes(b"pomfa-tui-key-1 damaged\n")


def _other_key(shop: CommandLine) -> None:
    other = CommandLine(shop.data.with_name("other"), shop.key.with_name("other.key"))
    other.init()
    shop.key.write_bytes(other.key.read_bytes())


def _no_store(shop: CommandLine) -> None:
    for path in shop.data.iterdir():
        path.unlink()


def _no_folder(shop: CommandLine) -> None:
    _no_store(shop)
    shop.data.rmdir()


def _damaged_snapshot(shop: CommandLine) -> None:
    (shop.data / "store.json").write_bytes(b"\xff" * 100)


def _damaged_journal(shop: CommandLine) -> None:
    journal = shop.data / "store.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + b"x" + lines[1] + b"".join(lines[2:]))


def _cut_log(shop: CommandLine) -> None:
    (shop.data / "audit.jsonl").write_bytes(b"")


@pytest.mark.parametrize(
    ("break_it", "status", "names"),
    [
        (_wide_folder, 7, {"modes", "store"}),
        (_wide_file, 7, {"modes", "audit"}),
        (_link, 7, {"modes", "store"}),
        (_wide_key, 7, {"key"}),
        (_no_key, 6, {"key"}),
        (_damaged_key, 6, {"key"}),
        (_other_key, 6, {"key"}),
        (_no_store, 5, {"store"}),
        (_no_folder, 5, {"store"}),
        (_damaged_snapshot, 6, {"store"}),
        (_damaged_journal, 6, {"store"}),
        (_cut_log, 6, {"audit"}),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else None,
)
def test_what_is_broken_is_named_and_left_as_it_is(
    shop: CommandLine,
    contents: Contents,
    break_it: Callable[[CommandLine], None],
    status: int,
    names: set[str],
) -> None:
    break_it(shop)
    before = contents()
    found, checks = examine(shop)
    assert (found, failing(checks)) == (status, names)
    assert list(checks) == NAMES
    assert contents() == before


def test_files_of_somebody_else_are_named(
    shop: CommandLine, give_away: Callable[[Path], None]
) -> None:
    """STO-01."""
    give_away(shop.data)
    status, checks = examine(shop)
    assert status == 7
    assert "modes" in failing(checks)
    assert "belongs to" in checks["modes"]["detail"]


def test_a_lock_file_that_is_missing_is_not_made(shop: CommandLine, contents: Contents) -> None:
    (shop.data / "store.lock").unlink()
    before = contents()
    status, checks = examine(shop)
    assert (status, checks["lock"]["status"]) == (0, "ok")
    assert contents() == before


def test_what_a_crash_left_half_written_is_left_to_the_next_writer(
    shop: CommandLine, contents: Contents
) -> None:
    with (shop.data / "store.journal").open("ab") as journal:
        journal.write(b"0badc0de {half a li")
    (shop.data / "store.lock").unlink()
    before = contents()
    status, checks = examine(shop)
    assert (status, failing(checks)) == (0, set())
    assert contents() == before


def test_a_lock_that_is_held_is_named(shop: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[limits]\nstore_lock_seconds = 1\n", encoding="ascii")
    with (shop.data / "store.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = shop.run("--config", str(config), "doctor", "--json")
    assert answer.status == 5
    (held,) = [check for check in answer.document["checks"] if check["status"] == "fail"]
    assert held["name"] == "lock"
    assert "fuser" in held["fix"]


def test_a_configuration_that_cannot_be_used_is_told_with_what_can_be_looked_at_without(
    line: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[limits]\nbogus = 1\n", encoding="ascii")
    status, checks = examine(line, "--config", str(config))
    assert (status, failing(checks)) == (2, {"settings"})
    assert set(checks) == {"settings", "qr", "terminal", "host", "versions"}


def test_a_check_that_stumbles_does_not_stop_the_others(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GEN-01."""

    def stumble(_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(keeping.Keeping, "administrators", stumble)
    status, checks = examine(shop)
    assert (status, failing(checks)) == (1, {"administrators"})
    assert "RuntimeError" in checks["administrators"]["detail"]
    assert "secret" not in checks["administrators"]["detail"]
    assert list(checks) == NAMES


# -- The clock ------------------------------------------------------------------------------------------------------


class AheadClock(SystemClock):
    """A clock that runs an hour ahead."""

    def now(self) -> int:
        """Return UTC seconds."""
        return super().now() + 3600


def _run_ahead(shop: CommandLine) -> None:
    settings = Settings(data_dir=shop.data, key_file=shop.key)
    opened = open_desk(settings, Place("pts/1", "boot", 1, "0"), clock=AheadClock())
    opened.desk.sites.add(HostCaller("root"), code="FZ102", name="Harbour Pharmacy")
    opened.close()


def test_a_clock_behind_the_newest_record_is_named_with_the_way_out(shop: CommandLine) -> None:
    _run_ahead(shop)
    status, checks = examine(shop)
    assert (status, failing(checks)) == (1, {"clock"})
    assert "--accept-clock" in checks["clock"]["fix"]


def test_the_owner_of_the_host_can_accept_the_clock_and_that_is_recorded(shop: CommandLine) -> None:
    """ROL-15, AUD-07: documented, and critical in the log."""
    _run_ahead(shop)
    answer = shop.run("doctor", "--accept-clock")
    assert answer.status == 0
    assert "seconds behind the newest record" in " ".join(answer.out.split())
    assert failing(examine(shop)[1]) == set()
    (record,) = shop.json("audit", "show", "--event", "authz_admin")["records"]
    assert (record["severity"], record["reason"]) == ("critical", "clock_accepted")
    assert record["actor"].startswith("host:")
    assert shop.json("audit", "verify")["ok"] is True


def test_a_clock_that_is_right_has_nothing_to_accept(shop: CommandLine) -> None:
    answer = shop.run("doctor", "--accept-clock")
    assert answer.status == 0
    assert "nothing to accept" in answer.out
    assert shop.json("audit", "show", "--event", "authz_admin")["records"] == []


# -- Disk, terminal and QR code -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "flags", "status"),
    [(10**12, 0, "ok"), (5 * 10**7, 0, "warn"), (10**6, 0, "fail"), (10**12, os.ST_RDONLY, "fail")],
    ids=["room", "little", "full", "read-only"],
)
def test_the_disk_is_looked_at(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch, free: int, flags: int, status: str
) -> None:
    found = SimpleNamespace(f_bavail=free, f_frsize=1, f_flag=flags, f_files=10, f_favail=5)
    monkeypatch.setattr(os, "statvfs", lambda _: found)
    check = surroundings.disk(Settings(data_dir=line.data, key_file=line.key))
    assert check.status == status
    assert check.exit_code == (5 if status == "fail" else 0)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretend that standard input is a terminal of some size and font."""

    def pretend(columns: int, rows: int, font: str | None = None) -> None:
        characters = None if font is None else frozenset(font)
        monkeypatch.setattr(surroundings, "_is_terminal", lambda number: number == 0)
        monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, rows)))
        monkeypatch.setattr(console_font, "console_characters", lambda _: characters)

    return pretend


GOOD = {"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}


def test_a_usual_terminal_is_fine(terminal: Callable[..., None]) -> None:
    terminal(80, 24)
    assert surroundings.terminal(GOOD).status == "ok"
    assert "80x24, 256 colours, UTF-8" in surroundings.terminal(GOOD).detail
    drawn = surroundings.qr_code(GOOD, "PharmOutcomes")
    assert drawn.status == "ok"
    assert "half blocks here" in drawn.detail


def test_the_steps_take_as_many_columns_as_on_the_pairing_screen() -> None:
    from pomfa_tui.screens.qr_step import TEXT_COLUMNS

    assert surroundings.STEPS_COLUMNS == TEXT_COLUMNS


def test_a_larger_terminal_gets_larger_modules(terminal: Callable[..., None]) -> None:
    terminal(140, 60)
    assert "full cells here" in surroundings.qr_code(GOOD, "PharmOutcomes").detail


@pytest.mark.parametrize(("columns", "rows"), [(79, 24), (80, 23), (0, 0)])
def test_a_terminal_that_is_too_small_is_named(
    terminal: Callable[..., None], columns: int, rows: int
) -> None:
    terminal(columns, rows)
    assert surroundings.terminal(GOOD).status == "warn"
    assert "too small" in surroundings.terminal(GOOD).detail


def test_a_terminal_without_block_characters_is_named(terminal: Callable[..., None]) -> None:
    terminal(80, 24)
    plain = {"TERM": "linux", "LANG": "C"}
    assert surroundings.terminal(plain).status == "warn"
    assert surroundings.qr_code(plain, "PharmOutcomes").status == "warn"


def test_a_console_font_without_block_characters_is_named_with_one_that_has_them(
    terminal: Callable[..., None],
) -> None:
    terminal(80, 24, font="abc█")
    check = surroundings.terminal({"TERM": "linux", "LANG": "C.UTF-8"})
    assert check.status == "warn"
    assert "setfont" in (check.fix or "")
    terminal(80, 24, font="abc█▀▄")
    assert surroundings.terminal({"TERM": "linux", "LANG": "C.UTF-8"}).status == "ok"


def test_outside_a_terminal_the_design_size_is_drawn_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "_is_terminal", lambda _: False)
    assert surroundings.terminal(GOOD).status == "ok"
    assert "on 80x24" in surroundings.qr_code(GOOD, "PharmOutcomes").detail
