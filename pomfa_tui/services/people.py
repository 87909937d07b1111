"""Creating, listing and showing people (rules 1 to 6, 9, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.finding import find_person

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import MfaState
    from pomfa_tui.domain.people import PersonState
    from pomfa_tui.services.access import Access, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes
    from pomfa_tui.services.newcomers import Newcomers, NewPerson
    from pomfa_tui.services.people_pages import Passes, PeoplePage, PeoplePages
    from pomfa_tui.services.person_details import PersonDetails, PersonDetailsService
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
        passes: Passes that end soon, or have ended.
    """

    site: str | None = None
    role: str | None = None
    state: PersonState | None = None
    mfa: MfaState | None = None
    dormant_days: int | None = None
    search: str | None = None
    passes: Passes | None = None


class PeopleService:
    """People as administrators, support and the command line see them."""

    def __init__(
        self,
        *,
        access: Access,
        views: PersonViews,
        newcomers: Newcomers,
        activation: ActivationCodes,
        pages: PeoplePages,
        details: PersonDetailsService,
    ) -> None:
        """Take the rights check, the views of people, the reading of newcomers, the issuing of codes, and what shows many people and one."""
        self._access = access
        self._views = views
        self._newcomers = newcomers
        self._activation = activation
        self._pages = pages
        self._details = details

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

    def details(self, caller: Caller, who: str) -> PersonDetails:
        """Return everything that the caller may know of one person, and do to them; see `PersonDetailsService.show`."""
        return self._details.show(caller, who)

    def page(
        self, caller: Caller, wanted: PeopleFilter, *, offset: int = 0, size: int = 50
    ) -> PeoplePage:
        """Return some of the people that the caller may see and the filter wants; see `PeoplePages.page`."""
        return self._pages.page(caller, wanted, offset=offset, size=size)

    def list(self, caller: Caller, wanted: PeopleFilter) -> tuple[PersonSummary, ...]:
        """Return all the people that the caller may see and the filter wants; see `PeoplePages.list`."""
        return self._pages.list(caller, wanted)
