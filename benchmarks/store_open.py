"""Opening the store and finding one person among 10,000, beside reading the same file and decoding it as plain JSON.

Aim: under 100 ms from a fresh process's point of view, files in the page cache, everything imported.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from benchmarks.store_stage import Seal, fill, folder, median, person, timed
from pomfa_tui.store.tinydb import TinyStore

ROUNDS = 30
PEOPLE = 10_000
AIM_MS = 100


def main() -> int:
    """Measure and print; 0 when the aim is met."""
    with folder() as place:
        store = TinyStore(place / "data", head_seal=Seal())
        fill(store, PEOPLE)
        store.close()
        floors: list[float] = []
        opened: list[float] = []
        for _ in range(ROUNDS):
            floors.append(timed(partial(_decode, place / "data" / "store.json")))
            opened.append(timed(partial(_open_and_find, place / "data")))
    took, floor = median(opened), median(floors)
    verdict = "within" if took <= AIM_MS else "OVER"
    print(
        f"{PEOPLE} people: open and find one {took:.1f} ms, {verdict} the aim of {AIM_MS} ms; "
        f"plain JSON of the same file {floor:.1f} ms: {took / floor:.2f} x"
    )
    return 0 if took <= AIM_MS else 1


def _decode(path: Path) -> None:
    json.loads(path.read_bytes())


def _open_and_find(place: Path) -> None:
    store = TinyStore(place, head_seal=Seal())
    with store.view() as view:
        found = view.people.by_email(person(PEOPLE // 2).email_key)
    store.close()
    if found is None:
        raise LookupError(PEOPLE // 2)


if __name__ == "__main__":
    sys.exit(main())
