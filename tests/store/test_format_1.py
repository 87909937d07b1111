"""A store as the first format wrote it, without requests and with fewer fields, opens and goes on."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.domain.notices import Notice, NoticeKind
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from tests.store.stage import MOMENT, commit, names, open_store, person, request

FIRST_TABLES = ("meta", "people", "credentials", "sites", "sessions", "strangers")
"""All that there were."""

NOTICE = Notice.new(MOMENT, NoticeKind.LINKED, by="Sue Desk", terminal="pts/1", site="FZ101")


def write_first_format(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write today's store, then take away what format 1 did not have."""
    store = open_store(folder)
    commit(store, 1)
    with store.transaction() as tx:
        tx.people.put(person(2, notices=(NOTICE,)))
    store.close()
    old = folder / "store.json"
    facts, tables = snapshot.decode_raw(old.read_bytes(), "store.json")
    line = journal.start((folder / "store.journal").read_bytes(), "store.journal")
    tail = journal.read((folder / "store.journal").read_bytes()[line.end :], line, "store.journal")
    for each in tail.lines:
        for table, number, raw in each.changes:
            tables.setdefault(table, {})[str(number)] = json.loads(bytes(raw))
        facts = msgspec.structs.replace(facts, seq=each.seq, audit=each.head, audit_size=each.log)
    for found in tables["people"].values():
        for notice in found["notices"]:
            del notice["reference"]
    kept = {name: tables[name] for name in FIRST_TABLES}
    facts = msgspec.structs.replace(facts, format=1)
    old.write_bytes(snapshot.encode_raw(facts, kept))
    with monkeypatch.context() as patch:
        patch.setattr(journal, "FORMAT", 1)
        first = journal.new(facts.generation, facts.seq)[0]
    (folder / "store.journal").write_bytes(first)


def test_a_store_of_the_first_format_is_brought_up_to_date(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-15: everybody is still there, with a backup beside them, and requests can be filed."""
    assert FORMAT > 1
    write_first_format(folder, monkeypatch)
    store = open_store(folder)
    with store.transaction() as tx:
        assert [found.id for found in tx.people.all()] == [person(1).id, person(2).id]
        assert list(tx.people.all())[1].notices == (NOTICE,)
        assert tx.requests.count() == 0
        tx.requests.put(request())
    assert store.verify_audit().ok
    assert "store.v1.json" in names(folder)
    store.close()
    with open_store(folder).view() as view:
        assert view.requests.by_reference(request().id) == request()
