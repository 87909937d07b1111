"""Finding a record of a long log without reading what comes before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event
from pomfa_tui.store.tinydb import TinyStore
from pomfa_tui.store.tinydb.auditplaces import EVERY
from tests.fakes import PlainHeadSeal

LONG = 3 * EVERY + 7


def event(number: int) -> AuditEvent:
    """Return an event of a length of its own."""
    return AuditEvent(
        at=number,
        event=Event.USER_UPDATED,
        actor="host:root",
        reason="x" * (number % 40),
        terminal="t",
        pid=1,
        version="0",
    )


@pytest.fixture
def store(tmp_path: Path) -> TinyStore:
    """Return a store whose log is long."""
    store = TinyStore(tmp_path / "data", head_seal=PlainHeadSeal())
    with store.transaction() as tx:
        for number in range(1, LONG + 1):
            tx.audit.append(event(number))
    return store


@pytest.mark.parametrize(
    "first", [1, 2, EVERY, EVERY + 1, EVERY + 2, 2 * EVERY + 1, LONG, LONG + 1, LONG + 999]
)
def test_reading_begins_where_it_is_asked_to(store: TinyStore, first: int) -> None:
    """Rule 32: no record is passed over, and none comes twice."""
    numbers = [record.seq for record in store.audit_records(first)]
    assert numbers == list(range(first, LONG + 1))
    assert store.audit_count() == LONG
    store.close()


def test_what_another_process_adds_is_found_too(store: TinyStore, tmp_path: Path) -> None:
    """AUD-13: places that were learnt stay right while the log grows."""
    assert next(store.audit_records(LONG)).seq == LONG
    other = TinyStore(tmp_path / "data", head_seal=PlainHeadSeal())
    for number in range(LONG + 1, LONG + 2 * EVERY):
        with other.transaction() as tx:
            tx.audit.append(event(number))
    other.close()
    found = [record.event.at for record in store.audit_records(LONG)]
    assert found == list(range(LONG, LONG + 2 * EVERY))
    store.close()
