"""`person data` and `person erase`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import LOU, refusal


def test_what_is_kept_about_somebody_goes_into_a_file(two: CommandLine, tmp_path: Path) -> None:
    """PRI-04: mode 0600, never over another file; recorded."""
    path = tmp_path / "lou.json"
    told = two.json("person", "data", LOU, "--out", str(path))
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["person"]["email"] == LOU
    assert told == {"file": str(path), "records": len(found["records"])}
    assert path.stat().st_mode & 0o777 == 0o600
    assert refusal(two.run("person", "data", LOU, "--out", str(path), "--json")) == (2, "bad_input")
    nobody = two.run("person", "data", "no@example.org", "--out", str(tmp_path / "x"), "--json")
    assert refusal(nobody) == (4, "not_found")
    assert not (tmp_path / "x").exists()


def test_after_erasing_no_file_of_the_store_has_the_address(two: CommandLine) -> None:
    """PRI-04: snapshot, journal and log; the chain verifies."""
    early = two.run("person", "erase", LOU, "--reason", "asked", "--json")
    assert refusal(early) == (1, "bad_input")
    identifier = two.json("person", "show", LOU)["person"]["id"]
    two.json("person", "leave", LOU, "--reason", "moved away")
    assert any(LOU.encode() in path.read_bytes() for path in two.data.iterdir())
    erased = two.json("person", "erase", identifier, "--reason", "asked for it")["person"]
    assert erased["name"] == "Erased person"
    for path in two.data.iterdir():
        assert LOU.encode() not in path.read_bytes(), path
    assert two.json("audit", "verify")["ok"] is True
    trail = two.json("audit", "show", "--person", identifier)["records"]
    assert trail[-2]["reason"] == "erased"
