"""The services of the way in, each wired from what all of them stand on: from the first start to the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.brake import BrakePolicy
from pomfa_tui.services.another_door import AnotherDoor
from pomfa_tui.services.both_factors import BothFactors
from pomfa_tui.services.drifts import Drifts
from pomfa_tui.services.first_factor import FirstFactorCheck
from pomfa_tui.services.first_site import SetupService
from pomfa_tui.services.locum_acts import LocumActs
from pomfa_tui.services.locum_calls import LocumCallService
from pomfa_tui.services.locum_challenges import LocumChallenges
from pomfa_tui.services.locum_passes import LocumPasses
from pomfa_tui.services.new_passwords import NewPasswordService
from pomfa_tui.services.pairing import PairingService
from pomfa_tui.services.paper_codes import PaperCodes
from pomfa_tui.services.phone_acts import PhoneActs
from pomfa_tui.services.phone_calls import PhoneCallService
from pomfa_tui.services.phone_challenges import PhoneChallenges
from pomfa_tui.services.sign_in import SignInService

if TYPE_CHECKING:
    from pomfa_tui.services.ground import Ground


def set_up(ground: Ground) -> SetupService:
    """Wire the first start, with its first site and administrator."""
    return SetupService(
        store=ground.store,
        clock=ground.clock,
        hasher=ground.hasher,
        emails=ground.emails,
        rules=ground.rules,
        attempts=ground.attempts,
        first_site=ground.first_site,
        activation=ground.activation,
    )


def sign_in(ground: Ground) -> SignInService:
    """Wire signing in, with password, code, or a code on paper."""
    return SignInService(
        store=ground.store,
        attempts=ground.attempts,
        sequence=ground.sequence,
        first=_first_factor(ground),
        second=ground.second,
        drifts=Drifts(ground.clock, ground.second, ground.recorder),
        paper=_paper_codes(ground),
        admission=ground.admission,
        recovery_sets=ground.recovery_sets,
    )


def another_door(ground: Ground, sign_in: SignInService) -> AnotherDoor:
    """Wire the way in for programs that ask for both factors at once."""
    return AnotherDoor(
        store=ground.store,
        clock=ground.clock,
        attempts=ground.attempts,
        sign_in=sign_in,
        admission=ground.admission,
        recorder=ground.recorder,
    )


def new_passwords(ground: Ground) -> NewPasswordService:
    """Wire the choosing of a password on the way in."""
    return NewPasswordService(
        store=ground.store,
        clock=ground.clock,
        hasher=ground.hasher,
        rules=ground.rules,
        attempts=ground.attempts,
        sequence=ground.sequence,
        admission=ground.admission,
        recovery_sets=ground.recovery_sets,
        recorder=ground.recorder,
    )


def pairing(ground: Ground) -> PairingService:
    """Wire the pairing of an authenticator on the way in."""
    return PairingService(
        store=ground.store,
        clock=ground.clock,
        place=ground.place,
        vault=ground.vault,
        attempts=ground.attempts,
        sequence=ground.sequence,
        second=ground.second,
        admission=ground.admission,
        recovery_sets=ground.recovery_sets,
        first_site=ground.first_site,
        recorder=ground.recorder,
        issuer=ground.issuer,
    )


def phone_calls(ground: Ground) -> PhoneCallService:
    """Wire what a reset over the telephone does on the caller's side."""
    return PhoneCallService(
        store=ground.store,
        clock=ground.clock,
        attempts=ground.attempts,
        sequence=ground.sequence,
        second=ground.second,
        admission=ground.admission,
        challenges=PhoneChallenges(
            ground.clock, ground.site_keys, ground.open_sites, ground.recorder
        ),
        acts=PhoneActs(ground.clock, ground.acts, BothFactors(ground.clock, ground.acts)),
        policy=ground.throttle,
    )


def locum_calls(ground: Ground) -> LocumCallService:
    """Wire what lets a locum in over the telephone, on the caller's side."""
    return LocumCallService(
        store=ground.store,
        clock=ground.clock,
        keys=ground.site_keys,
        activation=ground.activation,
        challenges=LocumChallenges(
            clock=ground.clock,
            strangers=ground.strangers,
            emails=ground.emails,
            recorder=ground.recorder,
            bound_site=ground.open_sites.bound_site,
        ),
        acts=LocumActs(
            clock=ground.clock,
            acts=ground.acts,
            newcomers=ground.newcomers,
            passes=LocumPasses(clock=ground.clock, acts=ground.acts, activation=ground.activation),
            recorder=ground.recorder,
            numbers=ground.numbers,
        ),
    )


def _first_factor(ground: Ground) -> FirstFactorCheck:
    return FirstFactorCheck(
        store=ground.store,
        clock=ground.clock,
        hasher=ground.hasher,
        strangers=ground.strangers,
        policy=ground.throttle,
        brake=BrakePolicy.of(ground.numbers),
        recorder=ground.recorder,
        strangers_kept=ground.numbers.strangers_kept,
    )


def _paper_codes(ground: Ground) -> PaperCodes:
    return PaperCodes(
        store=ground.store,
        clock=ground.clock,
        hasher=ground.hasher,
        attempts=ground.attempts,
        second=ground.second,
        admission=ground.admission,
        recorder=ground.recorder,
        activation_hours=ground.numbers.activation_hours,
    )
