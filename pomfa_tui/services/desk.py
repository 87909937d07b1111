"""All services together, wired once: what screens and the command line are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.services import way_in
from pomfa_tui.services.audit import AuditService
from pomfa_tui.services.audit_export import AuditExport
from pomfa_tui.services.audit_forward import AuditForward
from pomfa_tui.services.audit_pages import AuditPages
from pomfa_tui.services.breach import BreachService
from pomfa_tui.services.evidence import EvidenceService
from pomfa_tui.services.ground import lay_ground
from pomfa_tui.services.home import HomeService
from pomfa_tui.services.office import Office, assemble_office
from pomfa_tui.services.people import PeopleService
from pomfa_tui.services.people_pages import PeoplePages
from pomfa_tui.services.person_details import PersonDetailsService
from pomfa_tui.services.reporting import Reporting
from pomfa_tui.services.request_filing import RequestFilingService
from pomfa_tui.services.requests import RequestService
from pomfa_tui.services.sessions import SessionService
from pomfa_tui.services.terminals import TerminalService
from pomfa_tui.services.upkeep import UpkeepService

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Printer
    from pomfa_tui.domain.sessions import SessionLimits
    from pomfa_tui.services.another_door import AnotherDoor
    from pomfa_tui.services.first_site import SetupService
    from pomfa_tui.services.given import Policy, Ports
    from pomfa_tui.services.ground import Ground
    from pomfa_tui.services.locum_calls import LocumCallService
    from pomfa_tui.services.new_passwords import NewPasswordService
    from pomfa_tui.services.pairing import PairingService
    from pomfa_tui.services.phone_calls import PhoneCallService
    from pomfa_tui.services.recovery_sets import RecoverySets
    from pomfa_tui.services.sign_in import SignInService
    from pomfa_tui.services.sites import SiteService


@dataclass(frozen=True, slots=True)
class Desk:
    """The services, one attribute each."""

    setup: SetupService
    sign_in: SignInService
    another_door: AnotherDoor
    new_passwords: NewPasswordService
    pairing: PairingService
    recovery: RecoverySets
    phone_calls: PhoneCallService
    locum_calls: LocumCallService
    sessions: SessionService
    people: PeopleService
    sites: SiteService
    audit: AuditService
    home: HomeService
    limits: SessionLimits
    office: Office
    filing: RequestFilingService
    requests: RequestService
    upkeep: UpkeepService
    evidence: EvidenceService
    breach: BreachService
    terminals: TerminalService
    printer: Printer | None = None


def assemble(ports: Ports, policy: Policy) -> Desk:
    """Wire the services.

    Args:
        ports: Adapters to the outside.
        policy: What the configuration decides.
    """
    ground = lay_ground(ports, policy)
    sign_in = way_in.sign_in(ground)
    sessions = _sessions(ground, ports)
    reporting = Reporting(ground.access, ground.recorder)
    return Desk(
        setup=way_in.set_up(ground),
        sign_in=sign_in,
        another_door=way_in.another_door(ground, sign_in),
        new_passwords=way_in.new_passwords(ground),
        pairing=way_in.pairing(ground),
        recovery=ground.recovery_sets,
        phone_calls=way_in.phone_calls(ground),
        locum_calls=way_in.locum_calls(ground),
        sessions=sessions,
        people=_people(ground, sessions),
        sites=ground.sites,
        audit=_audit(ground, ports),
        home=_home(ground),
        limits=ground.limits,
        office=assemble_office(ground),
        filing=_filing(ground),
        requests=_requests(ground),
        evidence=_evidence(ground, reporting),
        breach=BreachService(
            store=ground.store, clock=ground.clock, reporting=reporting, exports=ground.exports
        ),
        upkeep=UpkeepService(ground.store, ground.access, ground.clock, ground.recorder),
        terminals=TerminalService(ground.access, ground.recorder),
        printer=ports.printer,
    )


def _sessions(ground: Ground, ports: Ports) -> SessionService:
    return SessionService(
        store=ground.store,
        clock=ground.clock,
        place=ground.place,
        processes=ports.processes,
        access=ground.access,
        limits=ground.limits,
        open_sites=ground.open_sites,
        recorder=ground.recorder,
    )


def _people(ground: Ground, sessions: SessionService) -> PeopleService:
    return PeopleService(
        access=ground.access,
        views=ground.views,
        newcomers=ground.newcomers,
        activation=ground.activation,
        pages=PeoplePages(
            store=ground.store,
            clock=ground.clock,
            access=ground.access,
            views=ground.views,
            nhsmail_per_site=ground.numbers.nhsmail_per_site,
        ),
        details=PersonDetailsService(
            clock=ground.clock,
            access=ground.access,
            views=ground.views,
            policy=ground.throttle,
            sessions=sessions,
            issuer=ground.issuer,
        ),
    )


def _audit(ground: Ground, ports: Ports) -> AuditService:
    store, access, recorder = ground.store, ground.access, ground.recorder
    return AuditService(
        store,
        access,
        recorder,
        pages=AuditPages(store=store, clock=ground.clock, access=access, recorder=recorder),
        exports=AuditExport(store, access, recorder, ports.exports),
        forwarding=AuditForward(store, access, recorder, ports.forwarded),
    )


def _home(ground: Ground) -> HomeService:
    return HomeService(
        ground.clock,
        ground.access,
        ground.open_sites,
        ground.recorder,
        recovery_low=ground.numbers.recovery_low,
    )


def _filing(ground: Ground) -> RequestFilingService:
    return RequestFilingService(
        store=ground.store,
        clock=ground.clock,
        place=ground.place,
        strangers=ground.strangers,
        emails=ground.emails,
        access=ground.access,
        recorder=ground.recorder,
        numbers=ground.numbers,
    )


def _requests(ground: Ground) -> RequestService:
    return RequestService(
        clock=ground.clock,
        place=ground.place,
        access=ground.access,
        recorder=ground.recorder,
        views=ground.views,
        numbers=ground.numbers,
    )


def _evidence(ground: Ground, reporting: Reporting) -> EvidenceService:
    return EvidenceService(
        store=ground.store,
        clock=ground.clock,
        reporting=reporting,
        exports=ground.exports,
        nhsmail_per_site=ground.numbers.nhsmail_per_site,
    )
