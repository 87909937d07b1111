"""One commit beside one append+fsync of the same bytes, at 10 and at 10,000 people; the two must not differ either.

Aims: at most 1.5 times the floor, and at 10,000 people within 1.3 times of 10 (medians of one run).
"""

from __future__ import annotations

import os
import sys
from functools import partial
from itertools import count
from pathlib import Path

import msgspec

from benchmarks.store_stage import (
    Seal,
    append_and_sync,
    event,
    fill,
    folder,
    median,
    person,
    timed,
)
from pomfa_tui.store.tinydb import TinyStore

ROUNDS = 400
SIZES = (10, 10_000)
AIM, FLAT = 1.5, 1.3


def main() -> int:
    """Measure and print; 0 when the aims are met."""
    with folder() as place:
        stores = {size: _store(place / str(size), size) for size in SIZES}
        fd = os.open(place / "floor", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        bytes_ = {
            size: _bytes_of_a_commit(place / str(size), store) for size, store in stores.items()
        }
        floors: dict[int, list[float]] = {size: [] for size in SIZES}
        commits: dict[int, list[float]] = {size: [] for size in SIZES}
        steps = count(1)
        # In turns, so that a busy moment of the machine hits all of them alike.
        for _ in range(ROUNDS):
            for size, store in stores.items():
                floors[size].append(timed(partial(append_and_sync, fd, bytes_[size])))
                commits[size].append(timed(partial(_update, store, next(steps))))
        os.close(fd)
        for store in stores.values():
            store.close()
    return _report(floors, commits, bytes_)


def _report(
    floors: dict[int, list[float]], commits: dict[int, list[float]], bytes_: dict[int, bytes]
) -> int:
    ratios = {size: median(commits[size]) / median(floors[size]) for size in SIZES}
    for size in SIZES:
        print(
            f"{size:6d} people: commit {median(commits[size]):.3f} ms, append+fsync of the same {len(bytes_[size])} bytes "
            f"{median(floors[size]):.3f} ms: {ratios[size]:.2f} x (aim {AIM})"
        )
    flat = median(commits[SIZES[1]]) / median(commits[SIZES[0]])
    print(f"{SIZES[1]} people over {SIZES[0]}: {flat:.2f} x (aim {FLAT})")
    return 0 if max(ratios.values()) <= AIM and flat <= FLAT else 1


def _store(place: Path, size: int) -> TinyStore:
    store = TinyStore(place, head_seal=Seal())
    fill(store, size)
    for step in range(20):
        _update(store, step)
    return store


def _update(store: TinyStore, step: int) -> None:
    with store.transaction() as tx:
        found = tx.people.get(person(step % 10).id)
        if found is None:
            raise LookupError(step)
        tx.people.put(msgspec.structs.replace(found, version=step))
        tx.audit.append(event(step))


def _bytes_of_a_commit(place: Path, store: TinyStore) -> bytes:
    _update(store, 0)
    return (place / "store.journal").read_bytes().rstrip(b"\n").split(b"\n")[-1] + b"\n"


if __name__ == "__main__":
    sys.exit(main())
