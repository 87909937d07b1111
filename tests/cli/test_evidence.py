"""`report evidence`: right by hand against the raw log, for a site and for all, as text, table and JSON."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.cli.call import Call
from pomfa_tui.cli.demo import demo_settings, prepare
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import refusal

PRIYA, JONAS, TOMOS = "priya@example.org", "jonas@example.org", "tomos@example.org"


@pytest.fixture
def demo(tmp_path: Path) -> CommandLine:
    """Return a command line over the demo's people, to whom a few things have happened."""
    settings = demo_settings(tmp_path)
    prepare(settings, Call({}))
    line = CommandLine(settings.data_dir, settings.key_file)
    why = ("--reason", "new phone", "--ticket", "HD-1")
    line.json("person", "reset-mfa", PRIYA, "--identity", "in-person", *why)
    line.json("person", "reset-password", PRIYA, "--identity", "in-person", *why)
    line.json("person", "reset-password", TOMOS, "--identity", "called-back", *why)
    line.json("person", "unlock", TOMOS, "--identity", "known", *why)
    line.json("person", "disable", "mei@example.org", "--reason", "long leave")
    line.json("person", "unlink", JONAS, "--site", "FZ102", "--identity", "known", *why)
    return line


def raw(line: CommandLine) -> list[dict[str, Any]]:
    """Return the events of the log as they lie in its file, read by nothing of the program."""
    lines = (line.data / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(text)["event"] for text in lines]


def people(line: CommandLine) -> list[dict[str, Any]]:
    """Return everybody who belongs to a site."""
    listed: list[dict[str, Any]] = line.json("person", "list")["people"]
    return [each for each in listed if each["memberships"]]


def test_the_report_of_the_demo_is_right_by_hand(demo: CommandLine) -> None:
    """Rule 33: every figure counted once more from the raw log and the list of people."""
    before = raw(demo)
    told = demo.json("report", "evidence")["evidence"]
    found = Counter((each["event"], each["reason"]) for each in before)
    assert told["resets"] == {
        "password reset": found["authn_password_change", "password_reset"],
        "authenticator reset": found["authn_token_revoked", "mfa_reset"],
        "unlocked": found["user_updated", "unlocked"],
        "linked": found["authz_change", "linked"],
        "refused, identity not verified": 0,
    }
    assert list(told["resets"].values()) == [2, 1, 1, 1, 0]
    checked = {"password_reset", "mfa_reset", "unlocked", "linked"}
    identities = Counter(each["detail"]["identity"] for each in before if each["reason"] in checked)
    assert (
        told["identity_checks"]
        == dict(identities)
        == {"in-person": 2, "called-back": 1, "known": 2}
    )
    usable = [each for each in people(demo) if each["state"] in {"invited", "active"}]
    assert told["people"] == len(usable) == 4
    assert told["enrolled"] == sum(each["mfa"] == "active" for each in usable) == 3
    assert (told["waiting"], told["disabled"]) == (1, 1)
    gone = {each["subject"] for each in before if each["reason"] in {"left", "unlinked"}}
    assert told["leavers"] == len(gone) == 1
    both = [each for each in told["acts"] if each["both_factors"]]
    assert [each["who"] for each in both] == ["Priya Nandakumar"]
    assert told["dormant"] == {"30": 0, "60": 0, "90": 0}
    high, harbour = told["sites"]
    assert (high["site"], high["enrolled"], high["people"]) == ("FZ101", 3, 4)
    assert high["administrators"] == ["Amara Whitfield", "Tomos Griffiths"]
    assert (harbour["site"], harbour["people"], harbour["administrators"]) == ("FZ102", 0, [])
    assert high["nhsmail"] == 0
    assert high["last_review"] is None


@dataclass
class Replayed:
    """What the raw log says that there is, event by event, without any part of the program.

    Attributes:
        sites: Roles by site and person, of ties that were not ended.
        off: Who is disabled.
        paired: Who has an authenticator.
        reset: Whose authenticator was reset and not paired anew.
        overall: Roles of those who belong to no site.
    """

    sites: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    off: set[str] = field(default_factory=set)
    paired: set[str] = field(default_factory=set)
    reset: set[str] = field(default_factory=set)
    overall: dict[str, str] = field(default_factory=dict)

    def take(self, each: dict[str, Any]) -> None:
        """Go on by one event."""
        who, site = each.get("subject") or "", each.get("site") or ""
        role = each.get("detail", {}).get("role", "admin")
        match each["event"], each.get("reason"):
            case "site_created", _:
                self.sites[site] = {}
            case "user_created", _ if not site:
                self.overall[who] = role
            case ("user_created", _) | ("authz_change", "linked"):
                self.sites[site][who] = role
            case "authz_change", "unlinked":
                del self.sites[site][who]
            case "user_updated", "disabled":
                self.off.add(who)
            case "authn_token_created", "paired":
                self.paired.add(who)
                self.reset.discard(who)
            case "authn_token_revoked", "mfa_reset":
                self.paired.discard(who)
                self.reset.add(who)

    def usable(self, site: str) -> set[str]:
        """Return who of a site may use their account."""
        return set(self.sites[site]) - self.off


def test_what_stands_now_follows_from_the_raw_log_alone(demo: CommandLine) -> None:
    """Rule 33: people, enrolled, waiting, disabled and administrators, replayed by hand from the first record to the last."""
    replayed = Replayed()
    for each in raw(demo):
        replayed.take(each)
    told = demo.json("report", "evidence")["evidence"]
    everybody = set().union(*map(replayed.usable, replayed.sites))
    assert told["people"] == len(everybody) == 4
    assert told["enrolled"] == len(everybody & replayed.paired) == 3
    assert told["waiting"] == len(everybody & replayed.reset) == 1
    assert told["disabled"] == len(replayed.off) == 1
    names = {each["id"]: each["name"] for each in demo.json("person", "list")["people"]}
    assert [each["site"] for each in told["sites"]] == sorted(replayed.sites)
    for each in told["sites"]:
        usable = replayed.usable(each["site"])
        assert (each["people"], each["enrolled"]) == (len(usable), len(usable & replayed.paired))
        admins = {who for who in usable if replayed.sites[each["site"]][who] == "admin"}
        assert each["administrators"] == sorted(names[who] for who in admins)
    assert [(each["name"], each["role"]) for each in told["over_all_sites"]] == [
        (names[who], role) for who, role in replayed.overall.items()
    ]


def test_one_site_has_its_own_figures_and_no_other_s(demo: CommandLine) -> None:
    told = demo.json("report", "evidence", "--site", "fz102")["evidence"]
    assert [each["site"] for each in told["sites"]] == ["FZ102"]
    assert (told["people"], told["leavers"]) == (0, 1)
    assert {each["site"] for each in told["acts"]} == {"FZ102"}
    nowhere = demo.run("report", "evidence", "--site", "FZ999", "--json")
    assert refusal(nowhere) == (4, "not_found")


def test_the_period_bounds_what_happened_in_it(demo: CommandLine) -> None:
    """Section 2: a period; what stands now is not part of it."""
    told = demo.json("report", "evidence", "--since", "2020-01-01", "--until", "2020-12-31")
    assert told["evidence"]["acts"] == []
    assert told["evidence"]["people"] == 4
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time()))
    told = demo.json("report", "evidence", "--since", "2020-01-01", "--until", today)
    assert len(told["evidence"]["acts"]) == 5
    for wrong in (("--since", "x"), ("--until", "2026-13-01")):
        assert refusal(demo.run("report", "evidence", *wrong, "--json")) == (2, "bad_input")
    backwards = ("--since", "2026-02-01", "--until", "2026-01-01", "--json")
    assert refusal(demo.run("report", "evidence", *backwards)) == (1, "bad_input")


def test_people_read_it_in_the_words_of_the_toolkit(demo: CommandLine, tmp_path: Path) -> None:
    """Rule 33: on 80 columns, and the same in a file for this account alone."""
    text = demo.run("report", "evidence", "--site", "FZ101").out
    assert "Evidence for the Data Security and Protection Toolkit" in text
    assert "yes: 3 of 4 people enrolled" in text
    assert "Amara Whitfield, Tomos Griffiths" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    path = tmp_path / "evidence.txt"
    told = demo.json("report", "evidence", "--site", "FZ101", "--out", str(path))
    assert told["file"] == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "yes: 3 of 4 people enrolled" in path.read_text(encoding="utf-8")
    again = demo.run("report", "evidence", "--out", str(path), "--json")
    assert refusal(again) == (2, "bad_input")


def test_a_spreadsheet_gets_figures_sites_and_acts(demo: CommandLine) -> None:
    """AUD-14: and no formula."""
    demo.json("person", "edit", PRIYA, "--name", "=Priya()")
    table = list(csv.reader(io.StringIO(demo.run("report", "evidence", "--csv").out, newline="")))
    assert ["people", "4"] in table
    assert ["dormant_90", "0"] in table
    assert any(line[:2] == ["FZ101", "High Street Pharmacy"] for line in table)
    assert any("'=Priya()" in line for line in table)
    told = demo.run("report", "evidence", "--csv", "--json")
    assert refusal(told) == (2, "bad_input")


def test_making_it_is_recorded(demo: CommandLine) -> None:
    """AUD-01, AUD-07."""
    demo.json("report", "evidence", "--site", "FZ101")
    last = raw(demo)[-1]
    assert (last["event"], last["reason"], last["site"]) == ("audit_read", "evidence", "FZ101")
