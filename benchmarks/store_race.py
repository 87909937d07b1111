"""Processes that change people at the same time: nothing may be lost, nobody may starve, and PostgreSQL should not be faster.

Aims: every change is there at the end; at least as many commits a second as the same work on PostgreSQL on this machine, where one can be
started; the slowest process within 20 times of the fastest (32 processes).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.postgres_server import postgres
from benchmarks.store_stage import Seal, event, fill, folder, person
from pomfa_tui.store.tinydb import TinyStore

PEOPLE = 1000
SECONDS = 4.0
PROCESSES = (1, 2, 8, 32)
FAIR = 20.0

Update = Callable[[int], None]


def main() -> int:
    """Measure and print; 0 when the aims are met."""
    met = True
    with folder() as place, postgres(place / "pg") as address:
        for processes in PROCESSES:
            ours, lost, spread = race_ours(place / f"store{processes}", processes)
            met = met and lost == 0 and spread <= FAIR
            line = f"{processes:3d} processes: {ours:6.0f} commits/s, {lost} lost, slowest process {spread:.1f} x the fastest"
            if address is not None:
                theirs = race_postgres(address, processes)
                met = met and ours >= theirs
                line += f"; PostgreSQL {theirs:.0f}/s: {ours / theirs:.2f} x"
            print(line, flush=True)
        if address is None:
            print(
                "No PostgreSQL server could be started here, so there is nothing to compare with."
            )
    return 0 if met else 1


def race_ours(place: Path, processes: int) -> tuple[float, int, float]:
    """Return commits a second, changes that were lost, and how many times more the luckiest process did than the unluckiest."""
    store = TinyStore(place, head_seal=Seal(), lock_seconds=60)
    fill(store, PEOPLE)
    before = store.changes()
    counts, seconds = _race(_open_ours, str(place), processes)
    with store.view() as view:
        kept = sum(found.version - 1 for found in view.people.all())
    done = sum(counts)
    lost = done - kept + (done - (store.changes() - before)) + (0 if store.verify_audit().ok else 1)
    store.close()
    return done / seconds, lost, max(counts) / max(min(counts), 1)


def race_postgres(address: str, processes: int) -> float:
    """Return commits a second of the same work on PostgreSQL."""
    import psycopg  # noqa: PLC0415 - only where a server could be started

    with psycopg.connect(address) as connection:
        connection.execute("DROP TABLE IF EXISTS people")
        connection.execute("DROP TABLE IF EXISTS audit")
        connection.execute("CREATE TABLE people (id text PRIMARY KEY, document jsonb NOT NULL)")
        connection.execute("CREATE TABLE audit (seq bigserial PRIMARY KEY, record jsonb NOT NULL)")
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO people VALUES (%s, %s)",
                [(person(n).id, msgspec.json.encode(person(n)).decode()) for n in range(PEOPLE)],
            )
    counts, seconds = _race(_open_postgres, address, processes)
    return sum(counts) / seconds


def _open_ours(place: str) -> Update:
    store = TinyStore(Path(place), head_seal=Seal(), lock_seconds=60)

    def update(number: int) -> None:
        with store.transaction() as tx:
            found = tx.people.get(person(number).id)
            if found is None:
                raise LookupError(number)
            tx.people.put(msgspec.structs.replace(found, version=found.version + 1))
            tx.audit.append(event(number))

    return update


def _open_postgres(address: str) -> Update:
    import psycopg  # noqa: PLC0415 - only where a server could be started

    connection = psycopg.connect(address)

    def update(number: int) -> None:
        with connection.transaction():
            row = connection.execute(
                "SELECT document::text FROM people WHERE id = %s FOR UPDATE", (person(number).id,)
            ).fetchone()
            if row is None:
                raise LookupError(number)
            found = msgspec.json.decode(row[0], type=type(person(0)))
            found = msgspec.structs.replace(found, version=found.version + 1)
            connection.execute(
                "UPDATE people SET document = %s WHERE id = %s",
                (msgspec.json.encode(found).decode(), found.id),
            )
            record = msgspec.json.encode(event(number)).decode()
            connection.execute("INSERT INTO audit (record) VALUES (%s)", (record,))

    return update


def _race(
    open_store: Callable[[str], Update], address: str, processes: int
) -> tuple[list[int], float]:
    """Let processes update random people for a while; return how often each did, and the seconds."""
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(processes), context.Queue()
    runners = [
        context.Process(target=_run, args=(open_store, address, ready, results))
        for _ in range(processes)
    ]
    for runner in runners:
        runner.start()
    counts = [results.get(timeout=120 + SECONDS) for _ in runners]
    for runner in runners:
        runner.join()
    return counts, SECONDS


def _run(open_store: Callable[[str], Update], address: str, ready: Any, results: Any) -> None:
    update = open_store(address)
    choice = random.Random(os.getpid())  # noqa: S311 - no secret
    ready.wait()
    end, done = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        update(choice.randrange(PEOPLE))
        done += 1
    results.put(done)


if __name__ == "__main__":
    sys.exit(main())
