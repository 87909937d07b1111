"""TinyDB's own interface over live rows does what plain TinyDB does, and costs what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given
from tinydb import Query, TinyDB, where
from tinydb.operations import increment
from tinydb.operations import set as set_field
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from pomfa_tui.store.kinds import KINDS, PEOPLE
from pomfa_tui.store.tinydb.rows import Rows
from pomfa_tui.store.tinydb.tables import LiveDatabase
from tests.store.stage import member, person


def fields(number: int, **changed: Any) -> dict[str, Any]:
    """Return a person as plain fields."""
    plain: dict[str, Any] = msgspec.to_builtins(person(number, **changed))
    return plain


def live(rows: Rows[Any]) -> LiveDatabase:
    """Return TinyDB over a table of people."""
    others = {kind.name: Rows.load(kind, {}) for kind in KINDS}
    return LiveDatabase(lambda name: rows if name == PEOPLE.name else others[name])


def as_dicts(table: Table) -> list[tuple[int, dict[str, Any]]]:
    """Return what a table holds, each with its number."""
    return [(found.doc_id, dict(found)) for found in table]


Step = Callable[[Table], Any]
id_of = Query().id

steps = st.sampled_from(
    [
        lambda table: table.insert(fields(1)),
        lambda table: table.insert(fields(2)),
        lambda table: table.insert_multiple([fields(3), fields(4)]),
        lambda table: table.upsert(fields(1, name="Upserted"), id_of == person(1).id),
        lambda table: table.upsert(fields(5, name="Upserted"), id_of == person(5).id),
        lambda table: table.update({"name": "Updated"}, id_of == person(2).id),
        lambda table: table.update({"name": "All of them"}),
        lambda table: table.update(increment("version"), where("version") < 3),
        lambda table: table.update(set_field("gphc", "2071234"), doc_ids=[1, 99]),
        lambda table: table.update_multiple(
            [({"name": "First"}, id_of == person(1).id), ({"version": 9}, id_of == person(2).id)]
        ),
        lambda table: table.remove(id_of == person(1).id),
        lambda table: table.remove(doc_ids=[2, 77]),
        lambda table: table.count(where("state") == "active"),
        lambda table: table.contains(where("name") == "Updated"),
        lambda table: table.contains(doc_id=2),
        lambda table: table.get(id_of == person(3).id),
        lambda table: table.get(doc_id=1),
        lambda table: table.search(where("name").matches("Up.*")),
        lambda table: table.search(where("memberships").any(where("site") == "FZ101")),
        lambda table: table.search(Query().role.exists() & (where("nonsense") == 1)),
        len,
        lambda table: [found.doc_id for found in table.all()],
    ]
)


@given(st.lists(steps, max_size=12))
def test_any_use_of_tinydb_has_the_same_result_as_plain_tinydb(doing: list[Step]) -> None:
    plain = TinyDB(storage=MemoryStorage).table(PEOPLE.name)
    ours = live(Rows.load(PEOPLE, {}).layer()).table(PEOPLE.name)
    for step in doing:
        wanted = _outcome(step, plain)
        if wanted == "duplicate":
            plain = _copy(ours)
            continue
        assert _outcome(step, ours) == wanted
        assert as_dicts(ours) == as_dicts(plain)


def _outcome(step: Step, table: Table) -> Any:
    try:
        found = step(table)
    except ValueError:
        return "refused"
    ids = [document["id"] for document in table]
    return "duplicate" if len(set(ids)) != len(ids) else _shown(found)


def _shown(found: Any) -> Any:
    if isinstance(found, Document):
        return dict(found)
    if isinstance(found, list):
        return [_shown(each) for each in found]
    return found


def _copy(table: Table) -> Table:
    plain = TinyDB(storage=MemoryStorage).table(PEOPLE.name)
    for number, found in as_dicts(table):
        plain.insert(Document(found, number))
    plain._next_id = table._get_next_id() + 1  # type: ignore[no-untyped-call]
    return plain


def test_an_update_looks_at_no_other_document() -> None:
    rows = Rows.load(PEOPLE, {number: person(number) for number in range(1, 1001)})
    layer = rows.layer()
    table = live(layer).table(PEOPLE.name)
    table.update({"name": "Changed"}, doc_ids=[500])
    table.insert(fields(2000))
    table.remove(doc_ids=[7])
    assert [number for number, _ in layer.changed()] == [500, 1001, 7]
    assert rows.document(500) == person(500)
    assert rows.count() == 1000


def test_a_number_is_given_once_even_when_its_document_is_gone() -> None:
    """Plain TinyDB would give it again, and a process that still reads about the first document would mix them up."""
    layer = Rows.load(PEOPLE, {1: person(1), 2: person(2)}).layer()
    table = live(layer).table(PEOPLE.name)
    table.truncate()
    assert table.insert(fields(2)) == 3
    assert as_dicts(table) == [(3, fields(2))]


def test_a_query_is_answered_from_what_is_there_now() -> None:
    """TinyDB's own cache would still have the old answer."""
    rows = Rows.load(PEOPLE, {1: person(1)})
    table = live(rows).table(PEOPLE.name)
    assert table.count(where("name") == "Later") == 0
    rows.write([(1, person(1, name="Later"))])
    assert table.count(where("name") == "Later") == 1
    assert len(table._query_cache) == 0


def test_an_update_that_does_not_fit_the_type_is_refused_as_a_whole() -> None:
    layer = Rows.load(PEOPLE, {1: person(1), 2: person(2)}).layer()
    table = live(layer).table(PEOPLE.name)
    for wrong in ({"created_at": "soon"}, {"nickname": "Bo"}, {"state": "asleep"}):
        with pytest.raises(msgspec.ValidationError):
            table.update(wrong)
    assert layer.changed() == []


def test_a_document_keeps_its_id() -> None:
    layer = Rows.load(PEOPLE, {1: person(1)}).layer()
    with pytest.raises(ValueError, match="keeps its id"):
        live(layer).table(PEOPLE.name).update({"id": "another"}, doc_ids=[1])
    assert layer.changed() == []


def test_a_nested_document_is_found_by_its_fields() -> None:
    layer = Rows.load(PEOPLE, {1: person(1, memberships=(member("FZ202"),))}).layer()
    table = live(layer).table(PEOPLE.name)
    assert table.count(where("memberships").any(where("site") == "FZ202")) == 1
    assert table.count(where("memberships").any(where("site") == "FZ101")) == 0


def test_the_whole_file_is_never_written_through_tinydb() -> None:
    database = live(Rows.load(PEOPLE, {1: person(1)}).layer())
    with pytest.raises(TypeError, match="within a transaction"):
        database.drop_tables()
    assert database.tables() == {kind.name for kind in KINDS}
