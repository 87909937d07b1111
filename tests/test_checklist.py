"""Every demand of the security checklist that this version answers is named by a test, or answered in docs/security.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "security.md"

DEMANDS = {
    "TOTP": range(1, 20),
    "PWD": range(1, 20),
    "ENR": range(1, 23),
    "REC": range(1, 13),
    "THR": range(1, 14),
    "ENU": range(1, 7),
    "ROL": range(1, 17),
    "SES": range(1, 19),
    "STO": range(1, 18),
    "AUD": range(1, 16),
    "BAK": range(1, 7),
    "ACC": range(1, 14),
    "PRI": range(1, 8),
    "GEN": range(1, 10),
}
IDS = [f"{family}-{number:02}" for family, numbers in DEMANDS.items() for number in numbers]

_ID = re.compile(r"\b[A-Z]{3,4}-[0-9]{2}\b")
_ANSWERS = re.compile(
    r"^## Answers without a test of their own\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)


def ids_named_by_tests() -> Iterator[str]:
    """Yield the ids in the docstrings of test functions, this file's own left out."""
    for path in TESTS.rglob("test_*.py"):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
                "test_"
            ):
                yield from _ID.findall(ast.get_docstring(node) or "")


NAMED = frozenset(ids_named_by_tests())


def ids_answered_in_the_document() -> frozenset[str]:
    """Return the ids that the document answers in words."""
    found = _ANSWERS.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None
    return frozenset(_ID.findall(found.group(1)))


@pytest.mark.parametrize("demand", IDS)
def test_a_demand_of_the_checklist_is_named_by_a_test_or_answered_in_the_document(
    demand: str,
) -> None:
    """A demand that nobody proves or answers is a hole."""
    assert demand in NAMED | ids_answered_in_the_document()
