"""What the store's benchmarks share: invented people, a key, and the floor to compare with."""

from __future__ import annotations

import hmac
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pomfa_tui.domain.audit import AuditEvent, Event
from pomfa_tui.domain.credentials import Authenticator, Credentials, Password, RecoveryCode
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.store.tinydb import TinyStore

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aW52ZW50ZWRoYXNoaW52ZW50ZWRoYXNoaW52ZW50ZWQ"


class Seal:
    """A `HeadSeal` with an invented key."""

    def seal(self, head: bytes) -> str:
        """Return the seal."""
        return hmac.digest(b"benchmark", head, "sha256").hex()

    def check(self, head: bytes, sealed: str) -> bool:
        """Tell whether the seal is for this head."""
        return hmac.compare_digest(self.seal(head), sealed)


def person(number: int) -> Person:
    """Return an invented person; encoded, about 400 bytes."""
    return Person(
        id=f"{number:032x}",
        email=f"Person.Number{number}@example.org",
        email_key=f"person.number{number}@example.org",
        name=f"Person Number {number}",
        state=PersonState.ACTIVE,
        memberships=(
            Membership(site=f"F{number % 200:04d}", role=SiteRole.STAFF, job=JobTitle.DISPENSER),
        ),
        created_at=1_700_000_000,
    )


def event(number: int) -> AuditEvent:
    """Return an invented event."""
    return AuditEvent(
        at=1_700_000_000 + number,
        event=Event.USER_UPDATED,
        actor="host:benchmark",
        subject=f"{number:032x}",
        terminal="tty1",
        pid=os.getpid(),
        version="1",
    )


@contextmanager
def folder() -> Iterator[Path]:
    """Make a private folder on the disk of the working directory; /tmp may be in memory."""
    with TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        yield Path(name)


def credentials(number: int) -> Credentials:
    """Return what an invented person who is enrolled has; encoded, about 1.9 kB."""
    return Credentials(
        id=person(number).id,
        password=Password(hash=HASH, set_at=1_700_000_000),
        authenticator=Authenticator(
            id=f"{number:032x}",
            sealed="v1.0badc0de." + "x" * 80,
            period=30,
            generation=1,
            label=f"person.number{number}@example.org (A)",
            last_step=58_920_000,
            bound_at=1_700_000_000,
            terminal="tty1",
        ),
        recovery=tuple(RecoveryCode(number=place, hash=HASH) for place in range(1, 11)),
    )


def fill(store: TinyStore, people: int, *, enrolled: bool = False, portion: int = 2000) -> None:
    """Put invented people into a store and fold it, as it would be on most days."""
    for first in range(0, people, portion):
        with store.transaction() as tx:
            for number in range(first, min(first + portion, people)):
                tx.people.put(person(number))
                if enrolled:
                    tx.credentials.put(credentials(number))
    store.fold()


def median(durations: list[float]) -> float:
    """Return the median of seconds, in milliseconds."""
    return 1000 * statistics.median(durations)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def append_and_sync(fd: int, data: bytes) -> None:
    """The floor: what any durable commit of these bytes costs at least."""
    os.write(fd, data)
    os.fsync(fd)
