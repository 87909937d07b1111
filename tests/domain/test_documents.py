"""What is read from a file is exactly what could have been written, or it is refused."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import msgspec
import pytest

import pomfa_tui.domain
from pomfa_tui.domain.audit import AuditEvent
from pomfa_tui.domain.credentials import Authenticator, Credentials
from pomfa_tui.domain.documents import Document, new_id
from pomfa_tui.domain.memberships import Membership
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.throttle import Counter


def below(kind: type[Document]) -> list[type[Document]]:
    """Return the documents of the domain that derive from this one, those of other packages left out."""
    found: list[type[Document]] = []
    for child in kind.__subclasses__():
        if child.__module__.startswith("pomfa_tui.domain."):
            found += [child, *below(child)]
    return sorted(found, key=lambda each: each.__name__)


def filled(info: Any) -> object:
    """Return a value of a type as it would stand in a file, with nothing left out."""
    match info:
        case msgspec.inspect.StructType(fields=fields):
            value: object = {field.encode_name: filled(field.type) for field in fields}
        case msgspec.inspect.UnionType(types=types):
            nothing = msgspec.inspect.NoneType
            value = filled(next(each for each in types if not isinstance(each, nothing)))
        case msgspec.inspect.VarTupleType(item_type=item):
            value = [filled(item)]
        case msgspec.inspect.DictType(key_type=key, value_type=item):
            value = {filled(key): filled(item)}
        case msgspec.inspect.LiteralType(values=values):
            value = values[-1]
        case msgspec.inspect.EnumType(cls=kind):
            value = next(iter(kind)).value
        case _:
            value = PLAIN[type(info)]
    return value


PLAIN: dict[type, object] = {
    msgspec.inspect.IntType: 7,
    msgspec.inspect.StrType: "text",
    msgspec.inspect.BoolType: True,
    msgspec.inspect.DateType: "2026-03-31",
}
"""One value of each plain type."""

for module in pkgutil.iter_modules(pomfa_tui.domain.__path__, "pomfa_tui.domain."):
    importlib.import_module(module.name)

KINDS = below(Document)
"""Every document there is, so that a new one is held to the same."""

FULL = [msgspec.convert(filled(msgspec.inspect.type_info(kind)), kind) for kind in KINDS]
"""One of each, with every field filled."""

EVERY_FIELD = [
    (document, field.name) for document in FULL for field in msgspec.structs.fields(type(document))
]
"""Each field of each."""

BY_KIND = {type(document): document for document in FULL}


def named(value: object) -> str:
    """Name a case after its document or field."""
    return value if isinstance(value, str) else type(value).__name__


def written(document: Document) -> dict[str, object]:
    """Return a document as it stands in a file."""
    content: dict[str, object] = msgspec.json.decode(msgspec.json.encode(document))
    return content


def read(document: Document, content: dict[str, object]) -> Document:
    """Read content as a document of the same kind."""
    return msgspec.json.decode(msgspec.json.encode(content), type=type(document))


def strangers_to(value: object) -> list[object]:
    """Return values of every other kind than this one."""
    others: list[object] = ["9", 9, 9.5, True, ["admin"], {"a": 1}]
    kind = type(value)
    return [other for other in others if type(other) is not kind]


def test_the_documents_of_the_domain_are_found() -> None:
    """Otherwise nothing below would be tried."""
    assert {Person, Credentials, Authenticator, Membership, AuditEvent, Counter} <= set(KINDS)
    assert all(written(document) for document in FULL)


@pytest.mark.parametrize("document", FULL, ids=named)
def test_a_document_comes_back_as_it_was_written(document: Document) -> None:
    assert read(document, written(document)) == document
    assert msgspec.convert(written(document), type(document)) == document


@pytest.mark.parametrize("document", FULL, ids=named)
def test_a_document_with_a_field_that_it_does_not_have_is_refused(document: Document) -> None:
    """STO-11, ROL-07: a foreign or a newer file cannot smuggle anything in."""
    with pytest.raises(msgspec.ValidationError, match="unknown field `is_admin`"):
        read(document, {**written(document), "is_admin": True})


@pytest.mark.parametrize(("document", "field"), EVERY_FIELD, ids=named)
def test_a_field_of_another_type_is_refused(document: Document, field: str) -> None:
    """STO-11, A31: `"last_step": "9"`, `role: ["admin"]`, `9.5` for `9`, a number for a text; by either way of reading."""
    content = written(document)
    for other in strangers_to(content[field]):
        with pytest.raises(msgspec.ValidationError):
            read(document, {**content, field: other})
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**content, field: other}, type(document))


@pytest.mark.parametrize(("document", "field"), EVERY_FIELD, ids=named)
def test_a_field_that_must_be_there_is_not_made_up(document: Document, field: str) -> None:
    """STO-07, STO-11: only what has a default may be missing."""
    content = written(document)
    del content[field]
    required = {entry.name for entry in msgspec.structs.fields(type(document)) if entry.required}

    if field in required:
        with pytest.raises(msgspec.ValidationError, match=f"missing required field `{field}`"):
            read(document, content)
    else:
        assert read(document, content) is not None


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Authenticator, "period", 45),
        (Authenticator, "period", 0),
        (Authenticator, "period", -30),
        (Membership, "role", "support"),
        (Membership, "role", "Admin"),
        (Membership, "job", "wizard"),
        (Membership, "starts", "30/03/2026"),
        (Membership, "starts", "2026-02-30"),
        (Person, "role", "admin"),
        (AuditEvent, "event", "authn_login_anything"),
        (AuditEvent, "detail", {"a": 1}),
    ],
)
def test_a_value_outside_its_list_is_refused(
    kind: type[Document], field: str, value: object
) -> None:
    """STO-11, TOTP-04, ROL-07."""
    document = BY_KIND[kind]
    with pytest.raises(msgspec.ValidationError):
        read(document, {**written(document), field: value})


@pytest.mark.parametrize("kind", [Authenticator, Person])
@pytest.mark.parametrize("period", [30, 60])
def test_both_periods_can_be_stored(kind: type[Document], period: int) -> None:
    """TOTP-04."""
    document = BY_KIND[kind]

    assert written(read(document, {**written(document), "period": period}))["period"] == period


@pytest.mark.parametrize(
    "text", [b"NaN", b"Infinity", b"1e3", b"3.0", b'"3"', b"null", b"[]", b"true"]
)
def test_a_count_of_failures_is_a_whole_number_and_nothing_like_one(text: bytes) -> None:
    """STO-11: a counter that cannot be read must not count as zero."""
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(b'{"failures":' + text + b',"locked_until":0}', type=Counter)


@pytest.mark.parametrize("document", FULL, ids=named)
def test_a_document_cannot_be_changed_in_place(document: Document) -> None:
    """A value that was checked stays what it was."""
    field = msgspec.structs.fields(type(document))[0].name

    with pytest.raises(AttributeError):
        setattr(document, field, "other")


def test_identifiers_are_random_and_tell_nothing() -> None:
    """ENU-05: 128 bits each, no counting."""
    found = {new_id() for _ in range(1000)}

    assert len(found) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{32}", identifier) for identifier in found)
