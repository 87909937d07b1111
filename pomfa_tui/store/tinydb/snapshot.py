"""The snapshot `store.json`: an ordinary TinyDB file with every table, the store's own facts first and a checksum last.

Any TinyDB can read it. Only this program writes it: the checksum covers every byte, so a file that was edited, torn or damaged is
refused as a whole instead of being believed in part (STO-11).
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Mapping
from typing import Any

import msgspec

from pomfa_tui.domain.audit import Head
from pomfa_tui.domain.documents import Document
from pomfa_tui.store.checkpoint import Cut
from pomfa_tui.store.kinds import KINDS, Kind, Taken
from pomfa_tui.store.migrations import FORMAT, Tables, check_known
from pomfa_tui.store.tinydb.folder import Folder, read_at
from pomfa_tui.store.tinydb.refusals import OldFormat, damaged, foreign, too_large
from pomfa_tui.store.tinydb.rows import Rows, Text

NAME = "store.json"

LARGEST = 1 << 29
"""Bytes of a snapshot that will be read: twenty times what 10,000 people need."""

_FACTS, _CHECKSUM = "store", "checksum"
_START = f'{{"{_FACTS}":{{"1":{{"format":{FORMAT},'.encode()
_BEFORE_SUM, _AFTER_SUM = f',"{_CHECKSUM}":{{"1":{{"sha256":"'.encode(), b'"}}}\n'
_SUM_LENGTH = 64
_TRAILER = len(_BEFORE_SUM) + _SUM_LENGTH + len(_AFTER_SUM)


class SealedHead(Document, frozen=True, kw_only=True):
    """Where the audit chain stands, with its seal.

    Attributes:
        head: The chain's head.
        seal: Made over `head_bytes(head)`.
    """

    head: Head
    seal: str


class Facts(Document, frozen=True, kw_only=True, omit_defaults=True):
    """What the store knows about itself.

    Attributes:
        format: Version of the files' format.
        generation: Counts the snapshots; the journal's first line carries the same number.
        seq: Number of the last commit that is in here.
        audit: The sealed head after that commit; none before the first.
        audit_size: Bytes of the audit log up to that head, on the disk before the snapshot was written; those that were dropped count too.
        cut: What was dropped from the audit log; none while it is whole, and then not written.
    """

    format: int
    generation: int
    seq: int
    audit: SealedHead | None
    audit_size: int
    cut: Cut | None = None


class Snapshot(msgspec.Struct, frozen=True):
    """A snapshot that has been read and checked."""

    facts: Facts
    tables: dict[str, Rows[Any]]
    size: int


class _Checksum(msgspec.Struct, forbid_unknown_fields=True):
    sha256: str


_File = msgspec.defstruct(
    "_File",
    [
        (_FACTS, dict[int, Facts]),
        (_CHECKSUM, dict[int, _Checksum]),
        *(
            (
                kind.name,
                dict[int, msgspec.Raw if kind.lazy else kind.type],  # type: ignore[misc]
                msgspec.field(default_factory=dict),
            )
            for kind in KINDS
        ),
    ],
    forbid_unknown_fields=True,
)
_decoder = msgspec.json.Decoder(_File)
_lazy_decoders = {kind.name: msgspec.json.Decoder(kind.type) for kind in KINDS if kind.lazy}


class _Version(msgspec.Struct):
    format: int


class _Versioned(msgspec.Struct):
    store: dict[str, _Version]


_version_decoder = msgspec.json.Decoder(_Versioned)


def empty_tables() -> dict[str, Rows[Any]]:
    """Return every table without documents."""
    return {kind.name: Rows.load(kind, {}) for kind in KINDS}


def encode(facts: Facts, tables: Mapping[str, Rows[Any]]) -> bytes:
    """Return the file's bytes."""
    return add_checksum(_content(facts, tables))


def _content(facts: Facts, tables: Mapping[str, Rows[Any]]) -> bytes:
    content: dict[str, Any] = {_FACTS: {1: facts}}
    content.update((kind.name, tables[kind.name].encodable()) for kind in KINDS)
    return msgspec.json.encode(content)


def add_checksum(content: bytes) -> bytes:
    """Return an encoded object with the table of its checksum as the last one."""
    body = content[:-1]
    digest = hashlib.sha256(body).hexdigest().encode("ascii")
    return b"".join((body, _BEFORE_SUM, digest, _AFTER_SUM))


def check(data: bytes, place: str) -> memoryview:
    """Return the content before the checksum, without the closing brace.

    Raises:
        IntegrityFailure: The checksum does not fit; names `place`.
    """
    body = memoryview(data)[:-_TRAILER]
    digest = hashlib.sha256(body).hexdigest().encode("ascii")
    if len(data) <= _TRAILER or data[-_TRAILER:] != _BEFORE_SUM + digest + _AFTER_SUM:
        raise damaged(place)
    return body


def version_of(data: bytes, place: str) -> int:
    """Return the version of the file's format.

    Raises:
        IntegrityFailure: Damaged, or no snapshot at all.
    """
    if data.startswith(_START):
        return FORMAT
    try:
        (facts,) = _version_decoder.decode(bytes(check(data, place)) + b"}").store.values()
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise foreign(place, error) from None
    return facts.format


def decode_raw(data: bytes, place: str) -> tuple[Facts, Tables]:
    """Read a file of any format without looking into its documents.

    Raises:
        IntegrityFailure: Damaged, or its frame is not that of a snapshot.
    """
    body = bytes(check(data, place)) + b"}"
    try:
        tables = msgspec.json.decode(body, type=Tables)
        (facts,) = msgspec.convert(tables.pop(_FACTS), dict[str, Facts]).values()
    except (msgspec.DecodeError, ValueError, RecursionError, KeyError) as error:
        raise foreign(place, error) from None
    return facts, tables


def encode_raw(facts: Facts, tables: Tables) -> bytes:
    """Return the bytes of a file with tables that have not been looked into."""
    return add_checksum(msgspec.json.encode({_FACTS: {"1": facts}, **tables}))


def decode(data: bytes, place: str, *, exactly: bool = True) -> Snapshot:
    """Read a file of the current format.

    Args:
        data: The file's bytes.
        place: The file's path, for the sentence.
        exactly: Take nothing but what `encode` writes, byte for byte: no key twice, no number or text written in another way.

    Raises:
        IntegrityFailure: Damaged, changed, or holding what does not belong there.
    """
    check(data, place)
    # Tens of thousands of new objects, none of them garbage: the collector would look at them again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        content: Any = _decoder.decode(data)
        tables = {kind.name: _rows(kind, getattr(content, kind.name), place) for kind in KINDS}
        (facts,) = getattr(content, _FACTS).values()
    except (msgspec.DecodeError, ValueError, RecursionError, Taken) as error:
        raise foreign(place, error) from None
    finally:
        if collecting:
            gc.enable()
    if exactly and not data.startswith(memoryview(_content(facts, tables))[:-1]):
        raise foreign(place, ValueError("written by another program"))
    return Snapshot(facts=facts, tables=tables, size=len(data))


def _rows(kind: Kind[Any], documents: dict[int, Any], place: str) -> Rows[Any]:
    if not kind.lazy:
        return Rows.load(kind, documents)

    def decode(table: str, text: Text, _: int) -> Any:
        try:
            document = _lazy_decoders[table].decode(text)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise foreign(place, error) from None
        if msgspec.json.encode(document) != bytes(text):
            raise foreign(place, ValueError("written by another program"))
        return document

    return Rows.load_lazily(kind, documents, decode)


def read(folder: Folder) -> Snapshot | None:
    """Read the snapshot of a folder; none when there is none.

    Raises:
        OldFormat: It has to be brought up to date first.
        IntegrityFailure: It is not what this program writes.
        Unavailable: It cannot be read.
    """
    place, fd = folder.place(NAME), folder.open(NAME)
    if fd < 0:
        return None
    try:
        with folder.sentences():
            size = os.fstat(fd).st_size
            if size > LARGEST:
                raise too_large(place)
            data = read_at(fd, 0, size)
    finally:
        os.close(fd)
    version = version_of(data, place)
    check_known(version, place)
    if version < FORMAT:
        raise OldFormat(place)
    return decode(data, place)
