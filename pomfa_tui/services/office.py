"""The services of administrators, support and one's own account, wired once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    """The services, one attribute each."""

    resets: ResetService
    changes: PersonChangeService
    states: AccountStateService
    links: LinkService
    step_up: StepUpService
    account: OwnAccountService
    credentials: OwnCredentialsService
    moves: MoveService
    site_changes: SiteChangeService
    imports: ImportService
    retention: RetentionService
    reviews: AccessReviewService
    privacy: PrivacyService
    phone_answers: PhoneAnswerService
    site_keys: SiteKeyService


def _retention(g: Ground) -> RetentionService:
    return RetentionService(
        g.store,
        g.clock,
        g.recorder,
        log=LogRetention(g.store, g.clock, g.recorder, g.forwarded, months=g.numbers.audit_months),
        outdated=OutdatedService(
            g.store, g.clock, g.recorder, request_days=g.numbers.requests_days
        ),
    )


def assemble_office(ground: Ground) -> Office:
    """Wire the services of the office."""
    g = ground
    most = g.numbers.nhsmail_per_site
    acts = g.acts
    identity = IdentityChecks(
        clock=g.clock, hasher=g.hasher, policy=g.throttle, access=g.access, acts=acts
    )
    leaving = Leaving(clock=g.clock, acts=acts, views=g.views)
    again = PasswordAgain(
        clock=g.clock, hasher=g.hasher, policy=g.throttle, access=g.access, recorder=g.recorder
    )
    states = AccountStateService(
        access=g.access, acts=acts, leaving=leaving, views=g.views, nhsmail_per_site=most
    )
    return Office(
        resets=ResetService(
            clock=g.clock,
            access=g.access,
            acts=acts,
            identity=identity,
            both=BothFactors(g.clock, acts),
            activation=g.activation,
            policy=g.throttle,
            views=g.views,
        ),
        changes=PersonChangeService(
            clock=g.clock,
            access=g.access,
            acts=acts,
            views=g.views,
            emails=g.emails,
            nhsmail_per_site=most,
        ),
        states=states,
        privacy=PrivacyService(
            store=g.store,
            clock=g.clock,
            access=g.access,
            recorder=g.recorder,
            views=g.views,
            exports=g.exports,
        ),
        reviews=AccessReviewService(
            clock=g.clock,
            access=g.access,
            acts=acts,
            leaving=leaving,
            states=states,
            views=g.views,
            recorder=g.recorder,
        ),
        links=LinkService(
            access=g.access,
            acts=acts,
            identity=identity,
            leaving=leaving,
            views=g.views,
            nhsmail_per_site=most,
        ),
        step_up=StepUpService(
            clock=g.clock,
            access=g.access,
            second=g.second,
            recorder=g.recorder,
            issuer=g.issuer,
        ),
        account=OwnAccountService(
            store=g.store,
            clock=g.clock,
            access=g.access,
            acts=acts,
            again=again,
            limits=g.limits,
            issuer=g.issuer,
        ),
        credentials=OwnCredentialsService(
            clock=g.clock,
            hasher=g.hasher,
            rules=g.rules,
            access=g.access,
            acts=acts,
            again=again,
            recovery_size=g.numbers.recovery_codes,
        ),
        moves=MoveService(
            clock=g.clock,
            place=g.place,
            vault=g.vault,
            access=g.access,
            acts=acts,
            second=g.second,
            again=again,
            issuer=g.issuer,
            pairing_seconds=60 * g.numbers.pairing_minutes,
        ),
        site_changes=SiteChangeService(
            access=g.access, acts=acts, sites=g.sites, recorder=g.recorder
        ),
        imports=ImportService(access=g.access, newcomers=g.newcomers, activation=g.activation),
        retention=_retention(g),
        phone_answers=PhoneAnswerService(g.access, g.site_keys, g.recorder),
        site_keys=SiteKeyService(g.clock, g.access, g.site_keys),
    )
