"""A backup: one file with a line of facts, the snapshot, the audit log, and a line with its checksum and seal. The key is never in it.

The seal is made with the key, so a backup that was changed is refused. Without the key only the checksum can be compared.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Head
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import IntegrityFailure, Unavailable, WrongUsage
from pomfa_tui.domain.ports import HeadSeal, StoreMeta
from pomfa_tui.filewords import sentences, shown
from pomfa_tui.safefiles import create_private
from pomfa_tui.store import audit_log
from pomfa_tui.store.checkpoint import LONGEST, problem_of, start_of
from pomfa_tui.store.kinds import META
from pomfa_tui.store.migrations import Tables, check_known
from pomfa_tui.store.tinydb import snapshot
from pomfa_tui.store.tinydb.snapshot import Facts
from pomfa_tui.store.tinydb.upkeep import Exported

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1
"""Of the backup's own format."""

LARGEST = 1 << 31
"""Bytes of a backup that will be read."""

_FIRST_LONGEST = _LAST_LONGEST = 1024

_encode = msgspec.json.Encoder().encode


class First(Document, frozen=True, kw_only=True):
    """The first line.

    Attributes:
        pomfa_tui_backup: Version of the backup's format.
        store: Identifier of the store.
        key_id: Names the key that is needed to use it.
        at: When it was made, UTC seconds.
        program: Version of the program that made it.
        format: Version of the snapshot's format.
        seq: Number of the newest commit in it.
        snapshot: Bytes of the snapshot.
        log: Bytes of the audit log.
    """

    pomfa_tui_backup: int
    store: str
    key_id: str
    at: int
    program: str
    format: int
    seq: int
    snapshot: int
    log: int


class _Version(msgspec.Struct):
    pomfa_tui_backup: int


class _Last(Document, frozen=True, kw_only=True):
    sha256: str
    seal: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that has been read and checked.

    Attributes:
        first: Its facts.
        facts: Of its snapshot.
        tables: Its documents, not looked into.
        log: Its audit log.
    """

    first: First
    facts: Facts
    tables: Tables
    log: bytes


def contents(exported: Exported, *, at: int, program: str, seal: HeadSeal) -> tuple[First, bytes]:
    """Return the facts and the bytes of a backup.

    Args:
        exported: What the store holds.
        at: UTC seconds.
        program: Version of this program.
        seal: Made with the key.

    Raises:
        IntegrityFailure: The audit log is damaged, so that nobody could rely on the backup.
    """
    _check_log(exported.facts, exported.log, "The audit log")
    meta = _meta(snapshot.decode_raw(exported.snapshot, "The store")[1], "The store")
    first = First(
        pomfa_tui_backup=VERSION,
        store=meta.id,
        key_id=meta.key_id,
        at=at,
        program=program,
        format=exported.facts.format,
        seq=exported.facts.seq,
        snapshot=len(exported.snapshot),
        log=len(exported.log),
    )
    body = b"".join([_encode(first), b"\n", exported.snapshot, exported.log])
    digest = hashlib.sha256(body).hexdigest()
    last = _Last(sha256=digest, seal=seal.seal(digest.encode("ascii")))
    return first, body + _encode(last) + b"\n"


def write(path: Path, data: bytes) -> None:
    """Create the file, for this account alone, and wait until it is on the disk.

    Raises:
        WrongUsage: Something of that name is there, or the folder is not.
        Unavailable: The disk refuses; nothing is left behind.
    """
    try:
        create_private(path.absolute(), data)
    except FileExistsError:
        raise WrongUsage(
            f"{shown(path)} is there already and is never overwritten. Name a file that is not there."
        ) from None
    except (FileNotFoundError, NotADirectoryError):
        raise WrongUsage(
            f"There is no folder {shown(path.absolute().parent)}. Make it first."
        ) from None
    except OSError as error:
        raise Unavailable(
            f"The backup cannot be written to {shown(path)} ({error.strerror}). Name another place or make room."
        ) from None


def read(path: Path, seal: HeadSeal | None) -> Backup:
    """Read a backup and check every byte of it.

    Args:
        path: The file.
        seal: Made with the key; none where the key is lost, so that the checksum alone is compared.

    Raises:
        WrongUsage: There is no such file.
        IntegrityFailure: It is no backup, damaged, changed, made by a newer program, or sealed with another key.
    """
    return parse(_bytes(path), seal, shown(path))


def parse(data: bytes, seal: HeadSeal | None, place: str) -> Backup:
    """Read the bytes of a backup; see `read`.

    Args:
        data: All of them.
        seal: As for `read`.
        place: Where they come from, for the sentences.

    Raises:
        IntegrityFailure: As for `read`.
    """
    end, tail = data.find(b"\n", 0, _FIRST_LONGEST), data.rfind(b"\n", -_LAST_LONGEST, -1) + 1
    first = _first(data[:end], place)
    body, parts = data[:tail], (end + 1, end + 1 + first.snapshot)
    try:
        last = msgspec.json.decode(data[tail:], type=_Last)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise _damaged(place) from None
    digest = hashlib.sha256(body).hexdigest()
    whole = data[tail:] == _encode(last) + b"\n" and last.sha256 == digest
    if not whole or tail != parts[1] + first.log:
        raise _damaged(place)
    if seal is not None and not seal.check(digest.encode("ascii"), last.seal):
        raise IntegrityFailure(
            f"{place} is not sealed with this key: the key file is another store's, or the backup was changed. Use the key file "
            "that the backup was made with."
        )
    facts, tables = snapshot.decode_raw(data[parts[0] : parts[1]], place)
    log = data[parts[1] : tail]
    _check_log(facts, log, place)
    if _meta(tables, place).id != first.store:
        raise _damaged(place)
    return Backup(first, facts, tables, log)


def _first(line: bytes, place: str) -> First:
    try:
        check_backup_version(msgspec.json.decode(line, type=_Version).pomfa_tui_backup, place)
        first = msgspec.json.decode(line, type=First)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise _damaged(place) from None
    check_known(first.format, place)
    return first


def check_backup_version(version: int, place: str) -> None:
    """Refuse a backup of a later program.

    Raises:
        IntegrityFailure: It is.
    """
    if version != VERSION:
        raise IntegrityFailure(
            f"{place} is a backup of version {version}, made by another pomfa-tui; this one reads version {VERSION}. Use the "
            "program that made it; nothing was changed."
        )


def _bytes(path: Path) -> bytes:
    try:
        with sentences(path, wanted="an ordinary file"):
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise WrongUsage(f"There is no file {shown(path)}. Name the backup to restore.") from None
    except OSError as error:
        raise Unavailable(f"{shown(path)} cannot be read ({error.strerror}).") from None
    if len(data) > LARGEST:
        raise _damaged(shown(path))
    return data


def _check_log(facts: Facts, log: bytes, place: str) -> None:
    """Check an audit log against itself, and against the checkpoint and the head that go with it."""
    start = start_of(log[:LONGEST])
    # Whatever is in a backup is sealed with all of it.
    problem = problem_of(start.sealed, facts.cut, lambda _: True)

    def lines() -> Iterator[bytes]:
        return iter(log[start.header :].split(b"\n")[:-1])

    head = Head() if facts.audit is None else facts.audit.head
    verdict = audit_log.verify(lines(), head, start.after)
    if problem is not None or not verdict.ok or len(log) + start.shift != facts.audit_size:
        raise IntegrityFailure(
            f"{place} holds an audit log that does not fit at record {verdict.first_bad or verdict.records}. Run `pomfa-tui audit "
            "verify`, or use another backup."
        )


def _meta(tables: Tables, place: str) -> StoreMeta:
    try:
        (found,) = tables[META.name].values()
        return msgspec.convert(found, StoreMeta)
    except (KeyError, ValueError, msgspec.ValidationError):
        raise IntegrityFailure(
            f"{place} holds no store that was set up. Set one up with `pomfa-tui init`."
        ) from None


def _damaged(place: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"{place} is no backup, is not whole, or was changed. Use another backup; nothing was changed."
    )
