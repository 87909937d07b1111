"""A pharmacy for every test in a terminal that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.installation import Installation
from tests.terminal.pharmacy import Pharmacy

Altered = Callable[..., tuple[Pharmacy, Installation]]


@pytest.fixture
def pharmacy(tmp_path: Path) -> Iterator[Pharmacy]:
    found = Pharmacy(tmp_path)
    yield found
    found.close()


@pytest.fixture
def altered(tmp_path: Path) -> Iterator[Altered]:
    """Make a pharmacy whose installation has the named alterations."""
    made: list[Pharmacy] = []

    def make(*alterations: str) -> tuple[Pharmacy, Installation]:
        installed = Installation(tmp_path / "installed", *alterations)
        made.append(Pharmacy(tmp_path, python=installed.python))
        return made[-1], installed

    yield make
    for each in made:
        each.close()
