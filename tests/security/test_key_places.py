"""Where the master key may lie: apart from the data, and closed to everybody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui.domain.errors import Refusal, UnsafeEnvironment
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import MasterKey

GiveAway = Callable[[Path], None]


@pytest.mark.parametrize("place", ["master.key", "keys/master.key", "../data/master.key"])
def test_a_key_inside_the_data_folder_is_refused(data: Path, place: str) -> None:
    """STO-04: one copy of the data folder must not take the key along."""
    path = data / place
    with pytest.raises(UnsafeEnvironment, match="lies in the data folder"):
        KeyRing.create(path, data)
    assert not path.exists()
    (data / "keys").mkdir(0o700)
    path.write_text(MasterKey.fresh().line())
    path.chmod(0o600)
    with pytest.raises(UnsafeEnvironment, match="lies in the data folder"):
        KeyRing.load(path, data)


def test_a_key_reached_by_a_link_into_the_data_folder_is_refused(
    tmp_path: Path, data: Path
) -> None:
    (tmp_path / "way").symlink_to(data)
    with pytest.raises(UnsafeEnvironment, match="lies in the data folder"):
        KeyRing.create(tmp_path / "way" / "master.key", data)
    with pytest.raises(UnsafeEnvironment, match="lies in the data folder"):
        KeyRing.create(data / "master.key", tmp_path / "way")


def test_the_data_folder_is_recognised_under_a_second_name_of_its_own(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bind mount has no target to resolve; a link that is not resolved stands in for it."""
    (tmp_path / "mount").symlink_to(data)
    monkeypatch.setattr(os.path, "realpath", os.path.abspath)
    with pytest.raises(UnsafeEnvironment, match="lies in the data folder"):
        KeyRing.create(tmp_path / "mount" / "master.key", data)


def test_a_key_in_the_place_of_a_data_folder_still_to_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeEnvironment, match="lies in the data folder"):
        KeyRing.create(tmp_path / "later" / "master.key", tmp_path / "later")
    assert not (tmp_path / "later").exists()


def test_a_dangling_link_is_not_filled_with_a_key(tmp_path: Path, data: Path) -> None:
    """A35: or the key would land where the link's owner wants it."""
    link = tmp_path / "keys" / "master.key"
    link.parent.mkdir(0o700)
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refusal):
        KeyRing.create(link, data)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o440])
def test_a_key_file_open_to_others_is_refused_with_the_command_that_mends_it(
    key_file: Path, data: Path, mode: int
) -> None:
    """STO-02, A35."""
    key_file.chmod(mode)
    with pytest.raises(UnsafeEnvironment) as caught:
        KeyRing.load(key_file, data)
    assert caught.value.message.endswith(f"run: chmod 600 {key_file}")
    assert caught.value.exit_code == 7


def test_a_key_file_that_is_read_only_is_fine(key_file: Path, data: Path) -> None:
    key_file.chmod(0o400)
    assert KeyRing.load(key_file, data).key_id


def test_a_key_file_of_somebody_else_is_refused(
    key_file: Path, data: Path, give_away: GiveAway
) -> None:
    """A35: also by root."""
    give_away(key_file)
    with pytest.raises(UnsafeEnvironment, match="belongs to"):
        KeyRing.load(key_file, data)


def test_a_link_a_second_name_or_a_fifo_in_the_place_of_the_key_is_refused(
    key_file: Path, data: Path
) -> None:
    """A35, K35."""
    link, second, fifo = (key_file.with_name(name) for name in ("link", "second", "fifo"))
    link.symlink_to(key_file)
    os.mkfifo(fifo, 0o600)
    with pytest.raises(UnsafeEnvironment, match="symbolic link"):
        KeyRing.load(link, data)
    with pytest.raises(UnsafeEnvironment, match="ordinary file"):
        KeyRing.load(fifo, data)
    second.hardlink_to(key_file)
    with pytest.raises(UnsafeEnvironment, match="hard link"):
        KeyRing.load(key_file, data)


def test_a_folder_of_the_key_that_others_can_write_to_is_refused(
    key_file: Path, data: Path
) -> None:
    """A35: sticky is enough for the folders above, not for the key's own."""
    for mode in (0o777, 0o1777, 0o770):
        key_file.parent.chmod(mode)
        with pytest.raises(UnsafeEnvironment, match="chmod go-w"):
            KeyRing.load(key_file, data)
    key_file.parent.chmod(0o755)
    assert KeyRing.load(key_file, data).key_id


def test_a_key_is_not_created_in_a_folder_that_others_can_write_to(
    tmp_path: Path, data: Path
) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    with pytest.raises(UnsafeEnvironment):
        KeyRing.create(tmp_path / "shared" / "master.key", data)
    assert list((tmp_path / "shared").iterdir()) == []


@pytest.fixture
def group() -> list[int]:
    """Return the group that the credential shows; a test may change it."""
    return [0]


@pytest.fixture
def credential(key_file: Path, group: list[int], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file as systemd shows it: root's, readable by an ACL that appears in the group's bits."""
    real_lstat, real_fstat = Path.lstat, os.fstat

    def as_root(found: os.stat_result) -> os.stat_result:
        fields = list(found)
        fields[stat.ST_UID], fields[stat.ST_GID] = 0, group[0]
        return os.stat_result(fields)

    monkeypatch.setattr(Path, "lstat", lambda self: as_root(real_lstat(self)))
    monkeypatch.setattr(os, "fstat", lambda fd: as_root(real_fstat(fd)))
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    key_file.chmod(0o440)
    key_file.parent.chmod(0o550)
    return key_file


def test_a_credential_that_systemd_keeps_for_the_service_is_read(
    credential: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-04: root's own file in the folder systemd named, mode 0440."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credential.parent))
    assert KeyRing.load(credential, data).key_id


@pytest.mark.parametrize("mode", [0o444, 0o640, 0o660, 0o550, 0o441])
def test_a_credential_with_other_modes_is_refused(
    credential: Path, data: Path, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential.chmod(mode)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credential.parent))
    with pytest.raises(UnsafeEnvironment):
        KeyRing.load(credential, data)


def test_a_credential_that_another_group_could_read_is_refused(
    credential: Path, data: Path, group: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    group[0] = 100
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credential.parent))
    with pytest.raises(UnsafeEnvironment):
        KeyRing.load(credential, data)


def test_the_same_file_outside_the_folder_systemd_named_is_refused(
    credential: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for named in (None, "", str(credential.parent.parent)):
        if named is None:
            monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
        else:
            monkeypatch.setenv("CREDENTIALS_DIRECTORY", named)
        with pytest.raises(UnsafeEnvironment, match="belongs to root"):
            KeyRing.load(credential, data)
