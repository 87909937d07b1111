"""A log whose oldest records were dropped, through the command line: verified, exported, backed up, restored, under a new key (AUD-10)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pomfa_tui.cli.interface import DeskOnDemand
from pomfa_tui.services import log_retention
from pomfa_tui.settings import Settings
from tests.cli.after_the_disk import Shop
from tests.cli.conftest import CommandLine
from tests.fakes import FakeClock


def start(line: CommandLine) -> None:
    """Start the terminal interface, as far as it opens the store."""
    desk = DeskOnDemand(Settings(data_dir=line.data, key_file=line.key), {})
    try:
        desk.open()
    finally:
        desk.close()


@pytest.fixture
def old(line: CommandLine, clock: FakeClock) -> Shop:
    """Return a store in use, all of whose records but three are thirteen months old."""
    shop = Shop.filled(line, clock)
    clock.advance(days=200)
    line.json("person", "disable", "sam@example.org", "--reason", "long leave")
    clock.advance(days=196)
    return shop


def log_of(line: CommandLine) -> bytes:
    """Return the bytes of the log."""
    return (line.data / "audit.jsonl").read_bytes()


def test_after_thirteen_months_the_next_start_drops_what_is_old(old: Shop) -> None:
    """AUD-10: old gone, the chain verifies from the checkpoint, and no other file has a record; the doctor knows before and after."""
    line = old.line
    before = line.json("audit", "show")["records"]
    assert _doctor(line)["status"] == "warn"
    assert "overdue" in _doctor(line)["detail"]

    start(line)

    verdict = line.json("audit", "verify")
    assert verdict["ok"] is True
    assert 0 < verdict["dropped"] < len(before)
    shown = line.json("audit", "show")["records"]
    assert shown[0]["seq"] == verdict["dropped"] + 1
    assert [each["reason"] for each in shown].count("audit_log") == 1
    assert [each["at"] for each in shown] == sorted(each["at"] for each in shown)
    assert _doctor(line)["status"] == "ok"
    assert f"{verdict['dropped']} older records dropped" in _doctor(line)["detail"]
    said = line.run("audit", "verify").out
    assert f"1 to {verdict['dropped']}, for their age" in said
    gone = before[0]["hash"].encode()
    assert [path.name for path in line.data.iterdir() if gone in path.read_bytes()] == []
    assert line.program("audit", "verify", "--json").document["ok"] is True
    start(line)
    assert line.json("audit", "verify")["dropped"] == verdict["dropped"]


def test_a_host_where_nobody_opens_the_interface_is_tidied_by_a_command(
    old: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-10, PRI-03: for a timer; in as many portions as it takes, and once."""
    line = old.line
    before = line.json("audit", "show")["records"]
    with monkeypatch.context() as portions:
        portions.setattr(log_retention, "PORTION", 20)
        gone = line.json("tidy")
    assert gone["records"] > 20
    verdict = line.json("audit", "verify")
    assert (verdict["ok"], verdict["dropped"]) == (True, gone["records"])
    assert _doctor(line)["status"] == "ok"
    assert line.json("audit", "show")["records"][0] == before[gone["records"]]
    assert line.json("tidy") == {"records": 0, "entries": 0, "secrets": 0}
    assert line.run("tidy").out == "There was nothing to forget.\n"


def _doctor(line: CommandLine) -> dict[str, str]:
    checks = line.json("doctor")["checks"]
    return next(each for each in checks if each["name"] == "retention")


def test_a_copy_of_the_log_is_checked_from_its_checkpoint_on(old: Shop, tmp_path: Path) -> None:
    """AUD-10, AUD-06: with the key the seal too; a head cut off and a forged checkpoint are named."""
    line, copy = old.line, tmp_path / "copy.jsonl"
    start(line)
    copy.write_bytes(log_of(line))
    answer = line.json("audit", "verify", "--file", str(copy))
    assert (answer["ok"], answer["checkpoint"], answer["gaps"]) == (True, "yes", 0)
    assert "sealed with this key" in line.run("audit", "verify", "--file", str(copy)).out

    keyless = CommandLine(line.data, tmp_path / "nowhere" / "master.key")
    answer = keyless.json("audit", "verify", "--file", str(copy))
    assert (answer["ok"], answer["checkpoint"]) == (True, "unknown")
    assert "needs the key" in keyless.run("audit", "verify", "--file", str(copy)).out

    first, rest = log_of(line).split(b"\n", 1)
    seq = json.loads(first)["checkpoint"]["seq"]
    for data, words in (
        (rest, "the beginning was cut off"),
        (first.replace(b'"made_at":', b'"made_at":1') + b"\n" + rest, "not sealed with this key"),
        (first + b"\n" + rest.split(b"\n", 1)[1], ""),
    ):
        copy.write_bytes(data)
        told = line.run("audit", "verify", "--file", str(copy))
        if words:
            assert (told.status, words in told.err) == (6, True), told
        else:
            # What is passed over is counted, as in an export with a filter.
            assert "Gaps" in told.out
            assert line.json("audit", "verify", "--file", str(copy))["gaps"] == 1
    exported = tmp_path / "export.jsonl"
    line.json("audit", "export", "--out", str(exported))
    told = line.run("audit", "verify", "--file", str(exported))
    assert told.status == 0
    assert f"with record {seq + 1}; what came before is not in this file" in told.out


def test_a_log_put_back_whole_is_named_and_nothing_is_written_behind_it(old: Shop) -> None:
    """AUD-10, A34: exit 6 for whoever looks and for whoever changes something."""
    line = old.line
    whole = log_of(line)
    start(line)
    (line.data / "audit.jsonl").write_bytes(whole)
    told = line.run("audit", "verify", "--json")
    assert (told.status, told.document["first_bad"]) == (6, 1)
    assert "older copy of the log" in line.run("audit", "verify").err
    told = line.run("person", "enable", "sam@example.org", "--reason", "is back", "--json")
    assert (told.status, told.error["code"]) == (6, "integrity")


def test_a_backup_from_before_comes_back_whole_and_is_dropped_again(old: Shop) -> None:
    """BAK-03, AUD-10: it verifies, what was dead stays dead, and the next start drops what is old."""
    line = old.line
    assert old.back_up().status == 0
    start(line)
    dropped = line.json("audit", "verify")["dropped"]
    line.json("person", "disable", "tomos@example.org", "--reason", "away")
    made = old.restore("--replace")
    assert made["rights_set_back"] == ["tomos@example.org"]
    verdict = line.json("audit", "verify")
    assert (verdict["ok"], "dropped" in verdict) == (True, False)
    start(line)
    verdict = line.json("audit", "verify")
    assert (verdict["ok"], verdict["dropped"]) == (True, dropped)


@pytest.mark.parametrize("way", [(), ("--reset-everybody",), ("--without-key",)])
def test_a_backup_from_after_comes_back_with_its_checkpoint(
    old: Shop, way: tuple[str, ...]
) -> None:
    """BAK-03, AUD-10: also under a new key, with which the checkpoint is sealed anew."""
    line = old.line
    start(line)
    dropped = line.json("audit", "verify")["dropped"]
    assert old.back_up().status == 0
    old.lose_the_disk()
    if "--without-key" in way:
        old.lose_the_ledger()
        line.key.unlink()
    old.restore(*way)
    verdict = line.json("audit", "verify")
    assert (verdict["ok"], verdict["dropped"]) == (True, dropped)
    assert line.json("audit", "verify", "--file", str(line.data / "audit.jsonl"))["checkpoint"] == (
        "yes"
    )
    line.json("person", "enable", "sam@example.org", "--reason", "is back")
    assert line.json("audit", "verify")["ok"]


def test_older_files_with_an_older_checkpoint_can_be_settled_by_the_owner(old: Shop) -> None:
    """A34, BAK-03, AUD-10: files of before the last change are refused, and come back with the checkpoint that they have."""
    line = old.line
    start(line)
    dropped = line.json("audit", "verify")["dropped"]
    older = {path.name: path.read_bytes() for path in line.data.iterdir()}
    line.json("person", "enable", "sam@example.org", "--reason", "is back")
    for name, data in older.items():
        (line.data / name).write_bytes(data)
    assert line.run("audit", "verify").status == 6
    line.json("restore", "--as-found")
    verdict = line.json("audit", "verify")
    assert (verdict["ok"], verdict["dropped"]) == (True, dropped)


def test_another_key_seals_the_checkpoint_anew(old: Shop) -> None:
    """AUD-10, STO-06: nothing in front of the log bears the old key's name, and it verifies."""
    line = old.line
    start(line)
    before = line.json("audit", "verify")
    header = log_of(line).split(b"\n", 1)[0]
    line.json("key", "rotate")
    after = log_of(line).split(b"\n", 1)[0]
    old_key, new_key = (json.loads(each)["seal"].split(".")[1] for each in (header, after))
    assert old_key != new_key
    assert json.loads(header)["checkpoint"] == json.loads(after)["checkpoint"]
    verdict = line.json("audit", "verify")
    assert (verdict["ok"], verdict["dropped"]) == (True, before["dropped"])
    names = {path.name for path in line.data.iterdir()}
    assert ".audit.jsonl.new" not in names
