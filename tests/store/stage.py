"""Invented people and events for the tests of the store, and the second process that they need."""

from __future__ import annotations

import hmac
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from pomfa_tui.domain.audit import AuditEvent, AuditRecord, Checkpoint, Event, Outcome, Severity
from pomfa_tui.domain.credentials import (
    Activation,
    Authenticator,
    Credentials,
    Pairing,
    PairingEnd,
    Password,
    RecoveryCode,
)
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.domain.ports import Store, StoreMeta
from pomfa_tui.domain.requests import Closing, Filing, Need, Request, RequestMeter, RequestOutcome
from pomfa_tui.domain.sessions import Session, SessionEnd
from pomfa_tui.domain.sites import Site
from pomfa_tui.domain.throttle import Counter, Stranger
from pomfa_tui.store.tinydb import TinyStore

MOMENT = 1_767_600_000
DOCUMENTED = {"store.json", "store.journal", "store.lock", "audit.jsonl"}
"""Every name that the data folder may hold while nothing is being brought up to date."""

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aW52ZW50ZWRoYXNoaW52ZW50ZWRoYXNo"


class KeyedSeal:
    """A `HeadSeal` with an invented key."""

    def __init__(self, key: bytes = b"an invented key") -> None:
        self._key = key

    def seal(self, head: bytes) -> str:
        """Return the seal."""
        return hmac.digest(self._key, head, "sha256").hex()

    def check(self, head: bytes, sealed: str) -> bool:
        """Tell whether the seal was made for this head with this key."""
        return hmac.compare_digest(self.seal(head), sealed)


SEAL = KeyedSeal()


def open_store(folder: Path, *, lock_seconds: float = 20.0) -> TinyStore:
    """Open a store as one process of many does."""
    return TinyStore(folder, head_seal=SEAL, lock_seconds=lock_seconds)


def person(number: int = 1, **fields: Any) -> Person:
    """Return an invented person."""
    made = Person(
        id=f"{number:032x}",
        email=f"Person{number}@example.org",
        email_key=f"person{number}@example.org",
        name=f"Person Number {number}",
        state=PersonState.ACTIVE,
        memberships=(member("FZ101"),),
        created_at=MOMENT + number,
    )
    return msgspec.structs.replace(made, **fields)


def member(site: str, **fields: Any) -> Membership:
    """Return an invented tie to a site."""
    made = Membership(site=site, role=SiteRole.STAFF, job=JobTitle.DISPENSER)
    return msgspec.structs.replace(made, **fields)


def with_email(found: Person, email: str) -> Person:
    """Return the person with another e-mail."""
    return msgspec.structs.replace(found, email=email, email_key=email.casefold())


def credentials(number: int = 1, **fields: Any) -> Credentials:
    """Return invented credentials with every kind of field in use."""
    made = Credentials(
        id=f"{number:032x}",
        password=Password(hash=HASH, set_at=MOMENT),
        activation=Activation(
            hash=HASH, issued_at=MOMENT, expires_at=MOMENT + 86400, issued_by="host:setup"
        ),
        authenticator=Authenticator(
            id="ab" * 16,
            sealed="v1.key.c2VhbGVk",
            period=60,
            generation=2,
            label="person@example.org (B)",
            last_step=58_920_000,
            bound_at=MOMENT,
            terminal="tty1",
        ),
        pairings=(
            Pairing(
                id="cd" * 16,
                period=30,
                generation=1,
                label="person@example.org (A)",
                bound_at=MOMENT - 900,
                terminal="tty1",
                ended_at=MOMENT,
                ended=PairingEnd.REPLACED,
                ended_by=f"{number:032x}",
                sealed=None,
            ),
        ),
        recovery=tuple(RecoveryCode(number=place, hash=HASH) for place in (1, 2, 10)),
        password_counter=Counter(failures=3),
        code_counter=Counter(failures=10, locked_until=MOMENT + 900),
    )
    return msgspec.structs.replace(made, **fields)


def site(code: str = "FZ101", **fields: Any) -> Site:
    """Return an invented pharmacy."""
    return msgspec.structs.replace(
        Site(code=code, name="Pharmacy by the Quay", created_at=MOMENT), **fields
    )


def session(number: int = 1, owner: int = 1, **fields: Any) -> Session:
    """Return an invented session of the person with number `owner`."""
    made = Session(
        id=f"{number:032x}",
        person=f"{owner:032x}",
        site="FZ101",
        terminal="tty1",
        boot="boot",
        pid=100 + number,
        started=MOMENT + number,
        last_seen=MOMENT + number,
        proven_at=MOMENT + number,
    )
    return msgspec.structs.replace(made, **fields)


def stranger(number: int = 1) -> Stranger:
    """Return an invented counter of an e-mail without account."""
    return Stranger(id=f"{number:064x}", counter=Counter(failures=number), touched_at=MOMENT)


def request(number: int = 1, *, closed: bool = False, email: str = "", again: int = 0) -> Request:
    """Return a request, filed `again` so many times more."""
    filings = tuple(
        Filing(
            reference=f"{number:03}{time:06}",
            at=MOMENT + number + time,
            terminal="tty1",
            name=f"Person Number {number}",
            phone="01632 960123",
            note="covers Saturdays",
        )
        for time in range(1 + again)
    )
    address = email or f"person{number}@example.org"
    closing = Closing(at=MOMENT + 99, by="host:root", name="root", outcome=RequestOutcome.DONE)
    return Request(
        id=filings[0].reference,
        need=Need.LINK,
        email=address,
        email_key=address.casefold(),
        filings=filings,
        times=len(filings),
        closing=closing if closed else None,
    )


def meter(number: int = 1) -> RequestMeter:
    """Return how much a terminal asked for lately."""
    return RequestMeter(id=f"pts/{number}", moments=(MOMENT, MOMENT + 1))


def meta(**fields: Any) -> StoreMeta:
    """Return invented facts about the store."""
    return msgspec.structs.replace(
        StoreMeta(id="ef" * 16, key_id="key1", initialised_at=MOMENT, latest=MOMENT), **fields
    )


def event(number: int = 1, **fields: Any) -> AuditEvent:
    """Return an invented event with every field in use."""
    made = AuditEvent(
        at=MOMENT + number,
        event=Event.USER_UPDATED,
        outcome=Outcome.SUCCESS,
        severity=Severity.WARNING,
        reason="identity_in_person",
        actor="host:support",
        actor_role="support",
        subject=f"{number:032x}",
        site="FZ101",
        session="ab" * 16,
        terminal="pts/3",
        pid=os.getpid(),
        version="1.0",
        detail={"ticket": "T-100"},
    )
    return msgspec.structs.replace(made, **fields)


def ended_session(number: int = 1) -> Session:
    """Return an invented session that is over."""
    return session(number, ended_at=MOMENT + 500, ended=SessionEnd.IDLE)


def locum(number: int = 1) -> Person:
    """Return an invented person with memberships of two sites and dates."""
    return person(
        number,
        gphc="2071234",
        memberships=(
            member("FZ101", starts=date(2026, 1, 5), ends=date(2026, 2, 1)),
            member("FZ202", role=SiteRole.ADMIN, away_until=date(2026, 1, 9)),
            member("FZ303", ended_at=MOMENT),
        ),
    )


def commit(store: Store, number: int) -> None:
    """Put one person with one event."""
    with store.transaction() as tx:
        tx.people.put(person(number))
        tx.audit.append(event(number))


def drop(store: Store, number: int) -> None:
    """Drop the audit records up to this one, with one event about it."""
    last = next(store.audit_records(number))
    with store.transaction() as tx:
        tx.audit.append(event(number + 1000))
        tx.audit.drop(checkpoint_at(last))


def checkpoint_at(record: AuditRecord) -> Checkpoint:
    """Return what stands for the records up to this one."""
    return Checkpoint(
        seq=record.seq, hash=record.hash, at=record.event.at, made_at=MOMENT + 9_999_999
    )


def names(folder: Path) -> set[str]:
    """Return what the data folder holds."""
    return {path.name for path in folder.iterdir()}


@contextmanager
def running(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a Python script in a process of its own; it is killed at the end, if it has not ended.

    It talks by lines on its standard input and output.
    """
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        try:
            yield process
        finally:
            process.kill()
