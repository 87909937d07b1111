"""What is installed elsewhere is the whole program and nothing but the program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pomfa_tui import __version__

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pomfa_tui"
METADATA = f"pomfa_tui-{__version__}.dist-info"


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel from a copy of what packaging reads, and list what is in it."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(PACKAGE, tree / "pomfa_tui", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tree)
    (tree / "data").mkdir()
    (tree / "data" / "store.json").write_text("{}", encoding="utf-8")
    (tree / ".keys").mkdir()
    (tree / ".keys" / "master.key").write_text("key", encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tree / "dist")],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    [wheel] = (tree / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_every_file_of_the_package(wheel_names: set[str]) -> None:
    """Styles, texts and lists are no Python files and are easily left behind."""
    files = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert "pomfa_tui/py.typed" in files
    assert files - wheel_names == set()


def test_the_wheel_carries_neither_tests_nor_state_nor_keys(wheel_names: set[str]) -> None:
    """A built file is handed on; a store or a key in it would be too."""
    tops = {name.split("/")[0] for name in wheel_names}

    assert tops == {"pomfa_tui", METADATA}


def test_the_wheel_carries_the_licence(wheel_names: set[str]) -> None:
    """The licence asks for it."""
    assert f"{METADATA}/licenses/LICENSE" in wheel_names
