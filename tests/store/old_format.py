"""An invented format 0 and the step that leads from it to format 1, for the tests of bringing stores up to date.

In format 0 a person had one `site` with `role` and `job` beside it instead of memberships, and its e-mail was called `mail`.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import msgspec

from pomfa_tui.domain.audit import Head
from pomfa_tui.store.audit_log import chained, head_bytes
from pomfa_tui.store.migrations import Tables
from pomfa_tui.store.tinydb import snapshot
from pomfa_tui.store.tinydb.journal import PADDING
from tests.store.stage import SEAL, event, person


def step_from_0(tables: Tables) -> None:
    """Give every person memberships; harmless when it runs twice."""
    for found in tables.get("people", {}).values():
        if "mail" in found:
            found["email"] = found.pop("mail")
        if "memberships" not in found:
            tie = {name: found.pop(name) for name in ("site", "role_there", "job")}
            found["memberships"] = [
                {"site": tie["site"], "role": tie["role_there"], "job": tie["job"]}
            ]


def old_person(number: int) -> dict[str, Any]:
    """Return a person as format 0 wrote it."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(person(number)))
    (tie,) = plain.pop("memberships")
    plain["mail"] = plain.pop("email")
    return {**plain, "site": tie["site"], "role_there": tie["role"], "job": tie["job"]}


def write_old_store(folder: Path, *, removed: bool = True) -> None:
    """Write a store of format 0: people 1 and 2 in the snapshot, person 3 and a removal of 2 in the journal, three records.

    Args:
        folder: Is made.
        removed: Leave the removal out when this is false.
    """
    folder.mkdir(mode=0o700, parents=True)
    records, head = chained(Head(), [event(1), event(2)])
    facts = _facts(seq=2, head=head, size=sum(len(record) + 1 for record in records))
    tables = {"people": {"1": old_person(1), "2": old_person(2)}}
    _write(
        folder / "store.json",
        snapshot.add_checksum(msgspec.json.encode({"store": {"1": facts}, **tables})),
    )
    later, last = chained(head, [event(3)])
    size = facts["audit_size"] + len(later[0]) + 1
    lines: list[dict[str, Any]] = [
        {"format": 0, "generation": 1, "seq": 2},
        {
            "seq": 3,
            "changes": [["people", 3, old_person(3)], *([["people", 2, None]] if removed else [])],
            "audit": [msgspec.Raw(later[0])],
            "log": size,
            "head": _facts(seq=0, head=last, size=0)["audit"],
        },
    ]
    data, crc = b"", 0
    for line in lines:
        text = b"[" + msgspec.json.encode(line)
        crc = zlib.crc32(text, crc)
        end = b',"%08x"]\n' % crc
        crc = zlib.crc32(end, crc)
        data += text + end
    _write(folder / "store.journal", data + PADDING * 100)
    _write(folder / "audit.jsonl", b"".join(record + b"\n" for record in [*records, *later]))


def _facts(*, seq: int, head: Head, size: int) -> dict[str, Any]:
    seal = SEAL.seal(head_bytes(head))
    audit = {"head": {"seq": head.seq, "hash": head.hash}, "seal": seal}
    return {"format": 0, "generation": 1, "seq": seq, "audit": audit, "audit_size": size}


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o600)
