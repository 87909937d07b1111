"""Tables of people to import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.conftest import CommandLine

HEADING = "email,name,site,role,job\n"


def row(number: int) -> str:
    """Return a good row."""
    return f"p{number}@example.org,Person {number},FZ101,staff,dispenser\n"


def table(count: int) -> str:
    """Return a good table."""
    return HEADING + "".join(map(row, range(1, count + 1)))


def written(folder: Path, text: str | bytes, name: str = "people.csv") -> str:
    """Write a table and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def emails(shop: CommandLine) -> list[str]:
    """Return who stands in the store, beside its first administrator."""
    people: list[dict[str, Any]] = shop.json("person", "list")["people"]
    return [person["email"] for person in people if person["email"] != "ada@example.org"]
