"""All services together, wired once: what screens and the command line are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.brake import BrakePolicy
from pomfa_tui.domain.passwords import PasswordRules
from pomfa_tui.domain.sessions import SessionLimits
from pomfa_tui.domain.throttle import ThrottlePolicy
from pomfa_tui.services.access import Access
from pomfa_tui.services.activation_codes import ActivationCodes
from pomfa_tui.services.acts import Acts
from pomfa_tui.services.admission import Admission
from pomfa_tui.services.another_door import AnotherDoor
from pomfa_tui.services.attempts import Attempts
from pomfa_tui.services.audit import AuditService
from pomfa_tui.services.audit_export import AuditExport
from pomfa_tui.services.audit_forward import AuditForward
from pomfa_tui.services.audit_pages import AuditPages
from pomfa_tui.services.both_factors import BothFactors
from pomfa_tui.services.drifts import Drifts
from pomfa_tui.services.evidence import EvidenceService
from pomfa_tui.services.first_factor import FirstFactorCheck
from pomfa_tui.services.first_site import FirstSite, SetupService
from pomfa_tui.services.given import Policy, Ports
from pomfa_tui.services.home import HomeService
from pomfa_tui.services.new_passwords import NewPasswordService
from pomfa_tui.services.newcomers import Newcomers
from pomfa_tui.services.office import Ground, Office, assemble_office
from pomfa_tui.services.open_sites import OpenSites
from pomfa_tui.services.pairing import PairingService
from pomfa_tui.services.paper_codes import PaperCodes
from pomfa_tui.services.people import PeopleService
from pomfa_tui.services.people_pages import PeoplePages
from pomfa_tui.services.person_details import PersonDetailsService
from pomfa_tui.services.person_views import PersonViews
from pomfa_tui.services.phone_acts import PhoneActs
from pomfa_tui.services.phone_calls import PhoneCallService
from pomfa_tui.services.phone_challenges import PhoneChallenges
from pomfa_tui.services.recorder import Recorder
from pomfa_tui.services.recovery_sets import RecoverySets
from pomfa_tui.services.request_filing import RequestFilingService
from pomfa_tui.services.requests import RequestService
from pomfa_tui.services.second_factor import SecondFactorCheck
from pomfa_tui.services.sequence import Sequence
from pomfa_tui.services.sessions import SessionService
from pomfa_tui.services.sign_in import SignInService
from pomfa_tui.services.site_keys import SiteKeys
from pomfa_tui.services.sites import SiteService
from pomfa_tui.services.terminals import TerminalService
from pomfa_tui.services.upkeep import UpkeepService

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import (
        Printer,
    )


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
    terminals: TerminalService
    printer: Printer | None = None


def assemble(ports: Ports, policy: Policy) -> Desk:
    """Wire the services.

    Args:
        ports: Adapters to the outside.
        policy: What the configuration decides.
    """
    numbers = policy.numbers
    store, clock, hasher = ports.store, ports.clock, ports.hasher
    limits = SessionLimits.of(numbers)
    throttle = ThrottlePolicy.of(numbers)
    rules = PasswordRules.of(numbers)
    recorder = Recorder(clock, ports.place, tolerance=numbers.clock_tolerance_seconds)
    attempts = Attempts(
        clock, seconds=60 * numbers.attempt_minutes, pairing_seconds=60 * numbers.pairing_minutes
    )
    sequence = Sequence(store, attempts, recorder)
    open_sites = OpenSites(clock, bound_site=policy.bound_site)
    admission = Admission(clock, ports.place, recorder, limits, open_sites, issuer=policy.issuer)
    second = SecondFactorCheck(clock, ports.vault, throttle, recorder)
    paper = PaperCodes(
        store=store,
        clock=clock,
        hasher=hasher,
        attempts=attempts,
        second=second,
        admission=admission,
        recorder=recorder,
        activation_hours=numbers.activation_hours,
    )
    sets = RecoverySets(
        store=store,
        hasher=hasher,
        attempts=attempts,
        sequence=sequence,
        admission=admission,
        recorder=recorder,
        size=numbers.recovery_codes,
    )
    first = FirstFactorCheck(
        store=store,
        clock=clock,
        hasher=hasher,
        strangers=ports.strangers,
        policy=throttle,
        brake=BrakePolicy.of(numbers),
        recorder=recorder,
        strangers_kept=numbers.strangers_kept,
    )
    first_site = FirstSite(clock, recorder, key_id=ports.key_id)
    activation = ActivationCodes(clock, hasher, hours=numbers.activation_hours)
    access = Access(store, clock, limits, recorder)
    newcomers = Newcomers(
        clock=clock,
        access=access,
        emails=policy.emails,
        activation=activation,
        recorder=recorder,
        nhsmail_per_site=numbers.nhsmail_per_site,
    )
    views = PersonViews(clock, throttle)
    site_keys = SiteKeys(clock, ports.vault, recorder)
    acts = Acts(clock=clock, place=ports.place, recorder=recorder)
    sites = SiteService(clock, access, recorder, nhsmail_per_site=numbers.nhsmail_per_site)
    sessions = SessionService(
        store=store,
        clock=clock,
        place=ports.place,
        processes=ports.processes,
        access=access,
        limits=limits,
        open_sites=open_sites,
        recorder=recorder,
    )
    sign_in = SignInService(
        store=store,
        attempts=attempts,
        sequence=sequence,
        first=first,
        second=second,
        drifts=Drifts(clock, second, recorder),
        paper=paper,
        admission=admission,
        recovery_sets=sets,
    )
    return Desk(
        setup=SetupService(
            store=store,
            clock=clock,
            hasher=hasher,
            emails=policy.emails,
            rules=rules,
            attempts=attempts,
            first_site=first_site,
            activation=activation,
        ),
        sign_in=sign_in,
        another_door=AnotherDoor(
            store=store,
            clock=clock,
            attempts=attempts,
            sign_in=sign_in,
            admission=admission,
            recorder=recorder,
        ),
        new_passwords=NewPasswordService(
            store=store,
            clock=clock,
            hasher=hasher,
            rules=rules,
            attempts=attempts,
            sequence=sequence,
            admission=admission,
            recovery_sets=sets,
            recorder=recorder,
        ),
        pairing=PairingService(
            store=store,
            clock=clock,
            place=ports.place,
            vault=ports.vault,
            attempts=attempts,
            sequence=sequence,
            second=second,
            admission=admission,
            recovery_sets=sets,
            first_site=first_site,
            recorder=recorder,
            issuer=policy.issuer,
        ),
        recovery=sets,
        phone_calls=PhoneCallService(
            store=store,
            clock=clock,
            attempts=attempts,
            sequence=sequence,
            second=second,
            admission=admission,
            challenges=PhoneChallenges(clock, site_keys, open_sites, recorder),
            acts=PhoneActs(clock, acts, BothFactors(clock, acts)),
            policy=throttle,
        ),
        sessions=sessions,
        people=PeopleService(
            access=access,
            views=views,
            newcomers=newcomers,
            activation=activation,
            pages=PeoplePages(
                store=store,
                clock=clock,
                access=access,
                views=views,
                nhsmail_per_site=numbers.nhsmail_per_site,
            ),
            details=PersonDetailsService(
                clock=clock,
                access=access,
                views=views,
                policy=throttle,
                sessions=sessions,
                issuer=policy.issuer,
            ),
        ),
        sites=sites,
        audit=AuditService(
            store,
            access,
            recorder,
            pages=AuditPages(store=store, clock=clock, access=access, recorder=recorder),
            exports=AuditExport(store, access, recorder, ports.exports),
            forwarding=AuditForward(store, access, recorder, ports.forwarded),
        ),
        home=HomeService(clock, access, open_sites, recorder, recovery_low=numbers.recovery_low),
        limits=limits,
        office=assemble_office(
            Ground(
                store=store,
                clock=clock,
                place=ports.place,
                hasher=hasher,
                vault=ports.vault,
                emails=policy.emails,
                numbers=numbers,
                issuer=policy.issuer,
                limits=limits,
                throttle=throttle,
                rules=rules,
                recorder=recorder,
                access=access,
                activation=activation,
                second=second,
                newcomers=newcomers,
                sites=sites,
                views=views,
                exports=ports.exports,
                site_keys=site_keys,
            )
        ),
        filing=RequestFilingService(
            store=store,
            clock=clock,
            place=ports.place,
            strangers=ports.strangers,
            access=access,
            recorder=recorder,
            numbers=numbers,
        ),
        requests=RequestService(
            clock=clock,
            place=ports.place,
            access=access,
            recorder=recorder,
            views=views,
            numbers=numbers,
        ),
        evidence=EvidenceService(
            store=store,
            exports=ports.exports,
            clock=clock,
            access=access,
            recorder=recorder,
            nhsmail_per_site=numbers.nhsmail_per_site,
        ),
        upkeep=UpkeepService(store, access, clock, recorder),
        terminals=TerminalService(access, recorder),
        printer=ports.printer,
    )
