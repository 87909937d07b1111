"""Folders of this account alone, and everything above them."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui import safefiles
from pomfa_tui.domain.errors import UnsafeEnvironment

GiveAway = Callable[[Path], None]


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o770, 0o701, 0o1777])
def test_a_folder_open_to_others_is_refused(folder: Path, mode: int) -> None:
    """STO-02, A35."""
    folder.chmod(mode)
    with pytest.raises(UnsafeEnvironment, match=f"chmod 700 {folder}"):
        safefiles.check_folder(folder)


def test_a_folder_that_need_not_be_private_may_be_read_but_not_written_by_others(
    folder: Path,
) -> None:
    folder.chmod(0o755)
    safefiles.check_folder(folder, private=False)
    for mode in (0o775, 0o757, 0o1777):
        folder.chmod(mode)
        with pytest.raises(UnsafeEnvironment, match=f"chmod go-w {folder}"):
            safefiles.check_folder(folder, private=False)


def test_a_folder_of_somebody_else_is_refused(folder: Path, give_away: GiveAway) -> None:
    """STO-01: started by the wrong account, the program says which is the right one."""
    give_away(folder)
    with pytest.raises(UnsafeEnvironment, match="start pomfa-tui as"):
        safefiles.check_folder(folder)


def test_a_link_or_a_file_in_the_place_of_a_folder_is_refused(
    tmp_path: Path, folder: Path, file: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    with pytest.raises(UnsafeEnvironment, match="is a symbolic link"):
        safefiles.check_folder(link)
    with pytest.raises(UnsafeEnvironment, match="not a folder"):
        safefiles.check_folder(file)
    with pytest.raises(UnsafeEnvironment, match="not a folder"):
        safefiles.create_folder(file)
    with pytest.raises(FileNotFoundError):
        safefiles.check_folder(tmp_path / "none")


def test_a_loop_of_links_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UnsafeEnvironment, match="symbolic link"):
        safefiles.check_folder(tmp_path / "a" / "own")


@pytest.mark.parametrize("mode", [0o777, 0o757])
def test_a_folder_above_that_others_may_write_to_is_refused_by_name(
    tmp_path: Path, mode: int
) -> None:
    """A35, K35: who may rename a folder on the way can put another in its place."""
    (tmp_path / "above" / "own").mkdir(0o700, parents=True)
    (tmp_path / "above").chmod(mode)
    with pytest.raises(UnsafeEnvironment, match=f"chmod go-w {tmp_path / 'above'}"):
        safefiles.check_folder(tmp_path / "above" / "own")


def test_a_sticky_folder_above_is_fine_because_others_cannot_rename_ours_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "above" / "own").mkdir(0o700, parents=True)
    (tmp_path / "above").chmod(0o1777)
    safefiles.check_folder(tmp_path / "above" / "own")


def test_the_way_is_checked_behind_links_as_well(tmp_path: Path) -> None:
    """A35: a link may lead through a folder that others can write to."""
    (tmp_path / "open" / "real" / "own").mkdir(0o700, parents=True)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "way").symlink_to(tmp_path / "open" / "real")
    with pytest.raises(UnsafeEnvironment, match="chmod go-w"):
        safefiles.check_folder(tmp_path / "way" / "own")
    (tmp_path / "open").chmod(0o755)
    safefiles.check_folder(tmp_path / "way" / "own")


def test_a_folder_above_of_a_third_account_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "above" / "own").mkdir(0o700, parents=True)
    _show_as_owned_by(monkeypatch, tmp_path / "above", 4242)
    monkeypatch.setattr(safefiles, "_UID_MAP", tmp_path / "no such file")
    with pytest.raises(UnsafeEnvironment, match="belongs to 4242"):
        safefiles.check_folder(tmp_path / "above" / "own")


def test_in_a_sandbox_the_hosts_accounts_above_are_not_strangers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a user namespace the host's root shows as an account that is not mapped there."""
    (tmp_path / "above" / "own").mkdir(0o700, parents=True)
    _show_as_owned_by(monkeypatch, tmp_path / "above", 65534)
    uid_map = tmp_path / "uid_map"
    monkeypatch.setattr(safefiles, "_UID_MAP", uid_map)
    uid_map.write_text("         0       1000          1\n")
    safefiles.check_folder(tmp_path / "above" / "own")
    uid_map.write_text("         0          0 4294967295\n")
    with pytest.raises(UnsafeEnvironment):
        safefiles.check_folder(tmp_path / "above" / "own")
    uid_map.unlink()
    with pytest.raises(UnsafeEnvironment):
        safefiles.check_folder(tmp_path / "above" / "own")


@pytest.mark.parametrize(
    ("group", "members", "refused"),
    [
        ("anna", [], False),
        ("anna", ["anna"], False),
        ("anna", ["anna", "bert"], True),
        ("staff", [], True),
        (None, [], True),
    ],
)
def test_the_private_group_that_many_systems_give_each_user_counts_as_the_user(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: str | None,
    members: list[str],
    refused: bool,
) -> None:
    """With umask 002 every folder of a checkout is writable by a group of one; other groups are others."""
    above = tmp_path / "above"
    (above / "own").mkdir(0o700, parents=True)
    above.chmod(0o775)
    gid = above.stat().st_gid

    def getgrgid(_: int) -> grp.struct_group:
        if group is None:
            raise KeyError
        return grp.struct_group((group, "x", gid, members))

    monkeypatch.setattr(grp, "getgrgid", getgrgid)
    monkeypatch.setattr(
        pwd, "getpwuid", lambda uid: pwd.struct_passwd(("anna", "x", uid, gid, "", "/", ""))
    )
    if refused:
        with pytest.raises(UnsafeEnvironment, match=f"chmod go-w {above}"):
            safefiles.check_folder(above / "own")
    else:
        safefiles.check_folder(above / "own")


def test_an_existing_folder_is_checked_and_not_changed(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(UnsafeEnvironment):
        safefiles.create_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    folder.chmod(0o700)
    safefiles.create_folder(folder)


def test_no_folder_is_made_where_others_could_swap_it(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    with pytest.raises(UnsafeEnvironment):
        safefiles.create_folder(tmp_path / "shared" / "own")
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_refusal_leaves_nothing_open(folder: Path, file: Path) -> None:
    """The program runs for months; a refusal every few seconds must not use up its descriptors."""
    folder.chmod(0o755)
    file.chmod(0o644)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(UnsafeEnvironment):
        safefiles.check_folder(folder)
    with pytest.raises(UnsafeEnvironment):
        safefiles.open_private(file)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def _show_as_owned_by(monkeypatch: pytest.MonkeyPatch, path: Path, uid: int) -> None:
    real_lstat = Path.lstat

    def lstat(self: Path) -> os.stat_result:
        found = real_lstat(self)
        if self != path:
            return found
        fields = list(found)
        fields[stat.ST_UID] = uid
        return os.stat_result(fields)

    monkeypatch.setattr(Path, "lstat", lstat)
