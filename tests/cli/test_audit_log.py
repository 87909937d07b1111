"""`audit`: filters, the record of reading, and the verdict."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest

from tests.cli.conftest import CommandLine


def events(shop: CommandLine, *filters: str) -> list[str]:
    """Return the events of the records that fit."""
    return [record["event"] for record in shop.json("audit", "show", *filters)["records"]]


def test_reading_the_log_is_recorded(shop: CommandLine) -> None:
    """AUD-07."""
    shop.json("audit", "show")
    last = shop.json("audit", "show")["records"][-2:]
    assert [record["event"] for record in last] == ["audit_read", "audit_read"]
    assert last[0]["actor"].startswith("host:")
    assert last[0]["actor_role"] == "host"


def test_records_are_found_by_every_filter(shop: CommandLine) -> None:
    shop.json("site", "add", "--code", "FZ102", "--name", "Harbour Pharmacy")
    assert events(shop, "--event", "site_created") == ["site_created", "site_created"]
    assert events(shop, "--site", "fz102") == ["site_created", "audit_read"]
    assert events(shop, "--person", "ada@example.org") == ["user_created", "audit_read"]
    assert len(events(shop, "--limit", "2")) == 2
    day = time.strftime("%Y-%m-%d", time.gmtime())
    assert "store_created" in events(shop, "--since", "2026-01-01", "--until", "9998-12-31")
    assert events(shop, "--since", "9998-12-31") == []
    assert events(shop, "--until", "2020-01-01T00:00:00Z") == []
    assert "store_created" in events(shop, "--until", day)


@pytest.mark.parametrize(
    ("moment", "same"),
    [
        ("2026-11-23T07:00:00Z", "2026-11-23T07:00:00"),
        ("2026-11-23T07:00:00Z", "2026-11-23T08:00:00+01:00"),
        ("2026-11-23", "2026-11-23T00:00:00Z"),
    ],
)
def test_moments_are_utc_unless_they_say_otherwise(moment: str, same: str) -> None:
    from pomfa_tui.cli.kinds import MomentOfTime

    kind = MomentOfTime(end_of_day=False)
    assert kind.convert(moment, None, None) == kind.convert(same, None, None)


def test_a_day_as_the_end_includes_that_day() -> None:
    from pomfa_tui.cli.kinds import MomentOfTime

    since, until = MomentOfTime(end_of_day=False), MomentOfTime(end_of_day=True)
    first, end = since.convert("2026-11-23", None, None), until.convert("2026-11-23", None, None)
    assert end - first == 86400


@pytest.mark.parametrize(
    "wrong",
    [
        ("--since", "tomorrow"),
        ("--since", "\uff12\uff10\uff12\uff16-01-01"),
        ("--since", "2026-13-01"),
        ("--until", "9999-12-31"),
        ("--limit", "0"),
        ("--limit", "-1"),
        ("--limit", "10001"),
        ("--limit", "\uff11"),
        ("--limit", "1_0"),
        ("--event", "login"),
        ("--event", "x" * 1_000_000),
    ],
    ids=lambda wrong: f"{wrong[0]} {ascii(wrong[1])[:20]}",
)
def test_filters_that_mean_nothing_are_wrong_usage(
    shop: CommandLine, wrong: tuple[str, str]
) -> None:
    answer = shop.run("audit", "show", *wrong, "--json")
    assert (answer.status, answer.error["code"]) == (2, "bad_input")
    assert len(answer.error["message"]) < 700


def test_an_event_that_is_nearly_right_is_named(shop: CommandLine) -> None:
    answer = shop.run("audit", "show", "--event", "site_create")
    assert "Perhaps site_created is meant." in answer.err


def test_a_changed_record_is_named_and_the_status_is_six(shop: CommandLine) -> None:
    """AUD-05, AUD-06."""
    log = shop.data / "audit.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"FZ101", b"FZ109")
    log.write_bytes(b"".join(lines))
    answer = shop.run("audit", "verify", "--json")
    assert answer.status == 6
    assert answer.document["ok"] is False
    assert answer.document["first_bad"] == 2
    told = shop.run("audit", "verify")
    assert (told.status, told.out) == (6, "")
    assert told.err.count("\n") == 1
    assert "Record 2" in told.err


def test_a_log_without_its_tail_is_noticed(shop: CommandLine) -> None:
    """AUD-06."""
    log = shop.data / "audit.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    answer = shop.run("audit", "verify", "--json")
    assert (answer.status, answer.document["first_bad"]) == (6, 3)


def test_records_are_shown_to_people_without_control_characters(shop: CommandLine) -> None:
    shown = shop.run("audit", "show").out
    assert "store_created success" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_a_whole_log_is_told_to_people(shop: CommandLine) -> None:
    answer = shop.run("audit", "verify")
    assert (answer.status, answer.err) == (0, "")
    assert "whole" in answer.out


def test_the_log_says_when_in_utc_with_the_zone_written_out(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-03: ISO 8601 ending in Z, in the order in which things happened, whatever the host's zone is."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        moments = [record["at"] for record in shop.json("audit", "show")["records"]]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", moment) for moment in moments)
    assert moments == sorted(moments)
    said = datetime.fromisoformat(moments[-1]).timestamp()
    assert abs(said - time.time()) < 3600
