"""Files of this account alone: what is created, and what is refused."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui import safefiles
from pomfa_tui.domain.errors import UnsafeEnvironment
from pomfa_tui.filewords import account, shown

GiveAway = Callable[[Path], None]


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def refusal(path: Path) -> str:
    with pytest.raises(UnsafeEnvironment) as caught:
        safefiles.open_private(path)
    return caught.value.message


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o277])
def test_a_new_file_and_folder_are_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    """STO-02, K34: modes come from the program, not from the umask."""
    before = os.umask(mask)
    try:
        safefiles.create_folder(tmp_path / "a" / "b")
        safefiles.create_private(tmp_path / "a" / "b" / "file", b"x")
        safefiles.atomic_replace(tmp_path / "a" / "b" / "other", b"x")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "a") == mode_of(tmp_path / "a" / "b") == 0o700
    assert mode_of(tmp_path / "a" / "b" / "file") == 0o600
    assert mode_of(tmp_path / "a" / "b" / "other") == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o601, 0o666])
def test_a_file_open_to_others_is_refused_with_the_command_that_mends_it(
    file: Path, mode: int
) -> None:
    """STO-02, A35: one bit for others is enough."""
    file.chmod(mode)
    assert refusal(file).endswith(f"(mode {mode:04o}): run: chmod 600 {file}")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_our_own_is_opened(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert safefiles.read_private(file, limit=3) == b"old"


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR, os.O_RDWR | os.O_CREAT])
def test_a_symbolic_link_is_refused_and_its_target_stays_as_it_was(
    folder: Path, file: Path, flags: int
) -> None:
    """STO-02, A35, K35: a link decides what is read and overwritten, so none is followed."""
    link = folder / "link"
    link.symlink_to(file)
    with pytest.raises(UnsafeEnvironment, match="is a symbolic link"):
        safefiles.open_private(link, flags)
    with pytest.raises(UnsafeEnvironment, match="is a symbolic link"):
        safefiles.atomic_replace(link, b"new")
    with pytest.raises(FileExistsError):
        safefiles.create_private(link, b"new")
    assert file.read_bytes() == b"old"
    assert link.is_symlink()


def test_a_dangling_link_creates_nothing_at_its_end(folder: Path) -> None:
    """K35: a dangling link was once followed and created a file elsewhere."""
    link = folder / "link"
    link.symlink_to(folder / "elsewhere")
    with pytest.raises(UnsafeEnvironment):
        safefiles.open_private(link, os.O_RDWR | os.O_CREAT)
    with pytest.raises(FileExistsError):
        safefiles.create_private(link, b"new")
    assert not (folder / "elsewhere").exists()


def test_a_file_with_a_second_name_is_refused_and_the_command_given_mends_it(file: Path) -> None:
    """STO-02, A35: a hard link elsewhere would change or keep what is written here."""
    file.with_name("second").hardlink_to(file)
    sentence = refusal(file)
    assert "second name" in sentence
    assert os.system(sentence.partition("run: ")[2]) == 0  # noqa: S605 - the command is the point
    assert safefiles.read_private(file, limit=9) == b"old"


def test_a_fifo_is_refused_at_once_and_does_not_wait_for_a_writer(folder: Path) -> None:
    """K35: a FIFO made the program hang."""
    os.mkfifo(folder / "fifo", 0o600)
    assert "not an ordinary file" in refusal(folder / "fifo")
    with pytest.raises(UnsafeEnvironment, match="not an ordinary file"):
        safefiles.open_private(folder / "fifo", os.O_WRONLY)
    with pytest.raises(UnsafeEnvironment, match="not an ordinary file"):
        safefiles.atomic_replace(folder / "fifo", b"new")


def test_a_folder_or_a_socket_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "sub").mkdir(0o700)
    assert "not an ordinary file" in refusal(folder / "sub")
    with pytest.raises(UnsafeEnvironment, match="not an ordinary file"):
        safefiles.open_private(folder / "sub", os.O_RDWR)
    here = Path.cwd()
    os.chdir(folder)  # a socket's path may have 107 bytes only
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("sock")
    finally:
        os.chdir(here)
    assert "not an ordinary file" in refusal(folder / "sock")


def test_a_file_of_somebody_else_is_refused_and_both_ways_out_are_named(
    file: Path, give_away: GiveAway
) -> None:
    """STO-01, A35: also root does not use what another account could change."""
    give_away(file)
    theirs, ours = account(file.stat().st_uid), account(os.geteuid())
    sentence = refusal(file)
    assert f"belongs to {theirs}, but this is {ours}" in sentence
    assert f"start pomfa-tui as {theirs}" in sentence
    assert sentence.endswith(f"chown {ours} {file}")
    with pytest.raises(UnsafeEnvironment):
        safefiles.atomic_replace(file, b"new")
    assert file.read_bytes() == b"old"


def test_a_closed_file_gives_a_sentence(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", closed)
    assert "is closed to" in refusal(file)


def test_a_missing_file_stays_a_missing_file(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        safefiles.open_private(folder / "none")


def test_a_file_above_its_limit_is_refused(file: Path) -> None:
    with pytest.raises(UnsafeEnvironment, match="larger than the 2 bytes"):
        safefiles.read_private(file, limit=2)


def test_truncating_before_the_checks_is_a_fault_of_the_caller(file: Path) -> None:
    with pytest.raises(ValueError, match="O_TRUNC"):
        safefiles.open_private(file, os.O_RDWR | os.O_TRUNC)
    assert file.read_bytes() == b"old"


def test_a_file_replaced_while_it_is_being_opened_is_not_taken_for_an_attack(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer's rename leaves the reader with a file that has no name any more: old, yet whole."""
    real_open = os.open

    def open_then_replace(*args: object, **options: object) -> int:
        fd = real_open(*args, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(os, "open", real_open)
        safefiles.atomic_replace(file, b"new")
        return fd

    monkeypatch.setattr(os, "open", open_then_replace)
    assert safefiles.read_private(file, limit=9) == b"old"
    assert safefiles.read_private(file, limit=9) == b"new"


def test_replacing_leaves_the_new_bytes_and_no_other_file(file: Path) -> None:
    safefiles.atomic_replace(file, b"new and longer")
    assert file.read_bytes() == b"new and longer"
    assert names_in(file.parent) == [file.name]
    assert mode_of(file) == 0o600


def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_answer(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-09: sync of the file, rename, sync of the folder, in this order."""
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(fd: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
        real_fsync(fd)

    def replace(*args: object, **options: object) -> None:
        steps.append("rename")
        real_replace(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    safefiles.atomic_replace(file, b"new")
    assert steps == ["file", "rename", "folder"]


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    file: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-09: all or nothing, and no half-written secrets lying about."""

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        safefiles.atomic_replace(file, b"new")
    assert file.read_bytes() == b"old"
    assert names_in(file.parent) == [file.name]


def test_what_a_crash_left_behind_is_removed_and_never_followed(folder: Path, file: Path) -> None:
    """K55: the left-over has one fixed name; a link planted under it is removed, not written through."""
    target = folder / "target"
    target.write_bytes(b"precious")
    safefiles.temporary_path(file).symlink_to(target)
    safefiles.atomic_replace(file, b"new")
    assert target.read_bytes() == b"precious"
    assert file.read_bytes() == b"new"
    safefiles.temporary_path(file).write_bytes(b"half")
    safefiles.discard_temporary(file)
    safefiles.discard_temporary(file)
    assert names_in(folder) == ["store.json", "target"]


def test_names_are_looked_up_in_the_open_folder_even_when_it_has_been_swapped(
    tmp_path: Path, folder: Path, file: Path
) -> None:
    """A35: what was checked is what is used."""
    fd = safefiles.open_folder(folder)
    try:
        folder.rename(tmp_path / "moved")
        folder.mkdir(0o700)
        (folder / file.name).write_bytes(b"planted")
        assert safefiles.read_private(file, limit=9, dir_fd=fd) == b"old"
        safefiles.atomic_replace(file, b"new", dir_fd=fd)
        safefiles.create_private(folder / "more", b"more", dir_fd=fd)
    finally:
        os.close(fd)
    assert (folder / file.name).read_bytes() == b"planted"
    assert names_in(tmp_path / "moved") == ["more", "store.json"]
    assert (tmp_path / "moved" / file.name).read_bytes() == b"new"


def test_every_byte_is_written_where_the_system_takes_them_singly(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real_write(fd, bytes(data)[:1]))
    safefiles.atomic_replace(file, b"letter by letter")
    assert file.read_bytes() == b"letter by letter"


def test_a_path_in_a_sentence_can_be_pasted_and_cannot_drive_the_terminal(folder: Path) -> None:
    """GEN-05, K25: names of files are data as well."""
    assert shown(folder / "two words") == f"'{folder}/two words'"
    assert "\x1b" not in shown(folder / "\x1b[2J")
    assert "\\x1b[2J" in shown(folder / "\x1b[2J")
    assert shown(Path("/odd\udcff")).isprintable()
