"""The audit log `audit.jsonl`: one record a line, each bound to the one before it (rule 32).

The log is written from what has been committed, never before it. Its bytes follow from the store alone, so its size tells whether it is
up to date, and what a crash left out is added exactly once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Final

import msgspec

from pomfa_tui.domain.audit import GENESIS, AuditEvent, AuditRecord, Head, chain, follows
from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.domain.ports import AuditVerdict

NAME = "audit.jsonl"

LARGEST_RECORD: Final = 1 << 16
"""Bytes of one line."""

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(AuditRecord)


def head_bytes(head: Head) -> bytes:
    """Return what the seal of a head is made over."""
    return f"{head.seq}:{head.hash}".encode("ascii")


def chained(head: Head, events: Sequence[AuditEvent]) -> tuple[list[bytes], Head]:
    """Return the lines of these events without newline, and the head after them.

    Raises:
        ValueError: An event does not fit its type, or is too large.
    """
    lines = []
    for event in events:
        record = chain(head, event)
        line = _encode(record)
        if len(line) > LARGEST_RECORD:
            message = f"an audit record is larger than {LARGEST_RECORD} bytes"
            raise ValueError(message)
        _decoder.decode(line)
        lines.append(line)
        head = Head(seq=record.seq, hash=record.hash)
    return lines, head


def parse(line: bytes) -> AuditRecord | None:
    """Read one line; none when it is not byte for byte what this program writes."""
    with suppress(msgspec.DecodeError, ValueError, RecursionError):
        record = _decoder.decode(line)
        if _encode(record) == line:
            return record
    return None


def records(lines: Iterator[bytes], place: str, first: int = 1) -> Iterator[AuditRecord]:
    """Decode lines.

    Args:
        lines: Of the log, in order.
        place: Where they come from, for the sentence.
        first: Number that the first of them must have.

    Raises:
        IntegrityFailure: A line is no record, or another one than belongs there; names it.
    """
    for number, line in enumerate(lines, start=first):
        record = parse(line)
        if record is None or record.seq != number:
            raise IntegrityFailure(
                f"{place} is damaged at line {number}. Run `pomfa-tui audit verify`, and ask the helpdesk."
            )
        yield record


def verify(lines: Iterator[bytes], head: Head, after: Head | None = None) -> AuditVerdict:
    """Check a log's lines against each other and against the head that the store knows.

    Args:
        lines: The log, oldest first, without newlines and without its checkpoint.
        head: Where the store says that the chain stands.
        after: Where it stood before the first line, as a checkpoint says; at its very beginning by default.
    """
    at = after = after or Head()
    number = after.seq
    coming = islice(lines, max(head.seq - after.seq, 0))
    for number, line in enumerate(coming, start=after.seq + 1):
        record = parse(line)
        if record is None:
            return _bad(
                number, at, after, f"Record {number} cannot be read: it was changed or damaged."
            )
        if not follows(record, at):
            return _bad(number, at, after, f"Record {number} does not follow the one before it.")
        at = Head(seq=record.seq, hash=record.hash)
    if number < head.seq:
        return _bad(
            number + 1,
            at,
            after,
            f"The log ends after record {number}, but {head.seq} were written.",
        )
    if next(lines, None) is not None:
        return _bad(
            number + 1,
            at,
            after,
            f"The log goes on after record {number}, the last that the store knows: an older copy of the store was "
            "put back, or somebody else wrote here.",
        )
    if at != head:
        return _bad(
            max(number, 1), at, after, "The log is whole in itself, but it is not this store's."
        )
    return AuditVerdict(
        ok=True,
        records=number - after.seq,
        head=at.hash,
        first_bad=None,
        problem=None,
        dropped=after.seq,
    )


def without_checkpoint(problem: str) -> AuditVerdict:
    """Return the verdict on a log that does not begin with the checkpoint that belongs there: nothing after it can be trusted."""
    return AuditVerdict(ok=False, records=0, head=GENESIS, first_bad=1, problem=problem)


def unsealed(verdict: AuditVerdict) -> AuditVerdict:
    """Return the verdict on a log whose head is not sealed with this key: its last record is not to be trusted."""
    return _last_bad(
        verdict,
        "The last record is not sealed with this key: the key is another store's, or somebody wrote the log anew.",
    )


def cut(verdict: AuditVerdict) -> AuditVerdict:
    """Return the verdict on a log whose last line lacks its end."""
    last = verdict.dropped + verdict.records
    return _last_bad(verdict, f"The log ends within record {last}: its last byte was cut off.")


def _last_bad(verdict: AuditVerdict, problem: str) -> AuditVerdict:
    records = max(verdict.records - 1, 0)
    return replace(
        verdict,
        ok=False,
        records=records,
        first_bad=max(verdict.dropped + verdict.records, 1),
        problem=problem,
    )


def _bad(number: int, at: Head, after: Head, problem: str) -> AuditVerdict:
    return AuditVerdict(
        ok=False,
        records=max(number - 1 - after.seq, 0),
        head=at.hash,
        first_bad=number,
        problem=problem,
        dropped=after.seq,
    )
