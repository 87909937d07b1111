"""The journal `store.journal`: one line per commit, and that line is the commit.

The first line says which snapshot the journal continues. Each line ends with a CRC-32 over everything before it in the file, so that a
changed, lost, doubled or moved line is found and named. Numbers run without gaps, so a number tells the line.

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
from pomfa_tui.store.checkpoint import Cut
from pomfa_tui.store.kinds import KINDS
from pomfa_tui.store.migrations import FORMAT, check_known
from pomfa_tui.store.tinydb.refusals import OldFormat, damaged, foreign
from pomfa_tui.store.tinydb.snapshot import SealedHead

NAME = "store.journal"

LARGEST_DOCUMENT = 1 << 18
"""Bytes of one document; the longest honest one, a person's credentials with years of pairings, has a tenth of that."""

HEADER_LONGEST = 256
"""Bytes within which the first line ends."""

PADDING = b"\n"
PORTION = 1 << 16
"""Bytes by which the file grows."""

REMOVED = b"null"
"""Stands for a document that was removed."""

# A line is an array of an object and, as text, its checksum.
_OPEN = b"["
SUM_LENGTH = len(b',"00000000"]\n')
"""Bytes at the end of each line that tell whether everything before them is what was written."""

# The beginning of a commit, also where the newline before it is damaged; never within a text, whose quotes are escaped, nor an audit record.
_COMMIT = re.compile(rb'\[\{"seq":([0-9]{1,18})(?:\}|,"(?:changes|audit|log|head|cut)")')

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
        log: Bytes of the audit log with those records; 0 where there are none.
        head: The sealed head of the audit chain, where it moved.
        cut: What was dropped from the audit log, where that changed.
    """

    seq: int
    changes: tuple[tuple[str, int, msgspec.Raw], ...] = ()
    audit: tuple[msgspec.Raw, ...] = ()
    log: int = 0
    head: SealedHead | None = None
    cut: Cut | None = None


_line_decoder = msgspec.json.Decoder(tuple[Line, str])
_header_decoder = msgspec.json.Decoder(tuple[Header, str])


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
        lines: Whole lines, in order.
        position: After the last of them.
        torn: Whether something else than padding comes after that: a commit that was never finished.
        damaged: Whether whole lines of later commits come after that, which no crash explains.
    """

    lines: list[Line]
    position: Position
    torn: bool
    damaged: bool


def new(generation: int, seq: int) -> tuple[bytes, Position]:
    """Return a journal without commits and the position after its first line."""
    data, crc = _framed(Header(format=FORMAT, generation=generation, seq=seq), 0)
    position = Position(generation=generation, base=seq, seq=seq, crc=crc, end=len(data))
    return data.ljust(PORTION, PADDING), position


def extend(line: Line, position: Position) -> tuple[bytes, Position]:
    """Return the bytes of a line that follows a position, and the position after it."""
    data, crc = _framed(line, position.crc)
    return data, Position(
        position.generation, position.base, line.seq, crc, position.end + len(data)
    )


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
        return table, number, msgspec.Raw(REMOVED)
    raw = _encode(document)
    if len(raw) > LARGEST_DOCUMENT:
        message = f"a document of {table} is larger than {LARGEST_DOCUMENT} bytes"
        raise ValueError(message)
    _decoders[table].decode(raw)
    return table, number, msgspec.Raw(raw)


def decode(table: str, raw: bytes | msgspec.Raw, place: str, number: int) -> Any:
    """Decode one document of a line.

    Args:
        table: Where it belongs.
        raw: The document.
        place: The journal's path, for the sentence.
        number: The line's number, for the sentence.

    Raises:
        IntegrityFailure: It does not fit its type.
    """
    try:
        document = _decoders[table].decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError, KeyError) as error:
        raise foreign(place, error, line=number) from None
    if _encode(document) != bytes(raw):
        raise foreign(place, ValueError("written by another program"), line=number)
    return document


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
    text = data[: data.find(b"\n") + 1]
    crc = _checked(text, 0)
    if crc is None:
        raise damaged(place, 1)
    try:
        header, _ = _header_decoder.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise foreign(place, error, line=1) from None
    check_known(header.format, place)
    if header.format < oldest:
        raise OldFormat(place)
    return Position(header.generation, header.seq, header.seq, crc, len(text))


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
    begin, seq, crc = 0, position.seq, position.crc
    while limit is None or seq < limit:
        end = data.find(b"\n", begin) + 1
        now = _checked(data[begin:end], crc)
        if now is None:
            break
        begin, crc, seq = end, now, seq + 1
    lines = _decoded(data[:begin], position, place)
    position = position._replace(seq=seq, crc=crc, end=position.end + begin)
    rest = b"" if seq == limit else data[begin:].strip(PADDING)
    later = any(int(number) > seq + 1 for number in _COMMIT.findall(rest))
    return Tail(lines=lines, position=position, torn=bool(rest), damaged=later)


def read_whole(data: bytes, position: Position, upto: Position, place: str) -> list[Line] | None:
    """Read lines up to a position whose checksum is known, all at once; none when they do not fit it."""
    if zlib.crc32(data, position.crc) != upto.crc:
        return None
    return _decoded(data, position, place)


def ends_there(data: bytes, position: Position) -> bool:
    """Tell whether these bytes are the end of the line after which a position is.

    Args:
        data: The `SUM_LENGTH` bytes before it, as they stand in the file now.
        position: As it was read or written before.
    """
    try:
        before = int(data[2:10], 16)
    except ValueError:
        return False
    return data == _end(before) and zlib.crc32(data, before) == position.crc


def audit_bytes(lines: Sequence[Line]) -> bytes:
    """Return what these commits add to the audit log."""
    return b"".join(bytes(raw) + b"\n" for line in lines for raw in line.audit)


def _decoded(data: bytes, position: Position, place: str) -> list[Line]:
    try:
        lines = [line for line, _ in _line_decoder.decode_lines(data)]
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise foreign(place, error, line=position.next_line) from None
    for seq, line in enumerate(lines, start=position.seq + 1):
        if line.seq != seq:
            raise damaged(place, position.next_line + seq - position.seq - 1)
    return lines


def _framed(content: Document, crc: int) -> tuple[bytes, int]:
    """Return a line, and the running checksum after it."""
    text = _OPEN + _encode(content)
    crc = zlib.crc32(text, crc)
    end = _end(crc)
    return text + end, zlib.crc32(end, crc)


def _end(crc: int) -> bytes:
    return b',"%08x"]\n' % crc


def _checked(line: bytes, crc: int) -> int | None:
    """Return the running checksum after a line, or none when the line is not what was written."""
    text, end = line[:-SUM_LENGTH], line[-SUM_LENGTH:]
    crc = zlib.crc32(text, crc)
    return zlib.crc32(end, crc) if end == _end(crc) else None
