"""The layers hold, and each contract that says so breaks when it is violated."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pomfa_tui"
CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}

VIOLATIONS = [
    ("layers", "domain/probe.py", "import pomfa_tui.services"),
    ("layers", "services/probe.py", "import pomfa_tui.screens"),
    ("layers", "store/probe.py", "import pomfa_tui.services"),
    ("layers", "store/probe.py", "import pomfa_tui.security"),
    ("layers", "widgets/probe.py", "import pomfa_tui.screens"),
    ("layers", "unplaced.py", ""),
    ("core-without-terminal", "domain/probe.py", "import textual"),
    ("core-without-terminal", "services/probe.py", "import rich.text"),
    ("core-without-terminal", "store/probe.py", "import textual.app"),
    ("core-without-terminal", "security/probe.py", "import rich"),
    ("core-without-terminal", "domain/probe.py", "def late() -> None:\n    import textual"),
    ("screens-through-services", "screens/probe.py", "import pomfa_tui.store"),
    ("screens-through-services", "screens/probe.py", "import pomfa_tui.bootstrap"),
    ("screens-through-services", "widgets/probe.py", "import pomfa_tui.security"),
    ("screens-through-services", "screens/probe.py", "from tinydb import TinyDB"),
    ("screens-through-services", "screens/probe.py", "import psycopg"),
    ("screens-through-services", "widgets/probe.py", "import cryptography"),
    ("screens-through-services", "widgets/probe.py", "import argon2"),
    ("services-by-ports", "services/probe.py", "import pomfa_tui.store"),
    ("services-by-ports", "services/probe.py", "import pomfa_tui.security"),
    ("domain-alone", "domain/probe.py", "import pomfa_tui.services"),
    ("domain-alone", "domain/probe.py", "import pomfa_tui.content"),
]


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    """Lay the package and its contracts where a violation can be added."""
    shutil.copytree(PACKAGE, tmp_path / "pomfa_tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check the package in a tree, against some contracts or all."""
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-logo", "--no-cache", *chosen],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "COLUMNS": "200", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def modules_after(imports: str) -> set[str]:
    """Import in a fresh interpreter and return the names of all modules it then holds."""
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}\nimport sys\nprint(*sys.modules, sep='\\n')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stdout.split())


def modules_of(*names: str) -> list[str]:
    """Name every module of the given subpackages and modules."""
    found = []
    for name in names:
        base = PACKAGE / name
        paths = sorted(base.rglob("*.py")) if base.is_dir() else [base.with_suffix(".py")]
        found += [
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for path in paths
        ]
    return found


def test_the_package_keeps_every_contract(copied_tree: Path) -> None:
    """The tree as it is passes, so a failure below is the violation's and nothing else's."""
    done = lint_imports(copied_tree)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize(("contract", "place", "line"), VIOLATIONS)
def test_a_violating_import_breaks_its_contract(
    copied_tree: Path, contract: str, place: str, line: str
) -> None:
    """A contract that cannot break would guard nothing."""
    violating = copied_tree / "pomfa_tui" / place
    violating.write_text(f'"""Violates {contract}."""\n\n{line}\n', encoding="utf-8")

    done = lint_imports(copied_tree, contract)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{CONTRACTS[contract]} BROKEN" in done.stdout


def test_every_contract_is_shown_to_break() -> None:
    """A contract added without a violation above fails here."""
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)
