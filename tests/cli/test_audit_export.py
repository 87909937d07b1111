"""`audit export` and `audit verify --file`: the log as a file that can be checked without the store."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import add, refusal


def exported(shop: CommandLine, path: Path, *options: str) -> list[bytes]:
    """Write the log to a file and return its lines."""
    answer = shop.json("audit", "export", "--out", str(path), *options)
    lines = path.read_bytes().splitlines(keepends=True)
    assert answer["file"] == str(path)
    return lines


def test_an_export_holds_the_records_of_show_and_its_own(shop: CommandLine, tmp_path: Path) -> None:
    """AUD-07, AUD-03: line by line what `audit show` answers; the last line is the export."""
    shown = shop.json("audit", "show")["records"]
    lines = [json.loads(line) for line in exported(shop, tmp_path / "log.jsonl")]
    assert lines[: len(shown)] == shown
    assert (lines[-1]["event"], lines[-1]["reason"]) == ("audit_read", "exported")


def test_the_file_is_for_this_account_alone_and_never_overwrites_one(
    shop: CommandLine, tmp_path: Path
) -> None:
    """STO-01: mode 0600 whatever the umask is; a link is something that is there."""
    path = tmp_path / "log.jsonl"
    old = os.umask(0)
    try:
        exported(shop, path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for taken in (path, link):
        told = shop.run("audit", "export", "--out", str(taken), "--json")
        assert refusal(told) == (2, "bad_input")
        assert "never overwritten" in told.error["message"]
    assert path.read_bytes() == before
    nowhere = shop.run("audit", "export", "--out", str(tmp_path / "no" / "x"), "--json")
    assert refusal(nowhere) == (2, "bad_input")


def test_a_refused_file_records_no_export(shop: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    shop.run("audit", "export", "--out", str(tmp_path / "there"))
    reasons = [each["reason"] for each in shop.json("audit", "show")["records"]]
    assert "exported" not in reasons


def test_without_a_file_it_goes_to_standard_output(shop: CommandLine) -> None:
    lines = shop.run("audit", "export").out.splitlines()
    assert json.loads(lines[0])["event"] == "store_created"
    told = shop.run("audit", "export", "--json")
    assert refusal(told) == (2, "bad_input")
    assert "--out" in told.error["message"]


def test_filters_choose_what_is_written(two: CommandLine, tmp_path: Path) -> None:
    lines = exported(two, tmp_path / "a", "--site", "FZ102")
    assert {json.loads(line)["site"] for line in lines} == {"FZ102"}
    lines = exported(two, tmp_path / "b", "--event", "site_created", "--since", "2020-01-01")
    assert [json.loads(line)["event"] for line in lines] == ["site_created", "site_created"]
    assert exported(two, tmp_path / "c", "--until", "2020-01-01") == []
    nowhere = two.run("audit", "export", "--site", "FZ999", "--json")
    assert nowhere.status in {2, 4}


def test_a_table_has_nothing_that_a_spreadsheet_runs(shop: CommandLine, tmp_path: Path) -> None:
    """AUD-14, A43: a reason such as =cmd() is a text; every cell is there."""
    add(shop, "jo@example.org")
    shop.json("person", "disable", "jo@example.org", "--reason", '=HYPERLINK("x"), "y"')
    path = tmp_path / "log.csv"
    shop.json("audit", "export", "--out", str(path), "--format", "csv")
    table = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert table[0]["event"] == "store_created"
    assert not [
        cell for line in table for cell in line.values() if cell[:1] in {"=", "+", "-", "@"}
    ]
    (disabled,) = (line for line in table if line["reason"] == "disabled")
    assert disabled["detail"] == 'why==HYPERLINK("x"), "y"'


class TestCheckingAFile:
    """AUD-06: without store and key."""

    def test_a_whole_export_is_whole(
        self, shop: CommandLine, line: CommandLine, tmp_path: Path
    ) -> None:
        """AUD-06: checked where there is no store at all; a copy of the log itself as well."""
        path = tmp_path / "log.jsonl"
        lines = exported(shop, path)
        elsewhere = CommandLine(tmp_path / "none", tmp_path / "nokey")
        verdict = elsewhere.json("audit", "verify", "--file", str(path))
        assert verdict["ok"] is True
        assert (verdict["records"], verdict["first"], verdict["gaps"]) == (len(lines), 1, 0)
        assert not (tmp_path / "none").exists()
        own = line.json("audit", "verify", "--file", str(line.data / "audit.jsonl"))
        assert (own["ok"], own["head"]) == (True, verdict["head"])

    def test_a_filtered_export_has_gaps_and_holds(self, two: CommandLine, tmp_path: Path) -> None:
        """AUD-06: what a filter leaves out is counted, not hidden."""
        path = tmp_path / "log.jsonl"
        exported(two, path, "--event", "site_created")
        verdict = two.json("audit", "verify", "--file", str(path))
        assert (verdict["ok"], verdict["records"], verdict["gaps"]) == (True, 2, 2)
        assert "Gaps" in two.run("audit", "verify", "--file", str(path)).out

    @pytest.mark.parametrize("harm", ["changed", "exchanged", "doubled", "torn", "rubbish"])
    def test_whatever_is_done_to_a_line_is_named(
        self, two: CommandLine, tmp_path: Path, harm: str
    ) -> None:
        """A39, AUD-06: time changed, records exchanged, inserted or torn."""
        path = tmp_path / "log.jsonl"
        lines = exported(two, path)
        harmed = {
            "changed": [*lines[:2], lines[2].replace(b"2026", b"2025"), *lines[3:]],
            "exchanged": [lines[0], lines[2], lines[1], *lines[3:]],
            "doubled": [*lines[:2], lines[1], *lines[2:]],
            "torn": [*lines[:2], lines[2][:-9]],
            "rubbish": [*lines[:2], b"[" * 5000, *lines[3:]],
        }[harm]
        path.write_bytes(b"".join(harmed))
        answer = two.run("audit", "verify", "--file", str(path), "--json")
        assert (answer.status, answer.document["ok"]) == (6, False)
        assert answer.document["first_bad"] == 3
        told = two.run("audit", "verify", "--file", str(path))
        assert (told.status, told.out) == (6, "")
        assert "Line 3" in told.err

    def test_what_cannot_be_read_is_said(self, shop: CommandLine, tmp_path: Path) -> None:
        """GEN-01: in a sentence."""
        told = shop.run("audit", "verify", "--file", str(tmp_path / "none"), "--json")
        assert refusal(told) == (1, "bad_input")
        folder = shop.run("audit", "verify", "--file", str(tmp_path), "--json")
        assert refusal(folder) == (1, "bad_input")
