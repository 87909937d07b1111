"""Every finding of the kiosk study has its row in docs/security.md, and each row its tests, which name it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "security.md"

FOUND = [f"K{number:02}" for number in (*range(1, 16), *range(20, 38), *range(40, 66))]
_SECTION = re.compile(
    r"^## Findings of the kiosk study\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
_ROW = re.compile(r"^\| (K\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def rows() -> dict[str, list[str]]:
    """Return the rows of the document, each with its tests."""
    section = _SECTION.search(DOCUMENT.read_text(encoding="utf-8"))
    assert section is not None
    return {row: re.findall(r"`([^`]+)`", tests) for row, _, _, tests in _ROW.findall(section[1])}


@cache
def docstrings(file: str) -> dict[str, str]:
    """Return the docstring of every test of a file."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {
        node.name: ast.get_docstring(node) or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def runs_the_program(test: str) -> bool:
    """Tell whether a test runs the installed program in a pty, or asks a real sshd for it."""
    file = test.partition("::")[0]
    text = (TESTS / file).read_text(encoding="utf-8")
    people = re.search(
        r"^from tests\.terminal\.(pharmacy|counter) import .*\bCounter\b", text, re.MULTILINE
    )
    return file.startswith("terminal/") and people is not None


def test_the_document_lists_every_finding_once_and_in_order() -> None:
    """Nothing that was found is left out."""
    assert list(rows()) == FOUND


@pytest.mark.parametrize("row", FOUND)
def test_a_finding_is_closed_by_tests_that_exist_and_name_it(row: str) -> None:
    """A test that was renamed, or that shows something else now, is noticed here."""
    named = rows()[row]
    assert named
    for each in named:
        file, _, name = each.partition("::")
        assert row in docstrings(file).get(name, ""), each
    assert any(runs_the_program(each) for each in named), "none runs the program in a terminal"


def test_what_no_program_can_close_is_said_to_be_the_hosts() -> None:
    """K33, K65: in the papers for whoever looks after the host."""
    deploy = (TESTS.parent / "docs" / "deploy" / "README.md").read_text(encoding="utf-8")
    for words in ("MemorySwapMax=0", "kernel.sysrq", "ctrl-alt-del.target", "-e none"):
        assert words in deploy
