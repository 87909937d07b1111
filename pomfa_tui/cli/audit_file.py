"""Checking an exported audit log without its store: every record against its hash, and against the one before it (AUD-06)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from pomfa_tui.domain.audit import AuditEvent, AuditRecord, Head, follows, record_hash
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pomfa_tui.checkpoints import FoundCheckpoint

LONGEST_LINE = 1 << 18
"""Bytes of one line that are read."""

_OF_THE_LOG = b',"event":{'
"""In every line of the log itself, and in none of an export."""


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What checking a file found.

    Attributes:
        ok: Whether every record carries its hash and follows the one before it where their numbers do.
        records: How many good records were read.
        first: Number of the first record, 0 when there is none.
        last: Number of the last good one.
        gaps: Places where numbers are passed over, as a filter does.
        head: Hash of the last good record.
        first_bad: Number of the first line that is wrong, counted from 1; none when all are right.
        problem: One sentence about what is wrong, or none.
        sealed: Whether the checkpoint that the file begins with is sealed with this key, `yes` or `unknown` without it; none where there is
            no checkpoint.
    """

    ok: bool
    records: int
    first: int
    last: int
    gaps: int
    head: str
    first_bad: int | None = None
    problem: str | None = None
    sealed: str | None = None

    def document(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "ok": self.ok,
            "records": self.records,
            "head": self.head,
            "first_bad": self.first_bad,
            "first": self.first,
            "last": self.last,
            "gaps": self.gaps,
            "checkpoint": self.sealed,
        }


def verify_file(path: Path, find: Callable[[bytes], FoundCheckpoint | None]) -> FileVerdict:
    """Check a file that `audit export` wrote, or a copy of `audit.jsonl`.

    Args:
        path: The file.
        find: Reads a checkpoint from its first line, and checks the seal where the key is at hand.

    Raises:
        BadInput: It cannot be read.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with os.fdopen(fd, "rb") as file:
            return _verify(iter(lambda: file.readline(LONGEST_LINE), b""), find)
    except OSError as error:
        raise BadInput("file", f"{shown(path)} cannot be read: {error.strerror}.") from None


def _verify(lines: Iterator[bytes], find: Callable[[bytes], FoundCheckpoint | None]) -> FileVerdict:
    first_line = next(lines, b"")
    found = find(first_line)
    if found is None:
        return _records(chain([first_line] if first_line else [], lines), 1, Head(), None)
    at = found.head
    if found.sealed is False:
        problem = "Line 1 is a checkpoint that is not sealed with this key: it was forged, or is another store's."
        return FileVerdict(False, 0, 0, at.seq, 0, at.hash, 1, problem)
    return _records(lines, 2, at, "yes" if found.sealed else "unknown")


def _records(lines: Iterable[bytes], start: int, at: Head, sealed: str | None) -> FileVerdict:
    first, count, gaps = 0, 0, 0
    for number, line in enumerate(lines, start=start):
        record = _parse(line)
        is_first = not count and sealed is None
        problem = _problem(record, at, is_first=is_first) or _head_cut(
            record, line, is_first=is_first
        )
        if record is None or problem is not None:
            problem = f"Line {number} {problem}"
            return FileVerdict(False, count, first, at.seq, gaps, at.hash, number, problem, sealed)
        gaps += record.seq != at.seq + 1
        first = first or record.seq
        at = Head(seq=record.seq, hash=record.hash)
        count += 1
    return FileVerdict(True, count, first, at.seq, gaps, at.hash, sealed=sealed)


def _head_cut(record: AuditRecord | None, line: bytes, *, is_first: bool) -> str | None:
    """Say that a copy of the log itself, which leaves nothing out, lacks its beginning."""
    if not is_first or record is None or record.seq == 1 or _OF_THE_LOG not in line:
        return None
    return f"is record {record.seq}, and no checkpoint stands for those before it: the beginning was cut off."


def _problem(record: AuditRecord | None, at: Head, *, is_first: bool) -> str | None:
    if record is None:
        return "is no record: it was changed or damaged."
    if record.hash != record_hash(record.seq, record.previous, record.event):
        return "does not carry its own hash: it was changed."
    if record.seq <= at.seq and not is_first:
        return "is out of order: records were moved or doubled."
    if record.seq == at.seq + 1 and not follows(record, at):
        return "does not follow the one before it: one of the two was exchanged."
    return None


def _parse(line: bytes) -> AuditRecord | None:
    """Read a line as the log or as an export has it; none when it is neither."""
    try:
        document: dict[str, Any] = json.loads(line)
        if isinstance(document["event"], str):
            places = ("seq", "hash", "previous")
            event = {name: value for name, value in document.items() if name not in places}
            event["at"] = int(datetime.fromisoformat(event["at"]).timestamp())
            document = {name: document[name] for name in places}
            document["event"] = msgspec.convert(event, AuditEvent)
        return msgspec.convert(document, AuditRecord)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
