"""The services of administrators, support and one's own account, wired once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import MINUTE
from pomfa_tui.services.access_reviews import AccessReviewService
from pomfa_tui.services.account_states import AccountStateService
from pomfa_tui.services.both_factors import BothFactors
from pomfa_tui.services.identity_checks import IdentityChecks
from pomfa_tui.services.imports import ImportService
from pomfa_tui.services.leaving import Leaving
from pomfa_tui.services.linking import LinkService
from pomfa_tui.services.log_retention import LogRetention
from pomfa_tui.services.moving import MoveService
from pomfa_tui.services.outdated import OutdatedService
from pomfa_tui.services.own_account import OwnAccountService
from pomfa_tui.services.own_credentials import OwnCredentialsService
from pomfa_tui.services.password_again import PasswordAgain
from pomfa_tui.services.person_changes import PersonChangeService
from pomfa_tui.services.phone_answers import PhoneAnswerService
from pomfa_tui.services.privacy import PrivacyService
from pomfa_tui.services.resets import ResetService
from pomfa_tui.services.retention import RetentionService
from pomfa_tui.services.site_changes import SiteChangeService
from pomfa_tui.services.site_keys import SiteKeyService
from pomfa_tui.services.step_up import StepUpService

if TYPE_CHECKING:
    from pomfa_tui.services.ground import Ground


@dataclass(frozen=True, slots=True)
class Office:
    """The services, one attribute each.

    Attributes:
        resets: Passwords, QR codes and locks of others.
        changes: Names, addresses, roles, absences of others.
        states: Accounts of others switched off and on, or ended.
        links: Further sites of a person.
        imports: Many new people at once.
        reviews: The quarterly look at who has access.
        privacy: What is kept about somebody, given out or erased.
        step_up: A fresh code for acts that need one.
        account: One's own account, sessions and sign-ins.
        credentials: One's own password and recovery codes.
        moves: One's own new phone.
        site_changes: Names, closings and limits of sites.
        site_keys: What a site and the helpdesk share for resets by telephone.
        phone_answers: The helpdesk's side of those.
        retention: What is dropped once it is too old.
    """

    resets: ResetService
    changes: PersonChangeService
    states: AccountStateService
    links: LinkService
    imports: ImportService
    reviews: AccessReviewService
    privacy: PrivacyService
    step_up: StepUpService
    account: OwnAccountService
    credentials: OwnCredentialsService
    moves: MoveService
    site_changes: SiteChangeService
    site_keys: SiteKeyService
    phone_answers: PhoneAnswerService
    retention: RetentionService


@dataclass(frozen=True, slots=True)
class _Shared:
    """What several services of the office use."""

    identity: IdentityChecks
    leaving: Leaving
    states: AccountStateService
    again: PasswordAgain


def assemble_office(ground: Ground) -> Office:
    """Wire the services of the office."""
    shared = _shared(ground)
    return Office(
        # On somebody else's account.
        resets=_resets(ground, shared),
        changes=_changes(ground),
        states=shared.states,
        links=_links(ground, shared),
        imports=ImportService(
            access=ground.access, newcomers=ground.newcomers, activation=ground.activation
        ),
        reviews=_reviews(ground, shared),
        privacy=_privacy(ground),
        # On one's own.
        step_up=_step_up(ground),
        account=_account(ground, shared),
        credentials=_credentials(ground, shared),
        moves=_moves(ground, shared),
        # On sites, and on the store as a whole.
        site_changes=_site_changes(ground),
        site_keys=SiteKeyService(ground.clock, ground.access, ground.site_keys),
        phone_answers=PhoneAnswerService(ground.access, ground.site_keys, ground.recorder),
        retention=_retention(ground),
    )


def _shared(ground: Ground) -> _Shared:
    leaving = Leaving(clock=ground.clock, acts=ground.acts, views=ground.views)
    return _Shared(
        identity=IdentityChecks(
            clock=ground.clock,
            hasher=ground.hasher,
            policy=ground.throttle,
            access=ground.access,
            acts=ground.acts,
        ),
        leaving=leaving,
        states=AccountStateService(
            access=ground.access,
            acts=ground.acts,
            leaving=leaving,
            views=ground.views,
            nhsmail_per_site=ground.numbers.nhsmail_per_site,
        ),
        again=PasswordAgain(
            clock=ground.clock,
            hasher=ground.hasher,
            policy=ground.throttle,
            access=ground.access,
            recorder=ground.recorder,
        ),
    )


# -- On somebody else's account


def _resets(ground: Ground, shared: _Shared) -> ResetService:
    return ResetService(
        clock=ground.clock,
        access=ground.access,
        acts=ground.acts,
        identity=shared.identity,
        both=BothFactors(ground.clock, ground.acts),
        activation=ground.activation,
        policy=ground.throttle,
        views=ground.views,
    )


def _changes(ground: Ground) -> PersonChangeService:
    return PersonChangeService(
        clock=ground.clock,
        access=ground.access,
        acts=ground.acts,
        views=ground.views,
        emails=ground.emails,
        nhsmail_per_site=ground.numbers.nhsmail_per_site,
    )


def _links(ground: Ground, shared: _Shared) -> LinkService:
    return LinkService(
        access=ground.access,
        acts=ground.acts,
        identity=shared.identity,
        leaving=shared.leaving,
        views=ground.views,
        nhsmail_per_site=ground.numbers.nhsmail_per_site,
    )


def _reviews(ground: Ground, shared: _Shared) -> AccessReviewService:
    return AccessReviewService(
        clock=ground.clock,
        access=ground.access,
        acts=ground.acts,
        leaving=shared.leaving,
        states=shared.states,
        views=ground.views,
        recorder=ground.recorder,
    )


def _privacy(ground: Ground) -> PrivacyService:
    return PrivacyService(
        store=ground.store,
        clock=ground.clock,
        access=ground.access,
        recorder=ground.recorder,
        views=ground.views,
        exports=ground.exports,
    )


# -- On one's own


def _step_up(ground: Ground) -> StepUpService:
    return StepUpService(
        clock=ground.clock,
        access=ground.access,
        second=ground.second,
        recorder=ground.recorder,
        issuer=ground.issuer,
    )


def _account(ground: Ground, shared: _Shared) -> OwnAccountService:
    return OwnAccountService(
        store=ground.store,
        clock=ground.clock,
        access=ground.access,
        acts=ground.acts,
        again=shared.again,
        limits=ground.limits,
        issuer=ground.issuer,
    )


def _credentials(ground: Ground, shared: _Shared) -> OwnCredentialsService:
    return OwnCredentialsService(
        clock=ground.clock,
        hasher=ground.hasher,
        rules=ground.rules,
        access=ground.access,
        acts=ground.acts,
        again=shared.again,
        recovery_size=ground.numbers.recovery_codes,
    )


def _moves(ground: Ground, shared: _Shared) -> MoveService:
    return MoveService(
        clock=ground.clock,
        place=ground.place,
        vault=ground.vault,
        access=ground.access,
        acts=ground.acts,
        second=ground.second,
        again=shared.again,
        issuer=ground.issuer,
        pairing_seconds=MINUTE * ground.numbers.pairing_minutes,
    )


# -- On sites, and on the store as a whole


def _site_changes(ground: Ground) -> SiteChangeService:
    return SiteChangeService(
        access=ground.access, acts=ground.acts, sites=ground.sites, recorder=ground.recorder
    )


def _retention(ground: Ground) -> RetentionService:
    return RetentionService(
        ground.store,
        ground.clock,
        ground.recorder,
        log=LogRetention(
            ground.store,
            ground.clock,
            ground.recorder,
            ground.forwarded,
            months=ground.numbers.audit_months,
        ),
        outdated=OutdatedService(
            ground.store, ground.clock, ground.recorder, request_days=ground.numbers.requests_days
        ),
    )
