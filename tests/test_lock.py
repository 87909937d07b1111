"""What is locked is what pyproject.toml asks for, and says nothing about the machine that locked it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = {
    "run.txt": (),
    "postgres.txt": ("postgres",),
    "dev.txt": ("postgres", "dev"),
}
ENTRY = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE)


def text_of(lock: str) -> str:
    """Read one lock file."""
    return (ROOT / "requirements" / lock).read_text(encoding="utf-8")


def asked_for(extras: tuple[str, ...]) -> list[Requirement]:
    """List what pyproject.toml and the build backend's file ask for."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    backend = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8")
    lines += [line for line in backend.splitlines() if not line.startswith("#")]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items())
def test_every_requirement_is_locked_at_a_version_it_allows(
    lock: str, extras: tuple[str, ...]
) -> None:
    """A range changed without `make lock` would otherwise show on the next new machine only."""
    locked = {match["name"]: match["version"] for match in ENTRY.finditer(text_of(lock))}

    for requirement in asked_for(extras):
        version = locked[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{lock} has {version}, wanted {requirement}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_carries_hashes(lock: str) -> None:
    """Pip then refuses anything that was exchanged on its way."""
    entries = list(ENTRY.finditer(text_of(lock)))

    assert entries
    assert [match["name"] for match in entries if "--hash=sha256:" not in match["rest"]] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_local_path(lock: str) -> None:
    """The lock installs from whichever index the machine is set up for."""
    options = ("--index-url", "--extra-index-url", "--find-links", "--trusted-host", "://", "file:")

    assert [option for option in options if option in text_of(lock)] == []


@pytest.mark.parametrize("lock", ["run.txt", "postgres.txt"])
def test_all_locks_agree_on_versions(lock: str) -> None:
    """What is tested is what runs."""
    tested = {match.group("name", "version") for match in ENTRY.finditer(text_of("dev.txt"))}

    assert {match.group("name", "version") for match in ENTRY.finditer(text_of(lock))} <= tested
