"""A pass until midnight for somebody who has an account: who can be given one by telephone, and what it changes (rules 10 to 14)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.memberships import Membership, SiteRole
from pomfa_tui.domain.people import Person, PersonState

if TYPE_CHECKING:
    from datetime import date


class Bar(StrEnum):
    """Why an account is given no pass; the words are the audit log's."""

    VALID = "pass_valid"
    OFF = "account_off"
    MORE_THAN_STAFF = "more_than_staff"
    NOT_ACTIVATED = "not_activated"
    ENDED = "link_ended"
    LATER = "pass_begins_later"


def pass_bar(person: Person, site: str, day: date, *, unused: bool) -> Bar | None:
    """Return why somebody is given no pass for one day at a site, or none when they may have it.

    A date that is over takes nothing away for good, so it can be renewed; whatever somebody decided stands: an account that is off, a link
    that was ended, a later first day. Nobody who may do more than staff, anywhere, is touched.

    Args:
        person: Who has the account.
        site: ODS code.
        day: Today's date in London.
        unused: Whether nothing was ever done with the account, so that all that is missing may be an activation code.
    """
    ties = tuple(tie for tie in person.memberships if tie.lasts())
    if not person.may_start_sign_in() or not ties:
        return Bar.OFF
    if person.role is not None or any(tie.role is not SiteRole.STAFF for tie in ties):
        return Bar.MORE_THAN_STAFF
    # A code for an account that is good for more than the pass would be worth more than the pass.
    if person.state is PersonState.INVITED and not (
        unused and all(_is_over_by_midnight(tie, site, day) for tie in ties)
    ):
        return Bar.NOT_ACTIVATED
    return _bar_here(person, site, day, unused=unused)


def with_pass(person: Person, site: str, day: date) -> Person:
    """Return the person with a pass for one day at a site, every other tie as it was; the same person where it is valid that day already.

    Args:
        person: Without a `pass_bar`.
        site: ODS code.
        day: Today's date in London.
    """
    here = person.membership_at(site)
    if here is None:
        job = next(tie.job for tie in person.memberships if tie.lasts())
        tie = Membership(site=site, role=SiteRole.STAFF, job=job, starts=day, ends=day)
        ties = (*person.memberships, tie)
    elif here.valid_on(day):
        return person
    else:
        renewed = msgspec.structs.replace(here, starts=day, ends=day)
        ties = tuple(renewed if tie is here else tie for tie in person.memberships)
    return msgspec.structs.replace(person, memberships=ties, version=person.version + 1)


def _bar_here(person: Person, site: str, day: date, *, unused: bool) -> Bar | None:
    here = person.membership_at(site)
    if here is None:
        return Bar.ENDED if any(tie.site == site for tie in person.memberships) else None
    if here.valid_on(day):
        return None if unused else Bar.VALID
    return Bar.LATER if here.starts is not None and day < here.starts else None


def _is_over_by_midnight(tie: Membership, site: str, day: date) -> bool:
    return tie.ends is not None and (tie.ends < day or (tie.ends == day and tie.site == site))
