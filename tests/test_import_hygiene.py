"""The layers hold, and each contract that says so breaks when it is violated."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pomfa_tui"
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]
}

JOINERS = {
    "__init__",
    "__main__",
    "bootstrap",
    "cli",
    "aftermath",
    "checkpoints",
    "custody",
    "launch",
    "login_shell",
    "restoration",
}
INTERFACE = {"app", "screens", "terminal", "themes", "widgets"}
DATA = {"styles"}

VIOLATIONS = [
    ("layers", {"domain/probe.py": "import pomfa_tui.services"}),
    ("layers", {"services/probe.py": "import pomfa_tui.screens"}),
    ("layers", {"store/probe.py": "import pomfa_tui.services"}),
    ("layers", {"store/probe.py": "import pomfa_tui.security"}),
    ("layers", {"widgets/probe.py": "import pomfa_tui.screens"}),
    ("layers", {"screens/probe.py": "import pomfa_tui.cli"}),
    ("layers", {"unplaced.py": ""}),
    ("core-without-terminal", {"domain/probe.py": "import textual"}),
    ("core-without-terminal", {"services/probe.py": "import rich.text"}),
    ("core-without-terminal", {"store/probe.py": "import textual.app"}),
    ("core-without-terminal", {"security/probe.py": "import rich"}),
    ("core-without-terminal", {"domain/probe.py": "def late() -> None:\n    import textual"}),
    ("screens-through-services", {"screens/probe.py": "import pomfa_tui.store"}),
    ("screens-through-services", {"widgets/probe.py": "import pomfa_tui.security"}),
    ("screens-through-services", {"screens/probe.py": "from tinydb import TinyDB"}),
    ("screens-through-services", {"screens/probe.py": "import psycopg"}),
    ("screens-through-services", {"widgets/probe.py": "import cryptography"}),
    ("screens-through-services", {"widgets/probe.py": "import argon2"}),
    (
        "screens-through-services",
        {
            "screens/probe.py": "import pomfa_tui.content.probe",
            "content/probe.py": "import pomfa_tui.store",
        },
    ),
    ("commands-through-bootstrap", {"cli/probe.py": "import pomfa_tui.store"}),
    ("commands-through-bootstrap", {"cli/probe.py": "from cryptography import x509"}),
    ("services-by-ports", {"services/probe.py": "import pomfa_tui.store"}),
    ("services-by-ports", {"services/probe.py": "import pomfa_tui.security"}),
    ("services-by-ports", {"services/probe.py": "import argon2"}),
    ("domain-alone", {"domain/probe.py": "import pomfa_tui.services"}),
    ("domain-alone", {"domain/probe.py": "import pomfa_tui.content"}),
    ("domain-alone", {"domain/probe.py": "import tinydb"}),
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
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def modules_below(names: Iterable[str]) -> list[str]:
    """Name every module at or below the given dotted names."""
    found = []
    for name in names:
        base = ROOT.joinpath(*name.split("."))
        paths = sorted(base.rglob("*.py")) if base.is_dir() else [base.with_suffix(".py")]
        found += [path.relative_to(ROOT).with_suffix("") for path in paths]
    return [".".join(path.parts).removesuffix(".__init__") for path in found]


def parts_of_the_package() -> set[str]:
    """Name the modules and folders at the top of the package."""
    return {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }


def guarded_by(contract: str) -> set[str]:
    """Name the parts of the package that a contract speaks of as its source."""
    return {name.removeprefix("pomfa_tui.") for name in CONTRACTS[contract]["source_modules"]}


def test_the_package_keeps_every_contract(copied_tree: Path) -> None:
    """The tree as it is passes, so a failure below is the violation's and nothing else's."""
    done = lint_imports(copied_tree)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize(("contract", "files"), VIOLATIONS)
def test_a_violating_import_breaks_its_contract(
    copied_tree: Path, contract: str, files: dict[str, str]
) -> None:
    """A contract that cannot break would guard nothing."""
    for place, line in files.items():
        violating = copied_tree / "pomfa_tui" / place
        violating.write_text(f'"""Violates {contract}."""\n\n{line}\n', encoding="utf-8")

    done = lint_imports(copied_tree, contract)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in done.stdout


def test_every_contract_is_shown_to_break() -> None:
    """A contract added without a violation above fails here."""
    assert {contract for contract, _ in VIOLATIONS} == set(CONTRACTS)


def test_every_part_of_the_core_is_kept_from_the_terminal() -> None:
    """A new module at the top of the package is core unless it is said to be something else."""
    core = parts_of_the_package() - JOINERS - INTERFACE - DATA

    assert guarded_by("core-without-terminal") == core


def test_every_part_of_the_interface_is_kept_from_store_and_cryptography() -> None:
    """Adding a module for the interface without naming it in the contract fails here."""
    assert guarded_by("screens-through-services") == parts_of_the_package() & INTERFACE


def test_importing_the_core_loads_no_terminal() -> None:
    """What the linter reads in the source holds in a running interpreter too."""
    names = modules_below(CONTRACTS["core-without-terminal"]["source_modules"])

    loaded = modules_after("\n".join(f"import {name}" for name in names))

    assert set(names) <= loaded
    assert {"textual", "rich"} & loaded == set()


def test_the_database_driver_is_loaded_only_where_it_is_configured() -> None:
    """A locked-down terminal with the embedded store may have no PostgreSQL library at all."""
    names = modules_below(CONTRACTS["core-without-terminal"]["source_modules"])
    embedded = [name for name in names if not name.startswith("pomfa_tui.store.postgres")]

    loaded = modules_after("\n".join(f"import {name}" for name in embedded))

    assert "psycopg" not in loaded
