"""A store on disk with people in it, ready for many terminals."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.ports import AuditVerdict, StoreMeta
from pomfa_tui.domain.sites import Site
from pomfa_tui.store.tinydb import TinyStore
from tests.fakes import MONDAY, CheapHasher, FakeClock, PlainHeadSeal, PlainVault
from tests.members import GOOD_PASSWORD, Member, Phone, person_document, proven_credentials

SITE = "FZ101"


@dataclass(slots=True)
class Pharmacy:
    """A folder with a store of one site.

    Attributes:
        folder: Where the store is.
        clock: The moment that orders are given for.
    """

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)

    def open(self) -> TinyStore:
        """Open the store in this process."""
        return TinyStore(self.folder, head_seal=PlainHeadSeal(), lock_seconds=30)

    def member(self, email: str, role: str = "staff") -> Member:
        """Put somebody with both factors into the store."""
        phone = Phone(self.clock, secret=bytes(range(20)))
        member = Member(id="", email=email, password=GOOD_PASSWORD, phone=phone)
        document = person_document(email, (SITE,), created_at=MONDAY, role=role)
        member.id = document.id
        with self.open().transaction() as tx:
            tx.people.put(document)
            tx.credentials.put(proven_credentials(member, CheapHasher(), PlainVault()))
        return member

    def person(self, member: Member) -> Person:
        """Return the person as stored now."""
        with self.open().view() as view:
            found = view.people.get(member.id)
        assert found is not None
        return found

    def credentials(self, member: Member) -> Credentials:
        """Return the credentials as stored now."""
        with self.open().view() as view:
            found = view.credentials.get(member.id)
        assert found is not None
        return found

    def sessions(self, member: Member) -> int:
        """Count the sessions that were ever opened and not cleared away."""
        with self.open().view() as view:
            return len(view.sessions.of_person(member.id))

    def verdict(self) -> AuditVerdict:
        """Check the audit log."""
        return self.open().verify_audit()

    @property
    def now(self) -> str:
        """The moment, as orders carry it."""
        return str(self.clock.now())


@pytest.fixture
def pharmacy(tmp_path: Path) -> Pharmacy:
    """Return a set-up store with one open site."""
    place = Pharmacy(tmp_path / "data")
    with place.open().transaction() as tx:
        tx.put_meta(StoreMeta(id="store", key_id="0badc0de", initialised_at=MONDAY, latest=MONDAY))
        tx.sites.put(Site(code=SITE, name="Abbey Pharmacy", created_at=MONDAY))
    return place
