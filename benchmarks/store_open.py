"""Opening a store and finding one person among 10, 1,000 and 10,000, beside reading the same bytes.

Aim: under 100 ms among 10,000, also where everybody is enrolled (password, authenticator, ten recovery codes) and the store is six times
larger.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from benchmarks.store_stage import Seal, fill, folder, median, person, timed
from pomfa_tui.store.tinydb import TinyStore

SIZES = (10, 1_000, 10_000)
ROUNDS = 15
AIM = 100.0


def main() -> int:
    """Measure and print; 0 when the aim is met."""
    slowest = 0.0
    with folder() as place:
        for enrolled in (False, True):
            for size in SIZES:
                data = place / f"{size}-{enrolled}"
                store = TinyStore(data, head_seal=Seal())
                fill(store, size, enrolled=enrolled)
                store.close()
                opening, reading = _measure(data, size)
                slowest = max(slowest, opening)
                megabytes = (data / "store.json").stat().st_size / 1e6
                print(
                    f"{size:6d} people{', enrolled' if enrolled else '':10s} ({megabytes:5.1f} MB): open and find {opening:7.2f} ms, "
                    f"reading the bytes {reading:6.2f} ms"
                )
    print(f"aim: {AIM:.0f} ms among {SIZES[-1]}")
    return 0 if slowest < AIM else 1


def _measure(data: Path, size: int) -> tuple[float, float]:
    """Return the medians of opening and finding, and of reading the snapshot's bytes, in milliseconds."""
    opening, reading = [], []
    for round_ in range(ROUNDS):
        wanted = person((round_ * 7919) % size).email_key
        opening.append(timed(partial(_find, data, wanted)))
        reading.append(timed((data / "store.json").read_bytes))
    return median(opening), median(reading)


def _find(data: Path, wanted: str) -> None:
    store = TinyStore(data, head_seal=Seal())
    with store.view() as view:
        if view.people.by_email(wanted) is None:
            raise LookupError(wanted)
    store.close()


if __name__ == "__main__":
    sys.exit(main())
