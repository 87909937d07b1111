"""A desk over a store in memory, with three pharmacies: what every test of the services stands in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from pomfa_tui.domain.audit import AuditEvent, Event
from pomfa_tui.domain.emails import EmailRules
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.ports import Place, StoreMeta
from pomfa_tui.domain.sites import Site, SiteState
from pomfa_tui.services.access import HostCaller
from pomfa_tui.services.desk import Desk, assemble
from pomfa_tui.services.given import Policy, Ports
from tests.fakes import (
    CheapHasher,
    FakeClock,
    FakeExports,
    FakeForwarded,
    FakeProcesses,
    FixedStrangers,
    PaperPrinter,
    PlainVault,
    WatchedStore,
)

ABBEY, BRIDGE, CASTLE = "FA111", "FB222", "FC333"
"""Three pharmacies; the first is where people work unless it is said otherwise."""

HOST = HostCaller("root")
"""The command line."""

ROLE_NAMES = frozenset({"info", "dispensary", "pharmacy", "manager"})


class House:
    """The program, its store and its clock.

    Attributes:
        store: Survives `restart`.
        clock: Moved by hand.
        hasher: Counts.
        vault: Of glass.
        forwarded: How far the audit log was forwarded.
        processes: Of this host.
        exports: Files that were made.
        place: This terminal.
        numbers: The numbers of the rules.
        printer: Keeps what was printed.
        desk: The services under test.
    """

    def __init__(self, numbers: Numbers, *, bound_site: str | None, initialised: bool) -> None:
        self.store = WatchedStore()
        self.clock = FakeClock()
        self.hasher = CheapHasher()
        self.vault = PlainVault()
        self.place = Place(terminal="pts/7", boot="boot-1", pid=4711, version="0.0.test")
        self.exports = FakeExports()
        self.forwarded = FakeForwarded()
        self.processes = FakeProcesses(self.place.pid)
        self.numbers = numbers
        self.printer = PaperPrinter()
        self._bound_site = bound_site
        self.desk = self._open_desk(self.place, bound_site)
        if initialised:
            self._initialise()

    # -- the house

    def restart(self) -> Desk:
        """Start the program again: everything that was only in memory is gone."""
        self.desk = self._open_desk(self.place, self._bound_site)
        return self.desk

    def another_terminal(
        self, *, pid: int = 4712, terminal: str = "pts/8", bound_site: str | None = None
    ) -> Desk:
        """Return the desk of another process over the same store."""
        self.processes.running.add(pid)
        place = Place(terminal=terminal, boot=self.place.boot, pid=pid, version=self.place.version)
        return self._open_desk(place, bound_site)

    def site(self, code: str, name: str, *, nhsmail_limit: int | None = None) -> None:
        """Open a pharmacy, or write over it."""
        now = self.clock.now()
        with self.store.transaction() as tx:
            tx.sites.put(Site(code=code, name=name, nhsmail_limit=nhsmail_limit, created_at=now))

    def close_site(self, code: str) -> None:
        """Close a pharmacy."""
        with self.store.transaction() as tx:
            site = tx.sites.get(code)
            assert site is not None
            tx.sites.put(msgspec.structs.replace(site, state=SiteState.CLOSED))

    def events(self) -> list[AuditEvent]:
        """Return everything that was recorded, oldest first."""
        return [record.event for record in self.store.audit_records()]

    @contextmanager
    def recorded(self) -> Iterator[list[AuditEvent]]:
        """Collect what is recorded inside the block; filled when the block ends, however it ends."""
        before = len(self.events())
        found: list[AuditEvent] = []
        try:
            yield found
        finally:
            found += self.events()[before:]

    def _open_desk(self, place: Place, bound_site: str | None) -> Desk:
        ports = Ports(
            store=self.store,
            clock=self.clock,
            place=place,
            processes=self.processes,
            hasher=self.hasher,
            vault=self.vault,
            strangers=FixedStrangers(),
            key_id="0badc0de",
            exports=self.exports,
            forwarded=self.forwarded,
            printer=self.printer,
        )
        policy = Policy(numbers=self.numbers, emails=EmailRules(ROLE_NAMES), bound_site=bound_site)
        return assemble(ports, policy)

    def _initialise(self) -> None:
        now = self.clock.now()
        with self.store.transaction() as tx:
            tx.put_meta(StoreMeta(id="store-1", key_id="0badc0de", initialised_at=now, latest=now))
        self.site(ABBEY, "Abbey Pharmacy")
        self.site(BRIDGE, "Bridge Chemist")
        self.site(CASTLE, "Castle Pharmacy")


def kinds(events: list[AuditEvent]) -> list[Event]:
    """Return what kinds of events these are."""
    return [event.event for event in events]
