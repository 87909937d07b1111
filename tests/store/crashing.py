"""Dies at every single step that touches the disk, and looks at what is left; run as a program of its own.

`python -m tests.store.crashing FOLDER FLOW MODE` forks a child for each step: the child works until its n-th change to a file, and is gone
without a goodbye. The parent then checks what the child was told against what is there. The modes:

* `before`, `torn`: killed (kill -9) with none, or half, of that change done;
* `lost`, `mixed`: the power fails after that change, and of what was never synced nothing, or in each file the first half, is there.

One JSON object comes out: how many steps there were, and what was wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.store import migrations
from pomfa_tui.store.tinydb import TinyStore, upkeep, writer
from tests.store.old_format import step_from_0, write_old_store
from tests.store.stage import DOCUMENTED, checkpoint_at, commit, event, names, open_store, person

PREPARED = 3
"""Commits in the store before the child begins, except where it begins with nothing."""

DROPPED = 2
"""Audit records that are dropped, where some are: with the first commit of the child."""

WATCHED = ("pwrite", "write", "fsync", "fdatasync", "ftruncate", "replace", "unlink", "open")
WRITES = {"pwrite": 1, "write": 1}
"""Which argument holds the data."""


def create(folder: Path, tell: Callable[[int], None]) -> None:
    """Begin a store and commit twice."""
    store = open_store(folder)
    for number in (1, 2):
        commit(store, number)
        tell(number)
    store.close()


def change(folder: Path, tell: Callable[[int], None]) -> None:
    """Open a store and commit three times."""
    store = open_store(folder)
    for number in range(PREPARED + 1, PREPARED + 4):
        commit(store, number)
        tell(number)
    store.close()


def fold(folder: Path, tell: Callable[[int], None]) -> None:
    """Commit so much that the journal is folded on the way."""
    upkeep.FOLD_FROM = 1000
    store = open_store(folder)
    for number in range(PREPARED + 1, PREPARED + 4):
        store._picture.snapshot_size = 0
        commit(store, number)
        tell(number)
    store.close()


def spoil(folder: Path) -> None:
    """Leave what a power cut leaves: a torn line, an audit log without its end, no marks."""
    journal = folder / "store.journal"
    data = journal.read_bytes().rstrip(b"\n") + b'\n[{"seq":4,"changes":[["peo'
    journal.write_bytes(data.ljust(1 << 16, b"\n"))
    log = folder / "audit.jsonl"
    log.write_bytes(log.read_bytes()[:-40])
    (folder / "store.lock").unlink()


def upgrade(folder: Path, tell: Callable[[int], None]) -> None:
    """Bring a store of an older format up to date, and commit."""
    store = open_store(folder)
    tell(PREPARED)
    commit(store, PREPARED + 1)
    tell(PREPARED + 1)
    store.close()


def drop(folder: Path, tell: Callable[[int], None]) -> None:
    """Drop the two oldest audit records together with a commit, and commit once more."""
    store = open_store(folder)
    last = next(store.audit_records(DROPPED))
    with store.transaction() as tx:
        tx.people.put(person(PREPARED + 1))
        tx.audit.append(event(PREPARED + 1))
        tx.audit.drop(checkpoint_at(last))
    tell(PREPARED + 1)
    store.close()


FLOWS = {
    "drop": drop,
    "create": create,
    "change": change,
    "fold": fold,
    "mend": change,
    "upgrade": upgrade,
}


class Killer:
    """Counts changes to files and ends the process at one of them."""

    def __init__(self, folder: Path, at: int, mode: str) -> None:
        self.left = at
        self.mode = mode
        self.folder = folder
        self.synced = {path.name: path.read_bytes() for path in folder.glob("*")}

    def watch(self) -> None:
        """Wrap the system calls that change something."""
        for name in WATCHED:
            setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if name == "open" and not arguments[1] & os.O_CREAT:
                return real(*arguments, **named)
            self.left -= 1
            if self.left > 0:
                result = real(*arguments, **named)
                self._remember(name, arguments)
                return result
            if self.mode in {"lost", "mixed"}:
                real(*arguments, **named)
                self._remember(name, arguments)
                self._fail_power()
            elif self.mode == "torn" and name in WRITES:
                where = WRITES[name]
                data = bytes(arguments[where])
                real(*arguments[:where], data[: len(data) // 2], *arguments[where + 1 :], **named)
            os._exit(9)

        return step

    def _remember(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Keep what is on the disk for certain."""
        if name in {"fsync", "fdatasync"}:
            path = Path(f"/proc/self/fd/{arguments[0]}").readlink()
            if path.is_file():
                self.synced[path.name] = path.read_bytes()
        elif name == "replace":
            source, target = Path(arguments[0]).name, Path(arguments[1]).name
            self.synced[target] = self.synced.pop(source, b"")

    def _fail_power(self) -> None:
        """Take back what was never synced, all of it or the second half of each file's."""
        for path in self.folder.glob("*"):
            now, safe = path.read_bytes(), self.synced.get(path.name, b"")
            if now == safe:
                continue
            longest = max(len(now), len(safe))
            same = next(
                (at for at in range(longest) if now[at : at + 1] != safe[at : at + 1]), longest
            )
            kept = same if self.mode == "lost" else (same + len(now)) // 2
            # What was promised a place but never got its content reads as zeros.
            rest = safe[kept:] or (bytes(len(now) - kept) if self.mode == "mixed" else b"")
            path.write_bytes(now[:kept] + rest)


def main(scratch: Path, flow: str, mode: str) -> dict[str, Any]:
    """Try every step in turn."""
    template = scratch / "template"
    if flow == "upgrade":
        migrations.STEPS[0] = step_from_0
        write_old_store(template, removed=False)
    elif flow != "create":
        store = open_store(template)
        for number in range(1, PREPARED + 1):
            commit(store, number)
        store.close()
    wrong: list[str] = []
    step = 0
    finished = False
    while not finished:
        step += 1
        folder = scratch / "data"
        shutil.rmtree(folder, ignore_errors=True)
        if template.exists():
            shutil.copytree(template, folder)
        if flow == "mend":
            spoil(folder)
        # Another process that was there before and lives on.
        lives_on = flow in {"change", "fold", "drop"} and mode in {"before", "torn"}
        survivor = open_store(folder) if lives_on else None
        told, finished = _die(folder, flow, mode, step)
        if mode in {"lost", "mixed"}:
            restart_host(step)
        wrong += [
            f"step {step}: {problem}"
            for problem in _problems(folder, told, survivor, drops=flow == "drop")
        ]
    return {"steps": step - 1, "wrong": wrong}


def restart_host(boot: int) -> None:
    """Let every store that is opened from now on think that the host was restarted."""
    setattr(writer, "this_boot", lambda: boot.to_bytes(16, "big"))  # noqa: B010 - a name of its own there


def _die(folder: Path, flow: str, mode: str, step: int) -> tuple[int, bool]:
    """Return the last commit that the child was told is done, and whether it came to its end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        write = os.write
        Killer(folder, step, mode).watch()
        try:
            FLOWS[flow](folder, partial(_tell, write, writing))
        except BaseException as error:  # noqa: BLE001 - the parent shall hear of it
            write(writing, repr(error).encode())
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().split()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in {0, 9}:
        raise RuntimeError(b" ".join(told).decode())
    return (int(told[-1]) if told else 0), code == 0


def _tell(write: Callable[[int, bytes], int], pipe: int, number: int) -> None:
    write(pipe, b"%d\n" % number)


def _problems(folder: Path, told: int, survivor: TinyStore | None, *, drops: bool) -> list[str]:
    """Check that everything that was told is there, whole, once, and that the store goes on."""
    try:
        return _differences(folder, told, survivor, drops=drops)
    except Refusal as refusal:
        return [refusal.message]


def _differences(folder: Path, told: int, survivor: TinyStore | None, *, drops: bool) -> list[str]:
    wrong: list[str] = []
    extra: list[int] = []
    for store in filter(None, (survivor, open_store(folder))):
        with store.view() as view:
            kept = [found.id for found in view.people.all()]
            whole = kept == [person(number).id for number in range(1, len(kept) + 1)]
        with store.transaction() as tx:
            count = tx.people.count()
            tx.people.put(person(900 + count))
            tx.audit.append(event(900 + count))
        extra.append(event(900 + count).at)
        records = [record.event.at for record in store.audit_records()]
        wanted = [event(number).at for number in range(1, count + 1)] + extra
        verdict = store.verify_audit()
        gone = store.audit_checkpoint()
        if gone is not None:
            wanted = wanted[gone.seq :]
            first_line = (folder / "audit.jsonl").read_bytes().splitlines()[0]
            if gone.seq != DROPPED or b'"checkpoint"' not in first_line:
                wrong.append(f"{gone} in front of {first_line!r}")
        if (gone is not None) != (drops and count > PREPARED):
            wrong.append(f"{gone} with {count} people")
        if not whole or len(kept) < told:
            wrong.append(f"told {told}, kept {kept}")
        if records != wanted:
            wrong.append(f"records {records} instead of {wanted}")
        if not verdict.ok:
            wrong.append(str(verdict.problem))
        with store.transaction() as tx:
            tx.people.remove(person(900 + count).id)
        store.close()
    if names(folder) - DOCUMENTED - {"store.v0.json"}:
        wrong.append(f"left behind {names(folder)}")
    return wrong


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))
