"""What the services of the desk stand on: adapters, rules and the parts that several of them share, made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.passwords import PasswordRules
from pomfa_tui.domain.sessions import SessionLimits
from pomfa_tui.domain.throttle import ThrottlePolicy
from pomfa_tui.services.access import Access
from pomfa_tui.services.activation_codes import ActivationCodes
from pomfa_tui.services.acts import Acts
from pomfa_tui.services.admission import Admission
from pomfa_tui.services.attempts import Attempts
from pomfa_tui.services.first_site import FirstSite
from pomfa_tui.services.newcomers import Newcomers
from pomfa_tui.services.open_sites import OpenSites
from pomfa_tui.services.person_views import PersonViews
from pomfa_tui.services.recorder import Recorder
from pomfa_tui.services.recovery_sets import RecoverySets
from pomfa_tui.services.second_factor import SecondFactorCheck
from pomfa_tui.services.sequence import Sequence
from pomfa_tui.services.site_keys import SiteKeys
from pomfa_tui.services.sites import SiteService

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.limits import Numbers
    from pomfa_tui.domain.ports import (
        Clock,
        Exports,
        Forwarded,
        PasswordHasher,
        Place,
        Store,
        StrangerDigest,
        Vault,
    )
    from pomfa_tui.services.given import Policy, Ports


@dataclass(frozen=True, slots=True)
class Ground:
    """Adapters, rules and shared parts, one attribute each."""

    store: Store
    clock: Clock
    place: Place
    hasher: PasswordHasher
    vault: Vault
    strangers: StrangerDigest
    exports: Exports
    forwarded: Forwarded
    emails: EmailRules
    numbers: Numbers
    issuer: str
    limits: SessionLimits
    throttle: ThrottlePolicy
    rules: PasswordRules
    recorder: Recorder
    access: Access
    attempts: Attempts
    sequence: Sequence
    open_sites: OpenSites
    admission: Admission
    second: SecondFactorCheck
    recovery_sets: RecoverySets
    activation: ActivationCodes
    first_site: FirstSite
    newcomers: Newcomers
    views: PersonViews
    acts: Acts
    sites: SiteService
    site_keys: SiteKeys


def lay_ground(ports: Ports, policy: Policy) -> Ground:
    """Make what services share.

    Args:
        ports: Adapters to the outside.
        policy: What the configuration decides.
    """
    numbers = policy.numbers
    store, clock, place, hasher = ports.store, ports.clock, ports.place, ports.hasher
    limits, throttle = SessionLimits.of(numbers), ThrottlePolicy.of(numbers)
    recorder = Recorder(clock, place, tolerance=numbers.clock_tolerance_seconds)
    attempts = Attempts(
        clock, seconds=60 * numbers.attempt_minutes, pairing_seconds=60 * numbers.pairing_minutes
    )
    sequence = Sequence(store, attempts, recorder)
    open_sites = OpenSites(clock, bound_site=policy.bound_site)
    admission = Admission(clock, place, recorder, limits, open_sites, issuer=policy.issuer)
    activation = ActivationCodes(clock, hasher, hours=numbers.activation_hours)
    access = Access(store, clock, limits, recorder)
    return Ground(
        store=store,
        clock=clock,
        place=place,
        hasher=hasher,
        vault=ports.vault,
        strangers=ports.strangers,
        exports=ports.exports,
        forwarded=ports.forwarded,
        emails=policy.emails,
        numbers=numbers,
        issuer=policy.issuer,
        limits=limits,
        throttle=throttle,
        rules=PasswordRules.of(numbers),
        recorder=recorder,
        access=access,
        attempts=attempts,
        sequence=sequence,
        open_sites=open_sites,
        admission=admission,
        second=SecondFactorCheck(clock, ports.vault, throttle, recorder),
        recovery_sets=RecoverySets(
            store=store,
            hasher=hasher,
            attempts=attempts,
            sequence=sequence,
            admission=admission,
            recorder=recorder,
            size=numbers.recovery_codes,
        ),
        activation=activation,
        first_site=FirstSite(clock, recorder, key_id=ports.key_id),
        newcomers=Newcomers(
            clock=clock,
            access=access,
            emails=policy.emails,
            activation=activation,
            recorder=recorder,
            nhsmail_per_site=numbers.nhsmail_per_site,
        ),
        views=PersonViews(clock, throttle),
        acts=Acts(clock=clock, place=place, recorder=recorder),
        sites=SiteService(clock, access, recorder, nhsmail_per_site=numbers.nhsmail_per_site),
        site_keys=SiteKeys(clock, ports.vault, recorder),
    )
