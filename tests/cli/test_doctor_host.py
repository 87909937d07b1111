"""`doctor` looks at the program of the terminal, at swap and at the keys of the machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pomfa_tui.cli.checks import host
from pomfa_tui.domain.checks import Check
from pomfa_tui.settings import HandOver, Settings
from tests.cli.conftest import CommandLine

SHUT = {"kernel.sysrq": "0", "dev.tty.legacy_tiocsti": "0", "fs.protected_symlinks": "1"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that lies in no shared one, so that only the test decides who may write."""
    place = Path("/run") / f"pomfa-test-{os.getpid()}"
    if not os.access(place.parent, os.W_OK):
        place = Path.home() / place.name
    place.mkdir(mode=0o755)
    try:
        yield place
    finally:
        for path in sorted(place.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        place.rmdir()


@pytest.fixture
def desk(folder: Path) -> Path:
    """Return a program that can be started and that nobody else can change."""
    path = folder / "desk"
    path.write_text("#!/bin/sh\n", encoding="ascii")
    path.chmod(0o755)
    return path


def look(*command: str) -> Check:
    """Return what is found about a program."""
    return host.handover(Settings(Path("/data"), Path("/key"), handover=HandOver(command=command)))


def test_a_program_that_only_its_owner_changes_is_fine_by_path_and_by_name(desk: Path) -> None:
    for command in (str(desk), "sh"):
        found = look(command, "an argument")
        assert (found.status, found.exit_code) == ("ok", 0), found
    assert "stay on Home" in look().detail


def _gone(desk: Path) -> None:
    desk.unlink()


def _closed(desk: Path) -> None:
    desk.chmod(0o644)


def _folder(desk: Path) -> None:
    desk.unlink()
    desk.mkdir()


def _no_first_line(desk: Path) -> None:
    desk.write_text("exec true\n", encoding="ascii")


def _no_interpreter(desk: Path) -> None:
    desk.write_text("#!/nowhere/sh\n", encoding="ascii")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_gone, "is not there"),
        (_closed, "may not be started"),
        (_folder, "is not there"),
        (_no_first_line, "is no program"),
        (_no_interpreter, "names no program"),
    ],
)
def test_a_program_that_cannot_be_started_is_a_failure(
    desk: Path, break_it: Callable[[Path], None], words: str
) -> None:
    """Section 4: found before somebody stands there with nothing to open."""
    break_it(desk)
    found = look(str(desk))
    assert (found.status, found.exit_code) == ("fail", 1)
    assert words in found.detail
    assert "[handover]" in (found.fix or "")


def _by_group(desk: Path) -> None:
    os.chown(desk, -1, 65534)
    desk.chmod(0o775)


def _by_everybody(desk: Path) -> None:
    desk.chmod(0o757)


def _folder_of_everybody(desk: Path) -> None:
    desk.parent.chmod(0o777)


def _link_to_an_open_place(desk: Path) -> None:
    place = desk.parent / "open"
    place.mkdir()
    place.chmod(0o777)
    desk.rename(place / "desk")
    desk.symlink_to(place / "desk")


@pytest.mark.parametrize(
    "open_it", [_by_group, _by_everybody, _folder_of_everybody, _link_to_an_open_place]
)
def test_a_program_that_others_could_exchange_is_unsafe(
    desk: Path, open_it: Callable[[Path], None]
) -> None:
    """STO-01: whoever writes it has the rights of the account that reads store and key."""
    if open_it is _by_group and os.geteuid() != 0:
        open_it = _by_everybody
    open_it(desk)
    found = look(str(desk))
    assert (found.status, found.exit_code) == ("fail", 7)
    assert "chmod go-w" in (found.fix or "")


def test_a_program_in_a_shared_folder_is_to_be_looked_at(desk: Path) -> None:
    desk.parent.chmod(0o1777)
    found = look(str(desk))
    assert (found.status, found.exit_code) == ("warn", 0)
    assert "everybody may make files" in found.detail


def test_the_command_and_its_json_tell_of_a_program_that_is_not_there(
    shop: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[handover]\ncommand = ["/nowhere/desk"]\n', encoding="ascii")
    answer = shop.run("--config", str(config), "doctor", "--json")
    assert answer.status == 1
    (bad,) = [each for each in answer.document["checks"] if each["status"] == "fail"]
    assert (bad["name"], bad["detail"]) == (
        "handover",
        "The program /nowhere/desk is not there.",
    )
    page = shop.run("--config", str(config), "doctor")
    assert page.status == 1
    assert "fail  handover" in page.out


# -- The machine ----------------------------------------------------------------------------------------------------


class Machine:
    """A kernel's files, as the doctor reads them."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place
        for name in ("KERNEL", "SWAPS", "BLOCKS", "CGROUPS", "OURSELVES"):
            monkeypatch.setattr(host, name, place / name.lower())
        for name, value in SHUT.items():
            self.write(f"kernel/{name.replace('.', '/')}", value)
        self.write("ourselves", "0::/system.slice/desk.service")
        self.swap()

    def write(self, name: str, text: str) -> None:
        """Write one of the files."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="ascii")

    def swap(self, *names: str) -> None:
        """Swap to these."""
        lines = [f"{name} partition 1048572 0 -2" for name in names]
        self.write("swaps", "\n".join(["Filename Type Size Used Priority", *lines]))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_machine_that_gives_nothing_away_is_fine(machine: Machine) -> None:
    """K33, K65: without swap; with one in memory; with an encrypted one; and where this unit may not swap."""
    assert host.machine().status == "ok"
    machine.swap("/dev/zram0", "/dev/dm-1")
    machine.write("blocks/dm-1/dm/uuid", "CRYPT-PLAIN-swap")
    assert host.machine().status == "ok"
    machine.swap("/dev/sda2")
    machine.write("cgroups/system.slice/memory.swap.max", "0")
    assert host.machine().status == "ok"


def test_swap_that_keeps_secrets_on_a_disk_is_told(machine: Machine) -> None:
    """K33: with what to do."""
    machine.swap("/dev/sda2", "/swapfile")
    machine.write("cgroups/system.slice/desk.service/memory.swap.max", "max")
    found = host.machine()
    assert (found.status, found.exit_code) == ("warn", 0)
    assert found.detail == (
        "Swap on /dev/sda2 is not encrypted; swap on /swapfile is not encrypted."
    )
    assert "swapoff -a" in (found.fix or "")


@pytest.mark.parametrize(
    ("switch", "value"),
    [("kernel.sysrq", "438"), ("dev.tty.legacy_tiocsti", "1"), ("fs.protected_symlinks", "0")],
)
def test_keys_and_links_that_open_something_are_told(
    machine: Machine, switch: str, value: str
) -> None:
    """K65: with the line that closes them."""
    machine.write(f"kernel/{switch.replace('.', '/')}", value)
    found = host.machine()
    assert found.status == "warn"
    assert f"{switch}={value}" in found.detail
    assert f"sysctl {switch}={SHUT[switch]}" in (found.fix or "")


def test_a_kernel_without_these_files_is_taken_as_it_is(machine: Machine) -> None:
    """Old kernels have no such switch; nothing is claimed of it."""
    for name in SHUT:
        (machine.place / "kernel" / name.replace(".", "/")).unlink()
    (machine.place / "swaps").unlink()
    (machine.place / "ourselves").unlink()
    assert host.machine().status == "ok"
