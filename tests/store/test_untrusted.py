"""What is read from a file is somebody's claim: it is checked, and refused as a whole when it does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store.migrations import FORMAT
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.journal import Line
from tests.store.stage import (
    HASH,
    commit,
    credentials,
    event,
    meta,
    open_store,
    person,
    session,
    site,
    stranger,
)

PERSON, TABLES = person(1).id, ("people", "credentials", "sites", "sessions", "strangers", "meta")


@pytest.fixture
def filled(folder: Path) -> Path:
    """Return the folder of a store with one document in every table, all in the snapshot."""
    store = open_store(folder)
    with store.transaction() as tx:
        tx.put_meta(meta())
        tx.people.put(person(1))
        tx.credentials.put(credentials(1))
        tx.sites.put(site())
        tx.sessions.put(session(1))
        tx.strangers.put(stranger(1))
        tx.audit.append(event(1))
    store.fold()
    store.close()
    return folder


def rewrite(folder: Path, text: str) -> None:
    """Put a snapshot in place whose checksum is right, as somebody would who knows how."""
    body = text.encode().rstrip(b"\n")
    (folder / "store.json").write_bytes(snapshot.add_checksum(body))


def text_of(folder: Path) -> str:
    """Return the snapshot without its checksum."""
    data = (folder / "store.json").read_bytes()
    return bytes(snapshot.check(data, "store.json")).decode() + "}"


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the snapshot's content and make its checksum right."""
    content = json.loads(text_of(folder))
    change(content)
    rewrite(folder, json.dumps(content, separators=(",", ":"), ensure_ascii=False))


def refused(folder: Path, name: str) -> str:
    """Return the sentence with which the store is refused; it names the file and never a value.

    Credentials are decoded when they are asked for, everything else when the store is opened.
    """
    with pytest.raises(IntegrityFailure) as caught, open_store(folder).view() as view:
        view.credentials.get(PERSON)
    sentence = caught.value.message
    assert str(folder / name) in sentence
    assert HASH not in sentence
    assert "evil" not in sentence
    return sentence


def test_rewriting_without_a_change_is_fine(filled: Path) -> None:
    """The other tests below fail for their change, not for the rewriting."""
    edit(filled, lambda _: None)
    with open_store(filled).view() as view:
        assert view.credentials.get(PERSON) == credentials(1)


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "a step as text": lambda all_: all_["credentials"]["1"]["authenticator"].update(last_step="9"),
    "a role as list": lambda all_: all_["people"]["1"].update(role=["admin"]),
    "an unknown role": lambda all_: all_["people"]["1"].update(role="evil"),
    "a state that is not one": lambda all_: all_["people"]["1"].update(state=1),
    "a number as text": lambda all_: all_["credentials"]["1"]["code_counter"].update(failures="0"),
    "a fraction": lambda all_: all_["credentials"]["1"].update(epoch=1.5),
    "no authenticator but a word": lambda all_: all_["credentials"]["1"].update(authenticator=""),
    "an unknown field": lambda all_: all_["people"]["1"].update(evil=True),
    "a missing field": lambda all_: all_["people"]["1"].pop("state"),
    "an unknown table": lambda all_: all_.update(evil={}),
    "a table as list": lambda all_: all_.update(people=[]),
    "a number that is none": lambda all_: all_["people"].update(evil=all_["people"]["1"]),
    "one id twice": lambda all_: all_["people"].update({"2": all_["people"]["1"]}),
    "one e-mail twice": lambda all_: all_["people"].update(
        {"2": {**all_["people"]["1"], "id": "evil"}}
    ),
    "two sets of facts": lambda all_: all_["store"].update({"2": all_["store"]["1"]}),
    "no facts": lambda all_: all_.update(store={}),
    "a sealed head that is none": lambda all_: all_["store"]["1"].update(audit="evil"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_snapshot_that_does_not_fit_its_types_is_refused(
    filled: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    """STO-11, STO-07: never read as "no second factor"."""
    edit(filled, change)
    refused(filled, "store.json")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"epoch":1', '"epoch":NaN'),
        ('"epoch":1', '"epoch":1e999'),
        ('"epoch":1', '"epoch":9,"epoch":1'),
        ('"people":{', '"people":{},"people":{'),
        ('"failures":10', '"failures":10.0'),
        ('"state":"active"', '"state": "active"'),
        ('"state":"active"', '"state":"\\u0061ctive"'),
        ('"role":null', '"role":' + "[" * 100_000),
        ('"name":"Person Number 1"', '"name":"\ud800"'),
    ],
    ids=[
        "not a number",
        "infinite",
        "a key twice",
        "a table twice",
        "another way to write a number",
        "another way to space",
        "another way to write a letter",
        "nested without end",
        "half of a character",
    ],
)
def test_a_snapshot_that_this_program_would_not_write_is_refused(
    filled: Path, old: str, new: str
) -> None:
    """STO-11, K35: not even where another reader would take it."""
    text = text_of(filled)
    assert old in text
    body = text.replace(old, new, 1).encode("utf-8", "surrogatepass")
    (filled / "store.json").write_bytes(snapshot.add_checksum(body))
    refused(filled, "store.json")


def test_a_snapshot_that_was_cut_off_is_refused_although_its_checksum_fits(filled: Path) -> None:
    """STO-11: the checksum is no secret."""
    body = text_of(filled).rstrip().removesuffix("}").encode()
    (filled / "store.json").write_bytes(snapshot.add_checksum(body))
    refused(filled, "store.json")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"null", b"\0" * 5000, b"not json at all", b"[" * 100_000, b'{"a":1}' * 99]
)
def test_a_file_that_is_no_snapshot_is_refused(filled: Path, data: bytes) -> None:
    """A36: a file of no bytes is damage, not a new store."""
    (filled / "store.json").write_bytes(data)
    refused(filled, "store.json")


def test_fifty_megabytes_of_something_are_refused(filled: Path) -> None:
    """STO-11: by the checksum, before anything is decoded."""
    data = (filled / "store.json").read_bytes()
    (filled / "store.json").write_bytes(data.replace(b"Person Number 1", b"x" * 50_000_000))
    refused(filled, "store.json")


def test_a_file_larger_than_any_store_is_not_even_read(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-11: the cap holds whatever the content is."""
    monkeypatch.setattr(snapshot, "LARGEST", 1000)
    assert "larger" in refused(filled, "store.json")


def test_any_changed_byte_of_the_snapshot_is_noticed(filled: Path) -> None:
    data = bytearray((filled / "store.json").read_bytes())
    for at in range(0, len(data), 37):
        data[at] ^= 1
        (filled / "store.json").write_bytes(data)
        refused(filled, "store.json")
        data[at] ^= 1


def test_a_newer_format_is_refused_and_left_alone(filled: Path) -> None:
    """STO-15: with the one thing to do about it."""
    edit(filled, lambda content: content["store"]["1"].update(format=FORMAT + 1, evil="new"))
    before = (filled / "store.json").read_bytes()
    assert "newer pomfa-tui" in refused(filled, "store.json")
    assert (filled / "store.json").read_bytes() == before


def test_a_newer_journal_is_refused_and_left_alone(filled: Path) -> None:
    """STO-15: a newer program folds with its own format while this one runs."""
    store = open_store(filled)
    data, _ = journal._framed(journal.Header(format=FORMAT + 1, generation=9, seq=1), 0)
    path = filled / "store.journal.next"
    path.write_bytes(data)
    path.chmod(0o600)
    path.rename(filled / "store.journal")
    with pytest.raises(IntegrityFailure, match="newer pomfa-tui"):
        commit(store, 2)
    assert (filled / "store.journal").read_bytes() == data


# -- The journal ------------------------------------------------------------------------------------------------------


def add_line(folder: Path, **fields: Any) -> None:
    """Write a line whose checksum is right, as somebody would who knows how."""
    path = folder / "store.journal"
    data = path.read_bytes().rstrip(b"\n") + b"\n"
    start = journal.start(data, "journal")
    position = journal.read(data[start.end :], start, "journal").position
    added, _ = journal.extend(Line(seq=position.seq + 1, **fields), position)
    path.write_bytes((data + added).ljust(1 << 16, b"\n"))
    (folder / "store.lock").unlink()


def raw(document: Any, **changed: Any) -> msgspec.Raw:
    """Return an encoded document with some fields changed."""
    fields = {**msgspec.to_builtins(document), **changed}
    return msgspec.Raw(msgspec.json.encode(fields))


def test_a_written_line_is_read(filled: Path) -> None:
    """The other tests below fail for what is in their line."""
    add_line(filled, changes=(("people", 1, raw(person(1, name="Later"))),))
    with open_store(filled).view() as view:
        found = view.people.get(PERSON)
    assert found is not None
    assert found.name == "Later"


@pytest.mark.parametrize(
    ("table", "number", "document"),
    [
        ("people", 1, raw(person(1), state="evil")),
        ("people", 1, raw(person(1), created_at="now")),
        ("people", 1, raw(person(1), evil=1)),
        ("people", 1, msgspec.Raw(b'{"id":1}')),
        ("people", 1, msgspec.Raw(b"[]")),
        ("people", 2, raw(person(2), email_key=person(1).email_key)),
        ("people", 2, raw(person(1))),
        ("people", 2, raw(person(2), role=["admin"])),
        ("credentials", 1, raw(credentials(1), authenticator="")),
        ("credentials", 1, msgspec.Raw(b'{"id":"' + PERSON.encode() + b'","epoch":1,"epoch":2}')),
        ("evil", 1, raw(person(1))),
    ],
)
def test_a_line_that_does_not_fit_its_types_is_refused(
    filled: Path, table: str, number: int, document: msgspec.Raw
) -> None:
    """STO-11: at the latest when the document is wanted, and by the line's number."""
    add_line(filled, changes=((table, number, document),))
    with pytest.raises(IntegrityFailure, match=r"store\.journal .*line 2") as caught:
        _use_everything(filled)
    assert "evil" not in caught.value.message


def _use_everything(folder: Path) -> None:
    store = open_store(folder)
    with store.view() as view:
        for table in (view.people, view.credentials, view.sites, view.sessions, view.strangers):
            list(table.all())


@pytest.mark.parametrize("seq", [0, 1, 3, 99])
def test_a_line_out_of_turn_is_refused(filled: Path, seq: int) -> None:
    path = filled / "store.journal"
    data = path.read_bytes().rstrip(b"\n") + b"\n"
    start = journal.start(data, "journal")
    added, _ = journal.extend(Line(seq=seq), start)
    path.write_bytes((data + added).ljust(1 << 16, b"\n"))
    (filled / "store.lock").unlink()
    assert re.search(r"damaged at line 2", refused(filled, "store.journal"))


@pytest.mark.parametrize("data", [b"", b"\n" * 200, b"nonsense\n", b"\0" * 5000, b"[" * 70_000])
def test_a_file_that_is_no_journal_is_refused(filled: Path, data: bytes) -> None:
    (filled / "store.journal").write_bytes(data)
    assert "line 1" in refused(filled, "store.journal")


def test_a_missing_snapshot_is_no_new_store(filled: Path) -> None:
    """A29: deleting a file must not reopen the first set-up."""
    (filled / "store.json").unlink()
    refused(filled, "store.json")


def test_a_missing_journal_is_no_new_store(filled: Path) -> None:
    """A29: the newest changes would be lost without a word."""
    (filled / "store.journal").unlink()
    assert "is missing" in refused(filled, "store.journal")
    (filled / "store.json").unlink()
    assert "is missing" in refused(filled, "store.journal")


def test_a_missing_journal_is_noticed_by_a_store_that_is_open(filled: Path) -> None:
    store = open_store(filled)
    (filled / "store.journal").unlink()
    with pytest.raises(IntegrityFailure, match="is missing"):
        commit(store, 2)
    with pytest.raises(IntegrityFailure, match="is missing"), store.view():
        pass


def test_an_unreasonable_journal_is_not_even_read(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(filled)
    monkeypatch.setattr(snapshot, "LARGEST", 1000)
    with (filled / "store.journal").open("ab") as file:
        file.write(b"x" * 5000)
    (filled / "store.lock").unlink()
    with pytest.raises(IntegrityFailure, match=r"store\.journal"), store.view():
        pass
