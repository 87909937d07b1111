"""`report breach`: who was affected since a moment, right by hand against the raw log."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.cli.call import Call
from pomfa_tui.cli.demo import demo_settings, prepare
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import refusal

PRIYA, TOMOS = "priya@example.org", "tomos@example.org"
SINCE = ("--since", "2020-01-01")
WHY = ("--identity", "in-person", "--reason", "seen in the shop", "--ticket", "HD-1")


@pytest.fixture
def demo(tmp_path: Path) -> CommandLine:
    """Return a command line over the demo's people, after a day on which much happened."""
    settings = demo_settings(tmp_path)
    prepare(settings, Call({}))
    line = CommandLine(settings.data_dir, settings.key_file)
    line.json("person", "reset-mfa", PRIYA, *WHY)
    line.json("person", "reset-password", TOMOS, *WHY)
    line.json("person", "disable", "mei@example.org", "--reason", "long leave")
    line.json("audit", "export", "--out", str(tmp_path / "log.jsonl"), "--site", "FZ101")
    line.json("backup", str(tmp_path / "night.pomfa"))
    return line


def raw(line: CommandLine) -> list[dict[str, Any]]:
    """Return the events of the log as they lie in its file, read by nothing of the program."""
    lines = (line.data / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(text)["event"] for text in lines]


def per_person(
    events: list[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]
) -> Counter[str]:
    """Count the records that fit, by whom they are about."""
    return Counter(each.get("subject") or each["actor"] for each in events if fits(each))


def test_the_report_of_the_demo_is_right_by_hand(demo: CommandLine) -> None:
    """PRI-05: every account's figures counted once more from the raw log."""
    events = raw(demo)
    told = demo.json("report", "breach", *SINCE)["breach"]
    by_id = {each["id"]: each for each in told["people"]}
    assert len(by_id) == told["accounts"] == len(demo.json("person", "list")["people"])
    signed_in = per_person(events, lambda each: each["event"].startswith("authn_login_success"))
    assert {who: each["signed_in"] for who, each in by_id.items() if each["signed_in"]} == signed_in
    kinds = {"authn_password_change", "authn_token_created", "authn_token_revoked"}
    others = per_person(
        events,
        lambda each: each["event"] in kinds and each.get("subject") not in {None, each["actor"]},
    )
    found = {who: each["credentials_by_others"] for who, each in by_id.items()}
    assert {who: count for who, count in found.items() if count} == others
    used = Counter(
        each["actor"] for each in events if each["event"].startswith("authn_login_success")
    )
    assert {
        who: sum(place["signed_in"] for place in each["used"])
        for who, each in by_id.items()
        if each["signed_in"]
    } == used
    assert {each["terminal"] for each in events if each["actor"] in by_id} >= {
        place["terminal"] for each in by_id.values() for place in each["used"]
    }
    assert [each["copy"] for each in told["copies"]] == ["audit log exported", "backup"]
    assert all(each["copies"] >= 1 for each in by_id.values())
    assert told["copies"][-1]["people"] == told["accounts"]


def test_it_is_had_as_text_as_a_table_and_as_a_file_for_this_account_alone(
    demo: CommandLine, tmp_path: Path
) -> None:
    """PRI-05: and who ran it is recorded."""
    text = demo.run("report", "breach", *SINCE, "--site", "fz101").out
    assert text.startswith("Who was affected\nFZ101\n")
    assert "told within 72 hours" in text
    table = list(csv.reader(io.StringIO(demo.run("report", "breach", *SINCE, "--csv").out)))
    assert any(row[1:3] == ["Priya Nandakumar", PRIYA] for row in table if len(row) > 2)
    path = tmp_path / "who.txt"
    assert demo.json("report", "breach", *SINCE, "--out", str(path))["file"] == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    made = [(each["reason"], each["site"]) for each in raw(demo)[-3:]]
    assert made == [
        ("breach_report", "FZ101"),
        ("breach_report_saved", None),
        ("breach_report_saved", None),
    ]
    assert all(each["actor"].startswith("host:") for each in raw(demo)[-3:])


def test_what_cannot_be_asked_for_is_refused_in_words(demo: CommandLine) -> None:
    """GEN-05."""
    assert refusal(demo.run("report", "breach", "--since", "2199-01-01", "--json")) == (
        1,
        "bad_input",
    )
    assert refusal(demo.run("report", "breach", *SINCE, "--site", "FZ999", "--json")) == (
        4,
        "not_found",
    )
    assert refusal(demo.run("report", "breach", "--since", "x", "--json")) == (2, "bad_input")
    assert refusal(demo.run("report", "breach", "--json")) == (2, "bad_input")
    assert refusal(demo.run("report", "breach", *SINCE, "--csv", "--json")) == (2, "bad_input")
