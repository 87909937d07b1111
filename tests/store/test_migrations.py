"""Stores of an older format are brought up to date once, after a backup; newer ones are left alone."""

from __future__ import annotations

import copy
import json
import stat
from functools import partial
from pathlib import Path

import pytest
from tinydb import TinyDB

from pomfa_tui.domain.errors import IntegrityFailure, Unavailable
from pomfa_tui.store import migrations
from pomfa_tui.store.migrations import Tables
from tests.store.old_format import old_person, step_from_0, write_old_store
from tests.store.stage import DOCUMENTED, commit, event, names, open_store, person

BACKUP = "store.v0.json"


@pytest.fixture
def old(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a store of format 0, and know the way from there."""
    monkeypatch.setitem(migrations.STEPS, 0, step_from_0)
    write_old_store(folder)
    return folder


def test_an_old_store_is_brought_up_to_date_when_it_is_opened(old: Path) -> None:
    """STO-15: snapshot, journal and audit log; and it goes on from there."""
    store = open_store(old)
    with store.view() as view:
        assert list(view.people.all()) == [person(1), person(3)]
        assert view.people.by_email(person(3).email_key) == person(3)
    assert [record.event for record in store.audit_records()] == [event(1), event(2), event(3)]
    assert store.verify_audit().ok
    assert store.changes() == 3
    commit(store, 4)
    assert open_store(old).changes() == 4
    assert open_store(old).verify_audit().records == 4
    assert names(old) == DOCUMENTED | {BACKUP}


def test_the_backup_is_made_first_is_private_and_is_whole(old: Path) -> None:
    """STO-15: any TinyDB opens it, and what was in the journal is in it too."""
    open_store(old)
    assert stat.S_IMODE((old / BACKUP).stat().st_mode) == 0o600
    with TinyDB(old / BACKUP, access_mode="r") as database:
        assert [dict(found) for found in database.table("people")] == [old_person(1), old_person(3)]
        (facts,) = database.table("store").all()
        assert (facts["format"], facts["seq"]) == (0, 3)


def test_a_second_start_finds_nothing_to_do(old: Path) -> None:
    open_store(old).close()
    before = {name: (old / name).read_bytes() for name in names(old)}
    open_store(old).close()
    assert {name: (old / name).read_bytes() for name in names(old)} == before


def test_every_step_may_run_twice() -> None:
    """STO-15: a step that was interrupted begins anew."""
    once: Tables = {"people": {"1": old_person(1)}}
    step_from_0(once)
    twice = copy.deepcopy(once)
    step_from_0(twice)
    assert twice == once


def test_a_step_that_fails_leaves_the_old_store_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(tables: Tables) -> None:
        raise KeyError("people")

    before = {name: (old / name).read_bytes() for name in ("store.json", "store.journal")}
    monkeypatch.setitem(migrations.STEPS, 0, wrong)
    with pytest.raises(KeyError):
        open_store(old)
    monkeypatch.setitem(migrations.STEPS, 0, lambda _: None)
    with pytest.raises(IntegrityFailure, match="does not belong there"):
        open_store(old)
    assert {name: (old / name).read_bytes() for name in before} == before
    monkeypatch.setitem(migrations.STEPS, 0, step_from_0)
    with open_store(old).view() as view:
        assert view.people.count() == 2


def test_steps_run_one_after_the_other(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    tables: Tables = {"people": {}}
    monkeypatch.setattr(migrations, "FORMAT", 3)
    for version in (0, 1, 2):
        monkeypatch.setitem(migrations.STEPS, version, partial(_note, ran, version))
    migrations.bring_up_to_date(tables, 0, "store.json")
    migrations.bring_up_to_date(tables, 2, "store.json")
    migrations.bring_up_to_date(tables, 3, "store.json")
    assert ran == [0, 1, 2, 2]


def _note(ran: list[int], version: int, _: Tables) -> None:
    ran.append(version)


def test_an_old_store_without_a_way_to_today_is_refused_and_left_alone(folder: Path) -> None:
    """STO-15: nothing is guessed."""
    write_old_store(folder)
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    with pytest.raises(IntegrityFailure, match=r"format 0.*cannot bring up to date"):
        open_store(folder)
    after = {name: (folder / name).read_bytes() for name in names(folder) - {"store.lock"}}
    assert after == before


def test_a_newer_store_is_refused_by_the_steps_too() -> None:
    with pytest.raises(IntegrityFailure, match="newer pomfa-tui"):
        migrations.bring_up_to_date({}, migrations.FORMAT + 1, "store.json")


def test_a_damaged_old_store_is_refused(old: Path) -> None:
    journal = old / "store.journal"
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b'"generation":1', b'"generation":2'))
    with pytest.raises(IntegrityFailure, match="line 1"):
        open_store(old)
    journal.unlink()
    with pytest.raises(IntegrityFailure, match="missing"):
        open_store(old)
    journal.write_bytes(data)
    journal.chmod(0o600)
    snapshot = old / "store.json"
    snapshot.write_bytes(snapshot.read_bytes().replace(b"Person Number 1", b"Person Number 7"))
    with pytest.raises(IntegrityFailure, match="damaged"):
        open_store(old)


def test_a_store_that_is_open_elsewhere_waits_for_the_new_format(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two terminals start at once after an update: one does it, the other finds it done."""
    open_store(old).close()
    first = (old / BACKUP).read_bytes()
    with open_store(old).view() as view:
        assert view.people.count() == 2
    assert (old / BACKUP).read_bytes() == first


def test_a_disk_that_refuses_the_backup_keeps_the_old_store(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-15: no backup, no change."""
    before = json.dumps(sorted(names(old)))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        with pytest.raises(Unavailable, match="full"):
            open_store(old)
    assert json.dumps(sorted(names(old) - {"store.lock"})) == before
    with open_store(old).view() as view:
        assert view.people.count() == 2
