"""The journal `store.journal`: one line per commit, and that line is the commit.

The first line says which snapshot the journal continues. Each line starts with a CRC-32 of its text that also runs over the line before
it, so that a changed, lost, doubled or moved line is found and named. Numbers run without gaps, so a number tells the line.

The file is longer than its lines: it ends with empty lines, into which the next commits are written. A commit then changes no length, which
spares the file system a second write to the disk.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store.kinds import KINDS
from pomfa_tui.store.migrations import FORMAT, check_known
from pomfa_tui.store.tinydb.snapshot import SealedHead, told

NAME = "store.journal"

LARGEST_DOCUMENT = 1 << 18
"""Bytes of one document; the longest honest one, a person's credentials with years of pairings, has a tenth of that."""

PADDING = b"\n"
PORTION = 1 << 16
"""Bytes by which the file grows."""

_SUM = 9
_COMMIT = re.compile(rb'^[0-9a-f]{8} \{"seq":([0-9]{1,18})[,}]', re.MULTILINE)
_REMOVED = b"null"

_types = {kind.name: kind.type for kind in KINDS}
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    kind.name: msgspec.json.Decoder(kind.type) for kind in KINDS
}
_encode = msgspec.json.Encoder().encode


class Header(Document, frozen=True, kw_only=True):
    """The first line.

    Attributes:
        format: Version of the files' format.
        generation: The snapshot's.
        seq: Number of the last commit in the snapshot; the first line after this one has the next.
    """

    format: int
    generation: int
    seq: int


class Line(Document, frozen=True, kw_only=True, omit_defaults=True):
    """One commit.

    Attributes:
        seq: Its number.
        changes: Table, TinyDB's number and document; `null` where it was removed.
        audit: The audit records, exactly as they stand in the audit log.
        head: The sealed head of the audit chain, where it moved.
    """

    seq: int
    changes: tuple[tuple[str, int, msgspec.Raw], ...] = ()
    audit: tuple[msgspec.Raw, ...] = ()
    head: SealedHead | None = None


_line_decoder = msgspec.json.Decoder(Line)
_header_decoder = msgspec.json.Decoder(Header)


class OldFormat(IntegrityFailure):
    """A file is of an older format, from which there is a way to today's."""

    def __init__(self, place: str) -> None:
        """Name the file; opening the store brings it up to date."""
        super().__init__(
            f"{place} is of an older format. Start pomfa-tui again to bring it up to date."
        )


Changes = dict[str, list[tuple[int, Any]]]
"""Documents of a commit by table, each with its number; none where it was removed."""


class Position(NamedTuple):
    """How far a journal has been read.

    Attributes:
        generation: Of the snapshot it continues.
        base: Number of the last commit in that snapshot.
        seq: Number of the last commit read.
        crc: Running checksum after that commit's line.
        end: Bytes up to and with that line.
    """

    generation: int
    base: int
    seq: int
    crc: int
    end: int

    @property
    def next_line(self) -> int:
        """Number of the line after this position, counted from 1."""
        return self.seq - self.base + 2


@dataclass(frozen=True, slots=True)
class Tail:
    """What was found after a position.

    Attributes:
        lines: Whole lines, in order, each with the position after it.
        position: After the last of them.
        torn: Whether something else than padding comes after that: a commit that was never finished.
        damaged: Whether whole lines of later commits come after that, which no crash explains.
    """

    lines: tuple[tuple[Line, Position], ...]
    position: Position
    torn: bool
    damaged: bool


def new(generation: int, seq: int) -> tuple[bytes, Position]:
    """Return a journal without commits and the position after its first line."""
    text = _encode(Header(format=FORMAT, generation=generation, seq=seq))
    crc = zlib.crc32(text)
    data = _framed(text, crc)
    position = Position(generation=generation, base=seq, seq=seq, crc=crc, end=len(data))
    return data.ljust(PORTION, PADDING), position


def extend(line: Line, position: Position) -> tuple[bytes, Position]:
    """Return the bytes of a line that follows a position, and the position after it."""
    text = _encode(line)
    crc = zlib.crc32(text, position.crc)
    data = _framed(text, crc)
    return data, position._replace(seq=line.seq, crc=crc, end=position.end + len(data))


def padded(data: bytes, end: int) -> bytes:
    """Return the bytes of a line that ends at `end`, with padding up to where the file shall end next."""
    return data + PADDING * (PORTION - end % PORTION)


def change(table: str, number: int, document: Any) -> tuple[str, int, msgspec.Raw]:
    """Encode one changed document, none when it is removed.

    What is written can be read back: a document with a field of the wrong type, which Python would let pass, is refused here, before it
    makes the store unreadable.

    Raises:
        ValueError: The document does not fit its type, or is too large.
    """
    if document is None:
        return table, number, msgspec.Raw(_REMOVED)
    raw = _encode(document)
    if len(raw) > LARGEST_DOCUMENT:
        message = f"a document of {table} is larger than {LARGEST_DOCUMENT} bytes"
        raise ValueError(message)
    _decoders[table].decode(raw)
    return table, number, msgspec.Raw(raw)


def changes_of(line: Line, place: str, number: int) -> Changes:
    """Decode the documents of a line; all of them or none.

    Args:
        line: The line.
        place: The journal's path, for the sentence.
        number: The line's number, for the sentence.

    Raises:
        IntegrityFailure: Something in it does not belong there.
    """
    changes: Changes = {}
    try:
        for table, doc_id, raw in line.changes:
            document = None if bytes(raw) == _REMOVED else _decoders[table].decode(raw)
            changes.setdefault(table, []).append((doc_id, document))
    except (msgspec.DecodeError, ValueError, RecursionError, KeyError) as error:
        raise foreign(place, number, error) from None
    return changes


def start(data: bytes, place: str, *, oldest: int = FORMAT) -> Position:
    """Read the first line.

    Args:
        data: The journal's first bytes.
        place: The journal's path, for the sentence.
        oldest: The oldest format that will do.

    Raises:
        OldFormat: It has to be brought up to date first.
        IntegrityFailure: It is no journal, damaged, or of a newer program.
    """
    text, _ = _first(data, 0)
    crc = zlib.crc32(text[_SUM:])
    if text[:_SUM] != _sum(crc) or not text.endswith(b"}"):
        raise damaged(place, 1)
    try:
        header = _header_decoder.decode(text[_SUM:])
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise foreign(place, 1, error) from None
    check_known(header.format, place)
    if header.format < oldest:
        raise OldFormat(place)
    return Position(header.generation, header.seq, header.seq, crc, len(text) + 1)


def read(data: bytes, position: Position, place: str, limit: int | None = None) -> Tail:
    """Read what follows a position.

    Args:
        data: The journal's bytes from `position.end` on.
        position: Where they start.
        place: The journal's path, for the sentence.
        limit: Number of the last commit to read; all by default.

    Raises:
        IntegrityFailure: A line that is whole holds what does not belong there.
    """
    lines: list[tuple[Line, Position]] = []
    begin = 0
    while begin < len(data) and (limit is None or position.seq < limit):
        text, whole = _first(data, begin)
        crc = zlib.crc32(text[_SUM:], position.crc)
        if not whole or text[:_SUM] != _sum(crc):
            break
        try:
            line = _line_decoder.decode(text[_SUM:])
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise foreign(place, position.next_line, error) from None
        if line.seq != position.seq + 1:
            raise damaged(place, position.next_line)
        begin += len(text) + 1
        position = position._replace(seq=line.seq, crc=crc, end=position.end + len(text) + 1)
        lines.append((line, position))
    rest = b"" if position.seq == limit else data[begin:].strip(PADDING)
    later = any(int(number) > position.seq + 1 for number in _COMMIT.findall(rest))
    return Tail(lines=tuple(lines), position=position, torn=bool(rest), damaged=later)


def audit_bytes(lines: Sequence[Line]) -> bytes:
    """Return what these commits add to the audit log."""
    return b"".join(bytes(raw) + b"\n" for line in lines for raw in line.audit)


def damaged(place: str, line: int) -> IntegrityFailure:
    """Name the line that is not what was written."""
    return IntegrityFailure(
        f"{place} is damaged at line {line}. Restore the newest backup, or ask the helpdesk."
    )


def foreign(place: str, line: int, error: Exception) -> IntegrityFailure:
    """Name the line that holds what this program never writes."""
    return IntegrityFailure(
        f"{place} holds something in line {line} that does not belong there ({told(error)}). "
        "Restore the newest backup, or ask the helpdesk."
    )


def _framed(text: bytes, crc: int) -> bytes:
    return b"".join((_sum(crc), text, b"\n"))


def _sum(crc: int) -> bytes:
    return b"%08x " % crc


def _first(data: bytes, begin: int) -> tuple[bytes, bool]:
    """Return the line that begins there, and whether it ends with a newline."""
    end = data.find(b"\n", begin)
    return (data[begin:], False) if end < 0 else (data[begin:end], True)
