"""The README shows what the program looks like now, and names commands and files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SNAPSHOTS = ROOT / "tests" / "screens" / "__snapshots__" / "test_pictures"
PICTURES = {
    "sign-in.svg": "test_it_looks_as_it_did[default-sign in].svg",
    "pairing.svg": "test_it_looks_as_it_did[default-set up your authenticator].svg",
    "home.svg": "test_it_looks_as_it_did[default-home, notices].svg",
}
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_readme_is_what_the_program_draws(name: str) -> None:
    """`make pictures` copies them from the snapshots, which are compared with the program."""
    shown = (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8")
    assert shown == (SNAPSHOTS / PICTURES[name]).read_text(encoding="utf-8")


def test_every_file_that_the_readme_links_to_exists() -> None:
    """A newcomer who follows a link arrives somewhere."""
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", README)]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_target_that_the_readme_names_exists() -> None:
    """The commands of the README can be typed as they stand."""
    targets = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(re.findall(r"`?\bmake ([a-z]+)\b", README)) <= targets
