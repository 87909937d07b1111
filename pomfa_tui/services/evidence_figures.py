"""The figures of the evidence report (rule 33)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pomfa_tui.domain.reviews import FinishedReview


ACTS: Mapping[tuple[Event, str], str] = {
    (Event.PASSWORD_CHANGED, "password_reset"): "password reset",
    (Event.PASSWORD_CHANGED, "code_again"): "password reset",
    (Event.TOKEN_REVOKED, "mfa_reset"): "authenticator reset",
    (Event.USER_UPDATED, "unlocked"): "unlocked",
    (Event.AUTHZ_CHANGED, "linked"): "linked",
    (Event.AUTHZ_CHANGED, "pass_given"): "linked",
    (Event.AUTHZ_ADMIN, "identity_not_verified"): "refused, identity not verified",
}
"""What is listed with the check of identity that came before it; that of an act by telephone stands in the helpdesk's log."""


@dataclass(frozen=True, slots=True)
class CheckedAct:
    """One act that needs a check of identity.

    Attributes:
        at: UTC seconds.
        what: One of `ACTS`.
        who: Whom it was done to.
        by: Who did it.
        check: How identity was checked, in the log's word; empty where it could not be verified.
        site: In whose log it is, or none.
        both_factors: Whether password and authenticator went together.
    """

    at: int
    what: str
    who: str
    by: str
    check: str
    site: str | None
    both_factors: bool


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """How one site stands.

    Attributes:
        code: ODS code.
        name: Its name.
        people: Accounts that may be used.
        enrolled: Those of them with a paired authenticator.
        administrators: Names of those who can act as such today.
        nhsmail: Personal NHSmail accounts that it sponsors.
        nhsmail_limit: How many it may.
        dormant: Accounts without a sign-in, by days.
        review: The last access review, or none.
        reviewed_by: Who finished it; empty for none.
        review_due: When the next one is due, UTC seconds.
    """

    code: str
    name: str
    people: int
    enrolled: int
    administrators: tuple[str, ...]
    nhsmail: int
    nhsmail_limit: int
    dormant: Mapping[int, int]
    review: FinishedReview | None
    reviewed_by: str
    review_due: int


@dataclass(frozen=True, slots=True)
class OverallAccount:
    """An account over all sites, which no site's access review holds.

    Attributes:
        name: Whose.
        role: `support` or `commissioner`.
        enrolled: Whether an authenticator is paired.
        last_sign_in: UTC seconds, or none.
    """

    name: str
    role: str
    enrolled: bool
    last_sign_in: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The report; people of several sites count once in it.

    Attributes:
        made_at: UTC seconds.
        first: First day of the period.
        last: Last day of the period.
        site: ODS code of the one site it is about; none for all.
        gone_until: Up to when records of the period were dropped for their age, UTC seconds; none where all of them are there.
        people: Accounts that may be used.
        enrolled: Those of them with a paired authenticator.
        waiting: Those of them that were reset and are not paired anew yet.
        disabled: Accounts that are switched off.
        dormant: Accounts without a sign-in, by days.
        acts: Resets and the like in the period, oldest first.
        leavers: People whose membership ended in the period.
        locked: How often too many tries locked an account in the period.
        sites: How each site stands; closed ones are left out.
        overall: Accounts over all sites that may be used, in a report for all sites.
    """

    made_at: int
    first: date
    last: date
    site: str | None
    gone_until: int | None
    people: int
    enrolled: int
    waiting: int
    disabled: int
    dormant: Mapping[int, int]
    acts: tuple[CheckedAct, ...]
    leavers: int
    locked: int
    sites: tuple[SiteFigures, ...]
    overall: tuple[OverallAccount, ...] = ()

    def checks(self) -> dict[str, int]:
        """Return how often identity was checked in which way."""
        return dict(sorted(Counter(act.check for act in self.acts if act.check).items()))

    def kinds(self) -> dict[str, int]:
        """Return how often what was done."""
        found = Counter(act.what for act in self.acts)
        return {what: found[what] for what in ACTS.values()}
