"""Creating, listing and showing people (rules 1 to 6, 9, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action, allowed, relation_to
from pomfa_tui.services.finding import find_person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.credentials import MfaState
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes
    from pomfa_tui.services.newcomers import Newcomers, NewPerson
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.views import Issued, PersonSummary


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people to list; every part that is given must fit.

    Attributes:
        site: ODS code.
        role: staff, admin, support or commissioner.
        state: invited, active, disabled or left.
        mfa: none, active or reset.
        dormant_days: Not signed in for so many days, or never and created longer ago.
        search: Part of name or e-mail.
    """

    site: str | None = None
    role: str | None = None
    state: PersonState | None = None
    mfa: MfaState | None = None
    dormant_days: int | None = None
    search: str | None = None


class PeopleService:
    """People as administrators, support and the command line see them."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        views: PersonViews,
        newcomers: Newcomers,
        activation: ActivationCodes,
    ) -> None:
        """Take the clock, the rights check, the views of people, the reading of newcomers and the issuing of codes."""
        self._clock = clock
        self._access = access
        self._views = views
        self._newcomers = newcomers
        self._activation = activation

    def add(self, caller: Caller, new: NewPerson) -> Issued:
        """Create a person and return the activation code to hand over.

        Raises:
            BadInput: A value cannot be used; names the field.
            SharedMailbox: The address is not personal (rule 2).
            EmailExists: The address has an account, here or elsewhere (rule 5).
            NhsmailFull: The site's NHSmail places are taken (rule 3).
            NotFound: No such open site.
            Refusal: The caller may not.
        """
        read = self._newcomers.read(new)
        code = self._activation.prepare()
        with self._access.change(caller) as (tx, actor):
            self._newcomers.check(tx, actor, read)
            return self._newcomers.write(tx, actor, read, code)

    def show(self, caller: Caller, who: str) -> PersonSummary:
        """Return one person by e-mail or id.

        Raises:
            NotFound: No such person, or not visible to the caller.
        """
        with self._access.look(caller) as (view, actor):
            person = find_person(view, who)
            self._access.require_person(actor, Action.SEE_PERSON, person, sought=who)
            return self._views.show(view, actor, person)

    def list(self, caller: Caller, wanted: PeopleFilter) -> tuple[PersonSummary, ...]:
        """Return the people that the caller may see and the filter wants, by name."""
        with self._access.look(caller) as (view, actor):
            found = [
                summary
                for person in self._candidates(view, actor, wanted)
                if allowed(actor.role, Action.SEE_PERSON, relation_to(actor.id, actor.site, person))
                and self._wanted(summary := self._views.show(view, actor, person), person, wanted)
            ]
        return tuple(
            sorted(found, key=lambda summary: (summary.name.casefold(), summary.email.casefold()))
        )

    @staticmethod
    def _candidates(view: View, actor: Actor, wanted: PeopleFilter) -> Iterable[Person]:
        site = actor.site or (wanted.site.strip().upper() if wanted.site else None)
        if wanted.search:
            return view.people.search(wanted.search)
        return view.people.at_site(site) if site else view.people.all()

    def _wanted(self, summary: PersonSummary, person: Person, wanted: PeopleFilter) -> bool:
        roles = {person.role, *(member.role for member in summary.memberships)}
        if wanted.site:
            site = wanted.site.strip().upper()
            here = [member for member in summary.memberships if member.site == site]
            if not here and not _left_from(summary, person, site):
                return False
            roles = {member.role for member in here}
        if wanted.role and wanted.role not in roles:
            return False
        if wanted.state is not None and summary.state is not wanted.state:
            return False
        if wanted.mfa is not None and summary.mfa is not wanted.mfa:
            return False
        return wanted.dormant_days is None or self._dormant(person, wanted.dormant_days)

    def _dormant(self, person: Person, days: int) -> bool:
        return self._clock.now() - (person.last_sign_in or person.created_at) >= days * 86400


def _left_from(summary: PersonSummary, person: Person, site: str) -> bool:
    """Tell whether somebody who has left was at `site`; they have no tie any more to be found by."""
    return summary.state is PersonState.LEFT and any(
        membership.site == site for membership in person.memberships
    )
