"""Which sites a person may enter today, at this terminal (rules 12, 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.services.steps import SiteChoice

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, View


class OpenSites:
    """Knows today's date and the one site that this terminal may be bound to.

    Attributes:
        bound_site: Its code, or none.
    """

    def __init__(self, clock: Clock, *, bound_site: str | None) -> None:
        """Take the clock and the site of this terminal, if it is for one only."""
        self._clock = clock
        self.bound_site = bound_site

    def anywhere(self, view: View, person: Person) -> tuple[SiteChoice, ...]:
        """Return the open sites that the person's passes are valid for today, by name."""
        day = london_day(self._clock.now())
        sites = [view.sites.get(membership.site) for membership in person.valid_memberships(day)]
        found = [
            SiteChoice(site.code, site.name)
            for site in sites
            if site is not None and site.state is SiteState.OPEN
        ]
        return tuple(sorted(found, key=lambda choice: (choice.name.casefold(), choice.code)))

    def here(self, view: View, person: Person) -> tuple[SiteChoice, ...]:
        """Return those of them that this terminal is for."""
        return tuple(
            choice
            for choice in self.anywhere(view, person)
            if self.bound_site in {None, choice.code}
        )
